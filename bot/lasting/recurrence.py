"""Runs something again and again for as long as the bot runs, the first time soon after it has started."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_DAY = 24 * 60 * 60.0  # seconds
_PATIENCE = 5  # seconds that a run under way has to end
_logger = logging.getLogger(__name__)


@contextmanager
def recurring(work: Callable[[datetime], object], *, every: float = _DAY) -> Iterator[None]:
    """Call `work` with the time now, and again `every` so many seconds, while the context lasts.

    An error is logged, and the next time is another time.
    """
    stopped = threading.Event()

    def run() -> None:
        while True:
            try:
                work(datetime.now(UTC))
            except Exception:
                _logger.exception("a recurring task failed")
            if stopped.wait(every):
                return

    thread = threading.Thread(target=run, name="recurring", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(_PATIENCE)
