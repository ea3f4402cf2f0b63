"""How a vector is written: its numbers, where it lies among the cohort, sealed or not, with a checksum.

Where a vector lies takes fifty times as long to find out as to read: with that, a collection is in memory at once.
The vector itself stays what the models made: with another cohort it is only placed anew.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import StoreError
from ..vision import Cohort, Vectors, placed
from .cipher import Cipher, Plain, wrong_key

_PLACE = 2
"""Numbers after those of the vector: its offset, and by which cohort."""

_NUMBER = 4
"""Bytes of one."""

_NONE = np.empty(0, np.float32)

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

    def is_readable(self, stored: Stored) -> bool:
        try:
            self._rows([stored])
        except StoreError:
            return False
        return True

    def recovered(self, stored: Stored) -> Vectors | None:
        """The vector in what was written in any way: sealed or not, placed or not; None where the key is not given."""
        try:
            plain = self.cipher.join([stored])
        except StoreError:
            plain = bytes(stored)
        numbers = np.frombuffer(plain, np.float32) if len(plain) % _NUMBER == 0 else _NONE
        is_whole = len(numbers) in (self.dimensions, self.dimensions + _PLACE)
        return numbers[: self.dimensions] if is_whole else None

    def _rows(self, stored: Sequence[Stored]) -> Vectors:
        """Raises StoreError when one of them cannot be read."""
        plain, width = self.cipher.join(stored), self.dimensions + _PLACE
        if len(plain) != _NUMBER * width * len(stored):
            raise wrong_key()
        return np.frombuffer(plain, np.float32).reshape(len(stored), width)


UNREAD = Writing(Cohort(np.empty((0, 0), np.float32)))
"""For who looks at a store and reads no vector."""
