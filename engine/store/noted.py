"""What a store notes about itself, and how its vectors come to be as it notes: placed among a cohort, and sealed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import sqlalchemy as sa
from sqlalchemy import bindparam

from ..errors import StoreError
from ..vision import Cohort, Vectors
from .cipher import Cipher, Plain, Sealed, wrong_key
from .databases import Database, values_of
from .databases.tables import about, vectors
from .written import Writing, checksum

_logger = logging.getLogger(__name__)

_AT_ONCE = 10_000
"""Vectors looked at: a million at once would fill the memory."""

_ABOUT = sa.select(about.c.value).where(about.c.name == bindparam("called"))
_NOTE = sa.insert(about).values(name=bindparam("called"), value=bindparam("to"))
_FORGET = sa.delete(about).where(about.c.name == bindparam("called"))
_BATCH = (
    sa.select(vectors.c.id, vectors.c.vector, vectors.c.checksum)
    .where(vectors.c.id > bindparam("after"))
    .order_by(vectors.c.id)
    .limit(bindparam("most"))
)
_REWRITE = (
    sa.update(vectors)
    .where(vectors.c.id == bindparam("of"))
    .values(vector=bindparam("blob"), checksum=bindparam("sum"))
)


def found(database: Database, name: str) -> bytes | None:
    row = database.one(_ABOUT, called=name)
    if row is None:
        return None
    return row[0].encode() if isinstance(row[0], str) else bytes(row[0])


def said(database: Database, name: str) -> bytes:
    """As `found`. Raises StoreError where there is nothing."""
    value = found(database, name)
    if value is None:
        raise StoreError(f"The store does not say what its {name} is.")
    return value


def note(database: Database, name: str, value: bytes) -> None:
    database.run(_FORGET, called=name)
    database.run(_NOTE, called=name, to=value)


def seal(database: Database) -> bytes | None:
    """What only the key opens that the vectors are encrypted with, another with each key; None where there is none."""
    return found(database, "sealed")


def prepare(database: Database, cohort: Cohort, keys: Sequence[bytes]) -> tuple[Cipher, bool]:
    """Have every vector placed among the cohort and encrypted with the first key; whether any had not been."""
    sealed, placed, version = seal(database), found(database, "cohort"), str(cohort.version).encode()
    if sealed and not keys:
        raise wrong_key()
    cipher = Sealed(keys) if keys else Plain()
    cipher.join([sealed] if sealed else [])
    writing = replace(database.writing, cipher=cipher)
    is_sealed = not keys or (sealed is not None and cipher.is_newest(sealed))
    if is_sealed and placed == version:
        return cipher, bool(keys) and _seal_rest(writing, database)
    database.lock_writers()  # What they have begun is there then, and what they begin sees what is noted here.
    done = _rewrite(writing, database, 0, every=True)
    if not is_sealed:
        note(database, "sealed", cipher.seal(b"sealed"))
    if keys:
        note(database, "sealed_until", str(done[1]).encode())
    note(database, "cohort", version)
    return cipher, True


def _seal_rest(writing: Writing, database: Database) -> bool:
    """Encrypt with the first key what a process of an earlier release, not knowing of it, has written; whether any."""
    # That one does not look at what the store notes before it writes. Only what is new since then need be looked at.
    until = int(found(database, "sealed_until") or 0)
    if not database.all(_BATCH, after=until, most=1):
        return False
    count, last = _rewrite(writing, database, until, every=False)
    note(database, "sealed_until", str(last).encode())
    return count > 0


def _rewrite(writing: Writing, database: Database, after: int, *, every: bool) -> tuple[int, int]:
    """Write anew `every` vector numbered above `after`, or those that the first key has not sealed.

    How many that were, and up to which one there is none left that cannot be read.
    """
    count, unread = 0, list[int]()
    while read := database.all(_BATCH, after=after, most=_AT_ONCE):
        after = values_of(read)[-1]
        whole = [(number, stored) for number, stored, expected in read if checksum(stored) == expected]
        former = [(number, stored) for number, stored in whole if every or not writing.cipher.is_newest(stored)]
        known = {number: writing.recovered(stored) for number, stored in former}
        unread += [number for number, vector in known.items() if vector is None]
        count += _write(writing, database, {number: vector for number, vector in known.items() if vector is not None})
    if unread:
        _logger.error(
            "%d vectors in the store are encrypted with another key, and are not searched: "
            "add the key that they were encrypted with to ENCRYPTION_KEY, and start again",
            len(unread),
        )
    return count, unread[0] - 1 if unread else after


def _write(writing: Writing, database: Database, by_id: dict[int, Vectors]) -> int:
    if not by_id:
        return 0
    database.lock_writers()  # Else one who deletes several and this one might wait for each other.
    blobs = writing.write(np.stack(list(by_id.values())))
    pairs = zip(by_id, blobs, strict=True)
    database.many(_REWRITE, [{"of": number, "blob": blob, "sum": checksum(blob)} for number, blob in pairs])
    return len(by_id)
