"""A turn that only one thread of all processes has at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import RLock

from services.records.database.database import Database


class Turn:
    """The turn of one name, in one database. The thread that has it may ask for it again."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._lock = RLock()  # within this process, so that no more than one connection waits
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the turn, and have it while the context lasts."""
        with self._lock:
            outermost = self._depth == 0
            self._depth += 1
            try:
                with self._database.alone(self._name) if outermost else nullcontext():
                    yield
            finally:
                self._depth -= 1
