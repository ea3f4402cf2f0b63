"""The rows of a store: collections, faces, users, tags and remembered requests, within a transaction."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import bindparam

from .. import errors
from ..vision import Vectors
from . import values
from .databases import Among, Database, values_of
from .databases.tables import collections, faces, removals, requests, tags, users, vectors
from .values import Collection, Kind, NewFace, StoredFace, StoredUser
from .written import checksum

_REQUESTS_KEPT = 8 * 3600.0
"""Seconds for which a ClientRequestToken is remembered."""


_here = bindparam("here", type_=collections.c.id.type)
"""The id of the collection that a statement is about."""


# Collections

_ADD_COLLECTION = (
    sa.insert(collections)
    .values(name=bindparam("to_name"), created=bindparam("to_created"), changes=0)
    .returning(collections.c.id)
)
_COLLECTIONS = sa.select(collections.c.id, collections.c.name, collections.c.created, collections.c.changes)
_COLLECTION = _COLLECTIONS.where(collections.c.name == bindparam("name"))
_COLLECTIONS_AFTER = (
    _COLLECTIONS.where(collections.c.id > bindparam("after")).order_by(collections.c.id).limit(bindparam("most"))
)
_DROP_COLLECTION = sa.delete(collections).where(collections.c.id == _here)
_DROP_VECTORS = sa.delete(vectors).where(vectors.c.collection == _here)
_COUNT_FACES = sa.select(sa.func.count()).select_from(faces).where(faces.c.collection == _here)
_COUNT_USERS = sa.select(sa.func.count()).select_from(users).where(users.c.collection == _here)


def create_collection(database: Database, name: str, created: float) -> Collection:
    return Collection(_number(database.one(_ADD_COLLECTION, to_name=name, to_created=created)), name, created)


def find_collection(database: Database, name: str) -> Collection | None:
    row = database.one(_COLLECTION, name=name)
    return Collection(*row) if row else None


def list_collections(database: Database, after: int, limit: int) -> list[Collection]:
    """In the order of their ids, from the first above `after`."""
    return [Collection(*row) for row in database.all(_COLLECTIONS_AFTER, after=after, most=limit)]


def delete_collection(database: Database, collection: Collection) -> None:
    """With everything in it."""
    database.run(_DROP_VECTORS, here=collection.id)
    database.run(_DROP_COLLECTION, here=collection.id)


def count_faces(database: Database, collection: Collection) -> int:
    return _number(database.one(_COUNT_FACES, here=collection.id))


def count_users(database: Database, collection: Collection) -> int:
    return _number(database.one(_COUNT_USERS, here=collection.id))


def _number(row: tuple[Any, ...] | None) -> int:
    return int(row[0]) if row else 0


# Vectors

_VECTOR = sa.select(vectors.c.vector, vectors.c.checksum).where(vectors.c.id == bindparam("id"))
_VECTORS_OF_USER = (
    sa.select(vectors.c.vector, vectors.c.checksum)
    .select_from(faces.join(vectors, vectors.c.id == faces.c.vector))
    .where(faces.c.user == bindparam("user"))
    .order_by(faces.c.vector)
)
_ADD_VECTOR = (
    sa.insert(vectors)
    .values(collection=_here, kind=bindparam("of"), vector=bindparam("blob"), checksum=bindparam("sum"))
    .returning(vectors.c.id)
)
_REMOVE_VECTORS = sa.delete(vectors).where(Among(vectors.c.id, "ids"))
_CHANGE = (
    sa.update(collections)
    .where(collections.c.id == _here)
    .values(changes=collections.c.changes + bindparam("by"))
    .returning(collections.c.changes)
)
_LOG_REMOVAL = sa.insert(removals).values(
    collection=_here, number=bindparam("as"), kind=bindparam("of"), vector=bindparam("id")
)
_PRUNE_LOG = sa.delete(removals).where(removals.c.collection == _here, removals.c.number <= bindparam("until"))


def vector_of(database: Database, vector: int) -> Vectors:
    """As many numbers as the models make. Raises EngineError where it is not what was written."""
    return np.asarray(_read(database, database.all(_VECTOR, id=vector))[0])


def vectors_of_user(database: Database, user: StoredUser) -> Vectors:
    """Those of the faces associated with the user, a row each. Raises as `vector_of` does."""
    return _read(database, database.all(_VECTORS_OF_USER, user=user.id))


def _read(database: Database, rows: Iterable[tuple[Any, ...]]) -> Vectors:
    stored = [(blob, expected == checksum(blob)) for blob, expected in rows]
    if not all(is_whole for _, is_whole in stored):
        raise errors.damaged()
    try:
        return database.writing.vectors([blob for blob, _ in stored])
    except errors.StoreError as error:  # by a process that had another key
        raise errors.damaged() from error


def _add_vectors(database: Database, collection: Collection, kind: Kind, added: Vectors) -> list[int]:
    if not len(added):
        return []
    database.run(_CHANGE, here=collection.id, by=len(added))
    return [
        _number(database.one(_ADD_VECTOR, here=collection.id, of=int(kind), blob=blob, sum=checksum(blob)))
        for blob in database.writing.write(added)
    ]


def _remove_vectors(database: Database, collection: Collection, kind: Kind, ids: Sequence[int]) -> None:
    """And leave word for those who have them in memory."""
    if not ids:
        return
    database.run(_REMOVE_VECTORS, ids=list(ids))
    last = _number(database.one(_CHANGE, here=collection.id, by=len(ids)))
    numbered = enumerate(ids, last - len(ids) + 1)
    log = [{"here": collection.id, "as": number, "of": int(kind), "id": each} for number, each in numbered]
    database.many(_LOG_REMOVAL, log)
    database.run(_PRUNE_LOG, here=collection.id, until=last - values.REMOVALS_KEPT)


# Faces

_FACES = sa.select(
    faces.c.vector,
    faces.c.face_id,
    faces.c.image_id,
    faces.c.external_image_id,
    faces.c.box_left,
    faces.c.box_top,
    faces.c.box_width,
    faces.c.box_height,
    faces.c.confidence,
    users.c.user_id,
).select_from(faces.outerjoin(users, users.c.id == faces.c.user))
_FACES_HERE = _FACES.where(faces.c.collection == _here)
_FACES_BY_ID = _FACES_HERE.where(Among(faces.c.face_id, "ids"))
_FACES_BY_VECTOR = _FACES.where(Among(faces.c.vector, "ids"))
_FACES_OF_IMAGE = _FACES_HERE.where(
    faces.c.image_digest == bindparam("digest"),
    faces.c.external_image_id.is_not_distinct_from(bindparam("name", type_=sa.Text)),
)
_FACES_AFTER = _FACES_HERE.where(faces.c.vector > bindparam("after")).order_by(faces.c.vector).limit(bindparam("most"))
# Without the collection, which the user is of: with it SQLite might take its index, and pass all faces by.
_FACES_OF_USER_AFTER = (
    _FACES.where(faces.c.user == bindparam("user"), faces.c.vector > bindparam("after"))
    .order_by(faces.c.vector)
    .limit(bindparam("most"))
)
_ADD_FACE = sa.insert(faces).values(
    {column: bindparam(f"to_{column.name}") for column in faces.columns if column.name != "user"}
)
_DELETE_FACES = (
    sa.delete(faces)
    .where(faces.c.collection == _here, Among(faces.c.face_id, "ids"), faces.c.user.is_(None))
    .returning(faces.c.face_id, faces.c.vector)
)


def add_faces(database: Database, collection: Collection, new: Sequence[NewFace], their: Vectors) -> list[StoredFace]:
    """Add faces, each with its row of `their` vectors."""
    ids = _add_vectors(database, collection, Kind.FACE, their)
    added = [_stored(number, face) for number, face in zip(ids, new, strict=True)]
    digests = [face.image.digest for face in new]
    pairs = zip(added, digests, strict=True)
    database.many(_ADD_FACE, [_row_of(collection, face, digest) for face, digest in pairs])
    return added


def _stored(vector: int, new: NewFace) -> StoredFace:
    image, box = new.image, new.box
    place = box.left, box.top, box.width, box.height
    return StoredFace(vector, str(uuid.uuid4()), image.image_id, image.external_image_id, *place, new.confidence)


def _row_of(collection: Collection, face: StoredFace, digest: bytes) -> dict[str, Any]:
    return {
        "to_vector": face.vector,
        "to_collection": collection.id,
        "to_face_id": face.face_id,
        "to_image_id": face.image_id,
        "to_external_image_id": face.external_image_id,
        "to_image_digest": digest,
        "to_box_left": face.left,
        "to_box_top": face.top,
        "to_box_width": face.width,
        "to_box_height": face.height,
        "to_confidence": face.confidence,
    }


def find_face(database: Database, collection: Collection, face_id: str) -> StoredFace | None:
    return next(iter(find_faces(database, collection, [face_id])), None)


def find_faces(database: Database, collection: Collection, face_ids: Sequence[str]) -> list[StoredFace]:
    """Those of `face_ids` that the collection has, in the order of their vectors."""
    return _in_order(database.all(_FACES_BY_ID, here=collection.id, ids=list(face_ids)))


def _in_order(found: Iterable[tuple[Any, ...]]) -> list[StoredFace]:
    # Sorted here: told to sort, SQLite reads the whole collection in that order instead of looking the few up.
    return sorted(map(StoredFace._make, found), key=lambda face: face.vector)


def faces_by_vector(database: Database, ids: Sequence[int]) -> dict[int, StoredFace]:
    """The faces that still exist, by the ids of their vectors."""
    return {row[0]: StoredFace._make(row) for row in database.all(_FACES_BY_VECTOR, ids=list(ids))}


def faces_of_image(
    database: Database, collection: Collection, image_digest: bytes, external_image_id: str | None
) -> list[StoredFace]:
    """The faces already indexed from the very same image under the same ExternalImageId."""
    found = database.all(_FACES_OF_IMAGE, here=collection.id, digest=image_digest, name=external_image_id)
    return _in_order(found)


def list_faces(
    database: Database, collection: Collection, after: int, limit: int, user: StoredUser | None = None
) -> list[StoredFace]:
    """In the order of their vectors, from the first above `after`; of one user only, if given."""
    place = {"after": after, "most": limit}
    found = (
        database.all(_FACES_OF_USER_AFTER, **place, user=user.id)
        if user
        else database.all(_FACES_AFTER, **place, here=collection.id)
    )
    return [StoredFace._make(row) for row in found]


def delete_faces(database: Database, collection: Collection, face_ids: Sequence[str]) -> set[str]:
    """Delete those of `face_ids` that the collection has and that are associated with no user; which they were."""
    deleted = dict(database.all(_DELETE_FACES, here=collection.id, ids=list(face_ids)))
    _remove_vectors(database, collection, Kind.FACE, sorted(deleted.values()))
    return set(deleted)


# Users

_USERS = sa.select(
    users.c.id,
    users.c.user_id,
    users.c.vector,
    sa.select(sa.func.count()).select_from(faces).where(faces.c.user == users.c.id).scalar_subquery(),
)
_USERS_HERE = _USERS.where(users.c.collection == _here)
_USER = _USERS_HERE.where(users.c.user_id == bindparam("called"))
_USERS_AFTER = _USERS_HERE.where(users.c.id > bindparam("after")).order_by(users.c.id).limit(bindparam("most"))
_USERS_BY_VECTOR = _USERS.where(Among(users.c.vector, "ids"))
_ADD_USER = sa.insert(users).values(collection=_here, user_id=bindparam("called"))
_DELETE_USER = sa.delete(users).where(users.c.id == bindparam("user"))
_SET_USER = (
    sa.update(faces).where(faces.c.vector == bindparam("of")).values(user=bindparam("to", type_=faces.c.user.type))
)
_SET_VECTOR = (
    sa.update(users).where(users.c.id == bindparam("of")).values(vector=bindparam("to", type_=users.c.vector.type))
)


def create_user(database: Database, collection: Collection, user_id: str) -> None:
    database.run(_ADD_USER, here=collection.id, called=user_id)


def find_user(database: Database, collection: Collection, user_id: str) -> StoredUser | None:
    row = database.one(_USER, here=collection.id, called=user_id)
    return StoredUser(*row) if row else None


def list_users(database: Database, collection: Collection, after: int, limit: int) -> list[StoredUser]:
    """In the order of their ids, from the first above `after`."""
    return [StoredUser(*row) for row in database.all(_USERS_AFTER, here=collection.id, after=after, most=limit)]


def users_by_vector(database: Database, ids: Sequence[int]) -> dict[int, StoredUser]:
    """The users whose vectors these still are, by the ids of the vectors."""
    return {row[2]: StoredUser(*row) for row in database.all(_USERS_BY_VECTOR, ids=list(ids))}


def delete_user(database: Database, collection: Collection, user: StoredUser) -> None:
    """The faces associated with the user stay, and belong to nobody."""
    database.run(_DELETE_USER, user=user.id)
    if user.vector is not None:
        _remove_vectors(database, collection, Kind.USER, [user.vector])


def set_user_of_faces(database: Database, of: Iterable[StoredFace], user: StoredUser | None) -> None:
    database.many(_SET_USER, [{"of": face.vector, "to": user.id if user else None} for face in of])


def set_user_vector(database: Database, collection: Collection, user: StoredUser, vector: Vectors | None) -> None:
    """Replace the user's vector; None when no face is associated any more."""
    added = [] if vector is None else _add_vectors(database, collection, Kind.USER, vector[np.newaxis])
    database.run(_SET_VECTOR, of=user.id, to=added[0] if added else None)
    if user.vector is not None:
        _remove_vectors(database, collection, Kind.USER, [user.vector])


