"""Puts faces that are enrolled into a collection once more, from the photos that they were enrolled with."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from services.collection.collection import STANDS_FOR, Collection
from services.errors import Damaged, NotFound
from services.records import EnrolledFace


@dataclass(frozen=True, slots=True)
class Copies:
    """Which face of the collection stands for which enrolled one now, and the photos that gave none."""

    face_ids: dict[str, str]
    lost: frozenset[str]


def copy(collection: Collection, faces: Sequence[EnrolledFace]) -> Copies:
    """Index the photos of faces of one person, and associate what comes of them with this person's user.

    Each face in the collection remembers which enrolled one it stands for. Raises what boto3 raises.
    """
    user_id = faces[0].user_id
    indexed = {face.face_id: face_id for face in faces if (face_id := _index(collection, face))}
    failed = _associate(collection, user_id, list(indexed.values())) if indexed else set()
    face_ids = {enrolled: face_id for enrolled, face_id in indexed.items() if face_id not in failed}
    return Copies(face_ids, frozenset(face.photo for face in faces if face.face_id not in face_ids))


def _index(collection: Collection, face: EnrolledFace) -> str | None:
    try:
        picture = collection.photos.get(face.photo)
    except (NotFound, Damaged):  # or erased meanwhile, which the next look at the records shows
        return None
    found = collection.client.index_faces(
        CollectionId=collection.id,
        Image={"Bytes": picture},
        ExternalImageId=f"{face.user_id}{STANDS_FOR}{face.face_id}",
        MaxFaces=1,
        QualityFilter="NONE",  # it was good enough before
    )["FaceRecords"]
    return found[0]["Face"]["FaceId"] if found else None


def _associate(collection: Collection, user_id: str, face_ids: list[str]) -> set[str]:
    """The faces that Rekognition does not associate."""
    with suppress(collection.client.exceptions.ConflictException):
        collection.client.create_user(CollectionId=collection.id, UserId=user_id)
    answer = collection.client.associate_faces(
        CollectionId=collection.id,
        UserId=user_id,
        FaceIds=face_ids,
        UserMatchThreshold=0,  # somebody who knows them has said whose they are
    )
    return {failed["FaceId"] for failed in answer["UnsuccessfulFaceAssociations"]}
