"""The file a store lives in: SQLite, shared by any number of processes, whole after a crash at any moment."""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import OtherModelError, StoreError, busy
from .cipher import Cipher, Plain, Sealed, wrong_key


class Database(sqlite3.Connection):
    """A connection that knows how vectors are written in it."""

    cipher: Cipher = Plain()


FILE_NAME = "rekognition.sqlite"
_SCHEMA_VERSION = 2
_PATIENCE = 10.0
"""Seconds to wait for another process that is writing."""

_CACHE = 8192
"""Kilobytes that a connection remembers of the file: a face's id may be on any page of its index."""

_BATCH = "SELECT id, vector FROM vectors WHERE id > ? ORDER BY id LIMIT 10000"
_WHOSE = """
SELECT vectors.vector, vectors.checksum, collections.name, faces.face_id, users.user_id FROM vectors
JOIN collections ON collections.id = vectors.collection
LEFT JOIN faces ON faces.vector = vectors.id LEFT JOIN users ON users.vector = vectors.id
"""

_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE collections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created REAL NOT NULL
);
CREATE TABLE tags (
    collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) WITHOUT ROWID;

-- A vector never changes, a new one gets a higher id: whoever has read up to an id has read everything before it.
CREATE TABLE vectors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    vector BLOB NOT NULL,
    checksum INTEGER NOT NULL
);
-- What has been removed, for those who have it in memory; no vector means the whole collection.
CREATE TABLE removals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    vector INTEGER
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    vector INTEGER UNIQUE REFERENCES vectors DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (collection, user_id)
);
CREATE INDEX users_in_order ON users (collection, id);

CREATE TABLE faces (
    vector INTEGER PRIMARY KEY REFERENCES vectors DEFERRABLE INITIALLY DEFERRED,
    collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
    face_id TEXT NOT NULL,
    image_id TEXT NOT NULL,
    external_image_id TEXT,
    image_digest BLOB NOT NULL,
    box_left REAL NOT NULL,
    box_top REAL NOT NULL,
    box_width REAL NOT NULL,
    box_height REAL NOT NULL,
    confidence REAL NOT NULL,
    user INTEGER REFERENCES users ON DELETE SET NULL,
    UNIQUE (collection, face_id)
);
CREATE INDEX faces_in_order ON faces (collection, vector);
CREATE INDEX faces_of_image ON faces (image_digest, collection);
CREATE INDEX faces_of_user ON faces (user, vector) WHERE user IS NOT NULL;

CREATE TABLE requests (
    operation TEXT NOT NULL,
    token TEXT NOT NULL,
    collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
    fingerprint BLOB NOT NULL,
    answer TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (operation, token)
) WITHOUT ROWID;
CREATE INDEX requests_by_age ON requests (at);
CREATE INDEX requests_of_collection ON requests (collection);
"""


@dataclass(frozen=True, slots=True)
class Versions:
    """What made the vectors in a store, and what turned their cosines into similarities."""

    model: str
    calibration: str


class Store:
    """An open store. Threads may share one: those who read take turns, and so do those who write."""

    def __init__(self, reader: Database, writer: Database) -> None:
        self._reader, self._reading = reader, threading.Lock()
        self._writer, self._writing = writer, threading.Lock()
        self.secret = bytes(_about(reader, "secret"))

    @classmethod
    def open(cls, data_dir: Path, versions: Versions, keys: Sequence[bytes] = ()) -> Store:
        """Open the store in `data_dir`, made if there is none.

        With `keys` its vectors are encrypted with the first of them, also those that were not, or with another.

        Raises StoreError when it cannot be opened, OtherModelError when it holds vectors of another model.
        """
        path = data_dir / FILE_NAME
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(path)
            writer, reader = _connect(path), _connect(path)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"Cannot open the store {path}: {error}.") from error
        try:
            _prepare(writer, path, versions)
            _seal(writer, keys)
            reader.cipher = writer.cipher
            return cls(reader, writer)
        except BaseException as error:
            reader.close()
            writer.close()
            if isinstance(error, sqlite3.Error):
                raise StoreError(f"Cannot open the store {path}: {error}.") from error
            raise

    def close(self) -> None:
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()

    @contextmanager
    def read(self) -> Iterator[Database]:
        """One moment of the store: what is committed meanwhile is not seen, and nobody who writes is waited for."""
        with self._reading, _transaction(self._reader, "BEGIN"):
            yield self._reader

    @contextmanager
    def write(self, *, erasing: bool = False) -> Iterator[Database]:
        """All of a change or, when the block raises, none of it.

        It has reached the disk before this returns. Of what one that is `erasing` deletes, nothing is left in the
        write-ahead log either; EngineError says that this could not be had yet, and to ask again.
        """
        with self._writing:
            with _transaction(self._writer, "BEGIN IMMEDIATE"):
                yield self._writer
            if erasing:
                _empty_log(self._writer)


def _make(path: Path) -> None:
    """An empty file, if there is none. Faces are nobody else's business: SQLite gives its other files the same mode."""
    # One that is there is not opened: to close it would take the locks away that this process has through others.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def stored_model(data_dir: Path) -> str | None:
    """The version of the models that made the vectors of the store in `data_dir`; None where there is no store yet.

    Raises StoreError when it cannot be opened.
    """
    path = data_dir / FILE_NAME
    if not path.is_file():
        return None
    try:
        with closing(_connect(path)) as connection:
            is_made = connection.execute("PRAGMA user_version").fetchone()[0]
            return str(_about(connection, "model")) if is_made else None
    except sqlite3.Error as error:
        raise StoreError(f"Cannot open the store {path}: {error}.") from error


