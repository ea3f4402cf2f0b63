"""The one face of a given photo, cut out with everybody else's blanked out, or why there is none to be had."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services import texts
from services.collection import Collection
from services.errors import Refusal, Unavailable
from services.pictures import Box, Photo, crops, images
from services.records import Person

MIN_FACE = 40  # px, the smaller side of a face that is worth enrolling
_SAME_PLACE = 0.5  # overlap of two boxes around one face
_BYSTANDER = 1 / 8  # of the largest face's area: smaller faces are background, not a second person


class Fate(StrEnum):
    """What became of a photo that was given to enrol a person."""

    ADDED = "added"
    WAITING = "waiting"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    TOO_BLURRED = "too_blurred"
    UNLIKE_THE_OTHERS = "unlike_the_others"
    ALREADY_ENROLLED = "already_enrolled"
    ENROLLED_AS_ANOTHER = "enrolled_as_another"
    LIKE_OTHERS = "like_others"
    TOO_MANY = "too_many"
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
class Portrait:
    """A JPEG of one face alone, and the name and SHA-256 of the file that it was cut from, which may lack its end."""

    file: str
    digest: str
    picture: bytes
    whole: bool = True

    def told(self, sentence: str) -> str:
        """What became of it, and that there was only a part of the photo to see."""
        return sentence if self.whole else texts.CUT_SHORT.format(sentence=sentence)


class Unusable(Exception):
    """A photo that nobody can be enrolled with, and why."""

    def __init__(self, fate: Fate, sentence: str) -> None:
        super().__init__(fate, sentence)
        self.fate = fate
        self.sentence = sentence


class Portraits:
    """Cuts portraits out of photos with one collection's Rekognition. Nothing is stored."""

    def __init__(self, collection: Collection) -> None:
        self._client = collection.client
        self._records = collection.records
        self._photos = collection.photos

    def cut(self, given: GivenPhoto, person: Person | None, *, largest: bool = False) -> Portrait | Outcome:
        """The portrait, or what became of the photo instead.

        `person` is whom it is to show, if they are enrolled already. `largest` takes the largest of several faces.
        """
        try:
            data = given.read()
            digest = hashlib.sha256(data).hexdigest()
            whole = given.face is None and given.at is None
            if whole and person is not None:
                self._refuse_enrolled(person, digest)
            photo = images.open(data)
        except Unusable as unusable:
            return Outcome(given.name, unusable.fate, unusable.sentence)
        except Unavailable:  # it may be there the next time
            raise
        except Refusal as refusal:
            return Outcome(given.name, Fate.NOT_AN_IMAGE, refusal.sentence)
        boxes = self._detect(photo)
        eligible = _eligible(boxes) if given.at is None else _around(given.at.scaled(photo.scale), boxes)
        try:
            box = _the_face(eligible, given.face, largest)
            if whole:  # a group photo may be several people's, one face each
                self._refuse_anothers(digest)
        except Unusable as unusable:
            told = unusable.sentence
            sentence = told if photo.whole else texts.CUT_SHORT.format(sentence=told)
            return Outcome(given.name, unusable.fate, sentence, eligible if len(eligible) > 1 else ())
        if person is not None and self._shown_before(person, digest, photo, box):
            return Outcome(given.name, Fate.ALREADY_ENROLLED, texts.ENROLLED_ALREADY.format(name=person.name))
        return Portrait(given.name, digest, crops.jpeg(crops.alone(photo.image, box, boxes)), photo.whole)

    def _refuse_enrolled(self, person: Person, digest: str) -> None:
        if any(owner.user_id == person.user_id for owner in self._records.owners_of_photo(digest)):
            raise Unusable(Fate.ALREADY_ENROLLED, texts.ENROLLED_ALREADY.format(name=person.name))

    def _refuse_anothers(self, digest: str) -> None:
        for owner in self._records.owners_of_photo(digest):
            raise Unusable(Fate.ENROLLED_AS_ANOTHER, as_another(owner.name))

    def _shown_before(self, person: Person, digest: str, photo: Photo, box: Box) -> bool:
        """Whether a person is enrolled with the face in `box` of this very file already: nobody else is left there."""
        faces = self._records.faces(person.user_id)
        kept = (images.open(self._photos.get(face.photo)) for face in faces if face.digest == digest)
        details = (self._client.detect_faces(Image={"Bytes": each.rekognition_bytes()}) for each in kept)
        boxes = (Box.of(face["BoundingBox"], *photo.image.size) for each in details for face in each["FaceDetails"])
        return any(box.overlap(each) > _SAME_PLACE for each in boxes)

    def _detect(self, photo: Photo) -> tuple[Box, ...]:
        details = self._client.detect_faces(Image={"Bytes": photo.rekognition_bytes()})["FaceDetails"]
        return tuple(Box.of(face["BoundingBox"], *photo.image.size) for face in details)


def is_large_enough(box: Box, width: int, height: int) -> bool:
    """Whether a face in pixels of a file of that size is worth enrolling, as large as the file is looked at."""
    scale = min(1.0, images.WORKING_SIDE / max(width, height, 1))
    return min(box.width, box.height) * scale >= MIN_FACE


def as_another(name: str) -> str:
    """The sentence about a face that is somebody else's."""
    return texts.ENROLLED_AS_ANOTHER.format(name=name)


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
        raise Unusable(Fate.NO_FACE, texts.NO_FACE_TO_ENROLL)
    if chosen is not None and chosen > len(boxes):
        raise Unusable(Fate.NO_FACE, texts.NO_SUCH_FACE.format(number=chosen))
    if chosen is None and not largest and len(boxes) > 1 and any(min(b.width, b.height) >= MIN_FACE for b in boxes):
        raise Unusable(Fate.SEVERAL_FACES, texts.SEVERAL_FACES.format(n=len(boxes)))
    box = boxes[chosen - 1] if chosen is not None else max(boxes, key=lambda box: box.area)
    if min(box.width, box.height) < MIN_FACE:
        size = {"width": f"{box.width:.0f}", "height": f"{box.height:.0f}"}
        raise Unusable(Fate.TOO_SMALL, texts.FACE_OF_TOO_FEW_PIXELS.format(**size, least=MIN_FACE))
    return box
