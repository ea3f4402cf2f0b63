"""How fast messages may follow one another in a channel: Slack takes a few at once, then about one a second."""

from __future__ import annotations

import time
from threading import Lock

_BURST = 4


class Pace:
    """Makes those who post to one channel wait for one another, and for nobody else. `rate` is messages a second."""

    def __init__(self, rate: float = 1.0) -> None:
        self._interval = 1 / rate
        self._next: dict[str, float] = {}  # by channel: when a message without any burst could go
        self._lock = Lock()

    def wait(self, channel: str) -> None:
        """Return when a message may be posted to the channel."""
        pause = self._reserve(channel, time.monotonic())
        if pause > 0:
            time.sleep(pause)

    def _reserve(self, channel: str, now: float) -> float:
        """Take the next place in the channel; the seconds until then."""
        with self._lock:
            self._next = {each: at for each, at in self._next.items() if at > now}
            place = self._next.get(channel, now)
            self._next[channel] = place + self._interval
        return place - (_BURST - 1) * self._interval - now
