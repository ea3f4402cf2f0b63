"""Whether a collection has the faces that the records say, and how those that it lacks come back.

A collection that somebody deleted, or a store that is not the one of yesterday, would have everybody called unknown.
While more than a few faces are missing nobody is searched for, and they are put back from the photos.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from services import texts
from services.collection.collection import Collection
from services.collection.copying import copy
from services.collection.rekognition import in_words
from services.errors import Unavailable
from services.records import EnrolledFace

_FEW = 0.01  # of the faces may be missing: one enrolment or erasure under way, or what a crash left till the next day
_ACCEPTED = 0.1  # of the faces may be lost with their photos before somebody has to say so

_logger = logging.getLogger(__name__)


class Completeness:
    """Of one collection. That faces are missing is in the records, so that every process knows it."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._mend: Callable[[], None] | None = None

    def on_lack(self, mend: Callable[[], None]) -> None:
        """Have `mend` called, again and again, while faces are missing; it need not put them back at once."""
        self._mend = mend

    def demand(self) -> None:
        """Raise `Unavailable` while faces are missing."""
        _ = self._collection.client  # nobody has it before the collection has begun, which tells whether they are
        if self._collection.records.generations.lacks():
            raise self._unavailable()

    def gone(self) -> Unavailable:
        """Begin the collection anew, as it is no more; what to raise."""
        begin(self._collection)
        return self._unavailable()

    def _unavailable(self) -> Unavailable:
        if self._mend is not None:
            self._mend()
        return Unavailable(texts.BEING_REBUILT)


@dataclass(frozen=True, slots=True)
class Restored:
    """How many faces were missing and are back, and how many are lost with their photos."""

    faces: int = 0
    lost: int = 0


def restore(collection: Collection) -> Restored:
    """Put back from the photos what the records have and the collection has not.

    One person at a time, where nobody can change whose faces are whose. While a rebuilt collection takes over, that
    does it. Where too many are lost with their photos, as in the wrong bucket, nobody is searched for until `reindex`
    is told to accept it. Raises `services.errors.Unavailable` when Rekognition cannot be asked.
    """
    records = collection.records
    if records.generations.old():
        return Restored()
    collection = collection.now()
    with in_words():
        begin(collection)
        there = {face.face_id for face in collection.faces()}
        owners = records.all_owners()
        missing = {user_id for face_id, user_id in owners.items() if face_id not in there}
        each = [_restore(collection, user_id) for user_id in sorted(missing)]
    restored = Restored(sum(one.faces for one in each), sum(one.lost for one in each))
    if restored != Restored():
        _logger.error("faces were missing in the collection %s: %s", collection.id, restored)
    if restored.lost > max(1, records.generations.lost(), len(owners) * _ACCEPTED):
        _logger.error("%d faces are lost with their photos; `reindex --accept-loss` goes on without", restored.lost)
        records.generations.note_lacks(True)
    else:
        records.generations.note_lost(restored.lost)
        records.generations.note_lacks(False)
    return restored


def begin(collection: Collection) -> None:
    """Create the collection unless it stands, and note where it lacks more than a few of its faces."""
    generations = collection.records.generations
    expected = len(collection.records.all_owners()) - generations.lost()
    if expected <= 0:
        collection.ensure()
        return
    if not _stands(collection):
        generations.note_lacks(True)  # first, as nobody would notice that an empty one is there
        collection.ensure()
    there = collection.client.describe_collection(CollectionId=collection.id)["FaceCount"]
    if there < expected * (1 - _FEW):
        _logger.error("the collection %s has %d of %d faces", collection.id, there, expected)
        generations.note_lacks(True)


def _stands(collection: Collection) -> bool:
    try:
        collection.client.describe_collection(CollectionId=collection.id)
    except collection.client.exceptions.ResourceNotFoundException:
        return False
    return True


def _restore(collection: Collection, user_id: str) -> Restored:
    """The faces of one person."""
    with collection.records.alone():
        missing = _missing(collection, user_id)
        if not missing:
            return Restored()
        copies = copy(collection, missing)
        collection.records.generations.amend(copies.face_ids)
    return Restored(len(copies.face_ids), len(copies.lost))


def _missing(collection: Collection, user_id: str) -> list[EnrolledFace]:
    enrolled = collection.records.faces(user_id)
    if not enrolled:
        return []
    ids = [face.face_id for face in enrolled]
    page = collection.client.list_faces(CollectionId=collection.id, FaceIds=ids, MaxResults=len(ids))
    there = {face["FaceId"] for face in page["Faces"]}
    return [face for face in enrolled if face.face_id not in there]
