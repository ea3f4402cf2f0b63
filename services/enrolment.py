"""Enrolling a person: each photo is looked at on its own, and the answer says of each what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum

from services import crops, images, names
from services.collection import Collection
from services.crops import Box
from services.errors import Conflict, Refusal
from services.images import Photo
from services.records import Person
from services.rekognition import in_words

ALIKE = 75.0  # a face less similar than this to the person's others is probably somebody else's
SAME = 99.9  # a face this similar to another person's is theirs: one pair of strangers in 100,000 is
MIN_SHARPNESS = 6.0  # Rekognition's measure, 0 to 100; its own filter lets more through
MIN_FACE = 40  # px, the smaller side of a face that is worth enrolling
_BYSTANDER = 1 / 8  # of the largest face's area: smaller faces are background, not a second person


class Fate(StrEnum):
    """What became of a photo that was given to enrol a person."""

    ADDED = "added"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    TOO_BLURRED = "too_blurred"
    UNLIKE_THE_OTHERS = "unlike_the_others"
    ALREADY_ENROLLED = "already_enrolled"
    ENROLLED_AS_ANOTHER = "enrolled_as_another"
    NOT_AN_IMAGE = "not_an_image"


@dataclass(frozen=True, slots=True)
class GivenPhoto:
    """A file given to enrol somebody: its name, for talking about it, and how to read it.

    `read` returns the bytes, or raises a `Refusal` that says why they cannot be had. `face` chooses one of several
    faces by the number it was shown with; `at` is the box around the one that is meant, in the file's upright pixels.
    """

    name: str
    read: Callable[[], bytes]
    face: int | None = None
    at: Box | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one photo. `faces` are the numbered faces to choose from when there are several."""

    file: str
    fate: Fate
    sentence: str
    faces: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """Who is to be enrolled, by whom, and on the ground of which statement of consent.

    `largest` takes the largest face of a photo with several, where nobody is there to choose.
    """

    name: str
    added_by: str
    statement: str
    member: str | None = None
    largest: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of every photo, in the order given. `person` is None when nothing could be enrolled."""

    name: str
    person: Person | None
    outcomes: tuple[Outcome, ...]

    @property
    def added(self) -> int:
        return sum(outcome.fate is Fate.ADDED for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class _Face:
    """A face stored in the collection, not yet anybody's.

    `kin` are the person's faces and those of this batch that resemble it, with their similarity; `other` is somebody
    else whose face it might be.
    """

    file: str
    digest: str
    picture: bytes
    face_id: str
    kin: Mapping[str, float] = field(default_factory=dict)
    other: str | None = None


class Enrolment:
    """Enrols people into one collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._client = collection.client
        self._records = collection.records
        self._photos = collection.photos

    def enroll(
        self, request: Request, given: Iterable[GivenPhoto], progress: Callable[[], None] = lambda: None
    ) -> Result:
        """Add photos to a person, who is created if need be; one bad photo spoils none of the others.

        Doing it again after a crash adds nothing twice. `progress` is called after each photo has been looked at.
        Raises `Refusal` for a name that cannot be, `Unavailable` when Rekognition cannot be asked.
        """
        with in_words():
            person = self._person(request)
            looked: list[_Face | Outcome] = []
            try:
                for photo in given:
                    looked.append(self._look(request, person, photo))
                    progress()
                outcomes = self._admit(request, person, looked)
            finally:
                self._leave_nothing_behind(person, looked)
        kept = self._records.people_by_id([person.user_id]).get(person.user_id)
        result = Result(person.name, kept, tuple(outcomes))
        if result.added:
            self._records.add_consent(person.user_id, statement=request.statement, given_by=request.added_by)
        self._records.audit(request.added_by, "enroll", user_id=person.user_id, **_tally(outcomes))
        return result

    def _person(self, request: Request) -> Person:
        name = names.clean(request.name)
        person = self._known(name, request.member)
        if person is None:
            try:
                person = self._records.add_person(name, member=request.member, added_by=request.added_by)
            except Conflict:  # somebody else was a moment faster
                person = self._records.get(name)
        with suppress(self._client.exceptions.ConflictException):  # they have photos already
            self._client.create_user(CollectionId=self._collection.id, UserId=person.user_id)
        return person

    def _known(self, name: str, member: str | None) -> Person | None:
        by_member = self._records.find_member(member) if member else None
        return by_member or self._records.find(name)

    def _look(self, request: Request, person: Person, given: GivenPhoto) -> _Face | Outcome:
        """Find the one face of the photo and store it in the collection, or say why that cannot be."""
        try:
            data = given.read()
            digest = hashlib.sha256(data).hexdigest()
            if given.face is None and given.at is None:
                self._refuse_known(person, digest)
            photo = images.open(data)
        except _Refused as refused:
            return Outcome(given.name, refused.fate, str(refused))
        except Refusal as refusal:
            return Outcome(given.name, Fate.NOT_AN_IMAGE, refusal.sentence)
        boxes = self._detect(photo)
        eligible = _eligible(boxes) if given.at is None else _around(given.at.scaled(photo.scale), boxes)
        try:
            box = _the_face(eligible, given.face, request.largest)
            picture = crops.jpeg(crops.alone(photo.image, box, boxes))
            return _Face(given.name, digest, picture, self._index(person, picture))
        except _Refused as refused:
            return Outcome(given.name, refused.fate, str(refused), eligible if len(eligible) > 1 else ())

    def _refuse_known(self, person: Person, digest: str) -> None:
        owners = self._records.owners_of_photo(digest)
        if any(owner.user_id == person.user_id for owner in owners):
            raise _Refused(Fate.ALREADY_ENROLLED, f"This photo of {person.name} is enrolled already.")
        if owners:
            raise _Refused(Fate.ENROLLED_AS_ANOTHER, _as_another(owners[0].name))

    def _detect(self, photo: Photo) -> tuple[Box, ...]:
        details = self._client.detect_faces(Image={"Bytes": photo.rekognition_bytes()})["FaceDetails"]
        return tuple(Box.of(face["BoundingBox"], *photo.image.size) for face in details)

    def _index(self, person: Person, picture: bytes) -> str:
        answer = self._client.index_faces(
            CollectionId=self._collection.id,
            Image={"Bytes": picture},
            ExternalImageId=person.user_id,
            MaxFaces=1,
            QualityFilter="AUTO",
        )
        for record in answer["FaceRecords"]:
            if record["FaceDetail"]["Quality"]["Sharpness"] >= MIN_SHARPNESS:
                return record["Face"]["FaceId"]
            self._collection.delete_faces([record["Face"]["FaceId"]])
            raise _unindexed({"LOW_SHARPNESS"})
        reasons: set[str] = {reason for face in answer["UnindexedFaces"] for reason in face["Reasons"]}
        raise _unindexed(reasons)

    def _admit(self, request: Request, person: Person, looked: Sequence[_Face | Outcome]) -> list[Outcome]:
        """Associate the faces with the person, those that most of the others resemble first.

        A person's first face is taken on trust and the rest are compared with it, so it must not be the odd one out.
        """
        faces = {face.face_id: face for face in looked if isinstance(face, _Face)}
        faces = {face_id: self._compare(person, face, faces.keys()) for face_id, face in faces.items()}
        fates: dict[str, Outcome] = {}
        for face in sorted(faces.values(), key=lambda face: -len(face.kin.keys() & faces.keys())):
            if face.other is None or _belongs(face, faces):
                fates[face.face_id] = self._associate(request, person, face)
            else:
                other = self._records.people_by_id([face.other])[face.other]
                fates[face.face_id] = Outcome(face.file, Fate.ENROLLED_AS_ANOTHER, _as_another(other.name))
        return list(_in_order(person, looked, fates))

    def _compare(self, person: Person, face: _Face, batch: Container[str]) -> _Face:
        """The face with whom it resembles: the person's faces, those of this batch, and perhaps somebody else."""
        matches = self._client.search_faces(
            CollectionId=self._collection.id, FaceId=face.face_id, FaceMatchThreshold=ALIKE, MaxFaces=4096
        )["FaceMatches"]
        similarities = {match["Face"]["FaceId"]: match["Similarity"] for match in matches}
        owners = self._records.owners(list(similarities))
        kin = {f: s for f, s in similarities.items() if f in batch or owners.get(f) == person.user_id}
        others = {f: s for f, s in similarities.items() if s >= SAME and f in owners and f not in kin}
        nearest = max(others, key=lambda f: others[f], default=None)
        return replace(face, kin=kin, other=owners[nearest] if nearest else None)

    def _associate(self, request: Request, person: Person, face: _Face) -> Outcome:
        answer = self._client.associate_faces(
            CollectionId=self._collection.id,
            UserId=person.user_id,
            FaceIds=[face.face_id],
            UserMatchThreshold=ALIKE,
        )
        reasons = {reason for failed in answer["UnsuccessfulFaceAssociations"] for reason in failed["Reasons"]}
        if reasons:
            return Outcome(
                face.file,
                Fate.UNLIKE_THE_OTHERS,
                f"This looks like nobody else enrolled as {person.name}. If it is {person.name}, try a photo from the"
                " front, in better light.",
            )
        photo = self._collection.photo_key(person, face.face_id)
        self._photos.put(photo, face.picture)
        self._records.add_face(
            person.user_id, face_id=face.face_id, photo=photo, digest=face.digest, added_by=request.added_by
        )
        return Outcome(face.file, Fate.ADDED, f"Added to {person.name}.")

    def _leave_nothing_behind(self, person: Person, looked: Sequence[_Face | Outcome]) -> None:
        """Faces that did not become the person's, and a person without a single face, go again."""
        indexed = {face.face_id for face in looked if isinstance(face, _Face)}
        strays = indexed - self._records.owners(list(indexed)).keys()
        if strays:
            # DeleteFaces leaves a face that is associated, as one is when its record could not be written.
            self._client.disassociate_faces(
                CollectionId=self._collection.id, UserId=person.user_id, FaceIds=sorted(strays)
            )
            self._collection.delete_faces(sorted(strays))
            for face_id in strays:
                self._photos.delete(self._collection.photo_key(person, face_id))
        if not self._records.faces(person.user_id):
            self._client.delete_user(CollectionId=self._collection.id, UserId=person.user_id)
            self._records.remove_person(person.user_id)


