"""What the kernel says of a process and of those that it started: who they are, their CPU, their memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def resident(pid: int, what: str) -> Iterator[int]:
    """`VmRSS`, the memory resident now, or `VmHWM`, the most ever, in kB: of a process and of those that it started."""
    for each in family(pid):
        status = _lines(Path(f"/proc/{each}/status"))
        yield from (int(line.split()[1]) for line in status if line.startswith(f"{what}:"))


def cpu(pid: int, *, ended: bool = False) -> Iterator[float]:
    """Seconds of CPU of each of them until now; with those that have `ended` and that the first has waited for."""
    for each in family(pid):
        for line in _lines(Path(f"/proc/{each}/stat")):
            ticks = line.rpartition(")")[2].split()[11 : 15 if ended and each == pid else 13]
            yield sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> Iterator[int]:
    """A process that lives, and those that it started."""
    tasks = Path(f"/proc/{pid}/task")
    try:
        children = [child for task in tasks.iterdir() for line in _lines(task / "children") for child in line.split()]
    except (FileNotFoundError, ProcessLookupError):
        return
    yield pid
    for child in children:
        yield from family(int(child))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return []
