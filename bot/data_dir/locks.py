"""Who uses a folder: any number of processes at once, or one alone, such as one that replaces what is in it.

What holds are locks of open files: who dies leaves the folder free.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.errors import Conflict


@contextmanager
def occupied(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Use a folder, which is made if need be, while the context lasts.

    Raises `Conflict` when somebody else is alone in it, or `alone` and anybody uses it.
    """
    used = "in use: stop the bot first" if alone else "being replaced: wait until that is done"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder, os.O_RDONLY | os.O_DIRECTORY, f"{folder} is {used}.", alone=alone):
        yield


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Be the one bot that does the jobs in a folder while the context lasts. Raises `Conflict` when there is one.

    Two would take one another for crashed, and answer twice.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refused = f"A bot is at work on {folder} already: stop it first, or give this one another DATA_DIR."
    with _locked(folder / "at-work.lock", os.O_RDWR | os.O_CREAT, refused, alone=True):
        yield


@contextmanager
def _locked(path: Path, flags: int, refused: str, *, alone: bool) -> Iterator[None]:
    descriptor = os.open(path, flags, 0o600)
    try:
        _lock(descriptor, refused, alone=alone)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, refused: str, *, alone: bool) -> None:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Conflict(refused) from error
