"""What a threshold means for a whole team: a photo is as many comparisons as there are people to be found.

A similarity of t lets one in 10,000 / (100 − t) comparisons of two strangers pass who are alike: of one origin, sex and
age. Only the embedded engine's does; Amazon does not say what its own means.
"""

from __future__ import annotations

import math

from engine import MEASURED

AT_MOST = 0.01
"""Of strangers alike, so many may get a name where the threshold follows the size of the team."""

LEAST = 99.0
"""Where it does, it is never lower: in a small team too, a name must be meant."""

MOST = MEASURED
"""Nothing is promised above it: there were too few strangers to count those who pass."""

SENSIBLE = (80.0, 90.0, 95.0, 99.0, 99.9, MOST)
"""Thresholds to choose from."""

_STEPS = (LEAST, 99.5, 99.8, 99.9, 99.95, 99.98, MOST)


def rate(threshold: float) -> float:
    """Of comparisons of two strangers alike, the share that passes; no less than has been measured."""
    return (1 - min(threshold, MOST) / 100) / 100


def chance(threshold: float, comparisons: int) -> float:
    """That a stranger alike gets some name, being compared with so many."""
    return -math.expm1(comparisons * math.log1p(-rate(threshold)))


def one_in(threshold: float, comparisons: int) -> int | None:
    """Of how many strangers alike one gets some name, in two digits; None where there is nobody to be taken for."""
    if not comparisons:
        return None
    strangers = 1 / chance(threshold, comparisons)
    return int(round(strangers, min(0, 1 - math.floor(math.log10(strangers)))))


def automatic(comparisons: int) -> float:
    """The lowest step at which at most `AT_MOST` of strangers alike get a name; the highest where none is enough."""
    return next((step for step in _STEPS if chance(step, comparisons) <= AT_MOST), _STEPS[-1])


def is_enough(threshold: float, comparisons: int) -> bool:
    """Whether at most `AT_MOST` of strangers alike get a name."""
    return chance(threshold, comparisons) <= AT_MOST


def is_measured(threshold: float) -> bool:
    """Whether there were enough strangers to count those who pass it."""
    return threshold <= MOST


def with_margin(threshold: float) -> float:
    """A threshold that twice as many strangers pass: who is above it comes near to being taken for another."""
    return max(0.0, 100 - 2 * (100 - min(threshold, MOST)))
