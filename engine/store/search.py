"""Finds the highest scores among those of many vectors, in memory: exactly, or out of a million in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..vision import Vectors
from .coarse import Coarse, Places, is_available

Keys = NDArray[np.int64]
Scores = NDArray[np.float32]

EXACT_UP_TO = 20_000
"""Up to so many vectors, every one is compared. Beyond, those that a rough copy cannot rule out, and the newest."""

_SMALLEST, _LARGEST = 16, 65_536
"""How many vectors a block holds."""

_OWN = 2_000
"""Bytes of an index that do not depend on how much is in it."""

_SMALLEST_CHUNK, _LARGEST_CHUNK = 1_024, 16_384
"""Vectors that join the rough copy at once; fewer than this are the newest, which it does not have yet."""

_NEWEST = 64
"""One in so many vectors may be among the newest."""

_LISTED = 64
"""One in so many vectors is listed at first: going through the rough copy is most of the work, listing little of it."""

_WORTHWHILE = 8
"""When more than one in so many vectors would have to be looked up, to compare all of them takes no longer."""

_CANDIDATES = 200
"""So many are compared first, or twice as many as are asked for."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The highest first: `keys` and their `scores`, inner products with the query, both of one length."""

    keys: Keys
    scores: Scores


class _Block:
    """Vectors with their keys, ascending. The first `count` places are taken, by the living or the dead."""

    __slots__ = ("alive", "capacity", "count", "keys", "vectors")

    def __init__(self, capacity: int, dimensions: int) -> None:
        self.keys: Keys = np.zeros(capacity, np.int64)
        self.vectors: Vectors = np.zeros((capacity, dimensions), np.float32)
        self.alive: NDArray[np.bool_] = np.zeros(capacity, np.bool_)
        self.capacity = capacity
        self.count = 0

    @property
    def nbytes(self) -> int:
        return self.keys.nbytes + self.vectors.nbytes + self.alive.nbytes

    def append(self, keys: Keys, vectors: Vectors) -> None:
        end = self.count + len(keys)
        self.keys[self.count : end] = keys
        self.vectors[self.count : end] = vectors
        self.alive[self.count : end] = True
        self.count = end  # last, so that a search that runs meanwhile sees whole entries only

    def enlarged(self, capacity: int) -> _Block:
        block = _Block(capacity, self.vectors.shape[1])
        block.append(self.keys[: self.count], self.vectors[: self.count])
        block.alive[: self.count] = self.alive[: self.count]
        return block

    def forget(self, keys: Keys) -> int:
        """How many of `keys` were here and alive, and are no more."""
        count = self.count
        places = np.searchsorted(self.keys[:count], keys)
        places, keys = places[places < count], keys[places < count]
        places = places[(self.keys[places] == keys) & self.alive[places]]
        self.alive[places] = False
        self.vectors[places] = 0  # Who was deleted is not kept in memory either.
        return len(places)

    def compare(self, query: Vectors, floor: float, places: Places | slice) -> Matches:
        """Those at `places` whose score with `query` is at least `floor`; in no order."""
        # Not `@`: BLAS would share that among threads that wait for one another busily, on a busy machine for long.
        scores = np.vecdot(self.vectors[places], query)
        good = np.flatnonzero((scores >= floor) & self.alive[places])
        return Matches(self.keys[places][good], scores[good])


@dataclass(frozen=True, slots=True)
class _State:
    """What a search needs at one moment. Block n has the places from n · _LARGEST on; `coarse` has the first ones."""

    blocks: tuple[_Block, ...] = ()
    coarse: Coarse | None = None


