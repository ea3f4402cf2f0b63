"""The rows of a store: collections, faces, users, tags and remembered requests, within a transaction."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .. import errors
from ..vision import Box, Vectors
from .mirror import Kind
from .store import Database, checksum

_REMOVALS_KEPT = 100_000
"""Removals listed for other processes; one that has missed more reads everything again."""

_REQUESTS_KEPT = 8 * 3600.0
"""Seconds for which a ClientRequestToken is remembered."""

_MANY = "(SELECT value FROM json_each(?))"
"""For an `IN`, with a list as JSON: SQLite takes any number of values so, in one statement that it compiles once."""


@dataclass(frozen=True, slots=True)
class Collection:
    """`id` is the store's own, never used twice; `created` is seconds since 1970."""

    id: int
    name: str
    created: float


@dataclass(frozen=True, slots=True)
class SourceImage:
    """Where faces come from; `digest` tells whether two images are the very same bytes."""

    image_id: str
    external_image_id: str | None
    digest: bytes


class StoredFace(NamedTuple):  # a row as it comes: thousands are read to list a collection
    """A face in a collection. `vector` is the id of its vector, and its place in the order of ListFaces."""

    vector: int
    face_id: str
    image_id: str
    external_image_id: str | None
    left: float
    top: float
    width: float
    height: float
    confidence: float
    user_id: str | None = None

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.width, self.height)


@dataclass(frozen=True, slots=True)
class StoredUser:
    """A user in a collection. `vector` is None as long as no face is associated; `faces` is how many are."""

    id: int
    user_id: str
    vector: int | None
    faces: int


# Collections


def create_collection(database: Database, name: str, created: float) -> Collection:
    row = database.execute("INSERT INTO collections (name, created) VALUES (?, ?)", (name, created))
    return Collection(row.lastrowid or 0, name, created)


def find_collection(database: Database, name: str) -> Collection | None:
    row = database.execute("SELECT id, name, created FROM collections WHERE name = ?", (name,)).fetchone()
    return Collection(*row) if row else None


def list_collections(database: Database, after: int, limit: int) -> list[Collection]:
    """In the order of their ids, from the first above `after`."""
    query = "SELECT id, name, created FROM collections WHERE id > ? ORDER BY id LIMIT ?"
    return [Collection(*row) for row in database.execute(query, (after, limit))]


def delete_collection(database: Database, collection: Collection) -> None:
    """With everything in it."""
    for owners in ("faces", "users"):
        vectors = f"SELECT vector FROM {owners} WHERE collection = ?"
        database.execute(f"DELETE FROM vectors WHERE id IN ({vectors})", (collection.id,))
    database.execute("DELETE FROM collections WHERE id = ?", (collection.id,))
    _log_removals(database, collection, Kind.FACE, [None])


def count_faces(database: Database, collection: Collection) -> int:
    return int(database.execute("SELECT count(*) FROM faces WHERE collection = ?", (collection.id,)).fetchone()[0])


def count_users(database: Database, collection: Collection) -> int:
    return int(database.execute("SELECT count(*) FROM users WHERE collection = ?", (collection.id,)).fetchone()[0])


# Vectors


def vector_of(database: Database, vector: int) -> Vectors:
    """As many numbers as the models make. Raises EngineError where it is not what was written."""
    rows = database.execute("SELECT vector, checksum FROM vectors WHERE id = ?", (vector,))
    return np.frombuffer(database.cipher.join(_whole(rows)), np.float32)


def vectors_of_user(database: Database, user: StoredUser) -> Vectors:
    """Those of the faces associated with the user, a row each. Raises as `vector_of` does."""
    query = "SELECT vectors.vector, checksum FROM faces JOIN vectors ON vectors.id = faces.vector WHERE faces.user = ?"
    blobs = _whole(database.execute(query, (user.id,)))
    vectors = np.frombuffer(database.cipher.join(blobs), np.float32)
    return vectors.reshape(len(blobs), -1) if blobs else vectors.reshape(0, 0)


def _whole(rows: Iterable[tuple[bytes, int]]) -> list[bytes]:
    stored = [(blob, expected == checksum(blob)) for blob, expected in rows]
    if not all(is_whole for _, is_whole in stored):
        raise errors.damaged()
    return [blob for blob, _ in stored]


