"""Brings a collection and its photos in line with the records, which say what holds.

A crash, or a Rekognition that fails half-way through an erasure or a merge, leaves what nobody has: faces, users,
photos; or a face that is not its person's. Once a day all of it is found and mended.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services import texts
from services.collection.collection import Collection, StoredFace
from services.collection.rekognition import in_words
from services.errors import Conflict

_OURS = "u-"  # how the ids of people begin; what others keep in the collection is not ours to judge
_ASKED = "q-"  # how those of members begin who are being asked
_MOST_LEFT = 10  # people whom crashes may leave unknown in a day; more of them are another bot's
_AT_ONCE = 4096  # faces that ListFaces tells of

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mended:
    """How many faces, users and photos were nobody's and are gone, and how many faces are their person's again."""

    faces: int = 0
    users: int = 0
    photos: int = 0
    associated: int = 0


def reconcile(collection: Collection) -> Mended:
    """Mend what differs from the records. While the collection is being rebuilt, that does it.

    What is found is looked at again where nobody can change it, so an enrolment under way loses nothing. Raises
    `services.errors.Conflict` when so many people are unknown that the records are not this collection's, and
    `Unavailable` when Rekognition cannot be asked.
    """
    records = collection.records
    if records.generations.next() or records.generations.old():
        return Mended()
    collection = collection.now()
    with in_words():
        faces = [face for face in collection.faces() if face.name.startswith(_OURS)]
        users = [user_id for user_id in collection.users() if user_id.startswith(_OURS)]
        photos = [key for ours in (_OURS, _ASKED) for key in collection.photos.keys(f"{records.workspace}/{ours}")]
        with records.alone():
            people = {person.user_id for person in records.people()}
            kept = people | {request.id for request in records.consents.requests()}
            owners = records.all_owners()
            stored = {face.made_for for face in faces} | {*users} | {key.split("/")[1] for key in photos}
            unknown = stored - kept
            if len(unknown) > max(_MOST_LEFT, len(people)):
                raise Conflict(texts.OF_ANOTHER_BOT.format(collection=collection.id, n=len(unknown)))
            strays = [face for face in faces if face.face_id not in owners and face.made_for not in people]
            astray = [face for face in faces if face.user_id != owners.get(face.face_id, face.user_id)]
            mended = Mended(
                faces=_delete_faces(collection, strays),
                users=_delete_users(collection, [user_id for user_id in users if user_id not in people]),
                photos=_delete_photos(collection, [key for key in photos if key.split("/")[1] not in kept]),
                associated=sum(
                    _bring_home(collection, face, owners[face.face_id]) for face in _now(collection, astray)
                ),
            )
    if mended != Mended():
        _logger.warning("the collection differed from the records: %s", mended)
    return mended


def _now(collection: Collection, faces: Sequence[StoredFace]) -> Iterable[StoredFace]:
    """The same faces as they are by now; without those that are gone."""
    for start in range(0, len(faces), _AT_ONCE):
        page = collection.client.list_faces(
            CollectionId=collection.id,
            FaceIds=[face.face_id for face in faces[start : start + _AT_ONCE]],
            MaxResults=_AT_ONCE,
        )
        for face in page["Faces"]:
            yield StoredFace(face["FaceId"], face["ExternalImageId"], face.get("UserId"))


def _delete_faces(collection: Collection, faces: Sequence[StoredFace]) -> int:
    for face in faces:
        if face.user_id is not None:  # DeleteFaces leaves a face that is associated
            collection.disassociate(face.user_id, [face.face_id])
    collection.delete_faces([face.face_id for face in faces])
    return len(faces)


def _delete_users(collection: Collection, user_ids: Sequence[str]) -> int:
    for user_id in user_ids:
        collection.delete_user(user_id)
    return len(user_ids)


def _delete_photos(collection: Collection, keys: Sequence[str]) -> int:
    for key in keys:
        collection.photos.delete(key)
    return len(keys)


def _bring_home(collection: Collection, face: StoredFace, user_id: str) -> bool:
    """Associate a face with whom it is recorded as; whether it was another's or nobody's."""
    if face.user_id == user_id:
        return False
    if face.user_id is not None:
        collection.disassociate(face.user_id, [face.face_id])
    collection.associate(user_id, [face.face_id])
    return True
