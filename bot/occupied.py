"""Who uses a folder: any number of processes at once, or one alone, such as one that replaces what is in it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.errors import Conflict


@contextmanager
def occupied(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Use a folder, which is made if need be, while the context lasts. Who dies leaves it free.

    Raises `Conflict` when somebody else is alone in it, or `alone` and anybody uses it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(descriptor, folder, alone=alone)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path, *, alone: bool) -> None:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        used = "in use: stop the bot first" if alone else "being replaced: wait until that is done"
        raise Conflict(f"{folder} is {used}.") from error
