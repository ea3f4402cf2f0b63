"""A rough copy of many vectors, two bits a number, that names the likely nearest of a million within two milliseconds.

Each vector is turned by a fixed rotation, which spreads what it holds evenly over its numbers, and each number is
rounded to one of four levels. What all vectors have in common is left out before: it says nothing of which is nearer.
Comparing a query with such codes is what faiss calls a 4-bit product quantiser and scans with the processor's shuffle
instructions. The levels are those that lose least on normally distributed numbers, so nothing is learned from the
vectors and a store needs no training. Estimated scores are off by about 0.03, whichever the vectors are, as the
rotation has nothing to do with them: so it can be said how low an estimate may be at all.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..vision import Vectors

Places = NDArray[np.int64]
Codes = NDArray[np.uint8]

_BITS = 4
"""Two numbers of two bits each make one of faiss's codes, and two codes a byte."""

_EDGE = 0.9816
_LEVELS = np.array([-1.510, -0.4528, 0.4528, 1.510], np.float32)
"""Lloyd and Max's four levels for a normal distribution, and the edge between the second two."""


_SURE = 4.0
"""Deviations from the estimate that is to be expected: farther below it is one vector in 30,000."""

_SAMPLE = 256
"""Vectors of each batch by which the estimates are judged."""


def is_available() -> bool:
    """Whether faiss is installed. Without it, searches of large collections are exact, and slower."""
    return importlib.util.find_spec("faiss") is not None


@dataclass(frozen=True, slots=True)
class _Error:
    """How estimates come out. Of what a code stands for, a share lies `along` its vector, give or take a `deviation`.

    The rest lies `across` it, in any direction, and adds to the product with a unit vector what chance wants.
    """

    along: float = 1.0
    deviation: float = 0.0
    across: float = 0.0

    def worse(self, other: _Error) -> _Error:
        worst = min(self.along, other.along), max(self.deviation, other.deviation), max(self.across, other.across)
        return _Error(*worst)


class Coarse:
    """Codes of vectors by their places, 0 and up in the order added. Threads may share one."""

    def __init__(self, width: int) -> None:
        """For vectors of so many numbers, of about length 1."""
        self._faiss: ModuleType = importlib.import_module("faiss")
        self._width = -(-width // 4) * 4
        generator = np.random.default_rng(self._width)
        square = np.linalg.qr(generator.standard_normal((self._width, self._width)))[0].astype(np.float32)
        self._rotation = square[:width] * np.float32(self._width**0.5)
        self._common: Vectors | None = None
        self._index = self._with_levels(self._faiss.IndexPQFastScan)
        self._turn = threading.Lock()
        self._worker = ThreadPoolExecutor(1, "coarse")
        self._jobs: list[Future[None]] = []
        self._codes: list[Codes] = []
        self._error = _Error()
        self.given = 0

    def __len__(self) -> int:
        """How many of the vectors given, the first ones, can be found."""
        return int(self._index.ntotal)

    @property
    def nbytes(self) -> int:
        """What it takes in memory once it has all that was given."""
        return self.given * self._width // 4

    def add(self, vectors: Vectors) -> None:
        """Append n × width, many at once. They are encoded in the background: of a million, for a second or two."""
        self.given += len(vectors)
        self._jobs = [job for job in self._jobs if not job.done()]
        self._jobs.append(self._worker.submit(self._take, vectors))

    def settle(self) -> None:
        """Wait until all that was given can be found. Raises what went wrong in the background."""
        for job in self._jobs:
            job.result()

    def nearest(self, query: Vectors, count: int) -> tuple[Places, Vectors]:
        """The places of the `count` vectors that seem nearest to `query`, and their estimates; the highest first."""
        rotated = (query @ self._rotation / self._width)[np.newaxis]  # of both lengths the rotation has made more
        with self._turn:
            estimates, places = self._index.search(rotated, min(count, len(self)))
        return places[0][places[0] >= 0], estimates[0][places[0] >= 0] + self._shared(query)

    def least(self, product: float, query: Vectors) -> float:
        """The lowest estimate that a vector has whose product with `query` is `product`, but for one in 30,000."""
        error, shared = self._error, self._shared(query)
        apart = product - shared
        chance = np.hypot(error.across * np.linalg.norm(query), error.deviation * apart)
        return float(error.along * apart - _SURE * chance) + shared

    def _shared(self, query: Vectors) -> float:
        """What every vector's product with `query` has in it, because all have something in common."""
        return 0.0 if self._common is None else float(query @ self._common)

    def _take(self, vectors: Vectors) -> None:
        # Encoded here, because faiss would compare each pair of numbers with all sixteen of its centroids.
        if self._common is None:
            self._common = vectors.mean(axis=0)
        rotated = (vectors - self._common) @ self._rotation
        self._codes.append(encode(rotated))
        self._error = self._error.worse(_error_of(rotated[:: max(1, len(rotated) // _SAMPLE)]))
        if sum(map(len, self._codes)) + len(self) < min(self.given, 2 * len(self)):
            return  # faiss copies all that it has whenever it takes more
        plain = self._with_levels(self._faiss.IndexPQ)
        plain.add_sa_codes(np.concatenate(self._codes))
        packed = self._faiss.IndexPQFastScan(plain)
        with self._turn:
            self._index.merge_from(packed)
        self._codes = []

    def _with_levels(self, kind: Any) -> Any:
        index = kind(self._width, self._width // 2, _BITS, self._faiss.METRIC_INNER_PRODUCT)
        pairs = np.array([(_LEVELS[code & 3], _LEVELS[code >> 2]) for code in range(1 << _BITS)], np.float32)
        self._faiss.copy_array_to_vector(np.tile(pairs, (self._width // 2, 1)).ravel(), index.pq.centroids)
        index.is_trained = True
        return index


def _error_of(rotated: Vectors) -> _Error:
    rough = decode(encode(rotated))
    along = (rough * rotated).sum(axis=1) / np.maximum((rotated * rotated).sum(axis=1), 1e-12)
    across = np.linalg.norm(rough - along[:, np.newaxis] * rotated, axis=1) / rotated.shape[1]
    return _Error(float(along.mean()), float(along.std()), float(np.sqrt((across * across).mean())))


def encode(rotated: Vectors) -> Codes:
    """Four numbers to a byte, two bits each, the first in the lowest: n × 4m become n × m."""
    edges = (np.float32(-_EDGE), np.float32(0), np.float32(_EDGE))
    low, middle, high = ((rotated > edge).view(np.uint8) for edge in edges)
    levels = low + middle + high
    pairs = levels[:, 0::2] | (levels[:, 1::2] << 2)
    return np.ascontiguousarray(pairs[:, 0::2] | (pairs[:, 1::2] << 4))


def decode(codes: Codes) -> Vectors:
    """What `encode` has left of the vectors: n × m become n × 4m."""
    places = np.stack([codes & 3, codes >> 2 & 3, codes >> 4 & 3, codes >> 6], axis=-1)
    return np.asarray(_LEVELS[places].reshape(len(codes), -1), np.float32)