def _add_vector(database: Database, collection: Collection, kind: Kind, vector: Vectors) -> int:
    blob = database.cipher.seal(np.ascontiguousarray(vector, np.float32).tobytes())
    row = database.execute(
        "INSERT INTO vectors (collection, kind, vector, checksum) VALUES (?, ?, ?, ?)",
        (collection.id, int(kind), blob, checksum(blob)),
    )
    return row.lastrowid or 0


def _remove_vectors(database: Database, collection: Collection, kind: Kind, vectors: Sequence[int]) -> None:
    database.execute(f"DELETE FROM vectors WHERE id IN {_MANY}", (json.dumps(vectors),))
    _log_removals(database, collection, kind, vectors)


def _log_removals(database: Database, collection: Collection, kind: Kind, vectors: Sequence[int | None]) -> None:
    database.execute(
        "INSERT INTO removals (collection, kind, vector) SELECT ?, ?, value FROM json_each(?)",
        (collection.id, int(kind), json.dumps(vectors)),
    )
    database.execute("DELETE FROM removals WHERE id <= (SELECT max(id) FROM removals) - ?", (_REMOVALS_KEPT,))


# Faces

_FACES = """
SELECT faces.vector, face_id, image_id, external_image_id, box_left, box_top, box_width, box_height, confidence, user_id
FROM faces LEFT JOIN users ON users.id = faces.user
"""


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def add_face(
    database: Database, collection: Collection, image: SourceImage, box: Box, confidence: float, vector: Vectors
) -> StoredFace:
    vector_id = _add_vector(database, collection, Kind.FACE, vector)
    face_id, place = str(uuid.uuid4()), (box.left, box.top, box.width, box.height)
    values = (
        *(vector_id, collection.id, face_id, image.image_id, image.external_image_id, image.digest),
        *(*place, confidence),
    )
    database.execute(
        "INSERT INTO faces (vector, collection, face_id, image_id, external_image_id, image_digest,"
        f" box_left, box_top, box_width, box_height, confidence) VALUES ({_places(values)})",
        values,
    )
    return StoredFace(vector_id, face_id, image.image_id, image.external_image_id, *place, confidence)


def find_face(database: Database, collection: Collection, face_id: str) -> StoredFace | None:
    return next(iter(find_faces(database, collection, [face_id])), None)


def find_faces(database: Database, collection: Collection, face_ids: Sequence[str]) -> list[StoredFace]:
    """Those of `face_ids` that the collection has, in the order of their vectors."""
    # Sorted here: told to sort, SQLite reads the whole collection in that order instead of looking the few up.
    where = f"WHERE faces.collection = ? AND face_id IN {_MANY}"
    faces = [StoredFace._make(row) for row in database.execute(_FACES + where, (collection.id, json.dumps(face_ids)))]
    return sorted(faces, key=lambda face: face.vector)


def faces_by_vector(database: Database, vectors: Sequence[int]) -> dict[int, StoredFace]:
    """The faces that still exist, by the ids of their vectors."""
    rows = database.execute(_FACES + f"WHERE faces.vector IN {_MANY}", (json.dumps(vectors),))
    return {row[0]: StoredFace._make(row) for row in rows}


def faces_of_image(
    database: Database, collection: Collection, image_digest: bytes, external_image_id: str | None
) -> list[StoredFace]:
    """The faces already indexed from the very same image under the same ExternalImageId."""
    where = "WHERE image_digest = ? AND faces.collection = ? AND external_image_id IS ? ORDER BY faces.vector"
    parameters = (image_digest, collection.id, external_image_id)
    return [StoredFace._make(row) for row in database.execute(_FACES + where, parameters)]


def list_faces(
    database: Database, collection: Collection, after: int, limit: int, user: StoredUser | None = None
) -> list[StoredFace]:
    """In the order of their vectors, from the first above `after`; of one user only, if given."""
    where, parameters = "WHERE faces.collection = ? AND faces.vector > ?", [collection.id, after]
    if user:
        where, parameters = f"{where} AND faces.user = ?", [*parameters, user.id]
    rows = database.execute(f"{_FACES} {where} ORDER BY faces.vector LIMIT ?", (*parameters, limit))
    return [StoredFace._make(row) for row in rows]


