"""Finds the faces in a picture: a box, five landmarks and a confidence each, by YuNet."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from ... import cores
from ..faces import Face, Image, five
from ..networks import Weights
from . import tiles
from .yunet import Rows, YuNet

_FINE, _MIDDLE, _COARSE = 1280, 640, 320
"""The longest side, in pixels, of what YuNet is given: once to find small faces, once for the large ones, which it
misses or misplaces when they are wider than some 300 px, and once in between where both find nothing."""

_GLIMPSES = (320, 160, 80)
"""The longest side of a picture in which nothing is found otherwise: of a head bent far down or back YuNet is surest
when it sees little."""

_LARGE = 80
"""A face at least this wide in the coarse look is taken from there."""

_MARGIN = 0.25
"""Of the longer side, added around a picture in which nothing is found: a face needs some surroundings to be seen."""

_THINNEST = 0.01
"""A picture with sides more unequal than this shows nobody: shrunk, it would have no pixel left across."""

_SURE = 90.0
"""A picture in which no face has this confidence may lie on its side: of an upright face YuNet is surer."""

_TURNED, _SURER = 80.0, 2.0
"""The confidence that a turned picture must bring to be believed, and by how much more it must be than without turning:
where there is no face at all, four looks would find more phantoms than one."""

CLOSE_UPS = (64, 96, 192)
"""The sides, in pixels, of the squares in which faces are seen from close up, many of each: the first shows hardly more
than how sure YuNet is, and the second costs a third of the third."""

MIN_CONFIDENCE = 60.0
"""Of the faces that are found at all."""


class Detector:
    """YuNet. Threads may share one; at most `networks` of them look at the same time, by default half as many as there
    are cores, and coarsely or from close up as many as there are."""

    def __init__(self, weights: Weights, networks: int | None = None) -> None:
        at_once, least = networks or max(1, cores.usable() // 2), MIN_CONFIDENCE / 100
        self._yunet = YuNet(weights.detector, at_once, least, CLOSE_UPS, _COARSE)

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Every face of `image`, the largest first."""
        if _is_thin(image):
            return ()
        if is_large(image.shape[1], image.shape[0]):
            half = _halved(image)
            return tuple(face.scaled(_times(image, half)) for face in self.detect_in_half(half))
        fine = _at_most(image, _FINE)
        found = (face.scaled(_times(image, fine)) for face in self._askew(fine, self._both(fine)))
        return _largest_first(found)

    def detect_in_half(self, half: Image) -> tuple[Face, ...]:
        """Every face of a large picture, where it is in its `half`, the largest first."""
        if _is_thin(half):
            return ()
        seen = _at_most(half, _MIDDLE if max(half.shape[:2]) <= 2 * _FINE else _FINE)
        found = [face.scaled(_times(half, seen)) for face in self._both(seen)]
        large = [face for face in found if max(face.width, face.height) > tiles.LARGEST]
        faces = tiles.distinct([*large, *tiles.small_faces(self.look, half), *found])
        if _surest(faces) < _SURE:
            fine = _at_most(half, _FINE)
            there = [face.scaled(_times(fine, half)) for face in faces]
            faces = [face.scaled(_times(half, fine)) for face in self._askew(fine, there)]
        return _largest_first(faces)

    def look(self, image: Image) -> list[Face]:
        """What YuNet finds at one look, of the size that the picture has."""
        return _faces(self._yunet.faces(image))

    def look_at_each(self, images: Iterable[Image]) -> list[list[Face]]:
        """The same at several pictures, side by side where they are small, and while the next is still being made."""
        return [_faces(rows) for rows in self._yunet.faces_of_each(images)]

    def _found(self, seen: Image, image: Image) -> list[Face]:
        """The faces in `seen`, which is `image` or smaller, where they are in `image`."""
        return [face.scaled(_times(image, seen)) for face in self.look(seen)]

    def _both(self, image: Image) -> list[Face]:
        """The faces in `image`, the large ones of them from a coarse look."""
        coarse = _at_most(_at_most(image, _MIDDLE), _COARSE)  # of what is small already: large ones take long to shrink
        if coarse is image:
            return self.look(image)
        seen, faces = self.look_at_each([coarse, image])
        large = [face.scaled(_times(image, coarse)) for face in seen if face.width >= _LARGE]
        return large + [face for face in faces if not any(big.holds(face) for big in large)]

    def _askew(self, fine: Image, faces: list[Face]) -> list[Face]:
        """The `faces` in `fine`; where none of them is sure, perhaps others, found by looking in other ways."""
        if _surest(faces) >= _SURE:
            return faces
        middle = _at_most(fine, _MIDDLE)
        faces = faces or self._found(middle, fine) or self._padded(fine)
        faces = faces or self._glimpsed(_at_most(middle, _COARSE), fine)
        return self._turned(middle, fine, faces)

    def _padded(self, image: Image) -> list[Face]:
        """The faces in the picture with black around it."""
        margin = round(max(image.shape[:2]) * _MARGIN)
        wide = np.asarray(cv2.copyMakeBorder(image, *(margin,) * 4, cv2.BORDER_CONSTANT), np.uint8)
        return [face.shifted(-margin, -margin) for face in self._found(_at_most(wide, _COARSE), wide)]

    def _glimpsed(self, seen: Image, image: Image) -> list[Face]:
        """The faces in `image` when that is looked at from so far that YuNet is surest of one."""
        return max((self._found(_at_most(seen, side), image) for side in _GLIMPSES), key=_surest)

    def _turned(self, seen: Image, image: Image, faces: list[Face]) -> list[Face]:
        """The faces in `seen` turned to where YuNet is surest of one; or `faces`, those in `image` as it is."""
        turned = [seen]
        best = faces
        for quarters in range(1, 4):
            turned.append(np.ascontiguousarray(np.rot90(turned[-1])))
            found = self.look(turned[-1])
            for picture in reversed(turned[:quarters]):
                found = [face.turned_back(picture) for face in found]
            best = max(best, found, key=_surest)
        if _surest(best) < max(_TURNED, _surest(faces) + _SURER):
            return faces
        return [face.scaled(_times(image, seen)) for face in best]


