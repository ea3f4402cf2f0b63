"""Every face of a photo: a large one is looked at in parts too, and so is a crowd, of which a look shows a hundred."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.pictures import Box, Part, Photo, crops

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import FaceDetailTypeDef

MAX_FACES = 100  # that Rekognition sees at one look

_DEEPEST = 3  # times that a part is quartered
_SAME_PLACE = 0.3  # overlap of two boxes around one face
_SURE = 80.0  # the confidence of a face that is seen in a part of a large photo alone: many looks show more phantoms


@dataclass(frozen=True, slots=True)
class Seen:
    """A face as Rekognition sees it in a part of a photo: `box` is in the photo's pixels, `confidence` in percent.

    `face_id` is that of a face which has been indexed; `reasons` say why one has not.
    """

    part: Part
    box: Box
    confidence: float
    face_id: str = ""
    reasons: tuple[str, ...] = ()

    @classmethod
    def of(cls, part: Part, detail: FaceDetailTypeDef, face_id: str = "", reasons: Sequence[str] = ()) -> Seen:
        return cls(part, part.place(detail["BoundingBox"]), detail["Confidence"], face_id, tuple(reasons))


Look = Callable[[Part], list[Seen]]


def look(photo: Photo, look: Look) -> list[Seen]:
    """The faces of a photo, each once: as it is seen with the most pixels, and rather clear than not."""
    size = photo.width, photo.height
    seen = _all_of(photo.in_one(), look, size, _DEEPEST)
    for part in photo.parts:
        closer = _all_of(part, look, size, _DEEPEST)
        seen = _merged(seen, [face for face in closer if not part.cuts(face.box, size)], _SURE)
    return seen


def cut(photo: Photo, seen: Sequence[Seen]) -> list[bytes]:
    """Each face cut out of where it was seen, its neighbours blanked out."""
    cuttings: dict[int, bytes] = {}
    for part in {id(face.part): face.part for face in seen}.values():
        here = [index for index, face in enumerate(seen) if face.part is part]
        image = photo.image if (part.width, part.height) == (photo.width, photo.height) else part.image
        scale = image.width / part.width
        boxes = [_within(part, face.box).scaled(scale) for face in seen]
        cuttings |= {index: crops.jpeg(crops.cut(image, boxes[index], boxes)) for index in here}
    return [cuttings[index] for index in range(len(seen))]


def _all_of(part: Part, look: Look, size: tuple[int, int], deep: int) -> list[Seen]:
    """The faces of a part; where there may be more than one look shows, its quarters are looked at too."""
    seen = look(part)
    if len(seen) < MAX_FACES or deep == 0:
        return seen
    for quarter in part.quarters():
        closer = _all_of(quarter, look, size, deep - 1)
        seen = _merged(seen, [face for face in closer if not quarter.cuts(face.box, size)], 0)
    return seen


def _merged(seen: Sequence[Seen], closer: Sequence[Seen], least: float) -> list[Seen]:
    """The faces of both, each once; one that is seen closer alone needs the least confidence."""
    known = {id(face): _same(face, seen) for face in closer}
    found = [face for face in closer if known[id(face)] or face.confidence >= least]
    better = [face for face in found if not (face.reasons and any(not other.reasons for other in known[id(face)]))]
    replaced = {id(other) for face in better for other in known[id(face)]}
    return [*(face for face in seen if id(face) not in replaced), *better]


def _same(face: Seen, others: Sequence[Seen]) -> list[Seen]:
    return [other for other in _near(face, others) if face.box.overlap(other.box) > _SAME_PLACE]


def _near(face: Seen, others: Sequence[Seen]) -> Iterator[Seen]:
    """Those whose boxes can reach the face's: to tell that is cheap, and there may be thousands."""
    box = face.box
    return (other for other in others if abs(other.box.left - box.left) < box.width + other.box.width)


def _within(part: Part, box: Box) -> Box:
    return box._replace(left=box.left - part.left, top=box.top - part.top)
