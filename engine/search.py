"""Finds the nearest of many unit vectors: exact, in memory, growing without ever copying what it has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.embed import DIMENSIONS, Vectors

Keys = NDArray[np.int64]

BLOCK = 65_536
"""Vectors a full block holds. Blocks keep growth cheap: a new one is added, the others stay where they are."""

_SMALLEST = 64


@dataclass(frozen=True, slots=True)
class Matches:
    """The nearest first: `keys` and their `cosines`, both of one length."""

    keys: Keys
    cosines: NDArray[np.float32]


class _Block:
    """Up to `capacity` vectors with their keys, ascending; the first `count` places are taken, `alive` or not."""

    __slots__ = ("alive", "count", "keys", "vectors")

    def __init__(self, capacity: int) -> None:
        self.keys: Keys = np.zeros(capacity, np.int64)
        self.vectors: Vectors = np.zeros((capacity, DIMENSIONS), np.float32)
        self.alive: NDArray[np.bool_] = np.zeros(capacity, np.bool_)
        self.count = 0

    @property
    def room(self) -> int:
        return len(self.keys) - self.count

    def append(self, keys: Keys, vectors: Vectors) -> None:
        end = self.count + len(keys)
        self.keys[self.count : end] = keys
        self.vectors[self.count : end] = vectors
        self.alive[self.count : end] = True
        self.count = end  # last, so that a search that runs meanwhile sees whole entries only

    def living(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.alive[: self.count])

    def copy(self, capacity: int) -> _Block:
        """The living entries in a block of their own."""
        block, living = _Block(capacity), self.living()
        block.append(self.keys[living], self.vectors[living])
        return block


class Index:
    """Unit vectors by key. One thread may change it while others search it."""

    def __init__(self) -> None:
        self._blocks: tuple[_Block, ...] = ()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add rows of `vectors`, n × 128, under `keys`, which ascend and are greater than every key so far."""
        self._size += len(keys)
        while len(keys):
            block = self._with_room(len(keys))
            part = min(block.room, len(keys))
            block.append(keys[:part], vectors[:part])
            keys, vectors = keys[part:], vectors[part:]

    def _with_room(self, wanted: int) -> _Block:
        """The last block, if need be a larger copy of it, or a new one."""
        *full, last = self._blocks or (None,)
        if last is not None and last.room:
            return last
        if last is not None and len(last.keys) < BLOCK:
            block = last.copy(min(BLOCK, max(2 * len(last.keys), last.count + wanted)))
            self._blocks = (*(b for b in full if b), block)
            return block
        block = _Block(min(BLOCK, max(_SMALLEST, wanted)) if last is None else BLOCK)
        self._blocks = (*self._blocks, block)
        return block

    def remove(self, key: int) -> None:
        """Forget a key; nothing happens when it is not there."""
        for number, block in enumerate(self._blocks):
            place = int(np.searchsorted(block.keys[: block.count], key))
            if place < block.count and block.keys[place] == key and block.alive[place]:
                block.alive[place] = False
                block.vectors[place] = 0  # Who was deleted is not kept in memory either.
                self._size -= 1
                self._shrink(number)
                return

    def _shrink(self, number: int) -> None:
        """Give back the room of a block that is mostly dead."""
        block = self._blocks[number]
        living = len(block.living())
        if living * 2 < block.count:
            replacement = (block.copy(max(_SMALLEST, living)),) if living else ()
            self._blocks = (*self._blocks[:number], *replacement, *self._blocks[number + 1 :])

    def search(self, query: Vectors, limit: int, floor: float) -> Matches:
        """The `limit` vectors nearest to the unit vector `query` whose cosine with it is at least `floor`."""
        found = [self._search_block(block, query, floor) for block in self._blocks]
        if not found:
            return Matches(np.empty(0, np.int64), np.empty(0, np.float32))
        return _best(np.concatenate([keys for keys, _ in found]), np.concatenate([c for _, c in found]), limit)

    @staticmethod
    def _search_block(block: _Block, query: Vectors, floor: float) -> tuple[Keys, NDArray[np.float32]]:
        count = block.count
        cosines = block.vectors[:count] @ query
        places = np.flatnonzero((cosines >= floor) & block.alive[:count])
        return block.keys[places], cosines[places]


def _best(keys: Keys, cosines: NDArray[np.float32], limit: int) -> Matches:
    """The `limit` highest cosines, highest first; of equal ones, the smaller key first."""
    if len(cosines) > limit:
        # Whatever ties with the last one that fits is kept until the ties are broken.
        kept = np.flatnonzero(cosines >= np.partition(cosines, -limit)[-limit])
        keys, cosines = keys[kept], cosines[kept]
    order = np.lexsort((keys, -cosines))[:limit]
    return Matches(keys[order], np.minimum(cosines[order], np.float32(1)))
