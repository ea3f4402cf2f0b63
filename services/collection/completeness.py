"""Whether a collection has the faces that the records say, and how those that it lacks come back.

A collection that somebody deleted, or a store that is not the one of yesterday, would have everybody called unknown.
While more than a few faces are missing nobody is searched for, and they are put back from the photos.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from services import texts
from services.collection.collection import Collection
from services.collection.copying import copy
from services.collection.rekognition import in_words
from services.errors import Unavailable
from services.records import EnrolledFace

_FEW = 0.01  # of the faces may be missing: one enrolment or erasure under way, or what a crash left till the next day
_AGAIN = 1.0  # seconds after which it is looked again whether they are back

_logger = logging.getLogger(__name__)


class Completeness:
    """Of one collection. Threads may share it."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._mend: Callable[[], None] | None = None
        self._lock = Lock()
        self._looked = time.monotonic()
        self._lacks = self._is_lacking()

    def on_lack(self, mend: Callable[[], None]) -> None:
        """Have `mend` called, again and again, while faces are missing; it need not put them back at once."""
        self._mend = mend

    def demand(self) -> None:
        """Raise `Unavailable` while faces are missing."""
        with self._lock:
            if self._lacks and time.monotonic() - self._looked > _AGAIN:
                self._lacks, self._looked = self._is_lacking(), time.monotonic()
            if not self._lacks:
                return
        raise self._unavailable()

    def gone(self) -> Unavailable:
        """Begin the collection anew, as it is no more; what to raise."""
        with self._lock:
            self._collection.ensure()
            self._lacks = self._is_lacking()
        return self._unavailable()

    def _unavailable(self) -> Unavailable:
        if self._mend is not None:
            self._mend()
        return Unavailable(texts.BEING_REBUILT)

    def _is_lacking(self) -> bool:
        collection = self._collection.now()
        expected = len(collection.records.all_owners()) - collection.records.generations.lost()
        there = collection.client.describe_collection(CollectionId=collection.id)["FaceCount"] if expected > 0 else 0
        lacks = there < expected * (1 - _FEW)
        if lacks:
            _logger.error("the collection %s has %d of %d faces", collection.id, there, expected)
        return lacks


@dataclass(frozen=True, slots=True)
class Restored:
    """How many faces were missing and are back, and how many are lost with their photos."""

    faces: int = 0
    lost: int = 0


def restore(collection: Collection) -> Restored:
    """Put back from the photos what the records have and the collection has not.

    One person at a time, where nobody can change whose faces are whose. While the collection is being rebuilt, that
    does it. Raises `services.errors.Unavailable` when Rekognition cannot be asked.
    """
    records = collection.records
    if records.generations.next() or records.generations.old():
        return Restored()
    collection = collection.now()
    with in_words():
        collection.ensure()
        there = {face.face_id for face in collection.faces()}
        missing = {user_id for face_id, user_id in records.all_owners().items() if face_id not in there}
        each = [_restore(collection, user_id) for user_id in sorted(missing)]
    restored = Restored(sum(one.faces for one in each), sum(one.lost for one in each))
    records.generations.note_lost(restored.lost)
    if restored != Restored():
        _logger.error("faces were missing in the collection %s: %s", collection.id, restored)
    return restored


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
