"""Who is in a photo: every face searched among the enrolled people, by user vectors or by single faces."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from services import closely
from services.closely import MAX_FACES, Seen
from services.collection import CROWDED, QUERY_PREFIX, Collection, Completeness, in_words
from services.pictures import LEAST_FACE, Box, Part, Photo, crops, images
from services.pictures.drawing import Label
from services.records import Person, Records

_logger = logging.getLogger(__name__)

_CANDIDATES = 5
_FACES_ASKED = 4096  # in mode `faces`, as many as there may be: a hundred of the best may be one person's
_ANY: Literal["NONE"] = "NONE"
_GOOD_ENOUGH: Literal["LOW"] = "LOW"  # how good a face must be to be compared
_STRAY_AFTER = 600  # seconds; no search takes longer


class Mode(StrEnum):
    """What a face is compared with: `users`, each person's user vector, or `faces`, every enrolled face singly."""

    USERS = "users"
    FACES = "faces"


class Strategy(StrEnum):
    """How a group photo is searched.

    `index` stores the photo's faces, searches each by its identifier and deletes them: one pass over the picture.
    `crops` sends a crop of every face and stores nothing.
    """

    INDEX = "index"
    CROPS = "crops"


class Unclear(StrEnum):
    """Why a face cannot be told from others: too many people are like it, as they are like a small child; or it is too
    blurred, dark or small, or turned too far away."""

    CROWDED = "crowded"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enrolled person whom a face resembles, with Rekognition's similarity in percent."""

    person: Person
    similarity: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face of a photo. `match` is None when nobody reaches the threshold: unknown.

    `runner_up` is the next most similar person who reaches it too, and is nobody else's match in the photo. `also` is
    whom a face without a match resembles that is another face's match, as in a strip of photos of one person. A face
    that cannot be told from others is `unclear`, and was compared with nobody.
    """

    number: int
    box: Box
    match: Candidate | None
    runner_up: Candidate | None = None
    unclear: Unclear | None = None
    also: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Identification:
    """The faces of one photo in reading order, in the photo's own pixels, and how they were searched.

    `among` is how many each was compared with; None where nothing can be said about strangers. `least_face` is how many
    pixels wide a face had to be to be found.
    """

    width: int
    height: int
    mode: Mode
    threshold: float
    sightings: tuple[Sighting, ...]
    among: int | None = None
    least_face: int = LEAST_FACE

    def labels(self, scale: float = 1.0) -> list[Label]:
        """What to draw on the photo, or on a picture of it that is `scale` times as large."""
        return [_label(sighting, scale) for sighting in self.sightings]

    @property
    def recognised(self) -> int:
        return sum(sighting.match is not None for sighting in self.sightings)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same faces searched both ways, at one threshold: `faces` singly, `users` by user vector."""

    faces: Identification
    users: Identification


Denied = Mapping[int, Container[str]]  # a face's number to the `user_id` of those who it is not


