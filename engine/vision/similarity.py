"""What a similarity means: cosines of SFace's vectors as Rekognition's 0 to 100, by the rate of false matches.

`similarity = 100 · (1 − 100 · FAR)`: at a threshold of 99, one comparison of two strangers in 10,000 passes; at 90 one
in 1,000; at 80 two in 1,000; where more than one in 100 would, the similarity is 0. The curves below say which cosine
which share of strangers reaches; between the knots, and beyond the last, the share's logarithm is linear. What they
hold on people they were not fitted on is in docs/accuracy.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

MODEL_VERSION = "sface-2021dec/2"
"""Vectors of different versions must not be compared."""

CALIBRATION_VERSION = "lfw-dev/2"
"""Similarities of different versions must not be compared."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The false match rate of strangers as a function of the cosine: `cosines` rise as `log10_rates` fall."""

    cosines: tuple[float, ...]
    log10_rates: tuple[float, ...]

    def similarity(self, cosine: ArrayLike) -> NDArray[np.float64]:
        """0 to 100, of cosines of any shape."""
        rates = 10 ** _interpolate(np.asarray(cosine, np.float64), self.cosines, self.log10_rates)
        return np.clip(100 * (1 - 100 * rates), 0, 100)

    def cosine(self, similarity: ArrayLike) -> NDArray[np.float64]:
        """The smallest cosine whose similarity is at least `similarity`; of 0, −1, which every pair passes."""
        wanted = np.asarray(similarity, np.float64)
        rates = np.log10(np.maximum((1 - wanted / 100) / 100, 1e-12))
        cosines = _interpolate(-rates, tuple(-rate for rate in self.log10_rates), self.cosines)
        return np.where(wanted <= 0, -1.0, np.minimum(cosines, 1.0))


FACES = Calibration((0.2242, 0.2773, 0.2974, 0.3577), (-2.0, -2.699, -3.0, -4.0))
"""A face against a face. Fitted by benchmarks/calibrate.py on strangers among half of the people of a half of LFW."""

USERS = Calibration((0.2287, 0.2844, 0.3047, 0.3666), (-2.0, -2.699, -3.0, -4.0))
"""A face against a user vector, fitted likewise: the more faces a user vector unites, the higher strangers' cosines, so
this is the mean of the curves of two, three and five faces."""


def of_user(faces: int) -> Calibration:
    """For a face against the vector of a user of so many faces; that of one face is the face."""
    return FACES if faces == 1 else USERS


def _interpolate(x: NDArray[np.float64], knots: tuple[float, ...], values: tuple[float, ...]) -> NDArray[np.float64]:
    """Piecewise linear through the knots (rising), and straight on beyond the first and the last."""
    segment = np.clip(np.searchsorted(knots, x) - 1, 0, len(knots) - 2)
    start, slope = np.asarray(values)[segment], (np.diff(values) / np.diff(knots))[segment]
    return np.asarray(start + slope * (x - np.asarray(knots)[segment]), np.float64)
