"""A container that gets the time of one core is not taken for the whole machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services import cores

MACHINE = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("quota", "cores_usable"),
    [
        ("100000 100000\n", 1),
        ("50000 100000\n", 1),
        ("150000 100000\n", min(2, MACHINE)),
        ("6400000 100000\n", min(64, MACHINE)),
        ("max 100000\n", MACHINE),
        ("", MACHINE),
    ],
)
def test_the_quota_counts_where_it_is_less(tmp_path: Path, quota: str, cores_usable: int) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    assert cores.usable(tmp_path / "cpu.max") == cores_usable


def test_opencv_has_one_thread_unless_the_operator_says_otherwise() -> None:
    told = "from services import cores; cores.one_for_opencv(); import cv2; print(cv2.getNumThreads())"
    others = {name: value for name, value in os.environ.items() if name != "OPENCV_FOR_THREADS_NUM"}

    def threads(**more: str) -> int:
        return int(subprocess.check_output([sys.executable, "-c", told], env=others | more, text=True))

    assert threads() == 1
    assert threads(OPENCV_FOR_THREADS_NUM="2") == min(2, MACHINE)


def test_without_a_quota_it_is_the_machine(tmp_path: Path) -> None:
    assert cores.usable(tmp_path / "cpu.max") == MACHINE
