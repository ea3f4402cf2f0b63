"""The database that all workspaces' records share, SQLite or PostgreSQL."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from services import texts
from services.errors import Refusal
from services.records import migrations, schema

_DELETED = "deleted"  # a mark on a connection whose transaction has deleted something
_logger = logging.getLogger(__name__)


class Database:
    """The connection pool that all workspaces' records share."""

    def __init__(self, url: str | URL, *, migrate: bool | None = None) -> None:
        """Open it, brought to the present schema where it is SQLite or `migrate` says so.

        Raises `Refusal` for a PostgreSQL that is not there yet.
        """
        self._engine = sa.create_engine(url, pool_pre_ping=True)
        self._apart = sa.create_engine(url, poolclass=sa.NullPool)  # who waits for `alone` takes nobody's connection
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "after_cursor_execute", _note_deletion)
        if migrate or (migrate is None and self.kind == "sqlite"):
            migrations.upgrade(self._engine)
        elif not migrations.is_current(self._engine):
            raise Refusal(texts.NOT_MIGRATED)

    @property
    def engine(self) -> sa.Engine:
        """The pool itself, for stores that others wrote."""
        return self._engine

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def workspaces(self) -> tuple[str, ...]:
        """The workspaces of which something is kept that is swept: people, questions to them, answers, sheets."""
        kept = (schema.people, schema.consent_requests, schema.answers, schema.deleted, schema.album_sheets)
        with self.begin() as db:
            return tuple(db.scalars(sa.union(*(sa.select(table.c.workspace) for table in kept))))

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction: committed at the end, rolled back by an exception.

        What it deletes is nowhere in SQLite's files any more when it has ended, unless somebody reads for long.
        """
        with self._engine.begin() as connection:
            yield connection
            deleted = connection.info.pop(_DELETED, False)
        if deleted:
            self.empty_log()

    def empty_log(self) -> None:
        """Bring SQLite's write-ahead log, which has what was deleted, into the file, where it is overwritten."""
        if self.kind != "sqlite":
            return
        with self._engine.connect() as db:
            is_busy, *_ = db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if is_busy:
            _logger.warning("the write-ahead log could not be emptied: somebody reads on")

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Have what only one connection of all processes may have: PostgreSQL keeps a lock, beside SQLite a file does.

        Who dies with it leaves it to the next.
        """
        if self.kind == "postgresql":
            key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            with self._apart.begin() as db:
                db.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
                yield
        else:
            file = os.open(f"{self._engine.url.database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
            finally:
                os.close(file)

    def close(self) -> None:
        self._engine.dispose()


def is_unreachable(error: BaseException) -> bool:
    """Whether the database is what fails, not what it was asked: it is down, busy, or has no room."""
    lost = isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)


def sqlite_url(path: Path) -> URL:
    """The URL of a SQLite file, whatever characters its path has."""
    return make_url("sqlite://").set(database=str(path))


def _note_deletion(connection: sa.Connection, cursor: Any, statement: str, *_: Any) -> None:
    if statement.lstrip().upper().startswith("DELETE") and cursor.rowcount > 0:
        connection.info[_DELETED] = True


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Writers wait for each other instead of failing; readers never wait; a deleted person's bytes are overwritten.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
