"""Which unknown faces of several photos are one person's: found out in one go, and nothing of it is kept."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from services import closely
from services.collection import QUERY_PREFIX, Collection, in_words
from services.pictures import Box, Part, Photo, images

SAME = 99.0  # percent: of strangers alike, one pair in 10,000 is as similar
_TOGETHER = ":together"  # by which the engine has faces to ask with find one another
_SAME_PLACE = 0.5  # overlap of two boxes around one face
_MOST_ALIKE = 4096  # answers, Rekognition's limit

_logger = logging.getLogger(__name__)

Turn = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A face by the number of its photo and its own number there, both from nought."""

    photo: int
    face: int


class Strangers:
    """Compares the unknown faces of photos that were posted together, in one collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection.now()
        self._client = collection.client

    def same(
        self, photos: Iterable[tuple[bytes, Sequence[Box]]], turn: Turn = nullcontext
    ) -> tuple[tuple[Seen, ...], ...]:
        """The people who are in more than one of the photos, each as the faces that are theirs.

        Of each file the boxes of its unknown faces are given, in its pixels. The faces are in the collection only while
        they are compared, as those of any search. What computes takes its `turn`, and what waits for the next file
        does not. Raises as `services.search` does.
        """
        faces: dict[str, Seen] = {}
        stored: list[str] = []
        name = f"{QUERY_PREFIX}{int(time.time())}-{uuid.uuid4().hex}{_TOGETHER}"
        try:
            with in_words():
                for number, (data, boxes) in enumerate(photos):
                    with turn():
                        found = self._index(images.open(data, coarse=True, closely=True), name, stored)
                    faces |= _unknown(number, boxes, found)
                with turn():
                    return _people(faces, self._similarities(faces))
        finally:
            self._forget(stored)

    def _index(self, photo: Photo, name: str, stored: list[str]) -> dict[str, Box]:
        """Store all faces of a photo under a name that those of the other photos have too; their boxes by id."""
        seen = closely.look(photo, lambda part: self._store(part, name, stored))
        return {face.face_id: face.box for face in seen}

    def _store(self, part: Part, name: str, stored: list[str]) -> list[closely.Seen]:
        answer = self._client.index_faces(
            CollectionId=self._collection.id,
            Image=self._collection.rekognition.image(part),
            ExternalImageId=name,
            MaxFaces=closely.MAX_FACES,
            QualityFilter="LOW" if self._collection.rekognition.is_calibrated else "NONE",
        )
        records = answer["FaceRecords"]
        stored += [record["Face"]["FaceId"] for record in records]
        return [closely.Seen.of(part, record["FaceDetail"], record["Face"]["FaceId"]) for record in records]

    def _similarities(self, faces: Mapping[str, Seen]) -> dict[tuple[str, str], float]:
        """How similar two faces are that are similar enough."""
        similar: dict[tuple[str, str], float] = {}
        for face_id, matches in zip(faces, self._collection.rekognition.map(self._alike, faces), strict=True):
            similar |= {(face_id, other): similarity for other, similarity in matches if other in faces}
        return similar

    def _alike(self, face_id: str) -> list[tuple[str, float]]:
        answer = self._client.search_faces(
            CollectionId=self._collection.id, FaceId=face_id, FaceMatchThreshold=SAME, MaxFaces=_MOST_ALIKE
        )
        return [(match["Face"]["FaceId"], match["Similarity"]) for match in answer["FaceMatches"]]

    def _forget(self, face_ids: Sequence[str]) -> None:
        """Delete the faces; where that fails, the sweep of searches does it."""
        try:
            self._collection.delete_faces(face_ids)
        except (ClientError, BotoCoreError):
            _logger.warning("%d faces of a comparison are left to be swept", len(face_ids), exc_info=True)


def _unknown(photo: int, boxes: Sequence[Box], found: Mapping[str, Box]) -> dict[str, Seen]:
    """Those of the faces found that are in the boxes."""
    seen: dict[str, Seen] = {}
    for number, box in enumerate(boxes):
        overlaps = {face_id: box.overlap(each) for face_id, each in found.items()}
        nearest = max(overlaps, key=overlaps.__getitem__, default=None)
        if nearest is not None and overlaps[nearest] > _SAME_PLACE:
            seen[nearest] = Seen(photo, number)
    return seen


def _people(faces: Mapping[str, Seen], similar: Mapping[tuple[str, str], float]) -> tuple[tuple[Seen, ...], ...]:
    """Faces that are one person's, the most similar pairs first: nobody is in a photo twice."""
    group = {face_id: frozenset((face_id,)) for face_id in faces}
    for one, other in sorted(similar, key=lambda pair: (-similar[pair], pair)):
        both = group[one] | group[other]
        if group[one] != group[other] and len({faces[face_id].photo for face_id in both}) == len(both):
            group |= dict.fromkeys(both, both)
    people = {tuple(sorted((faces[f] for f in each), key=lambda seen: seen.photo)) for each in group.values()}
    return tuple(sorted((each for each in people if len(each) > 1), key=lambda each: (-len(each), each[0].photo)))