def checksum(stored: bytes) -> int:
    """By which a vector, as it is stored, is known to be what was written."""
    return zlib.crc32(stored)


def damaged(data_dir: Path) -> tuple[str, ...]:
    """Whose vectors in the store are not what was written: a FaceId or UserId each, and its CollectionId.

    Raises StoreError when it cannot be opened.
    """
    path = data_dir / FILE_NAME
    if not path.is_file():
        return ()
    try:
        with closing(_connect(path)) as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] != _SCHEMA_VERSION:
                return ()
            rows = connection.execute(_WHOSE)
            wrong = [whose for stored, expected, *whose in rows if checksum(stored) != expected]
    except sqlite3.Error as error:
        raise StoreError(f"Cannot read the store {path}: {error}.") from error
    return tuple(f"{'face' if face else 'user'} {face or user} of {name}" for name, face, user in wrong)


def _connect(path: Path) -> Database:
    connection = sqlite3.connect(
        path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, factory=Database
    )
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    return connection


@contextmanager
def _transaction(connection: Database, begin: str) -> Iterator[None]:
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


def _empty_log(connection: Database) -> None:
    """Bring the write-ahead log into the file, and cut it to nothing. Raises EngineError while others read on."""
    is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise busy()


def _prepare(connection: Database, path: Path, versions: Versions) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # What was answered survives the death of the machine.
    connection.execute("PRAGMA secure_delete = ON")  # What is forgotten leaves no trace in the file.
    connection.execute("BEGIN IMMEDIATE")
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == 0:
        _create(connection, versions)
    elif found == 1:
        _bring_up(connection)
        _compare(connection, path, versions)
    elif found != _SCHEMA_VERSION:
        raise StoreError(
            f"The store {path} has format {found}, and this version reads format {_SCHEMA_VERSION}: use the version of "
            f"Facesearch that made it, or start with an empty folder and index the photos again."
        )
    else:
        _compare(connection, path, versions)
    connection.execute("COMMIT")
    if found == 1:
        _empty_log(connection)


def _bring_up(connection: Database) -> None:
    """Format 1 kept faces that were only to be asked with, and left those of whoever crashed; it had no checksums."""
    theirs = "FROM faces WHERE external_image_id >= 'query:' AND external_image_id < 'query;'"
    vectors = [vector for (vector,) in connection.execute(f"SELECT vector {theirs}").fetchall()]
    connection.execute(f"DELETE {theirs}")
    connection.executemany("DELETE FROM vectors WHERE id = ?", [(vector,) for vector in vectors])
    connection.execute("ALTER TABLE vectors ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
    for batch in _batches(connection):
        connection.executemany("UPDATE vectors SET checksum = ? WHERE id = ?", [(checksum(v), row) for row, v in batch])
    connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")


def _batches(connection: Database) -> Iterator[list[tuple[int, bytes]]]:
    """Every vector with its id, some thousands at a time: a million at once would fill the memory."""
    last = 0
    while batch := connection.execute(_BATCH, (last,)).fetchall():
        yield batch
        last = batch[-1][0]


def _seal(connection: Database, keys: Sequence[bytes]) -> None:
    """Have every vector encrypted with the first key, and see that the keys fit."""
    found = connection.execute("SELECT value FROM about WHERE name = 'sealed'").fetchone()
    if not keys:
        if found:
            raise wrong_key()
        return
    cipher = Sealed(keys)
    if found and cipher.is_newest(found[0]):
        connection.cipher = cipher
        return
    before: Cipher = cipher if found else Plain()
    connection.execute("BEGIN IMMEDIATE")
    before.join(found or ())
    for batch in _batches(connection):
        sealed = ((cipher.seal(before.join([vector])), row) for row, vector in batch)
        rows = [(blob, checksum(blob), row) for blob, row in sealed]
        connection.executemany("UPDATE vectors SET vector = ?, checksum = ? WHERE id = ?", rows)
    connection.execute("INSERT OR REPLACE INTO about VALUES ('sealed', ?)", (cipher.seal(b"sealed"),))
    connection.execute("COMMIT")
    _empty_log(connection)  # What was not encrypted leaves no trace.
    connection.cipher = cipher


def _create(connection: Database, versions: Versions) -> None:
    for statement in _SCHEMA.split(";\n"):
        connection.execute(statement)
    about = {"model": versions.model, "calibration": versions.calibration, "secret": secrets.token_bytes(32)}
    connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
    connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")


def _compare(connection: Database, path: Path, versions: Versions) -> None:
    model = str(_about(connection, "model"))
    if model != versions.model:
        raise OtherModelError(
            f"The store {path} holds face vectors of the model {model}, and this engine makes those of "
            f"{versions.model}; the two cannot be compared. Index the photos again (in Facesearch: "
            f"`./facesearch reindex`), or go back to the MODELS or the version that made the store."
        )
    # Similarities are computed when asked for, never stored, so a new calibration needs nothing but to be noted.
    connection.execute("UPDATE about SET value = ? WHERE name = 'calibration'", (versions.calibration,))


def _about(connection: Database, name: str) -> Any:
    return connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()[0]
