"""What a burst of photos took is given back to the system, and not at each photo."""

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc's memory that is told")

BURST = """
from pathlib import Path
from bot.lasting import be_frugal, give_back

def resident():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024

def faults():
    return int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[7])

be_frugal()
pictures = [bytearray(b"1") * (9 << 20) for _ in range(12)]
kept = bytearray(b"1") * (1 << 20)  # above them
high = resident()
pictures.clear()
free = resident()
give_back()
low = resident()
one = bytearray(b"1") * (9 << 20)
del one
before = faults()
for _ in range(20):
    one = bytearray(b"1") * (9 << 20)
    del one
print(high - free, high - low, faults() - before)
"""


def test_memory_of_pictures_is_used_again_and_given_back_at_rest() -> None:
    told = subprocess.check_output([sys.executable, "-c", BURST], text=True).split()
    at_once, at_rest, faults = (float(number) for number in told)
    assert at_once < 40, "what is in the middle stays"
    assert at_rest > 90, "until it is looked for"
    assert faults < 500, "and the next picture finds its memory there: 9 MB are 2,304 pages"
