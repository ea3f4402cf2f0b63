"""What a similarity means: scores of two vectors as Rekognition's 0 to 100, by the rate of false matches.

`similarity = 100 · (1 − 100 · FAR)`: at a threshold of 99, one comparison of two strangers in 10,000 passes; at 90 one
in 1,000; at 80 two in 1,000; where more than one in 100 would, the similarity is 0. Strangers are people alike: of one
origin, sex and age, in the group of them that a model tells apart worst. A score is a cosine measured against both
faces' neighbourhoods (cohort.py), so that it means the same in every group. The curves say which score
which share of strangers reaches; between the knots, and beyond the last, the share's logarithm is linear. What they
hold on people they were not fitted on is in docs/accuracy.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..networks import BOTH_VERSION
from .cohort import Cohort, read
from .embed import Vectors

MEASURED = 99.99
"""The similarity up to which there were enough strangers to count. What is higher only says which match is the better
one, and comes near to 100 without claiming a rate."""

_RAREST = float(np.log10((1 - MEASURED / 100) / 100))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The false match rate of strangers as a function of the score: `scores` rise as `log10_rates` fall."""

    scores: tuple[float, ...]
    log10_rates: tuple[float, ...]

    def similarity(self, score: ArrayLike) -> NDArray[np.float64]:
        """0 to 100, of scores of any shape."""
        rates = _interpolate(np.asarray(score, np.float64), self.scores, self.log10_rates)
        return np.clip(100 * (1 - 100 * 10 ** _claimed(rates)), 0, 100)

    def score(self, similarity: ArrayLike) -> NDArray[np.float64]:
        """The smallest score whose similarity is at least `similarity`; of 0, −∞, which every pair passes."""
        wanted = np.asarray(similarity, np.float64)
        rates = _meant(np.log10(np.maximum((1 - wanted / 100) / 100, 1e-12)))
        scores = _interpolate(-rates, tuple(-rate for rate in self.log10_rates), self.scores)
        return np.where(wanted <= 0, -np.inf, scores)


@lru_cache
def _lowest(curves: tuple[Calibration, ...], similarity: float) -> float:
    """Kept, as all faces of a photo are searched with one threshold."""
    return min(float(curve.score(similarity)) for curve in curves)


def _claimed(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithms of rates, those that nobody has measured crowded together: each further digit takes ten times more."""
    return np.where(rates < _RAREST, _RAREST - np.log10(1 + np.maximum(_RAREST - rates, 0)), rates)


def _meant(claimed: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of `_claimed`."""
    return np.where(claimed < _RAREST, _RAREST + 1 - 10 ** np.maximum(_RAREST - claimed, 0), claimed)


@dataclass(frozen=True, slots=True)
class Scale:
    """What makes similarities of one recogniser's vectors: the cohort, and the curve of each kind of pair.

    `curves` are by the number of faces that a user vector unites, that of one face being the curve of two faces. In a
    neighbourhood whose level is above `crowded` strangers cannot be told apart.
    """

    cohort: Cohort
    curves: Mapping[int, Calibration]
    crowded: float

    def of_user(self, faces: int) -> Calibration:
        """For a face against the vector of a user of so many faces."""
        return self.curves[max(known for known in self.curves if known <= max(faces, 1))]

    def lowest(self, similarity: float) -> float:
        """The smallest score that is such a similarity by any curve."""
        return _lowest(tuple(self.curves.values()), similarity)

    def similarities(self, vectors: Vectors, others: Vectors, faces: int = 1) -> NDArray[np.float64]:
        """Of each of n vectors of a face with each of m others, user vectors of so many faces: n × m."""
        return self.of_user(faces).similarity(self.cohort.scores(vectors, others))

    def is_crowded(self, vectors: Vectors) -> NDArray[np.bool_]:
        """Of n vectors: whether too many strangers are too near to any of them, as they are of small children."""
        return np.asarray(self.cohort.levels(vectors) > self.crowded)


_RATES = (-2.0, -2.699, -3.0, -4.0)
_SFACE = {
    1: Calibration((0.0015, 0.0692, 0.0979, 0.165), _RATES),
    2: Calibration((0.0021, 0.0716, 0.1004, 0.1695), _RATES),
    3: Calibration((0.0053, 0.0745, 0.1045, 0.1719), _RATES),
    5: Calibration((0.0059, 0.0771, 0.1075, 0.1753), _RATES),
}
_BOTH = {
    1: Calibration((0.0299, 0.0956, 0.1255, 0.208), _RATES),
    2: Calibration((0.0309, 0.0987, 0.128, 0.2122), _RATES),
    3: Calibration((0.0336, 0.1033, 0.132, 0.2181), _RATES),
    5: Calibration((0.0359, 0.1071, 0.138, 0.2216), _RATES),
}
_CROWDED, _CROWDED_OF_BOTH = 0.345, 0.325
"""All fitted by benchmarks.calibrate; a neighbourhood is crowded when one adult in 2,000 has one like it."""


@cache
def scale_of(version: str) -> Scale:
    """The scale of vectors of this version."""
    if version == BOTH_VERSION:
        return Scale(read("cohort-both"), _BOTH, _CROWDED_OF_BOTH)
    return Scale(read("cohort-sface"), _SFACE, _CROWDED)


def _interpolate(x: NDArray[np.float64], knots: tuple[float, ...], values: tuple[float, ...]) -> NDArray[np.float64]:
    """Piecewise linear through the knots (rising), and straight on beyond the first and the last."""
    segment = np.clip(np.searchsorted(knots, x) - 1, 0, len(knots) - 2)
    start, slope = np.asarray(values)[segment], (np.diff(values) / np.diff(knots))[segment]
    return np.asarray(start + slope * (x - np.asarray(knots)[segment]), np.float64)
