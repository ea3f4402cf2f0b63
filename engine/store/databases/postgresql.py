"""A store in PostgreSQL, in a schema of its own: shared by any number of processes on any number of machines."""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as NoneLeft
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from ...errors import StoreError, busy, unreachable
from ..written import UNREAD, Writing
from . import migrations
from .database import EVERYTHING, Database, Language, lock, lock_if_free

SCHEMA = "rekognition"
_KEPT, _FOR_MOMENTS = 1, 2
"""Connections. Few, since many processes are to fit into one PostgreSQL; one for who writes, one for who waits for
another process to write, and one for those who read, as they wait for neither."""

_PATIENCE = 10.0
"""Seconds to wait for a connection of one's own, and before that for others of the process who write."""

# Vectors are read in the order of an index, and never to be sorted, which PostgreSQL would do on the disk.
_IN_ORDER = "; SET LOCAL enable_bitmapscan = off"
_READ = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY{_IN_ORDER}"
_WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED{_IN_ORDER}"
"""What others have committed while the lock was waited for is to be seen."""


def is_postgresql(url: str) -> bool:
    return re.match(r"postgres(ql)?(\+\w+)?://", url) is not None


class Postgresql:
    """A few connections, opened when they are needed. Threads may share it."""

    def __init__(self, url: str) -> None:
        """At `url`, whose `?schema=` may name another schema than `rekognition`. Raises StoreError where it is none."""
        self._psycopg, parsed = _driver(), _parsed(url)
        self.schema = str(parsed.query.get("schema", SCHEMA))
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", self.schema):
            raise StoreError(f"{self.schema} cannot be the name of a schema: it takes small letters, digits and _.")
        self.name = f"{parsed.host or 'PostgreSQL'}/{parsed.database} ({self.schema})"
        self._address = parsed.difference_update_query(["schema"]).render_as_string(hide_password=False)
        self._language = Language(PGDialect_psycopg(), self.schema)  # type: ignore[no-untyped-call]
        self._pool = QueuePool(self._connect, pool_size=_KEPT, max_overflow=_FOR_MOMENTS, timeout=_PATIENCE)
        self._writing, self._waiting = threading.Lock(), threading.Lock()

    def _connect(self) -> Any:
        # Statements are not prepared: behind a pooler the next transaction may be on another connection.
        return self._psycopg.connect(self._address, autocommit=True, prepare_threshold=None)

    def migrate(self) -> None:
        """Bring its tables up to date, or make them. Raises StoreError."""
        with self._as_store_error(), self._transaction(_WRITE) as connection:
            lock(connection, self.schema, "opening")
            self._bring_up(connection)

    def close(self) -> None:
        self._pool.dispose()

    def unusable(self, error: Exception) -> StoreError:
        return StoreError(f"Cannot open the store {self.name}: {str(error).strip()}.")

    @contextmanager
    def opening(self, writing: Writing) -> Iterator[tuple[Database, bool]]:
        """A transaction that no other process opens the store beside, its tables brought up to date; whether new."""
        with self._as_store_error(), self._transaction(_WRITE) as connection:
            lock(connection, self.schema, "opening")
            self._bring_up(connection)
            database = Database(connection, self._language, writing)
            yield database, not _is_begun(connection, self.schema)

    @contextmanager
    def read(self, writing: Writing) -> Iterator[Database]:
        with self._in_words(), self._transaction(_READ) as connection:
            yield Database(connection, self._language, writing)

    @contextmanager
    def write(self, writing: Writing, name: str) -> Iterator[Database]:
        """With what is written about `name` to itself: its ids commit in their order, as a file's all do."""
        about = f"collection {name}"
        with _turn(self._writing), self._in_words(), self._transaction(_WRITE) as connection:
            if lock_if_free(connection, self.schema, about, sharing=EVERYTHING):
                yield Database(connection, self._language, writing)
                return
        with _turn(self._waiting), self._in_words(), self._transaction(_WRITE) as connection:
            lock(connection, self.schema, about, sharing=EVERYTHING)
            yield Database(connection, self._language, writing)

    def erase(self) -> None:
        """What is deleted PostgreSQL overwrites in its own time."""

    def drop(self) -> None:
        """The whole store."""
        with self._as_store_error(), self._transaction(_WRITE) as connection:
            connection.execute(f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE')

    @contextmanager
    def looking(self) -> Iterator[Database | None]:
        """The store as it is, to look at; None where there is none."""
        with self._as_store_error(), self._transaction(_READ) as connection:
            is_there = _is_begun(connection, self.schema)
            yield Database(connection, self._language, UNREAD) if is_there else None

    def _bring_up(self, connection: Any) -> None:
        found = migrations.revision(connection, self.schema)
        if found == migrations.NEWEST:
            return
        if found is not None and found > migrations.NEWEST:
            raise StoreError(f"The store {self.name} is of a later release: use that, or a database of its own.")
        try:
            migrations.upgrade(self._address, self.schema)
        except sa.exc.SQLAlchemyError as error:
            raise self.unusable(error) from error

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Any]:
        held = self._begun(begin)
        connection: Any = held.dbapi_connection
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if not connection.closed:
                connection.rollback()
            raise
        finally:
            if connection.closed:
                held.invalidate()
            held.close()

    def _begun(self, begin: str) -> PoolProxiedConnection:
        """A connection within a transaction; not one of those that broke while nobody used them."""
        for _ in range(_KEPT + _FOR_MOMENTS + 1):  # after all that broke, a new one
            held = self._pool.connect()
            try:
                held.dbapi_connection.execute(begin)  # type: ignore[union-attr]  # psycopg's
            except self._psycopg.OperationalError:
                held.invalidate()
                held.close()
            else:
                return held
        raise self._psycopg.OperationalError("the connection is lost again and again")

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except NoneLeft as error:
            raise busy() from error
        except (self._psycopg.errors.LockNotAvailable, self._psycopg.errors.TransactionRollback) as error:
            raise busy() from error
        except (self._psycopg.OperationalError, self._psycopg.InterfaceError) as error:
            raise unreachable() from error

    @contextmanager
    def _as_store_error(self) -> Iterator[None]:
        try:
            yield
        except (self._psycopg.Error, NoneLeft) as error:
            raise self.unusable(error) from error