class _Refused(Exception):
    def __init__(self, fate: Fate, sentence: str) -> None:
        super().__init__(sentence)
        self.fate = fate


def _eligible(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """The faces that could be meant, in reading order."""
    largest = max((box.area for box in boxes), default=0.0)
    eligible = [box for box in boxes if box.area >= largest * _BYSTANDER]
    return tuple(eligible[index] for index in crops.reading_order(eligible))


def _around(place: Box, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """The one face that is in a place, if any is."""
    nearest = max(boxes, key=place.overlap, default=None)
    return (nearest,) if nearest is not None and place.overlap(nearest) > 0 else ()


def _the_face(boxes: Sequence[Box], chosen: int | None, largest: bool) -> Box:
    if not boxes:
        raise _Refused(Fate.NO_FACE, "I see no face in it. Use a photo that shows the face, from not too far away.")
    if chosen is not None and chosen > len(boxes):
        raise _Refused(Fate.NO_FACE, f"There is no face {chosen} in it.")
    if chosen is None and not largest and len(boxes) > 1:
        raise _Refused(Fate.SEVERAL_FACES, f"There are {len(boxes)} faces in it. Choose one, or crop the photo.")
    box = boxes[chosen - 1] if chosen is not None else max(boxes, key=lambda box: box.area)
    if min(box.width, box.height) < MIN_FACE:
        raise _Refused(
            Fate.TOO_SMALL,
            f"The face is too small: {box.width:.0f} × {box.height:.0f} px, and {MIN_FACE} px is the least."
            " Use a photo taken from closer by.",
        )
    return box


def _belongs(face: _Face, batch: Mapping[str, _Face]) -> bool:
    """Whether a face that somebody else might claim is the person's all the same: kin that nobody claims vouches."""
    vouching = (s for f, s in face.kin.items() if f not in batch or batch[f].other is None)
    return max(vouching, default=0.0) >= SAME


def _unindexed(reasons: set[str]) -> _Refused:
    if not reasons:
        return _Refused(Fate.NO_FACE, "I see no clear face in it. Use a photo that shows the whole face.")
    if "SMALL_BOUNDING_BOX" in reasons:
        return _Refused(Fate.TOO_SMALL, "The face is too small. Use a photo taken from closer by.")
    if "LOW_BRIGHTNESS" in reasons:
        return _Refused(Fate.TOO_BLURRED, "The face is too dark. Use a photo in better light.")
    if "EXTREME_POSE" in reasons:
        return _Refused(Fate.TOO_BLURRED, "The face is turned too far away. Use a photo that shows both eyes.")
    return _Refused(Fate.TOO_BLURRED, "The face is too blurred. Use a sharper photo.")


def _as_another(name: str) -> str:
    return f"This face is enrolled as {name} already. Use another photo, or forget {name} first."


def _in_order(person: Person, looked: Sequence[_Face | Outcome], fates: dict[str, Outcome]) -> Iterator[Outcome]:
    told: set[str] = set()
    for item in looked:
        if isinstance(item, Outcome):
            yield item
        elif item.face_id in told:
            yield Outcome(item.file, Fate.ALREADY_ENROLLED, f"This photo of {person.name} is enrolled already.")
        else:
            told.add(item.face_id)
            yield replace(fates[item.face_id], file=item.file)


def _tally(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return {fate.value: n for fate in Fate if (n := sum(outcome.fate is fate for outcome in outcomes))}