def is_large(width: int, height: int) -> bool:
    """Whether a picture of that size is looked at in tiles, and nothing but its half is looked at."""
    return max(width, height) > 2 * _FINE


def _is_thin(image: Image) -> bool:
    return bool(min(image.shape[:2]) < _THINNEST * max(image.shape[:2]))


def _largest_first(faces: Iterable[Face]) -> tuple[Face, ...]:
    return tuple(sorted(faces, key=lambda face: face.area, reverse=True))


def _surest(faces: list[Face]) -> float:
    """The highest confidence."""
    return max((face.confidence for face in faces), default=0.0)


def _at_most(image: Image, longest: int) -> Image:
    """The picture, shrunk where its longer side has more pixels."""
    while max(image.shape[:2]) >= 2 * longest:  # exact halves are made in a fraction of the time
        image = _halved(image)
    scale = longest / max(image.shape[:2])
    return image if scale >= 1 else _shrunk(image, scale)


def _halved(image: Image) -> Image:
    height, width = (max(side // 2 * 2, 1) for side in image.shape[:2])
    return _shrunk(image[:height, :width], 0.5)


def _shrunk(image: Image, scale: float) -> Image:
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])  # of a thin picture a pixel stays
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _times(image: Image, seen: Image) -> float:
    """How many times as large as `seen` the picture is."""
    return float(max(image.shape[:2]) / max(seen.shape[:2]))


def _faces(rows: Rows) -> list[Face]:
    return [_face(row) for row in rows.astype(np.float64)]


def _face(row: NDArray[np.float64]) -> Face:
    left, top, width, height = row[:4].tolist()
    return Face(left, top, width, height, five(row[4:14].reshape(5, 2).tolist()), confidence=100 * float(row[14]))
