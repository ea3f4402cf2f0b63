"""What the bot runs on and how much it holds, with nothing secret in it."""

from __future__ import annotations

from dataclasses import dataclass

from engine import CALIBRATION_VERSION, VERSION
from services.collection import Collection, Kind, in_words


@dataclass(frozen=True, slots=True)
class Status:
    """Where one workspace's data is, and the counts in it.

    `faces` and `users` are Rekognition's counts, `people` and `photos` those of the records; they agree.
    `calibration` is None on AWS, whose similarity is its own.
    """

    version: str
    collection: str
    engine: Kind
    model: str
    calibration: str | None
    people: int
    users: int
    faces: int
    photos: int
    records: str
    photos_in: str


def status(collection: Collection) -> Status:
    """Asks Rekognition and counts the records. Raises `Unavailable` when Rekognition does not answer."""
    with in_words():
        described = collection.client.describe_collection(CollectionId=collection.id)
    people = collection.records.people()
    kind = collection.rekognition.kind
    return Status(
        version=VERSION,
        collection=collection.id,
        engine=kind,
        model=described["FaceModelVersion"],
        calibration=CALIBRATION_VERSION if kind == "embedded" else None,
        people=len(people),
        users=described["UserCount"],
        faces=described["FaceCount"],
        photos=sum(person.faces for person in people),
        records="SQLite" if collection.records.kind == "sqlite" else "PostgreSQL",
        photos_in=collection.photos.where,
    )
