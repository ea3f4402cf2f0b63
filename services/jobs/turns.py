"""Who may work on the cores: so many at once, and by turns between the workspaces that wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Turns:
    """Lets `at_once` in at a time. A workspace that waits with a hundred gets no more turns than one with a single."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: dict[str, deque[object]] = {}  # by workspace; the first workspace is the next
        self._changed = Condition()

    @contextmanager
    def of(self, workspace: str) -> Iterator[None]:
        """Wait for a turn, and have it while the context lasts."""
        ticket = object()
        with self._changed:
            self._waiting.setdefault(workspace, deque()).append(ticket)
            self._changed.wait_for(lambda: self._free and self._next() is ticket)
            self._free -= 1
            self._served(workspace)
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    @contextmanager
    def spare(self) -> Iterator[None]:
        """Wait until there is a turn that nobody else waits for, and have it while the context lasts."""
        with self._changed:
            self._changed.wait_for(lambda: self._free and not self._waiting)
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _next(self) -> object:
        return next(iter(self._waiting.values()))[0]

    def _served(self, workspace: str) -> None:
        """The workspace goes to the end of the line, with those of its own that still wait."""
        line = self._waiting.pop(workspace)
        line.popleft()
        if line:
            self._waiting[workspace] = line
