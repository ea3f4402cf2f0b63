"""Things by key that are made once, by whoever asks first; who asks for another waits for nobody."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Opened(Generic[K, V]):
    """What `make` has made of each key. For any number of threads."""

    def __init__(self, make: Callable[[K], V]) -> None:
        self._make = make
        self._made: dict[K, V] = {}
        self._making: dict[K, Lock] = {}
        self._lock = Lock()

    def get(self, key: K) -> V:
        """The one of this key; made now if nobody has asked for it. What raises is made anew the next time."""
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            if key not in self._made:
                self._made[key] = self._make(key)
            return self._made[key]

    def keys(self) -> tuple[K, ...]:
        """Of those that are made."""
        with self._lock:
            return tuple(self._made)

    def drop(self, key: K) -> None:
        """Forget it: asked for again, it is made anew."""
        with self._lock:
            self._made.pop(key, None)
