"""A store in a file: SQLite, shared by any number of processes of one machine."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from ...errors import StoreError, busy
from ..written import UNREAD, Writing, checksum
from . import tables
from .database import Database, Language

_logger = logging.getLogger(__name__)

FILE_NAME = "rekognition.sqlite"
FORMAT = 3
_PATIENCE = 10.0
"""Seconds to wait for another process that is writing."""

_MOMENT = 50
"""Milliseconds to wait for those who read, with what is owed to others."""

_CACHE = 8192
"""Kilobytes that a connection remembers of the file: a face's id may be on any page of its index."""

_AT_ONCE = 10_000
"""Vectors that get their checksum: a million at once would fill the memory."""

_LANGUAGE = Language(SQLiteDialect(paramstyle="qmark"))


class Sqlite:
    """One connection to read with, and one to write with. Threads may share it, and take turns at each."""

    def __init__(self, folder: Path) -> None:
        """The file in `folder`, made if there is none. Raises StoreError when it cannot be opened."""
        self.name = str(folder / FILE_NAME)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(folder / FILE_NAME)
            self.writer, self.reader = _connect(folder / FILE_NAME), _connect(folder / FILE_NAME)
        except (OSError, sqlite3.Error) as error:
            raise self.unusable(error) from error
        self._reading, self._writing = threading.Lock(), threading.Lock()
        self._owes_erasure = False

    def close(self) -> None:
        with self._reading, self._writing:
            self._erase_owed()
            self._owes_erasure = False
            self.reader.close()
            self.writer.close()

    def unusable(self, error: Exception) -> StoreError:
        return StoreError(f"Cannot open the store {self.name}: {error}.")

    @contextmanager
    def opening(self, writing: Writing) -> Iterator[tuple[Database, bool]]:
        """A transaction that has the store to itself, its tables brought up to date; whether they are new."""
        try:
            for pragma in (
                "journal_mode = WAL",
                "foreign_keys = ON",
                "synchronous = FULL",  # What was answered survives the death of the machine.
                "secure_delete = ON",  # What is forgotten leaves no trace in the file.
            ):
                self.writer.execute(f"PRAGMA {pragma}")
            with self._writing, _transaction(self.writer, "BEGIN IMMEDIATE"):
                found = _format(self.writer)
                self._bring_up(found)
                yield Database(self.writer, _LANGUAGE, writing), found == 0
        except sqlite3.Error as error:
            raise self.unusable(error) from error

    @contextmanager
    def read(self, writing: Writing) -> Iterator[Database]:
        with self._reading, _transaction(self.reader, "BEGIN"):
            yield Database(self.reader, _LANGUAGE, writing)

    @contextmanager
    def write(self, writing: Writing, name: str) -> Iterator[Database]:
        with self._writing:
            with _transaction(self.writer, "BEGIN IMMEDIATE"):
                yield Database(self.writer, _LANGUAGE, writing)
            self._erase_owed()

    def erase(self) -> None:
        """Bring the write-ahead log into the file, and cut it to nothing; with a later change while others read on."""
        with self._writing:
            self._cut_log()

    def _erase_owed(self) -> None:
        """Waiting only for those who read for a moment: this is after each change."""
        if not self._owes_erasure:
            return
        (patience,) = self.writer.execute("PRAGMA busy_timeout").fetchone()
        self.writer.execute(f"PRAGMA busy_timeout = {_MOMENT}")
        try:
            self._cut_log()
        finally:
            self.writer.execute(f"PRAGMA busy_timeout = {patience}")

    def _cut_log(self) -> None:
        try:
            is_busy, _, _ = self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:  # such as a full disk; the change itself is committed
            _logger.warning("%s-wal could not be brought into the store: %s", self.name, error)
            is_busy = True
        if is_busy:
            _logger.warning("What was deleted is still in %s-wal, until no other program reads on in it", self.name)
        elif self._owes_erasure:
            _logger.warning("What was deleted is gone from %s-wal now", self.name)
        self._owes_erasure = bool(is_busy)

    def _bring_up(self, found: int) -> None:
        if found not in range(FORMAT + 1):
            raise StoreError(
                f"The store {self.name} has format {found}, and this version reads format {FORMAT}: use the version of "
                f"Facesearch that made it, or start with an empty folder and index the photos again."
            )
        if found == 0:
            for table in tables.metadata.sorted_tables:
                _make_table(self.writer, table)
        for step in (_forget_questions, _count_changes)[found - 1 : FORMAT - 1] if found else ():
            step(self.writer)
        self.writer.execute(f"PRAGMA user_version = {FORMAT}")


@contextmanager
def looking(folder: Path) -> Iterator[Database | None]:
    """The store in `folder` as it is, to look at; None where there is none. Raises StoreError when it is none."""
    path = folder / FILE_NAME
    if not path.is_file():
        yield None
        return
    try:
        with closing(_connect(path)) as connection:
            yield Database(connection, _LANGUAGE, UNREAD) if _format(connection) else None
    except sqlite3.Error as error:
        raise StoreError(f"Cannot open the store {path}: {error}.") from error


def _make(path: Path) -> None:
    """An empty file, if there is none. Faces are nobody else's business: SQLite gives its other files the same mode."""
    # One that is there is not opened: to close it would take the locks away that this process has through others.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    return connection


def _format(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    try:
        connection.execute(begin)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise busy() from error
        raise
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _make_table(connection: sqlite3.Connection, table: sa.Table) -> None:
    connection.execute(_LANGUAGE.text(CreateTable(table)))
    for index in sorted(table.indexes, key=lambda index: str(index.name)):  # a set; SQLite may prefer the newest
        connection.execute(_LANGUAGE.text(CreateIndex(index)))


def _forget_questions(connection: sqlite3.Connection) -> None:
    """Format 1 kept faces that were only to be asked with, and left those of whoever crashed; it had no checksums."""
    theirs = "FROM faces WHERE external_image_id >= 'query:' AND external_image_id < 'query;'"
    asked = connection.execute(f"SELECT vector {theirs}").fetchall()
    connection.execute(f"DELETE {theirs}")
    connection.executemany("DELETE FROM vectors WHERE id = ?", asked)
    connection.execute("ALTER TABLE vectors ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
    last, batch = 0, "SELECT id, vector FROM vectors WHERE id > ? ORDER BY id LIMIT ?"
    while rows := connection.execute(batch, (last, _AT_ONCE)).fetchall():
        sums = [(checksum(vector), number) for number, vector in rows]
        connection.executemany("UPDATE vectors SET checksum = ? WHERE id = ?", sums)
        last = rows[-1][0]


def _count_changes(connection: sqlite3.Connection) -> None:
    """Up to format 2 all of a store was in memory, or nothing, and its vectors were not placed among the cohort."""
    connection.execute("ALTER TABLE collections ADD COLUMN changes INTEGER NOT NULL DEFAULT 0")
    connection.execute(_LANGUAGE.text(DropTable(tables.removals)))
    _make_table(connection, tables.removals)
    connection.execute("DROP INDEX requests_by_age")
    connection.execute("DROP INDEX requests_of_collection")
    for index in (*tables.vectors.indexes, *tables.requests.indexes):
        connection.execute(_LANGUAGE.text(CreateIndex(index)))
