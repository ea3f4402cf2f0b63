"""Doing again what the outside could not do just now: with growing pauses, jitter, and whatever wait it asked for."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_SHORTEST, _LONGEST = 0.5, 30.0  # seconds between two attempts, unless a longer wait is asked for


@dataclass(frozen=True, slots=True)
class Setback:
    """An error that may pass. `wait` is how many seconds the other side asks for.

    `perhaps_done` says that the request may have been carried out all the same: its answer was lost.
    """

    wait: float = 0.0
    perhaps_done: bool = True


Judge = Callable[[Exception], Setback | None]
"""Tells a setback from an error that will be the same the next time, for which it gives None."""


def insist(
    run: Callable[[bool], T],
    judge: Judge,
    *,
    patience: float,
    perhaps_done: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> T:
    """The result of `run`, tried again after setbacks for `patience` seconds; then the last error is raised.

    `run` is told whether an attempt before may have been carried out.
    """
    deadline = time.monotonic() + patience
    backoff = _SHORTEST
    while True:
        try:
            return run(perhaps_done)
        except Exception as error:
            setback = judge(error)
            wait = max(setback.wait if setback else 0.0, backoff) * random.uniform(1.0, 1.25)  # noqa: S311  # no secret
            if setback is None or time.monotonic() + wait > deadline:
                raise
        perhaps_done = perhaps_done or setback.perhaps_done
        backoff = min(backoff * 2, _LONGEST)
        pause(wait)
