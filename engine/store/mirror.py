"""The vectors of a store in memory, kept up with what any process has committed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from enum import IntEnum
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np

from ..vision import Cohort, Vectors
from .search import Index, Keys, Matches
from .store import Database, checksum

_logger = logging.getLogger(__name__)
_BATCH = 512
"""Rows read at once: few enough to stay in the processor's cache, which makes a million twice as fast to read."""


class Kind(IntEnum):
    """What a vector stands for."""

    FACE = 0
    USER = 1


class Mirror:
    """One index for the faces and one for the users of each collection, as the cohort has them searched.

    Threads may share one.
    """

    def __init__(self, cohort: Cohort) -> None:
        self._cohort = cohort
        self._turn = threading.Lock()
        self._indexes: dict[tuple[int, int], Index] = {}
        self._last_vector = 0
        self._last_removal = 0

    def update(self, database: Database) -> None:
        """Take in what has been committed since the last time. `database` is within a transaction."""
        with self._turn:
            self._catch_up(database)

    def search(self, collection: int, kind: Kind, query: Vectors, limit: int, floor: float) -> Matches:
        """The ids of the vectors with the highest scores with `query`, as of the last update; see `Index.search`."""
        index = self._indexes.get((collection, kind), Index())
        return index.search(self._cohort.asked(query[np.newaxis])[0], limit, floor)

    def settle(self) -> None:
        """Wait for what the indexes prepare in the background."""
        for index in self._indexes.values():
            index.settle()

    def _catch_up(self, database: Database) -> None:
        oldest, newest = database.execute(
            "SELECT (SELECT min(id) FROM removals), (SELECT max(id) FROM removals)"
        ).fetchone()
        if oldest is not None and oldest > self._last_removal + 1 and self._last_vector:
            # Removals that this mirror has not seen are no longer listed.
            self._indexes, self._last_vector = {}, 0
        removals = database.execute(
            "SELECT collection, kind, vector FROM removals WHERE id > ? ORDER BY id", (self._last_removal,)
        )
        for (collection, kind), rows in groupby(removals, itemgetter(0, 1)):
            self._forget(collection, kind, [vector for _, _, vector in rows])
        self._last_removal = newest or self._last_removal
        for collection, kind, keys, vectors in _runs(database, self._last_vector):
            self._indexes.setdefault((collection, kind), Index()).add(keys, self._cohort.kept(vectors))
            self._last_vector = int(keys[-1])
        for index in self._indexes.values():
            index.refine()

    def _forget(self, collection: int, kind: int, vectors: list[int | None]) -> None:
        if None in vectors:  # the whole collection, whose id is never used again
            for each in Kind:
                self._indexes.pop((collection, each), None)
        elif index := self._indexes.get((collection, kind)):
            index.remove([vector for vector in vectors if vector is not None])


def _runs(database: Database, after: int) -> Iterator[tuple[int, int, Keys, Vectors]]:
    """The vectors numbered above `after`, in order, as runs of one collection and kind; but none that is damaged."""
    rows = database.execute(
        "SELECT id, collection, kind, vector, checksum FROM vectors WHERE id > ? ORDER BY id", (after,)
    )
    while read := rows.fetchmany(_BATCH):
        batch = [row[:4] for row in read if checksum(row[3]) == row[4]]
        if len(batch) < len(read):
            _logger.error("%d vectors in the store are damaged, and are not searched", len(read) - len(batch))
        if not batch:
            continue
        ids, collections, kinds, blobs = zip(*batch, strict=True)
        keys = np.array(ids, np.int64)
        vectors = np.frombuffer(database.cipher.join(blobs), np.float32).reshape(len(batch), -1)
        owners = np.array((collections, kinds), np.int64)
        starts = [0, *(np.flatnonzero((owners[:, 1:] != owners[:, :-1]).any(axis=0)) + 1), len(keys)]
        for start, end in pairwise(starts):
            yield collections[start], kinds[start], keys[start:end], vectors[start:end]
