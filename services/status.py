"""What the bot runs on and how much it holds, with nothing secret in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine import CALIBRATION_VERSION, VERSION
from services.collection import Collection, Kind, in_words
from services.people import lookalikes
from services.records import Person


@dataclass(frozen=True, slots=True)
class Status:
    """Where one workspace's data is, and the counts in it.

    `faces` and `users` are Rekognition's counts, `people` and `photos` those of the records; they agree.
    `calibration` is None on AWS, whose similarity is its own. `alike` are those who resemble each other; None where
    that is not looked for: among many, and on AWS, where a search costs.
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
    alike: tuple[lookalikes.Pair, ...] | None = None


def status(collection: Collection, threshold: float) -> Status:
    """Asks Rekognition, also who resembles whom at this threshold, and counts the records.

    Raises `Unavailable` when Rekognition does not answer.
    """
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
        alike=_alike(collection, people, threshold),
    )


def _alike(collection: Collection, people: Sequence[Person], threshold: float) -> tuple[lookalikes.Pair, ...] | None:
    if len(people) > lookalikes.MOST_AT_ONCE or not collection.rekognition.is_calibrated:
        return None
    return lookalikes.pairs(collection, people, threshold)
