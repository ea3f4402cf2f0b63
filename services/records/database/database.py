"""The database that all workspaces' records share, SQLite or PostgreSQL."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import socket
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url

from services import texts
from services.errors import Refusal
from services.records import schema
from services.records.database import migrations

_STANDSTILL = 60  # seconds
_LONGEST_ALONE = 600  # seconds, for as long as a step of a job is tried
_GIVES_WAY = 0.05  # seconds in which another thread may have the connection
_LOCK_NOT_AVAILABLE = "55P03"
# What SQLite says, in the end, of a file that others have locked, or that a disk or a network does not hand out.
_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_DELETED = "deleted"  # a mark on a connection whose transaction has deleted something
_logger = logging.getLogger(__name__)


class Database:
    """The connection pool that all workspaces' records share; jobs and installations do as well in PostgreSQL."""

    def __init__(self, url: str | URL, *, migrate: bool | None = None, connections: int = 2) -> None:
        """Open it, brought to the present schema where it is SQLite or `migrate` says so.

        To PostgreSQL it has at most so many `connections`, and one for `alone`. Raises `Refusal` for one that is not
        there yet.
        """
        if make_url(url).get_backend_name() == "postgresql":
            self._engine, self._apart = _pool(url, connections), _pool(url, 1)
            sa.event.listen(self._engine, "connect", _end_standstills)
        else:
            self._engine = self._apart = sa.create_engine(url, pool_pre_ping=True)
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

    def move_channel(self, table: sa.Table, workspace: str, old: str, new: str) -> None:
        """A channel of a workspace has another id: its rows are under that one, and what is there already stays."""
        here, there = sa.and_(table.c.workspace == workspace, table.c.channel == old), table.alias()
        same = (there.c[key.name] == key for key in table.primary_key if key.name != "channel")
        taken = sa.exists().where(there.c.workspace == workspace, there.c.channel == new, *same)
        with self.begin() as db:
            db.execute(sa.delete(table).where(here, taken))
            db.execute(sa.update(table).where(here).values(channel=new))

    def workspaces(self) -> tuple[str, ...]:
        """The workspaces of which anything is kept but settings and what the audit log says of them."""
        aside = {schema.audit, schema.settings}
        kept = [table for table in schema.metadata.sorted_tables if "workspace" in table.c and table not in aside]
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
            with self._locked(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)):
                yield
        else:
            file = os.open(f"{self._engine.url.database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
            finally:
                os.close(file)

    @contextmanager
    def _locked(self, key: int) -> Iterator[None]:
        """A lock of PostgreSQL's, which a transaction has, so that poolers between may hand connections round.

        The one connection for it is let go after a while of waiting: others here may wait for other locks.
        """
        while True:
            with self._apart.begin() as db:
                db.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{_LONGEST_ALONE}s'")
                if _lock(db, key):
                    yield
                    return
            time.sleep(_GIVES_WAY)

    def close(self) -> None:
        self._engine.dispose()
        self._apart.dispose()


def put(db: sa.Connection, table: sa.Table, row: Mapping[str, Any], *, unless_known: Collection[str] = ()) -> None:
    """Insert a row, or put it in the place of the one with its key; at once, as another process may do the same.

    The columns `unless_known` keep what they had where the new row has "" there.
    """
    insert = (postgresql if db.dialect.name == "postgresql" else sqlite).insert(table).values(row)
    rest: dict[str, sa.ColumnElement[Any]] = {
        column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key
    }
    for name in unless_known:
        rest[name] = sa.func.coalesce(sa.func.nullif(rest[name], ""), table.c[name])
    db.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest))


def is_unreachable(error: BaseException) -> bool:
    """Whether the database is what fails, not what it was asked: it is down or busy, or its file cannot be had."""
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return _primary(error.orig) in _AWAY
    return error.connection_invalidated or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)


def is_full(error: BaseException) -> bool:
    """Whether there is no room for what SQLite was to write, until somebody makes some."""
    original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return isinstance(original, sqlite3.Error) and _primary(original) == sqlite3.SQLITE_FULL


def _primary(error: sqlite3.Error) -> int | None:
    """SQLite's code without what it adds to it, as to `SQLITE_BUSY` in a snapshot."""
    code: int | None = getattr(error, "sqlite_errorcode", None)  # which what Python itself refuses has not
    return code if code is None else code & 0xFF


def sqlite_url(path: Path) -> URL:
    """The URL of a SQLite file, whatever characters its path has."""
    return make_url("sqlite://").set(database=str(path))


def _pool(url: str | URL, connections: int) -> sa.Engine:
    """At most so many connections, none of which is closed while others wait for one."""
    return sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_LONGEST_ALONE,
        pool_pre_ping=True,
        # Statements that a session prepares are lost where a pooler gives a transaction another session.
        connect_args={"prepare_threshold": None, "application_name": _me(), "connect_timeout": 10},
    )


def _me() -> str:
    """How pg_stat_activity names this process."""
    return f"facesearch {os.getpid()} {socket.gethostname()}"[:63]


def _end_standstills(connection: Any, _record: Any) -> None:
    """Have PostgreSQL end the transaction of a process that stands still: what it has locked others need."""
    connection.execute(f"SET idle_in_transaction_session_timeout = '{_STANDSTILL}s'")
    connection.commit()


def _lock(db: sa.Connection, key: int) -> bool:
    """Have the lock, or not within a second."""
    db.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
    try:
        with db.begin_nested():
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def _note_deletion(connection: sa.Connection, cursor: Any, statement: str, *_: Any) -> None:
    if statement.lstrip().upper().startswith("DELETE") and cursor.rowcount > 0:
        connection.info[_DELETED] = True


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Writers wait for each other instead of failing; readers never wait; a deleted person's bytes are overwritten.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