@contextmanager
def _turn(of: threading.Lock) -> Iterator[None]:
    """One thread at a time: each has a connection, and several who wait would leave none to read with."""
    if not of.acquire(timeout=_PATIENCE):
        raise busy()
    try:
        yield
    finally:
        of.release()


def postgresql_stores(url: str) -> tuple[str, ...]:
    """The URLs of the stores in a database: that in the schema `rekognition`, then in `rekognition_2` and so on."""
    store = Postgresql(url)
    try:
        with store._as_store_error(), store._transaction(_READ) as connection:
            found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ %s", (rf"^{SCHEMA}(_\d+)?$",))
            schemas = [schema for (schema,) in found.fetchall() if _is_begun(connection, schema)]
    finally:
        store.close()
    return tuple(_in_schema(url, schema) for schema in sorted(schemas, key=lambda name: (len(name), name)))


def next_store(url: str) -> str:
    """The URL of the store that is to take over from the one at `url`, in the same database."""
    schema = str(_parsed(url).query.get("schema", SCHEMA))
    name, _, number = schema.rpartition("_")
    following = f"{name}_{int(number) + 1}" if number.isdigit() else f"{schema}_2"
    return _in_schema(url, following)


def _in_schema(url: str, schema: str) -> str:
    return _parsed(url).update_query_dict({"schema": schema}).render_as_string(hide_password=False)


def _is_begun(connection: Any, schema: str) -> bool:
    """Whether there is a store, and not only its tables."""
    (table,) = connection.execute("SELECT to_regclass(%s)", (f"{schema}.about",)).fetchone()
    return table is not None and connection.execute(f'SELECT 1 FROM "{schema}".about LIMIT 1').fetchone() is not None


def _driver() -> Any:
    try:
        return importlib.import_module("psycopg")
    except ImportError as error:
        raise StoreError("A store in PostgreSQL needs psycopg: pip install 'rekognition-local[postgresql]'.") from error


def _parsed(url: str) -> URL:
    """As libpq reads it. Raises StoreError for what is no URL."""
    try:
        return make_url(url).set(drivername="postgresql")
    except (ArgumentError, ValueError) as error:  # such as a port that is no number
        raise StoreError("That is not the URL of a database: it is like postgresql://user@host/name.") from error
