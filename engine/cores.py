"""How many processor cores there are to work with, and who is to take few of them. Standard library alone."""

from __future__ import annotations

import math
import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable(quota: Path = _QUOTA) -> int:
    """Those that this process may use, which in a container are often fewer than the machine has."""
    given = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(given, _allowed(quota) or given)


def one_for_opencv() -> None:
    """Have OpenCV use one thread; for a program to call before it looks at a picture.

    On what is cut out of pictures a second one has hardly any part, and waits busily for the first. Whoever has set
    OpenCV's own variable is left to it.
    """
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")


def _allowed(quota: Path) -> int | None:
    """As many whole cores as the time comes to that a container gets: `200000 100000` are two; None where all are."""
    try:
        time, period = quota.read_text().split()
        return max(1, math.ceil(int(time) / int(period)))
    except (OSError, ValueError):  # no container, or `max`: no limit
        return None
