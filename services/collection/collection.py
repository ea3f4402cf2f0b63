"""One workspace's collection: faces in Rekognition, records of whose they are, and the photos they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services import texts
from services.collection.photostore import PhotoStore
from services.collection.rekognition import Rekognition
from services.errors import Refusal
from services.records import Person, Records

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

STANDS_FOR = ":"  # in an ExternalImageId between the user and the enrolled face that a rebuilt one stands for
_AT_ONCE = 4096  # faces that DeleteFaces takes, and ListFaces tells of


@dataclass(frozen=True, slots=True)
class StoredFace:
    """A face as Rekognition keeps it: its `ExternalImageId`, and the user whom it is associated with."""

    face_id: str
    name: str
    user_id: str | None

    @property
    def made_for(self) -> str:
        """The user whom it was made for, where it is one of ours."""
        return self.name.partition(STANDS_FOR)[0]


@dataclass(frozen=True, slots=True)
class Collection:
    """What the services of one workspace work on.

    Its `name` is the operator's. Rebuilding it gives it another `id`, at any moment; `pinned` is one that it keeps.
    """

    name: str
    rekognition: Rekognition
    records: Records
    photos: PhotoStore
    pinned: str | None = None

    @property
    def id(self) -> str:
        """The collection's id in Rekognition."""
        return self.pinned or self.records.generations.current() or self.name

    def now(self) -> Collection:
        """The same, pinned to the id that it has now: for work that must begin and end in one."""
        return replace(self, pinned=self.id)

    @property
    def client(self) -> RekognitionClient:
        return self.rekognition.client

    def ensure(self) -> None:
        """Create it unless it stands."""
        with suppress(self.client.exceptions.ResourceAlreadyExistsException):
            self.client.create_collection(CollectionId=self.id)

    def faces(self) -> Iterator[StoredFace]:
        """Every face."""
        pages = self.client.get_paginator("list_faces").paginate(
            CollectionId=self.id, PaginationConfig={"PageSize": _AT_ONCE}
        )
        for page in pages:
            for face in page["Faces"]:
                yield StoredFace(face["FaceId"], face.get("ExternalImageId", ""), face.get("UserId"))

    def users(self) -> Iterator[str]:
        """The id of every user."""
        for page in self.client.get_paginator("list_users").paginate(CollectionId=self.id):
            yield from (user["UserId"] for user in page["Users"])

    def associate(self, user_id: str, face_ids: Sequence[str]) -> None:
        """Make at most a hundred faces a user's, however alike they are. Raises `Refusal` where one cannot be."""
        answer = self.client.associate_faces(
            CollectionId=self.id, UserId=user_id, FaceIds=face_ids, UserMatchThreshold=0
        )
        if answer["UnsuccessfulFaceAssociations"]:
            raise Refusal(texts.NOT_TOGETHER)

    def disassociate(self, user_id: str, face_ids: Sequence[str]) -> None:
        """Make at most a hundred faces nobody's; of a user who is gone they are that already."""
        with suppress(self.client.exceptions.ResourceNotFoundException):
            self.client.disassociate_faces(CollectionId=self.id, UserId=user_id, FaceIds=face_ids)

    def delete_user(self, user_id: str) -> None:
        """Delete a user, whose faces stay; one who is gone is no error."""
        with suppress(self.client.exceptions.ResourceNotFoundException):
            self.client.delete_user(CollectionId=self.id, UserId=user_id)

    def delete_faces(self, face_ids: Sequence[str]) -> None:
        """Delete faces, however many."""
        for start in range(0, len(face_ids), _AT_ONCE):
            self.client.delete_faces(CollectionId=self.id, FaceIds=face_ids[start : start + _AT_ONCE])

    def photo_key(self, person: Person, face_id: str) -> str:
        """Where the photo is kept from which a face of a person was enrolled."""
        return f"{self.photo_keys(person)}{face_id}.jpg"

    def photo_keys(self, person: Person) -> str:
        """What the keys of all photos of a person begin with."""
        return f"{self.records.workspace}/{person.user_id}/"
