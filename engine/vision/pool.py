"""Lends out OpenCV's networks, each of which only one thread may use at a time, and shares the cores among photos."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import LifoQueue
from typing import Generic, TypeVar

import cv2
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


class Cores:
    """Gives one photo at work all cores, and several one core each.

    OpenCV's threads wait for one another busily, and two photos on all cores take longer than two on one core each. It
    has one number of threads for the whole process, so this is to be the only one who sets it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all = cv2.getNumThreads()
        self._at_work = 0

    @contextmanager
    def share(self) -> Iterator[None]:
        """A photo is worked on until the block ends."""
        with self._lock:
            self._at_work += 1
            # Not when one of two is done: a moment later there may be two again, and changing costs time.
            threads = self._all if self._at_work == 1 else 1
            if threads != cv2.getNumThreads():
                cv2.setNumThreads(threads)
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1


@contextmanager
def quiet() -> Iterator[None]:
    """Keep to itself what OpenCV says on stderr while it loads a network, unless it is an error."""
    with _LEVEL:
        level = logging.setLogLevel(logging.LOG_LEVEL_ERROR)
        try:
            yield
        finally:
            logging.setLogLevel(level)
