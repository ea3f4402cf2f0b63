"""The vectors of a store in memory, as far as they are asked for, kept up with what any process has committed."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import sqlalchemy as sa
from sqlalchemy import bindparam

from ..errors import StoreError
from ..vision import Vectors
from . import values
from .cipher import Packed
from .databases import Among, Database, values_of
from .databases.tables import collections, removals, vectors
from .search import Index, Keys
from .values import Collection, Kind
from .written import Stored, Writing, checksum

_logger = logging.getLogger(__name__)

MEMORY_FOR_VECTORS = 128_000_000
"""Bytes."""

_LARGE = 2
"""What takes more than one in so many of these bytes is not among what they are for: of such, one is in memory."""

_ROUND = 60.0
"""Seconds after which those in memory that nobody has asked for meanwhile are looked after."""

_UNUSED = 3600.0
"""Seconds after which one that nobody has asked for is let go of."""

_NOTHING: sa.ColumnElement[bytes] = sa.literal_column("''::bytea")
_ADDED = (
    sa.select(vectors.c.id, vectors.c.vector, vectors.c.checksum)
    .where(
        vectors.c.collection == bindparam("here"),
        vectors.c.kind == bindparam("of"),
        vectors.c.id > bindparam("after"),
    )
    .order_by(vectors.c.id)
    .limit(bindparam("most"))
)
_part = _ADDED.subquery()
# Of thousands of rows, to be packed by the server and unpacked here takes half of what it takes to make rows of them.
_PACKED = sa.select(
    sa.func.string_agg(sa.func.int8send(_part.c.id), _NOTHING),
    sa.func.string_agg(_part.c.vector, _NOTHING),
    sa.func.string_agg(sa.func.int8send(_part.c.checksum), _NOTHING),
    sa.func.max(sa.func.length(_part.c.vector)),
    sa.func.min(sa.func.length(_part.c.vector)),
)
_REMOVED = sa.select(removals.c.vector).where(
    removals.c.collection == bindparam("here"),
    removals.c.number > bindparam("after"),
    removals.c.kind == bindparam("of"),
)
_CHANGES = sa.select(collections.c.id, collections.c.name, collections.c.created, collections.c.changes).where(
    Among(collections.c.id, "ids")
)


@dataclass(slots=True)
class _Held:
    """The vectors of one collection and kind, with all that its first `changes` have made of them."""

    kind: Kind
    index: Index = field(default_factory=Index)
    changes: int = -1
    last: int = 0
    used: float = 0.0
    bytes: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)

    def catch_up(self, database: Database, collection: Collection) -> None:
        """Take in what has been committed since the last time."""
        if collection.changes <= self.changes:
            return
        if self.changes < collection.changes - values.REMOVALS_KEPT:  # what has been removed is no longer listed
            self.index, self.last = Index(), 0
        elif self.last:
            gone = database.all(_REMOVED, here=collection.id, after=self.changes, of=int(self.kind))
            self.index.remove(values_of(gone))
        for keys, rows in _added(database, collection, self.kind, self.last):
            self.index.add(keys, rows)
            self.last = int(keys[-1])
        self.index.refine()
        self.changes = collection.changes


class Mirror:
    """An index for the faces and one for the users of each collection that is asked for, as the cohort has them.

    Those that were asked for last are kept, in so many bytes; beside them one that is so large that it would not leave
    room for others. Threads may share one.
    """

    def __init__(self, budget: int = MEMORY_FOR_VECTORS) -> None:
        self._budget = budget
        self._turn = threading.Lock()
        self._held: OrderedDict[tuple[int, Kind], _Held] = OrderedDict()  # the one asked for last is the last
        self._large: tuple[int, Kind] | None = None
        self._bytes = 0
        self._rounds = time.monotonic()

    def current(self, database: Database, collection: Collection, kind: Kind) -> Index:
        """The vectors of a collection as of the transaction that `database` and `collection` are of, or later."""
        self._look_after(database)
        with self._turn:
            held = self._held.setdefault((collection.id, kind), _Held(kind))
            self._held.move_to_end((collection.id, kind))
            held.used = time.monotonic()
        self._bring_up(database, collection, held)
        return held.index

    def forget(self, collection: Collection) -> None:
        """Let go of one that is deleted."""
        with self._turn:
            for kind in Kind:
                self._drop((collection.id, kind))

    def settle(self) -> None:
        """Wait for what the indexes prepare in the background."""
        for held in list(self._held.values()):
            held.index.settle()

    def _bring_up(self, database: Database, collection: Collection, held: _Held) -> None:
        with held.turn:
            held.catch_up(database, collection)
        key, taken = (collection.id, held.kind), held.index.nbytes
        with self._turn:
            if taken != held.bytes and self._held.get(key) is held:
                self._bytes += taken - held.bytes
                held.bytes = taken
                self._let_go(key)

    def _let_go(self, newest: tuple[int, Kind]) -> None:
        """Of what was asked for longest ago, until the rest has room."""
        if self._held[newest].bytes * _LARGE > self._budget and newest != self._large:
            if self._large:
                self._drop(self._large)
            self._large = newest
        while self._bytes - self._beside > self._budget:
            oldest = next(iter(self._held))
            if oldest == self._large:
                self._held.move_to_end(oldest)
            else:
                self._drop(oldest)

    @property
    def _beside(self) -> int:
        held = self._held.get(self._large) if self._large else None
        return held.bytes if held else 0

    def _drop(self, key: tuple[int, Kind]) -> None:
        if held := self._held.pop(key, None):
            self._bytes -= held.bytes

    def _look_after(self, database: Database) -> None:
        """What was deleted does not stay in memory only because nobody asks for the rest."""
        now = time.monotonic()
        with self._turn:
            if now - self._rounds < _ROUND:
                return
            self._rounds = now
            for key in [key for key, held in self._held.items() if held.used < now - _UNUSED]:
                self._drop(key)
            waiting = dict(self._held)
        ids = sorted({collection for collection, _ in waiting})
        there = {row[0]: Collection(*row) for row in database.all(_CHANGES, ids=ids)}
        for (collection, kind), held in waiting.items():
            if collection in there:
                self._bring_up(database, there[collection], held)
            else:
                with self._turn:
                    self._drop((collection, kind))


def _added(database: Database, collection: Collection, kind: Kind, after: int) -> Iterator[tuple[Keys, Vectors]]:
    """The vectors numbered above `after`, in order; but none that is damaged."""
    while (read := _read(database, here=collection.id, of=int(kind), after=after, most=database.batch)).keys.size:
        after = int(read.keys[-1])
        if list(map(checksum, read.stored)) != read.sums:  # at once, as this is done for thousands before a search
            read = _whole(read)
        if read.stored:
            yield _searched(read, database.writing)


def _whole(read: _Read) -> _Read:
    """Those of the vectors that are what was written."""
    whole = [place for place, stored in enumerate(read.stored) if checksum(stored) == read.sums[place]]
    _logger.error("%d vectors in the store are damaged, and are not searched", len(read.stored) - len(whole))
    return read.only(whole)


def _searched(read: _Read, writing: Writing) -> tuple[Keys, Vectors]:
    """The vectors, but none that cannot be read."""
    try:
        return read.keys, writing.searched(read.stored)
    except StoreError:
        readable = [place for place, stored in enumerate(read.stored) if writing.is_readable(stored)]
    lost = len(read.stored) - len(readable)
    _logger.error("%d vectors in the store are encrypted with another key, and are not searched", lost)
    some = read.only(readable)
    return some.keys, writing.searched(some.stored)


@dataclass(frozen=True, slots=True)
class _Read:
    """Vectors as they are stored, with their ids and checksums."""

    keys: Keys
    stored: Sequence[Stored]
    sums: list[int]

    def only(self, places: list[int]) -> _Read:
        return _Read(
            self.keys[places], [self.stored[place] for place in places], [self.sums[place] for place in places]
        )


def _read(database: Database, **which: int) -> _Read:
    if database.packs and (packed := database.one(_PACKED, **which)) is not None:
        keys, stored, sums, longest, shortest = packed
        if longest is not None and longest == shortest:
            parts = Packed(stored, longest)
            return _Read(np.frombuffer(keys, ">i8").astype(np.int64), parts, np.frombuffer(sums, ">i8").tolist())
    rows = database.all(_ADDED, **which)
    keys, stored, sums = zip(*rows, strict=True) if rows else ((), (), ())
    return _Read(np.array(keys, np.int64), stored, list(sums))
