"""How much memory the process holds on to."""

from __future__ import annotations

import ctypes
import gc

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # glibc's malloc.h


def be_frugal() -> None:
    """Give back what pictures took. To be called before there are threads; does nothing without glibc.

    By default glibc keeps for each thread what that thread once needed, and with a dozen threads that decode pictures
    it comes to more than all of them need at once.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def settle() -> None:
    """To be called once the process is ready: what a start has made is there for good, and not looked through again.

    Otherwise each full collection of garbage stops all threads, for as long as it takes to visit all of it.
    """
    gc.collect()
    gc.freeze()
