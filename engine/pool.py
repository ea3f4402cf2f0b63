"""Lends out OpenCV's networks, each of which only one thread may use at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import LifoQueue
from typing import Generic, TypeVar

from cv2.utils import logging

T = TypeVar("T")

_LEVEL = threading.Lock()
"""Held while OpenCV's log level, one for the whole process, is not its own."""


class Pool(Generic[T]):
    """At most `size` things, each made when first needed. Who finds all of them lent waits."""

    def __init__(self, make: Callable[[], T], size: int | None = None) -> None:
        self._make = make
        self._idle: LifoQueue[T | None] = LifoQueue()
        for _ in range(size or os.cpu_count() or 1):
            self._idle.put(None)

    @contextmanager
    def borrow(self) -> Iterator[T]:
        """One of the things, this thread's alone until the block ends."""
        item = self._idle.get()
        try:
            if item is None:
                item = self._make()
            yield item
        finally:
            self._idle.put(item)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep to itself what OpenCV says on stderr while it loads a network, unless it is an error."""
    with _LEVEL:
        level = logging.setLogLevel(logging.LOG_LEVEL_ERROR)
        try:
            yield
        finally:
            logging.setLogLevel(level)