# Tags

_TAGS = sa.select(tags.c.key, tags.c.value).where(tags.c.collection == _here).order_by(tags.c.key)
_ADD_TAG = sa.insert(tags).values(collection=_here, key=bindparam("of"), value=bindparam("to"))
_REMOVE_TAGS = sa.delete(tags).where(tags.c.collection == _here, Among(tags.c.key, "keys"))


def tags_of(database: Database, collection: Collection) -> dict[str, str]:
    return dict(database.all(_TAGS, here=collection.id))


def set_tags(database: Database, collection: Collection, given: dict[str, str]) -> None:
    remove_tags(database, collection, given)
    database.many(_ADD_TAG, [{"here": collection.id, "of": key, "to": value} for key, value in given.items()])


def remove_tags(database: Database, collection: Collection, keys: Iterable[str]) -> None:
    database.run(_REMOVE_TAGS, here=collection.id, keys=list(keys))


# Requests with a ClientRequestToken


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a request with a token was like, as a digest of its parameters, and what it was answered."""

    fingerprint: bytes
    answer: dict[str, Any]


_is_it = requests.c.operation == bindparam("doing"), requests.c.token == bindparam("as_of")
_RECALL = sa.select(requests.c.fingerprint, requests.c.answer).where(*_is_it, requests.c.at > bindparam("since"))
# Only its own collection's, as another's may be clearing up at the same time; and what else bears the same token.
_FORGET = sa.delete(requests).where(requests.c.collection == _here, requests.c.at <= bindparam("until"))
_FORGET_IT = sa.delete(requests).where(*_is_it)
_REMEMBER = sa.insert(requests).values({column: bindparam(f"to_{column.name}") for column in requests.columns})


def recall(database: Database, operation: str, token: str) -> Remembered | None:
    """Until the transaction ends, nobody else can recall or remember the same."""
    database.lock(f"{operation} {token}")
    row = database.one(_RECALL, doing=operation, as_of=token, since=time.time() - _REQUESTS_KEPT)
    return Remembered(bytes(row[0]), json.loads(row[1])) if row else None


def remember(
    database: Database, operation: str, token: str, collection: Collection, fingerprint: bytes, answer: dict[str, Any]
) -> None:
    now = time.time()
    database.run(_FORGET, here=collection.id, until=now - _REQUESTS_KEPT)
    database.run(_FORGET_IT, doing=operation, as_of=token)
    database.run(
        _REMEMBER,
        to_operation=operation,
        to_token=token,
        to_collection=collection.id,
        to_fingerprint=fingerprint,
        to_answer=json.dumps(answer),
        to_at=now,
    )


# Damage

_WHOSE = (
    sa.select(
        *(vectors.c.id, vectors.c.vector, vectors.c.checksum),
        *(collections.c.name, faces.c.face_id, users.c.user_id),
    )
    .select_from(
        vectors.join(collections, collections.c.id == vectors.c.collection)
        .outerjoin(faces, faces.c.vector == vectors.c.id)
        .outerjoin(users, users.c.vector == vectors.c.id)
    )
    .where(vectors.c.id > bindparam("after"))
    .order_by(vectors.c.id)
    .limit(bindparam("most"))
)


def damaged(database: Database) -> tuple[str, ...]:
    """Whose vectors are not what was written: a FaceId or UserId each, and its CollectionId."""
    wrong: list[str] = []
    after = 0
    while rows := database.all(_WHOSE, after=after, most=database.batch):
        after = values_of(rows)[-1]
        wrong += [
            f"{'face' if face else 'user'} {face or user} of {name}"
            for _, stored, expected, name, face, user in rows
            if checksum(stored) != expected
        ]
    return tuple(wrong)