class Index:
    """Vectors of one length by key. One thread may change it while others search it.

    Nothing that is in it moves when more is added: full blocks stay where they are, and only the first one, as long as
    it is small, grows by doubling.
    """

    def __init__(self) -> None:
        self._state = _State()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def nbytes(self) -> int:
        """What it takes in memory, about."""
        state = self._state
        blocks = sum(block.nbytes for block in state.blocks)
        return _OWN + blocks + (state.coarse.nbytes if state.coarse is not None else 0)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add rows of `vectors`, all as long, under `keys`, which ascend and are greater than every key so far."""
        self._size += len(keys)
        while len(keys):
            block = self._with_room(*vectors.shape)
            part = min(block.capacity - block.count, len(keys))
            block.append(keys[:part], vectors[:part])
            keys, vectors = keys[part:], vectors[part:]

    def refine(self) -> None:
        """Have the rough copy brought up to all but the newest vectors, in the background; to be called after adding.

        Until it is, searches are as right and take longer.
        """
        blocks, coarse = self._state.blocks, self._state.coarse
        if coarse is None and self._size > EXACT_UP_TO and is_available():
            coarse = Coarse(blocks[0].vectors.shape[1])
            self._state = _State(blocks, coarse)
        if coarse is not None:
            taken = (len(blocks) - 1) * _LARGEST + blocks[-1].count
            chunk = min(max(_SMALLEST_CHUNK, taken // _NEWEST), _LARGEST_CHUNK)
            while taken - coarse.given >= chunk:
                number, place = divmod(coarse.given, _LARGEST)
                coarse.add(blocks[number].vectors[place : min(place + chunk, _LARGEST)])

    def settle(self) -> None:
        """Wait for what `refine` has begun."""
        if self._state.coarse is not None:
            self._state.coarse.settle()

    def remove(self, keys: Sequence[int]) -> None:
        """Forget keys; nothing happens for one that is not there."""
        leaving = np.unique(np.asarray(keys, np.int64))
        for block in self._state.blocks:
            self._size -= block.forget(leaving)
        taken = sum(block.count for block in self._state.blocks)
        if taken > _SMALLEST and self._size * 2 < taken:
            self._rebuild()

    def search(self, query: Vectors, limit: int, floor: float) -> Matches:
        """The `limit` vectors with the highest scores with `query`, of those whose score is at least `floor`."""
        state = self._state
        found = _likely(state.blocks, state.coarse, query, limit, floor) if state.coarse is not None else None
        return _best(_compared(state.blocks, query, floor, 0), limit) if found is None else found

    def _with_room(self, wanted: int, dimensions: int) -> _Block:
        """The last block, or a larger one in its place, or a new one."""
        *others, last = self._state.blocks or (_Block(0, dimensions),)
        if last.count < last.capacity:
            return last
        if last.capacity < _LARGEST:
            block = last.enlarged(min(_LARGEST, max(_SMALLEST, 2 * last.capacity, last.count + wanted)))
        else:
            others, block = [*others, last], _Block(_LARGEST, dimensions)
        self._state = _State((*others, block), self._state.coarse)
        return block

    def _rebuild(self) -> None:
        """Let go of the dead, once they are the greater part."""
        smaller = Index()
        for block in self._state.blocks:
            living = np.flatnonzero(block.alive[: block.count])
            smaller.add(block.keys[living], block.vectors[living])
        smaller.refine()
        self._state = smaller._state


def _likely(blocks: tuple[_Block, ...], coarse: Coarse, query: Vectors, limit: int, floor: float) -> Matches | None:
    """The nearest by way of the rough copy; None when it cannot rule out enough to be worth the while.

    It lists vectors by how near they seem. The first ones tell how near the `limit` nearest are at least; whatever is
    listed so low that it cannot be nearer need not be compared, and when the list ends as low, nor what is not listed.
    """
    covered = min(len(coarse), sum(block.count for block in blocks))
    newest, first = _compared(blocks, query, floor, covered), max(_CANDIDATES, 2 * limit)
    listed = max(first, covered // _LISTED)
    while listed <= covered // _WORTHWHILE:
        places, estimates = coarse.nearest(query, listed)
        if estimates[-1] < coarse.least(max(floor, float(estimates[limit - 1])), query):  # else it is too short
            best = _best([*newest, *_compared_at(blocks, query, floor, places[:first], covered)], limit)
            reach = float(best.scores[-1]) if len(best.scores) == limit else floor
            least = coarse.least(reach, query)
            if estimates[-1] < least:
                others = places[first : np.searchsorted(-estimates, -least)]
                return _best([best, *_compared_at(blocks, query, floor, others, covered)], limit)
        listed *= 8
    return None


def _compared(blocks: tuple[_Block, ...], query: Vectors, floor: float, start: int) -> list[Matches]:
    """Every vector from the place `start` on, compared."""
    starts = [(block, max(0, start - number * _LARGEST)) for number, block in enumerate(blocks)]
    return [block.compare(query, floor, slice(first, block.count)) for block, first in starts if first < block.count]


def _compared_at(blocks: tuple[_Block, ...], query: Vectors, floor: float, places: Places, below: int) -> list[Matches]:
    """The vectors at `places`, as far as those are `below`, compared."""
    ascending = np.sort(places[places < below])
    edges = np.searchsorted(ascending, np.arange(len(blocks) + 1) * _LARGEST)
    parts = enumerate(zip(blocks, pairwise(edges), strict=True))
    return [
        block.compare(query, floor, ascending[start:end] - number * _LARGEST) for number, (block, (start, end)) in parts
    ]


def _best(found: list[Matches], limit: int) -> Matches:
    """The `limit` highest scores, highest first; of equal ones, the smaller key first."""
    if not found:
        return Matches(np.empty(0, np.int64), np.empty(0, np.float32))
    keys = np.concatenate([matches.keys for matches in found])
    scores = np.concatenate([matches.scores for matches in found])
    if len(scores) > limit:
        # Whatever ties with the last one that fits is kept until the ties are broken.
        kept = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
        keys, scores = keys[kept], scores[kept]
    order = np.lexsort((keys, -scores))[:limit]
    return Matches(keys[order], scores[order])
