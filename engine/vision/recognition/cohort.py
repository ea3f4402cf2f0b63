"""How crowded the neighbourhood of a face is: what makes a cosine mean the same for everybody.

A network that has seen few faces of an origin, a sex or an age puts them close together, and two strangers among them
are as near as one person's photos are elsewhere. So a vector is compared with a cohort too: with centroids of many
faces each, of every origin, sex and age. The nearest of them say how near its strangers are (its level), and the score
of a pair is its cosine, measured against the levels of both.

docs/accuracy.md says what that brings, and what the centroids were made of.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..networks import CALIBRATION_VERSION
from .embed import Vectors, unit

Floats = NDArray[np.float32]

NEIGHBOURS = 50
"""So many of the nearest centroids are a face's neighbourhood. Of twenty, the level depends on too few; of a hundred, a
small group's neighbourhood is everybody's."""

_WEIGHT = 1.6
"""Of the level: where it is higher by one in a group, the cosines that one pair of strangers in a thousand reaches are
higher by 1.6. `benchmarks.calibrate` prints the slope. Strangers are nearer to each other than to centroids of many."""

_BATCH = 4096
"""Vectors placed at once: their cosines with a cohort stay in some megabytes."""

EXTRA = 2
"""Numbers that a vector gets in addition, so that the score of two is their inner product."""

_LARGE = 8
"""By so much these are larger in what is kept than in what is asked: a rough copy of what is kept then says as much of
them as of the vector itself."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Centroids of faces: unit rows, m × d. Offsets of one `version` are alike."""

    centroids: Vectors
    version: int = field(init=False)

    def __post_init__(self) -> None:
        how = repr((CALIBRATION_VERSION, NEIGHBOURS, _WEIGHT)).encode()
        object.__setattr__(self, "version", zlib.crc32(np.ascontiguousarray(self.centroids).data, zlib.crc32(how)))

    def levels(self, vectors: Vectors) -> Floats:
        """How near each of the unit vectors (n × d) is to the centroids around it."""
        starts = range(0, max(len(vectors), 1), _BATCH)
        parts = [levels(vectors[start : start + _BATCH] @ self.centroids.T) for start in starts]
        return np.concatenate(parts)

    def kept(self, vectors: Vectors) -> Vectors:
        """Unit vectors (n × d) as they are to be searched: n × (d + EXTRA)."""
        return placed(vectors, self.offsets(vectors))

    def offsets(self, vectors: Vectors) -> Floats:
        """What each of the unit vectors (n × d) takes away from its pairs' cosines."""
        return offsets(self.levels(vectors))

    def asked(self, vectors: Vectors) -> Vectors:
        """Unit vectors (n × d) to search with. Inner products with rows of `kept` are scores."""
        offset = self.offsets(vectors)
        return np.column_stack([vectors, np.full_like(offset, 1 / _LARGE), -offset / _LARGE])

    def scores(self, vectors: Vectors, others: Vectors) -> Floats:
        """The score of each of n vectors with each of m others: n × m."""
        return np.asarray(self.asked(vectors) @ self.kept(others).T, np.float32)


def levels(cosines: Floats) -> Floats:
    """Of n vectors by their cosines with centroids (n × m): the mean of the highest."""
    few = min(NEIGHBOURS, cosines.shape[1])
    return np.asarray(np.partition(cosines, -few, axis=1)[:, -few:].mean(axis=1), np.float32)


def offsets(level: Floats) -> Floats:
    """What each side takes away from a pair's cosine: half of what strangers with such a level reach more."""
    return np.asarray(_WEIGHT / 2 * level, np.float32)


def placed(vectors: Vectors, offset: Floats) -> Vectors:
    """As `Cohort.kept`, of vectors whose offsets are known."""
    count, width = vectors.shape
    rows = np.empty((count, width + EXTRA), np.float32)
    rows[:, :width], rows[:, width], rows[:, width + 1] = vectors, -_LARGE * offset, _LARGE
    return rows


def read(name: str) -> Cohort:
    """The cohort `name` that comes with the engine: unit rows, written down as whole numbers of eight bits."""
    return Cohort(unit(np.load(Path(__file__).with_name(f"{name}.npy")).astype(np.float32)))
