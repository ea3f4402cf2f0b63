"""A rough copy of many vectors, 32 bytes each, that names the likely nearest of a million within two milliseconds.

Each vector is turned by a fixed rotation, which spreads what it holds evenly over its 128 numbers, and each number is
rounded to one of four levels. Comparing a query with such codes is what faiss calls a 4-bit product quantiser and scans
with the processor's shuffle instructions. The levels are those that lose least on normally distributed numbers, so
nothing is learned from the vectors and a store needs no training. Estimated cosines are off by about 0.03: good enough
to name candidates, which are then compared exactly.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..vision import DIMENSIONS, Vectors

Places = NDArray[np.int64]
Codes = NDArray[np.uint8]

_PAIRS = DIMENSIONS // 2
_BITS = 4
"""Two numbers of two bits each make one of faiss's codes."""

_EDGE = np.float32(0.9816 / DIMENSIONS**0.5)
_LEVELS = np.array([-1.510, -0.4528, 0.4528, 1.510], np.float32) / np.float32(DIMENSIONS**0.5)
"""Lloyd and Max's four levels for a normal distribution, of the size that numbers of a unit vector have."""


def is_available() -> bool:
    """Whether faiss is installed. Without it, searches of large collections are exact, and slower."""
    return importlib.util.find_spec("faiss") is not None


class Coarse:
    """Codes of vectors by their places, 0 and up in the order added. Threads may share one."""

    def __init__(self) -> None:
        self._faiss: ModuleType = importlib.import_module("faiss")
        generator = np.random.default_rng(DIMENSIONS)
        self._rotation = np.linalg.qr(generator.standard_normal((DIMENSIONS, DIMENSIONS)))[0].astype(np.float32)
        self._index = self._with_levels(self._faiss.IndexPQFastScan)
        self._turn = threading.Lock()
        self._worker = ThreadPoolExecutor(1, "coarse")
        self._jobs: list[Future[None]] = []
        self._codes: list[Codes] = []
        self.given = 0

    def __len__(self) -> int:
        """How many of the vectors given, the first ones, can be found."""
        return int(self._index.ntotal)

    def add(self, vectors: Vectors) -> None:
        """Append n × 128, many at once. They are encoded in the background: of a million, for a second or two."""
        self.given += len(vectors)
        self._jobs = [job for job in self._jobs if not job.done()]
        self._jobs.append(self._worker.submit(self._take, vectors))

    def settle(self) -> None:
        """Wait until all that was given can be found. Raises what went wrong in the background."""
        for job in self._jobs:
            job.result()

    def nearest(self, query: Vectors, count: int) -> Places:
        """The places of the `count` vectors that seem nearest to the unit vector `query`, ascending."""
        rotated = (query @ self._rotation)[np.newaxis]
        with self._turn:
            _, places = self._index.search(rotated, min(count, len(self)))
        return np.sort(places[0][places[0] >= 0])

    def _take(self, vectors: Vectors) -> None:
        # Encoded here, because faiss would compare each pair of numbers with all sixteen of its centroids.
        self._codes.append(encode(vectors @ self._rotation))
        if sum(map(len, self._codes)) + len(self) < min(self.given, 2 * len(self)):
            return  # faiss copies all that it has whenever it takes more
        plain = self._with_levels(self._faiss.IndexPQ)
        plain.add_sa_codes(np.concatenate(self._codes))
        packed = self._faiss.IndexPQFastScan(plain)
        with self._turn:
            self._index.merge_from(packed)
        self._codes = []

    def _with_levels(self, kind: Any) -> Any:
        index = kind(DIMENSIONS, _PAIRS, _BITS, self._faiss.METRIC_INNER_PRODUCT)
        pairs = np.array([(_LEVELS[code & 3], _LEVELS[code >> 2]) for code in range(1 << _BITS)], np.float32)
        self._faiss.copy_array_to_vector(np.tile(pairs, (_PAIRS, 1)).ravel(), index.pq.centroids)
        index.is_trained = True
        return index


def encode(rotated: Vectors) -> Codes:
    """Four numbers to a byte, two bits each, the first in the lowest: n × 128 become n × 32."""
    edges = (-_EDGE, np.float32(0), _EDGE)
    low, middle, high = ((rotated > edge).view(np.uint8) for edge in edges)
    levels = low + middle + high
    pairs = levels[:, 0::2] | (levels[:, 1::2] << 2)
    return np.ascontiguousarray(pairs[:, 0::2] | (pairs[:, 1::2] << 4))
