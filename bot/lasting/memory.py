"""How much memory the process holds on to."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # glibc's malloc.h
_PICTURE = 32 << 20  # bytes: the most that comes from memory that was used before, and more than a picture is drawn in
_FREE = 16 << 20  # bytes at the end of all that are not given back


def be_frugal() -> None:
    """Keep memory for one picture, and not for one a thread. To be called before there are threads; glibc's alone.

    By default glibc keeps for each thread what that thread once needed, and with a dozen threads that decode pictures
    it comes to more than all of them need at once. To keep nothing costs a photo a twentieth of its time: the kernel
    takes milliseconds to make the memory of a picture anew.
    """
    if (mallopt := _glibc("mallopt")) is not None:
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, _PICTURE)
        mallopt(_M_TRIM_THRESHOLD, _FREE)


def give_back() -> None:
    """Give the system back what is free in the middle of that memory too: a sixth of what a burst of photos leaves."""
    if (trim := _glibc("malloc_trim")) is not None:
        trim(0)


def settle() -> None:
    """To be called once the process is ready: what a start has made is there for good, and not looked through again.

    Otherwise each full collection of garbage stops all threads, for as long as it takes to visit all of it.
    """
    gc.collect()
    gc.freeze()


def _glibc(name: str) -> Callable[..., int] | None:
    """A function of glibc's, where that is the C library."""
    found: Callable[..., int] | None = getattr(ctypes.CDLL(None), name, None)
    return found