class Search:
    """Searches one collection."""

    def __init__(self, collection: Collection, strategy: Strategy, completeness: Completeness) -> None:
        self._collection = collection
        self._completeness = completeness
        self._records = collection.records
        self._strategy = strategy
        self._filter: Literal["NONE", "LOW"] = _GOOD_ENOUGH if collection.rekognition.is_calibrated else _ANY

    def opened(self, data: bytes, *, closely: bool = True) -> Photo:
        """The picture in `data` as it is searched, and drawn on. Raises as `services.pictures.images.open`.

        It has all of its pixels where faces are cut out of it, else fewer. `closely`: for faces of any size.
        """
        return images.open(data, coarse=self._strategy is not Strategy.CROPS, closely=closely)

    def identify(
        self, photo: Photo, *, mode: Mode, threshold: float, denied: Denied = MappingProxyType({})
    ) -> Identification:
        """Everyone in the photo; each person is named at most once, on the face most similar to them.

        Raises `services.errors.Unavailable` when Rekognition cannot be asked, or lacks faces of people we know.
        """
        self._completeness.demand()
        with in_words():
            try:
                found = self._look(photo, mode, threshold)
            except self._collection.client.exceptions.ResourceNotFoundException as error:
                raise self._completeness.gone() from error
        found = [found[index] for index in crops.reading_order([looked.box for looked in found])]
        rows = [_without(looked.similar, denied.get(number, ())) for number, looked in enumerate(found, start=1)]
        among = comparisons(self._records, mode) if self._collection.rekognition.is_calibrated else None
        sightings, least = self._sightings(found, rows), photo.least_face
        return Identification(photo.width, photo.height, mode, threshold, sightings, among, least)

    def compare(self, photo: Photo, *, threshold: float, denied: Denied = MappingProxyType({})) -> Comparison:
        """Everyone in the photo by single faces, and by user vectors. Raises as `identify` does."""
        return Comparison(
            faces=self.identify(photo, mode=Mode.FACES, threshold=threshold, denied=denied),
            users=self.identify(photo, mode=Mode.USERS, threshold=threshold, denied=denied),
        )

    def as_known(self, found: Identification) -> Identification:
        """The same with people as they are now: who has been erased since they were recognised is not named."""
        sightings = found.sightings
        named = {each.person.user_id for sighting in sightings for each in _candidates(sighting)}
        people = self._records.people_by_id(sorted(named))

        def now(before: Candidate | None) -> Candidate | None:
            person = people.get(before.person.user_id) if before else None
            return replace(before, person=person) if before and person else None

        return replace(
            found,
            sightings=tuple(
                replace(each, match=now(each.match), runner_up=now(each.runner_up), also=now(each.also))
                for each in sightings
            ),
        )

    def note(self, found: Identification, *, actor: str, channel: str = "", action: str = "identify") -> None:
        """Note in the audit log who had a photo searched and who was recognised, and that these people were seen."""
        counts = {"faces": len(found.sightings), "recognised": found.recognised}
        _logger.info("searched a photo: %(faces)d faces, %(recognised)d recognised", counts, extra=counts)
        recognised = sorted({sighting.match.person.user_id for sighting in found.sightings if sighting.match})
        self._records.sightings.see(recognised, datetime.now(UTC))
        self._records.audit(
            actor,
            action,
            channel=channel,
            mode=found.mode.value,
            threshold=found.threshold,
            faces=len(found.sightings),
            recognised=recognised,
        )

    def sweep(self) -> int:
        """Delete the faces that a search interrupted by a crash has left in the collection; how many there were."""
        strays = [
            face.face_id
            for face in self._collection.faces()
            if face.name.startswith(QUERY_PREFIX) and _age(face.name) > _STRAY_AFTER
        ]
        self._collection.delete_faces(strays)
        return len(strays)

    def _sightings(self, found: Sequence[_Looked], rows: Sequence[_Similarities]) -> tuple[Sighting, ...]:
        matches = _assign(rows)
        named = {user_id for user_id, _ in matches.values()}
        runners_up = {index: _best(_without(rows[index], named)) for index in matches}
        again = {index: _best(row) for index, row in enumerate(rows) if index not in matches}
        user_ids = {pair[0] for pair in (*matches.values(), *runners_up.values(), *again.values()) if pair}
        people = self._records.people_by_id(sorted(user_ids))

        def candidate(pair: tuple[str, float] | None) -> Candidate | None:
            return Candidate(people[pair[0]], pair[1]) if pair and pair[0] in people else None

        return tuple(
            Sighting(
                index + 1,
                looked.box,
                candidate(matches.get(index)),
                candidate(runners_up.get(index)),
                looked.unclear,
                candidate(again.get(index)),
            )
            for index, looked in enumerate(found)
        )

    def _look(self, photo: Photo, mode: Mode, threshold: float) -> list[_Looked]:
        """Search in one collection from beginning to end; again, where a rebuilt one has taken its place meanwhile."""
        while True:
            collection = self._collection.now()
            within = Search(collection, self._strategy, self._completeness)
            look = within._by_index if self._strategy is Strategy.INDEX else within._by_crops
            try:
                found = look(photo, mode, threshold)
            except ClientError:
                if self._collection.id == collection.id:
                    raise
            else:
                if self._collection.id == collection.id:
                    return found

    def _by_index(self, photo: Photo, mode: Mode, threshold: float) -> list[_Looked]:
        face_ids: list[str] = []
        search = self._users_of_face if mode is Mode.USERS else self._faces_of_face

        def similar(seen: Seen) -> _Looked:
            return _Looked(seen.box, search(seen.face_id, threshold) if seen.face_id else {}, _unclear(seen.reasons))

        try:
            seen = closely.look(photo, lambda part: self._index(part, face_ids))
            looked = self._collection.rekognition.map(similar, seen)
        finally:
            self._forget(face_ids)
        return [each for each, face in zip(looked, seen, strict=True) if face.face_id or each.unclear]

    def _index(self, part: Part, face_ids: list[str]) -> list[Seen]:
        """The faces of a part, kept under these identifiers, and those not worth that."""
        answer = self._collection.client.index_faces(
            CollectionId=self._collection.id,
            Image=self._collection.rekognition.image(part),
            ExternalImageId=f"{QUERY_PREFIX}{int(time.time())}-{uuid.uuid4().hex}",
            MaxFaces=MAX_FACES,
            QualityFilter=self._filter,
        )
        face_ids += [record["Face"]["FaceId"] for record in answer["FaceRecords"]]
        indexed = [Seen.of(part, face["FaceDetail"], face["Face"]["FaceId"]) for face in answer["FaceRecords"]]
        others = [Seen.of(part, face["FaceDetail"], reasons=face["Reasons"]) for face in answer["UnindexedFaces"]]
        return indexed + others

    def _forget(self, face_ids: Sequence[str]) -> None:
        """Delete the faces of a photo that has been searched; where that fails, `sweep` does it later."""
        try:
            self._collection.delete_faces(face_ids)
        except (ClientError, BotoCoreError):
            _logger.warning("%d faces of a search are left to be swept", len(face_ids), exc_info=True)

    def _by_crops(self, photo: Photo, mode: Mode, threshold: float) -> list[_Looked]:
        seen = closely.look(photo, self._detect)
        search = self._users_of_crop if mode is Mode.USERS else self._faces_of_crop
        pictures = closely.cut(photo, seen)
        looked = self._collection.rekognition.map(lambda picture: search(picture, threshold), pictures)
        return [_Looked(face.box, *each) for face, each in zip(seen, looked, strict=True)]

    def _detect(self, part: Part) -> list[Seen]:
        details = self._collection.client.detect_faces(Image=self._collection.rekognition.image(part))["FaceDetails"]
        return [Seen.of(part, face) for face in details]

    def _users_of_face(self, face_id: str, threshold: float) -> _Similarities:
        answer = self._collection.client.search_users(
            CollectionId=self._collection.id, FaceId=face_id, UserMatchThreshold=threshold, MaxUsers=_CANDIDATES
        )
        return {match["User"]["UserId"]: match["Similarity"] for match in answer["UserMatches"]}

    def _faces_of_face(self, face_id: str, threshold: float) -> _Similarities:
        answer = self._collection.client.search_faces(
            CollectionId=self._collection.id, FaceId=face_id, FaceMatchThreshold=threshold, MaxFaces=_FACES_ASKED
        )
        return self._best_by_owner([(match["Face"]["FaceId"], match["Similarity"]) for match in answer["FaceMatches"]])

    def _users_of_crop(self, picture: bytes, threshold: float) -> tuple[_Similarities, Unclear | None]:
        answer = self._collection.client.search_users_by_image(
            CollectionId=self._collection.id,
            Image={"Bytes": picture},
            UserMatchThreshold=threshold,
            MaxUsers=_CANDIDATES,
            QualityFilter=self._filter,
        )
        similar = {match["User"]["UserId"]: match["Similarity"] for match in answer["UserMatches"]}
        if "SearchedFace" in answer:
            return similar, None
        return similar, _unclear([reason for face in answer["UnsearchedFaces"] for reason in face["Reasons"]])

    def _faces_of_crop(self, picture: bytes, threshold: float) -> tuple[_Similarities, Unclear | None]:
        client = self._collection.client
        try:
            answer = client.search_faces_by_image(
                CollectionId=self._collection.id,
                Image={"Bytes": picture},
                FaceMatchThreshold=threshold,
                MaxFaces=_FACES_ASKED,
                QualityFilter=self._filter,
            )
        except client.exceptions.InvalidParameterException:  # how Rekognition says: no face in the crop
            return self._users_of_crop(picture, threshold) if self._filter != _ANY else ({}, None)  # that one says why
        matches = [(match["Face"]["FaceId"], match["Similarity"]) for match in answer["FaceMatches"]]
        return self._best_by_owner(matches), None

    def _best_by_owner(self, matches: Sequence[tuple[str, float]]) -> _Similarities:
        owners = self._records.owners([face_id for face_id, _ in matches])
        best: _Similarities = {}
        for face_id, similarity in matches:
            if user_id := owners.get(face_id):
                best[user_id] = max(similarity, best.get(user_id, 0.0))
        return best


