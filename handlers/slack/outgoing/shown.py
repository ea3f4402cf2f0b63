"""Tells those who wait for a picture to be seen that an event says it is: sooner than any look would find out."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Condition

_MOST = 1000  # files that are remembered: what waits for one asks within seconds


class Shown:
    """The files of the bot's own that events have told of, in this process. In others whoever waits looks again."""

    def __init__(self) -> None:
        self._files: dict[str, None] = {}  # the oldest first
        self._changed = Condition()

    def tell(self, files: Iterable[str]) -> None:
        """An event says that these files are to be seen."""
        with self._changed:
            for file_id in files:
                self._files[file_id] = None
            for file_id in list(self._files)[:-_MOST]:
                del self._files[file_id]
            self._changed.notify_all()

    def wait(self, file_id: str, seconds: float) -> None:
        """Return when one is told of, or after so many seconds. Of one that was told of before, nobody waits again."""
        with self._changed:
            self._changed.wait_for(lambda: file_id in self._files, seconds)
            self._files.pop(file_id, None)
