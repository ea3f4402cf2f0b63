"""Eyes of the engine for painted pictures: where a test asks who may do what, and not how well faces are told
apart, it need not wait for the models. A patch of a strong colour is a face, and its hue says whose."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from engine.vision import Box, Sighting, Vectors
from engine.vision.faces.align import Image as Pixels
from engine.vision.faces.face import Face, five
from engine.vision.faces.quality import Pose, Quality
from engine.vision.networks.versions import MODEL_VERSION
from engine.vision.pictures.images import decode
from engine.vision.recognition.embed import unit
from engine.vision.vision import Scene
from services.people.photos.portraits import GivenPhoto

_DIMENSIONS = 128
_COLOURED = 120  # of 255, the saturation of what is a face
_HEAD = ((-0.28, -0.32), (0.28, -0.32), (0, 0), (-0.24, 0.25), (0.24, 0.25))  # landmarks from the middle, of its width

_WHO = {
    "obama.jpg": 1,
    "obama2.jpg": 1,
    "obama3.jpg": 1,
    "obama_partial_face.jpg": 1,
    "biden.jpg": 4,
    "astronaut.png": 8,
}


class Painted:
    """A `Vision` of patches of colour."""

    version = MODEL_VERSION
    dimensions = _DIMENSIONS

    def see(self, data: bytes) -> Scene:
        image = decode(data)
        mask = (cv2.cvtColor(image, cv2.COLOR_BGR2HSV)[..., 1] > _COLOURED).astype(np.uint8)
        _, _, patches, _ = cv2.connectedComponentsWithStats(mask)
        found = [_sighting(image, *map(float, patch[:4])) for patch in patches[1:] if min(patch[2:4]) > 10]
        return Scene(image, tuple(sorted(found, key=lambda sighting: sighting.face.area, reverse=True)))

    def embed(self, image: Pixels, sightings: Sequence[Sighting], *, enrol: bool = False) -> Vectors:
        rows = [_vector(image, sighting.face) for sighting in sightings]
        return unit(np.array(rows, np.float32).reshape(-1, _DIMENSIONS))


def photo(name: str) -> GivenPhoto:
    """A painted picture in the place of a photo of the catalogue, a file of its own with the same person in it."""
    return GivenPhoto(name, lambda: picture(_WHO[name], side=200 + list(_WHO).index(name)))


def picture(*people: int, side: int = 200) -> bytes:
    """A PNG of people side by side, left to right, each told by a number from 0 to 11."""
    canvas = np.full((2 * side, 2 * side * len(people), 3), 127, np.uint8)
    for index, who in enumerate(people):
        left = (2 * index) * side + side // 2
        hsv = np.full((side, side, 3), (15 * who, 255, 230), np.uint8)
        canvas[side // 2 : side // 2 + side, left : left + side] = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)
    return cv2.imencode(".png", canvas)[1].tobytes()


def group(*names: str) -> bytes:
    """Whoever is in these photos of the catalogue, side by side."""
    return picture(*(_WHO[name] for name in names))


def _sighting(image: Pixels, left: float, top: float, width: float, height: float) -> Sighting:
    high, wide = image.shape[:2]
    landmarks = five([(left + width * (0.5 + x), top + height * (0.5 + y)) for x, y in _HEAD])
    return Sighting(
        face=Face(left, top, width, height, landmarks, confidence=99.0),
        box=Box(left / wide, top / high, width / wide, height / high),
        landmarks=tuple((x / wide, y / high) for x, y in landmarks),
        pose=Pose(0, 0, 0),
        quality=Quality(brightness=80, sharpness=80),
    )


def _vector(image: Pixels, face: Face) -> Vectors:
    x, y = int(face.left + face.width / 2), int(face.top + face.height / 2)
    hue = cv2.cvtColor(image[y : y + 1, x : x + 1], cv2.COLOR_BGR2HSV)[0, 0, 0]
    whose = round(float(hue) / 15) % 12
    return np.random.default_rng(whose).standard_normal(_DIMENSIONS).astype(np.float32)
