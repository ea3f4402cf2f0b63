"""How a vector is written: its numbers, where it lies among the cohort, sealed or not, with a checksum.

Where a vector lies takes fifty times as long to find out as to read: with that, a collection is in memory at once.
The vector itself stays what the models made: with another cohort it is only placed anew.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..vision import Cohort, Vectors, placed
from .cipher import Cipher, Plain

_PLACE = 2
"""Numbers after those of the vector: its offset, and by which cohort."""


Stored = bytes | memoryview
"""A vector as it is in a store."""

_PLAIN = Plain()


checksum = zlib.crc32
"""By which a vector, as it is stored, is known to be what was written."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes and reads vectors of as many numbers as the cohort's."""

    cohort: Cohort
    cipher: Cipher = _PLAIN

    @property
    def dimensions(self) -> int:
        return int(self.cohort.centroids.shape[1])

    def write(self, vectors: Vectors) -> list[bytes]:
        """Unit vectors (n × d), as each is to be stored."""
        offset = self.cohort.offsets(vectors)
        by = np.full(len(vectors), self.cohort.version, np.uint32).view(np.float32)
        rows = np.column_stack([vectors, offset, by]).astype(np.float32, copy=False)
        return [self.cipher.seal(row.tobytes()) for row in rows]

    def vectors(self, stored: Sequence[Stored]) -> Vectors:
        """As the models made them: n × d."""
        rows: Vectors = self._rows(stored)[:, : self.dimensions]
        return rows

    def searched(self, stored: Sequence[Stored]) -> Vectors:
        """As the cohort has them searched: n × (d + 2)."""
        rows = self._rows(stored)
        vectors, offset = rows[:, : self.dimensions], rows[:, -2]
        elsewhere = np.flatnonzero(rows[:, -1].view(np.uint32) != self.cohort.version)
        if len(elsewhere):  # by another release, which has not been the last one to open the store
            offset = offset.copy()
            offset[elsewhere] = self.cohort.offsets(vectors[elsewhere])
        return placed(vectors, offset)

    def _rows(self, stored: Sequence[Stored]) -> Vectors:
        width = self.dimensions + _PLACE
        return np.frombuffer(self.cipher.join(stored), np.float32).reshape(len(stored), width)

    def rewritten(self, stored: Sequence[Stored], before: Cipher) -> list[bytes]:
        """What was written in another way, as it is to be stored."""
        plain = np.frombuffer(before.join(stored), np.float32).reshape(len(stored), -1)
        return self.write(plain[:, : self.dimensions])


UNREAD = Writing(Cohort(np.empty((0, 0), np.float32)))
"""For who looks at a store and reads no vector."""