_Similarities = dict[str, float]  # user_id to similarity


class _Looked(NamedTuple):
    """A face of a photo, who is similar to it, or why nobody was searched for."""

    box: Box
    similar: _Similarities
    unclear: Unclear | None = None


def comparisons(records: Records, mode: Mode) -> int:
    """With how many a face is compared: with people, or with each of their faces."""
    people, faces = records.count()
    return people if mode is Mode.USERS else faces


def _unclear(reasons: Sequence[str]) -> Unclear | None:
    """What Rekognition's reasons for not looking at a face come to; None where there is none but a larger face."""
    if CROWDED in reasons:
        return Unclear.CROWDED
    return Unclear.POOR if set(reasons) - {"FACE_NOT_LARGEST", "EXCEEDS_MAX_FACES"} else None


def _without(similarities: _Similarities, user_ids: Container[str]) -> _Similarities:
    return {user_id: value for user_id, value in similarities.items() if user_id not in user_ids}


def _candidates(sighting: Sighting) -> list[Candidate]:
    return [each for each in (sighting.match, sighting.runner_up, sighting.also) if each]


def _best(similarities: _Similarities) -> tuple[str, float] | None:
    return max(similarities.items(), key=lambda pair: (pair[1], pair[0]), default=None)


def _assign(similarities: Sequence[_Similarities]) -> dict[int, tuple[str, float]]:
    """Give every person to the one face most like them, the most similar pair first."""
    pairs = sorted(
        ((value, index, user_id) for index, row in enumerate(similarities) for user_id, value in row.items()),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    assigned: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for value, index, user_id in pairs:
        if index not in assigned and user_id not in taken:
            assigned[index] = (user_id, value)
            taken.add(user_id)
    return assigned


def _label(sighting: Sighting, scale: float) -> Label:
    match = sighting.match
    box = sighting.box.scaled(scale)
    return Label(sighting.number, box, match.person.name if match else None, match.similarity if match else None)


def _age(external_id: str) -> float:
    seconds, _, _ = external_id.partition(":")[2].partition("-")
    return time.time() - int(seconds) if seconds.isdigit() else float("inf")
