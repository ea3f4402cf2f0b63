"""One workspace's collection: faces in Rekognition, records of whose they are, and the photos they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.photostore import PhotoStore
from services.records import Person, Records
from services.rekognition import Rekognition

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

_AT_ONCE = 4096  # faces that DeleteFaces takes


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

    def faces(self) -> Iterator[tuple[str, str]]:
        """`(FaceId, ExternalImageId)` of every face."""
        for page in self.client.get_paginator("list_faces").paginate(CollectionId=self.id):
            for face in page["Faces"]:
                yield face["FaceId"], face.get("ExternalImageId", "")

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
