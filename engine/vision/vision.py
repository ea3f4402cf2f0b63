"""What the engine sees in a picture: its faces with their quality, and the vectors that tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .detection import Detector, View, edges, refine
from .faces import Box, Face, Image, Pose, Quality, QualityFilter, Reason, measure, pose, shortcomings
from .networks import Weights
from .pictures import decode, decode_half
from .recognition import Embedder, Vectors

MAX_FACES = 100
"""Rekognition looks at the hundred largest faces of a picture."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A face in a picture: `face` in pixels, `box` and `landmarks` as shares of the picture's width and height.

    `views` show a face that the picture cuts off, and are what its vector is made of.
    """

    face: Face
    box: Box
    landmarks: tuple[tuple[float, float], ...]
    pose: Pose
    quality: Quality
    views: tuple[View, ...] = ()

    def shortcomings(self, level: QualityFilter) -> tuple[Reason, ...]:
        """Why it is not good enough at this level; empty when it is."""
        return shortcomings(self.face, self.quality, level)


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture, perhaps at half its size, and the faces in it, where they are in `image`; the largest first."""

    image: Image
    sightings: tuple[Sighting, ...]


def choose(
    sightings: Sequence[Sighting], level: QualityFilter
) -> tuple[tuple[Sighting, ...], tuple[tuple[Sighting, tuple[str, ...]], ...]]:
    """Those good enough at this level, and those that are not, with the reasons; both in the order given."""
    judged = [(sighting, sighting.shortcomings(level)) for sighting in sightings]
    good = tuple(sighting for sighting, reasons in judged if not reasons)
    return good, tuple((sighting, reasons) for sighting, reasons in judged if reasons)


class Vision:
    """The detector and the embedder. Threads may share one.

    With `extras` every face found is looked at again for better landmarks, and what is enrolled is also seen in the
    mirror: docs/accuracy.md says what that gains and costs. Vectors of another `version` must not be compared.
    """

    def __init__(self, weights: Weights, *, extras: bool, networks: int | None = None) -> None:
        self._detector = Detector(weights, networks)
        self._embedder = Embedder(weights)
        self._extras = extras
        self.version = weights.version

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self._embedder.dimensions

    def see(self, data: bytes) -> Scene:
        """What is in a picture's bytes. Raises EngineError as `decode` does.

        A large one is decoded at half its size, and in full only where a face would have too few pixels for it.
        """
        half = decode_half(data)
        if half is None:
            image = decode(data)
            return Scene(image, self.look(image))
        faces = self._detector.detect_in_half(half)[:MAX_FACES]
        if all(min(face.width, face.height) >= _ENOUGH for face in faces):
            return Scene(half, self._sightings(half, faces))
        image = decode(data)
        by = max(image.shape) / max(half.shape)
        return Scene(image, self._sightings(image, [face.scaled(by) for face in faces]))

    def look(self, image: Image) -> tuple[Sighting, ...]:
        """The faces of the picture, the largest first, at most MAX_FACES."""
        return self._sightings(image, self._detector.detect(image)[:MAX_FACES])

    def embed(self, image: Image, sightings: Sequence[Sighting], *, enrol: bool = False) -> Vectors:
        """One unit row for each of `sightings`, seen in `image`. `enrol` those that are to be found later."""
        return self._embedder.centred(self.features(image, sightings, enrol=enrol))

    def features(self, image: Image, sightings: Sequence[Sighting], *, enrol: bool = False) -> Vectors:
        """As `embed`, with what all faces have in common still in it: not to be compared, but to fit centres on."""
        faces = [sighting.face for sighting in sightings if not sighting.views]
        whole = self._embedder.features(image, faces, mirrored=enrol and self._extras)
        rows = iter(whole)
        found = [self._of_views(sighting.views) if sighting.views else next(rows) for sighting in sightings]
        return np.stack(found) if found else whole

    def _sightings(self, image: Image, faces: Sequence[Face]) -> tuple[Sighting, ...]:
        if not self._extras:
            return tuple(_sighting(image, face) for face in faces)
        return tuple(self._sighting(image, face) for face in refine(self._detector, image, faces))

    def _sighting(self, image: Image, face: Face) -> Sighting:
        turned = pose(face)
        if abs(turned.yaw) < _IN_PROFILE or not edges.is_cut_off(image, face):
            return _sighting(image, face)
        seen = edges.views(self._detector, image, face, turned.roll)
        return _sighting(image, edges.together(face, seen) if seen else face, seen)

    def _of_views(self, seen: Sequence[View]) -> Vectors:
        """One row of many views of one face, so many that its mirror image would add nothing."""
        rows = [self._embedder.features(view.picture, [view.face]) for view in seen]
        return self._embedder.mean(np.concatenate(rows))


_ENOUGH = 100.0
"""Pixels of a face's shorter side that show all that landmarks and vectors are made of."""

_IN_PROFILE = 30.0
"""Degrees from which on a face that the picture cuts off is seen in several ways: of one seen from the front enough is
left, and the ways cost as much as ten faces."""

_ROOM = 0.06
"""Of its width and height, added to a face's box on each side. YuNet's boxes end at the tip of the nose, Rekognition's
do not, and a face cut out at its box is to be recognised."""


def _sighting(image: Image, face: Face, seen: tuple[View, ...] = ()) -> Sighting:
    height, width = image.shape[:2]
    wide, high = _ROOM * face.width, _ROOM * face.height
    return Sighting(
        face=face,
        box=Box(
            (face.left - wide) / width,
            (face.top - high) / height,
            (face.width + 2 * wide) / width,
            (face.height + 2 * high) / height,
        ),
        landmarks=tuple((x / width, y / height) for x, y in face.landmarks),
        pose=pose(face),
        quality=measure(image, face),
        views=seen,
    )
