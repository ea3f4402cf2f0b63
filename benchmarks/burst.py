"""What a burst of photos does to a bot: how long others wait, and how much memory it takes.

    python -m benchmarks.burst [--photos 500]

The photos are posted as fast as the playground takes them, in two channels, while commands are typed in a third. The
bot runs in a process of its own; its memory is what the kernel counts as resident, at its highest.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from statistics import median

import httpx
from rich.console import Console
from rich.table import Table

from artifacts.photos import fetch_photos
from benchmarks.acknowledgement import running_bot

MOST_MEMORY = 600  # MB
MOST_WAIT = 3000  # ms until Slack gives a command up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60, help="how long to watch, once all is posted")
    options = parser.parse_args()
    photo = fetch_photos()["biden.jpg"].read_bytes()
    with running_bot() as address, httpx.Client(base_url=address, timeout=60) as page:
        boot = page.get("/client/boot").json()
        user, channels = boot["me"]["id"], {each["name"]: each["id"] for each in boot["channels"]}
        rest = _memory()
        started = time.monotonic()
        for number in range(options.photos):
            _post(page, user, channels["photos" if number % 2 else "back-office"], photo)
            if number % 10 == 0:
                _command(page, user, channels["general"])
        posted = time.monotonic() - started
        peak = _watch(page, user, channels["general"], options.seconds)
        waits = _commands(page)
    table = Table("a burst of photos", f"{options.photos} in {posted:.0f} s", "at most")
    table.add_row("commands acknowledged, median, ms", f"{median(waits):.0f}", "")
    table.add_row("commands acknowledged, longest, ms", f"{max(waits):.0f}", str(MOST_WAIT))
    table.add_row("memory at rest, MB", f"{rest:.0f}", "")
    table.add_row("memory at its highest, MB", f"{peak:.0f}", str(MOST_MEMORY))
    Console().print(table)


def _post(page: httpx.Client, user: str, channel: str, photo: bytes) -> None:
    file = page.post("/client/upload", params={"user": user}, files={"file": ("a.jpg", photo)}).json()
    page.post("/client/post", json={"user": user, "channel": channel, "text": "", "files": [file["id"]]})


def _command(page: httpx.Client, user: str, channel: str) -> None:
    command = {"user": user, "channel": channel, "command": "/facesearch", "text": "threshold"}
    page.post("/client/command", json=command)


def _watch(page: httpx.Client, user: str, channel: str, seconds: float) -> float:
    """Type commands for a while; the highest memory, in MB."""
    peak, deadline = 0.0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        _command(page, user, channel)
        peak = max(peak, _memory())
        time.sleep(0.5)
    return peak


def _commands(page: httpx.Client) -> list[float]:
    acknowledged = page.get("/client/acknowledgements").json()["acknowledgements"]
    return [each["milliseconds"] for each in acknowledged if each["type"] == "slash_commands"]


def _memory() -> float:
    """The highest resident memory so far of the bot's process, a child of ours, in MB."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    peaks = [_peak(Path(f"/proc/{child}/status")) for child in children]
    return max(peaks) / 1024


def _peak(status: Path) -> int:
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])


if __name__ == "__main__":
    main()
