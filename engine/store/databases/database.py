"""A transaction on a store, in SQL that SQLAlchemy wrote for its kind of database and the driver itself runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from ..written import Writing

PATIENCE = "10s"
"""How long others are waited for."""

EVERYTHING = "everything"
"""What whoever writes has a share in, and has to oneself who writes all vectors anew."""


class Among(sa.ColumnElement[Any]):
    """Whether a column has one of the values of the parameter `name`, of which there may be any number."""

    inherit_cache = False
    type = sa.types.NULLTYPE  # of a boolean SQLite would be asked whether it is 1, and then use no index

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values: sa.BindParameter[Any] = sa.bindparam(name, type_=sa.ARRAY(column.type))


# One parameter for all of the values, so that the statement is the same however many there are.
@compiles(Among, "sqlite")
def _among_in_sqlite(among: Among, compiler: Any, **options: Any) -> str:
    column, values = compiler.process(among.column, **options), compiler.process(among.values, **options)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(Among, "postgresql")
def _among_in_postgresql(among: Among, compiler: Any, **options: Any) -> str:
    column, values = compiler.process(among.column, **options), compiler.process(among.values, **options)
    return f"{column} = ANY ({values})"


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement's text, the order of its parameters where they have no names, and those that are always the same."""

    text: str
    order: tuple[str, ...] | None
    constants: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Language:
    """SQL as one kind of database has it, its tables in a `schema` where there are several."""

    dialect: sa.Dialect
    schema: str | None = None
    _compiled: dict[sa.ClauseElement, _Compiled] = field(default_factory=dict)

    def compiled(self, statement: sa.ClauseElement) -> _Compiled:
        # SQLAlchemy itself would look the statement up, too, and take ten times as long as SQLite does to answer it.
        if statement not in self._compiled:
            done = self._compile(statement)
            order = tuple(done.positiontup) if done.positional and done.positiontup is not None else None
            constants = {name: value for name, value in done.params.items() if value is not None}
            self._compiled[statement] = _Compiled(str(done), order, constants)
        return self._compiled[statement]

    def text(self, statement: sa.ClauseElement) -> str:
        """Of one without parameters."""
        return str(self._compile(statement))

    def _compile(self, statement: sa.ClauseElement) -> Any:
        if self.schema is None:
            return statement.compile(dialect=self.dialect)
        names = {None: self.schema}
        return statement.compile(dialect=self.dialect, schema_translate_map=names, render_schema_translate=True)


class Database:
    """A connection within a transaction. Parameters go by name; values of `Among` are a list."""

    __slots__ = ("_language", "_options", "connection", "writing")

    def __init__(self, connection: Any, language: Language, writing: Writing) -> None:
        self.connection = connection
        self.writing = writing
        self._language = language
        self._options = {} if language.dialect.name == "sqlite" else {"binary": True}

    @property
    def batch(self) -> int:
        """Vectors best read at once: from a file as few as stay in the processor's cache, from a server many."""
        return 512 if self._language.dialect.name == "sqlite" else 8192

    @property
    def packs(self) -> bool:
        """Whether it is a server, from which few large values come faster than many rows."""
        return self._language.dialect.name == "postgresql"

    def all(self, statement: sa.ClauseElement, **values: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        found: list[tuple[Any, ...]] = self._execute(statement, values).fetchall()
        return found

    def one(self, statement: sa.ClauseElement, **values: Any) -> tuple[Any, ...] | None:
        """The first row, if there is any."""
        found: tuple[Any, ...] | None = self._execute(statement, values).fetchone()
        return found

    def run(self, statement: sa.ClauseElement, **values: Any) -> None:
        """For what it does alone."""
        self._execute(statement, values)

    def many(self, statement: sa.ClauseElement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once with each of `rows`."""
        if rows:
            compiled = self._language.compiled(statement)
            self.connection.cursor().executemany(compiled.text, [self._bound(compiled, row) for row in rows])

    def count_on(self) -> None:
        """Have new ids follow those that are there. SQLite sees to it by itself."""
        if self._language.dialect.name == "postgresql":
            for table in ("collections", "vectors", "users"):
                name = f'"{self._language.schema}".{table}'
                highest = f"GREATEST((SELECT max(id) FROM {name}), 1)"
                self.connection.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {highest})")

    def lock(self, name: str) -> None:
        """Have to oneself, until the transaction ends, what `name` stands for. In SQLite who writes has everything."""
        if self._language.dialect.name == "postgresql":
            lock(self.connection, self._language.schema, name)

    def lock_writers(self) -> None:
        """Wait for those who write into any collection, and have others wait until the transaction ends."""
        self.lock(EVERYTHING)

    def _execute(self, statement: sa.ClauseElement, values: Mapping[str, Any]) -> Any:
        compiled = self._language.compiled(statement)
        return self.connection.execute(compiled.text, self._bound(compiled, values), **self._options)

    def _bound(self, compiled: _Compiled, values: Mapping[str, Any]) -> Mapping[str, Any] | tuple[Any, ...]:
        bound = {**compiled.constants, **values}
        if compiled.order is None:
            return bound
        given = (bound[name] for name in compiled.order)
        return tuple(json.dumps(value) if isinstance(value, list) else value for value in given)


def lock(connection: Any, schema: str | None, name: str, *, sharing: str | None = None) -> None:
    """Wait for PostgreSQL's lock of that name, but not for ever; and for that of `sharing`, which many may have."""
    patiently, values = "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s)", [_key(schema, name)]
    if sharing is not None:
        patiently += ", pg_advisory_xact_lock_shared(%s)"
        values.append(_key(schema, sharing))
    connection.execute(patiently, (PATIENCE, *values))


def lock_if_free(connection: Any, schema: str | None, name: str, *, sharing: str) -> bool:
    """As `lock`, without waiting; whether both are had. What is not needed then goes with the transaction."""
    at_once = (
        "SELECT set_config('lock_timeout', %s, true),"
        " pg_try_advisory_xact_lock(%s) AND pg_try_advisory_xact_lock_shared(%s)"
    )
    row = connection.execute(at_once, (PATIENCE, _key(schema, name), _key(schema, sharing))).fetchone()
    return bool(row[1])


def _key(schema: str | None, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{schema} {name}".encode()).digest()[:8], signed=True)


def values_of(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The first of each row."""
    return [row[0] for row in rows]