def delete_faces(database: Database, collection: Collection, face_ids: Sequence[str]) -> set[str]:
    """Delete those of `face_ids` that the collection has and that are associated with no user; which they were."""
    where = f"collection = ? AND face_id IN {_MANY} AND user IS NULL"
    returned = f"DELETE FROM faces WHERE {where} RETURNING face_id, vector"
    deleted = dict(database.execute(returned, (collection.id, json.dumps(face_ids))).fetchall())
    _remove_vectors(database, collection, Kind.FACE, list(deleted.values()))
    return set(deleted)


# Users

_USERS = """
SELECT id, user_id, vector, (SELECT count(*) FROM faces WHERE faces.user = users.id) FROM users
"""


def create_user(database: Database, collection: Collection, user_id: str) -> None:
    database.execute("INSERT INTO users (collection, user_id) VALUES (?, ?)", (collection.id, user_id))


def find_user(database: Database, collection: Collection, user_id: str) -> StoredUser | None:
    row = database.execute(_USERS + "WHERE collection = ? AND user_id = ?", (collection.id, user_id)).fetchone()
    return StoredUser(*row) if row else None


def list_users(database: Database, collection: Collection, after: int, limit: int) -> list[StoredUser]:
    """In the order of their ids, from the first above `after`."""
    query = _USERS + "WHERE collection = ? AND id > ? ORDER BY id LIMIT ?"
    return [StoredUser(*row) for row in database.execute(query, (collection.id, after, limit))]


def users_by_vector(database: Database, vectors: Sequence[int]) -> dict[int, StoredUser]:
    """The users whose vectors these still are, by the ids of the vectors."""
    query = _USERS + f"WHERE vector IN {_MANY}"
    return {row[2]: StoredUser(*row) for row in database.execute(query, (json.dumps(vectors),))}


def delete_user(database: Database, collection: Collection, user: StoredUser) -> None:
    """The faces associated with the user stay, and belong to nobody."""
    database.execute("DELETE FROM users WHERE id = ?", (user.id,))
    if user.vector is not None:
        _remove_vectors(database, collection, Kind.USER, [user.vector])


def set_user_of_faces(database: Database, faces: Iterable[StoredFace], user: StoredUser | None) -> None:
    database.executemany(
        "UPDATE faces SET user = ? WHERE vector = ?", [(user.id if user else None, face.vector) for face in faces]
    )


def set_user_vector(database: Database, collection: Collection, user: StoredUser, vector: Vectors | None) -> None:
    """Replace the user's vector; None when no face is associated any more."""
    new = None if vector is None else _add_vector(database, collection, Kind.USER, vector)
    database.execute("UPDATE users SET vector = ? WHERE id = ?", (new, user.id))
    if user.vector is not None:
        _remove_vectors(database, collection, Kind.USER, [user.vector])


# Tags


def tags_of(database: Database, collection: Collection) -> dict[str, str]:
    return dict(database.execute("SELECT key, value FROM tags WHERE collection = ? ORDER BY key", (collection.id,)))


def set_tags(database: Database, collection: Collection, tags: dict[str, str]) -> None:
    rows = [(collection.id, key, value) for key, value in tags.items()]
    database.executemany("INSERT OR REPLACE INTO tags VALUES (?, ?, ?)", rows)


def remove_tags(database: Database, collection: Collection, keys: Iterable[str]) -> None:
    database.executemany("DELETE FROM tags WHERE collection = ? AND key = ?", [(collection.id, key) for key in keys])


# Requests with a ClientRequestToken


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a request with a token was like, as a digest of its parameters, and what it was answered."""

    fingerprint: bytes
    answer: dict[str, Any]


def recall(database: Database, operation: str, token: str) -> Remembered | None:
    query = "SELECT fingerprint, answer FROM requests WHERE operation = ? AND token = ? AND at > ?"
    row = database.execute(query, (operation, token, time.time() - _REQUESTS_KEPT)).fetchone()
    return Remembered(row[0], json.loads(row[1])) if row else None


def remember(
    database: Database, operation: str, token: str, collection: Collection, fingerprint: bytes, answer: dict[str, Any]
) -> None:
    now = time.time()
    database.execute("DELETE FROM requests WHERE at <= ?", (now - _REQUESTS_KEPT,))
    database.execute(
        "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?)",
        (operation, token, collection.id, fingerprint, json.dumps(answer), now),
    )
