"""How crowded the neighbourhood of a face is: what makes a cosine mean the same for everybody.

A network that has seen few faces of an origin, a sex or an age puts them close together, and two strangers among them
are as near as one person's photos are elsewhere. So a vector is compared with a cohort too: with centroids of many
faces each, of every origin, sex and age. The nearest of them say how near its strangers are (`level`) and how far they
reach (`spread`), and the score of a pair is its cosine, measured against both faces' neighbourhoods.

docs/accuracy.md says what that brings, and what the centroids were made of.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .embed import Vectors, unit
from .versions import CALIBRATION_VERSION

Floats = NDArray[np.float32]

NEIGHBOURS = 50
"""So many of the nearest centroids are a face's neighbourhood. Of twenty, the level depends on too few; of a hundred, a
small group's neighbourhood is everybody's."""

_POWER = 0.15
"""Of each side's spread, in the unit of a score. Without it the young are told apart worse than need be; with a half,
faces of a kind that the cohort lacks come too near to each other."""

_USUAL = 0.08
"""A spread that leaves cosines as they are. Free to choose: it makes scores of a familiar size."""

_BATCH = 4096
"""Vectors placed at once: their cosines with a cohort stay in some megabytes."""

EXTRA = 2
"""Numbers that a vector gets in addition, so that the score of two is their inner product."""

_LARGE = 8
"""By so much these are larger in what is kept than in what is asked: a rough copy of what is kept then says as much of
them as of the vector itself."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Of n vectors: the mean of the cosines of each with its nearest centroids, and their standard deviation."""

    level: Floats
    spread: Floats


@dataclass(frozen=True, slots=True)
class Cohort:
    """Centroids of faces: unit rows, m × d. Terms of one `version` are alike."""

    centroids: Vectors
    version: int = field(init=False)

    def __post_init__(self) -> None:
        how = repr((CALIBRATION_VERSION, NEIGHBOURS, _POWER, _USUAL)).encode()
        object.__setattr__(self, "version", zlib.crc32(np.ascontiguousarray(self.centroids).data, zlib.crc32(how)))

    def neighbourhood(self, vectors: Vectors) -> Neighbourhood:
        """Where unit vectors (n × d) lie."""
        starts = range(0, max(len(vectors), 1), _BATCH)
        parts = [neighbourhood(vectors[start : start + _BATCH] @ self.centroids.T) for start in starts]
        return Neighbourhood(
            np.concatenate([part.level for part in parts]), np.concatenate([part.spread for part in parts])
        )

    def kept(self, vectors: Vectors) -> Vectors:
        """Unit vectors (n × d) as they are to be searched: n × (d + EXTRA)."""
        return self.placed(vectors, *self.terms(vectors))

    def terms(self, vectors: Vectors) -> tuple[Floats, Floats]:
        """What each of n unit vectors brings to its pairs: see `terms`."""
        return terms(self.neighbourhood(vectors))

    def placed(self, vectors: Vectors, scale: Floats, offset: Floats) -> Vectors:
        """As `kept`, of vectors whose terms are known."""
        return np.column_stack([scale[:, np.newaxis] * vectors, -_LARGE * offset, np.full_like(offset, _LARGE)])

    def asked(self, vectors: Vectors) -> Vectors:
        """Unit vectors (n × d) to search with. Inner products with rows of `kept` are scores."""
        scale, offset = self.terms(vectors)
        return np.column_stack([scale[:, np.newaxis] * vectors, np.full_like(offset, 1 / _LARGE), -offset / _LARGE])

    def scores(self, vectors: Vectors, others: Vectors) -> Floats:
        """The score of each of n vectors with each of m others: n × m."""
        return np.asarray(self.asked(vectors) @ self.kept(others).T, np.float32)


def neighbourhood(cosines: Floats) -> Neighbourhood:
    """Of n vectors by their cosines with centroids (n × m)."""
    few = min(NEIGHBOURS, cosines.shape[1])
    nearest = np.partition(cosines, -few, axis=1)[:, -few:]
    return Neighbourhood(nearest.mean(axis=1), nearest.std(axis=1))


def terms(place: Neighbourhood) -> tuple[Floats, Floats]:
    """What each side brings to a pair: the score is scale · scale' · cosine - offset - offset'.

    That is the cosine above the mean of both levels, in a unit in which both spreads count.
    """
    scale = (_USUAL / np.maximum(place.spread, 1e-3)) ** _POWER
    return np.asarray(scale, np.float32), np.asarray(scale**2 * place.level / 2, np.float32)


def read(name: str) -> Cohort:
    """The cohort `name` that comes with the engine: unit rows, written down as whole numbers of eight bits."""
    return Cohort(unit(np.load(Path(__file__).with_name(f"{name}.npy")).astype(np.float32)))
