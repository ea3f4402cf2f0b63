"""Moves a store from one database to another, with every id as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from .databases import Database
from .databases.tables import about, metadata

_BATCH = 5_000


def is_empty(database: Database) -> bool:
    """Whether there is no collection in it."""
    return database.one(sa.select(metadata.tables["collections"].c.id).limit(1)) is None


def copy(source: Database, target: Database) -> None:
    """Everything of `source`, in place of what `target`, which is empty, knows about itself."""
    target.run(sa.delete(about))
    for table in metadata.sorted_tables:
        added = sa.insert(table).values({column: sa.bindparam(f"to_{column.name}") for column in table.columns})
        for batch in _rows(source, table):
            target.many(added, [_named(table, row) for row in batch])
    target.count_on()


def _rows(source: Database, table: sa.Table) -> Iterator[list[tuple[Any, ...]]]:
    """Some thousands at a time: a million vectors at once would fill the memory."""
    keys = list(table.primary_key)
    after = sa.tuple_(*keys) > sa.tuple_(*(sa.bindparam(f"after_{key.name}") for key in keys))
    first = sa.select(table).order_by(*keys).limit(_BATCH)
    next_ = first.where(after)
    places = [list(table.columns).index(key) for key in keys]
    batch = source.all(first)
    while batch:
        yield batch
        last = {f"after_{key.name}": batch[-1][place] for key, place in zip(keys, places, strict=True)}
        batch = source.all(next_, **last)


def _named(table: sa.Table, row: tuple[Any, ...]) -> dict[str, Any]:
    values = zip(table.columns, row, strict=True)
    return {f"to_{column.name}": _as_is(column, value) for column, value in values}


def _as_is(column: sa.Column[Any], value: Any) -> Any:
    # SQLite has as text what earlier versions wrote so.
    return value.encode() if isinstance(column.type, sa.LargeBinary) and isinstance(value, str) else value
