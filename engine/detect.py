"""Finds the faces in a picture: a box, five landmarks and a confidence each, by YuNet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.align import TEMPLATE, Point, fit, undo, warp
from engine.align import Image as Image
from engine.pool import Pool, quiet
from engine.weights import Weights

Landmarks = tuple[Point, Point, Point, Point, Point]

_FINE, _MIDDLE, _COARSE = 1280, 640, 320
"""The longest side, in pixels, of what YuNet is given: once to find small faces, once for the large ones, which it
misses or misplaces when they are wider than some 300 px, and once in between where both find nothing."""

_LARGE = 80
"""A face at least this wide in the coarse look is taken from there."""

_MARGIN = 0.25
"""Of the longer side, added around a picture in which nothing is found: a face needs some surroundings to be seen."""

_THINNEST = 0.01
"""A picture with sides more unequal than this shows nobody: shrunk, it would have no pixel left across."""

_EDGE = 0.03
"""The share of a face's width that a landmark must have around it."""

_MIN_SCORE, _MAX_OVERLAP, _MAX_FACES = 0.6, 0.3, 5000

_CLOSE_UPS = ((96, 0.6), (192, 1.2))
"""The squares, in pixels, that show a face from close up, and the scale of SFace's template in their middle; the first
costs a third of the second."""

_SETTLED = 0.05
"""Landmarks that a close-up moves by less than this share of the face's width, on average, need no further one. Most
faces are settled by the first; profiles are not."""

_ASTRAY = 0.15
"""Landmarks that are, on average, this share of the square away from where they should be are another face's."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face found. Pixels of the picture, which the box may leave.

    `landmarks` are the eyes, the nose and the corners of the mouth: left eye, right eye, nose, mouth left, mouth right,
    left and right as one looks at the picture, as Rekognition has them. `confidence` is 0 to 100.
    """

    left: float
    top: float
    width: float
    height: float
    landmarks: Landmarks
    confidence: float

    @property
    def area(self) -> float:
        """Of the box, in square pixels."""
        return self.width * self.height

    def holds(self, other: Face) -> bool:
        """Whether the middle of `other` lies in this face's box."""
        x, y = other.left + other.width / 2, other.top + other.height / 2
        return self.left <= x <= self.left + self.width and self.top <= y <= self.top + self.height

    def at_edge(self, image: Image) -> bool:
        """Whether a landmark lies where `image` ends, as the nose of a profile does that was cut out at its box.

        A picture's reflection then serves the networks better than black. Elsewhere it does not: of a face that is cut
        in half it would make a whole one.
        """
        height, width = image.shape[:2]
        room = min(min(x, width - x, y, height - y) for x, y in self.landmarks)
        return bool(room < _EDGE * self.width)


class Detector:
    """YuNet. Threads may share one; at most `networks` of them are in large pictures at once, by default one a core."""

    def __init__(self, weights: Weights, networks: int | None = None) -> None:
        path = str(weights.detector)

        def load() -> cv2.FaceDetectorYN:
            with quiet():
                return cv2.FaceDetectorYN.create(path, "", (320, 320), _MIN_SCORE, _MAX_OVERLAP, _MAX_FACES)

        self._nets = Pool(load)
        # A network keeps the memory that the largest picture needed, so large ones have their own.
        self._large = Pool(load, networks)

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Every face of `image`, the largest first."""
        if min(image.shape[:2]) < _THINNEST * max(image.shape[:2]):
            return ()
        fine = _at_most(image, _FINE)
        faces = self._found(fine, image)
        if max(fine.shape[:2]) > _COARSE:
            coarse = _at_most(fine, _COARSE)  # of a picture that is small already: large ones take long to shrink
            least = _LARGE * _times(image, coarse)
            large = [face for face in self._found(coarse, image) if face.width >= least]
            faces = large + [face for face in faces if not any(big.holds(face) for big in large)]
        faces = faces or self._found(_at_most(image, _MIDDLE), image) or self._padded(fine, image)
        return tuple(sorted(faces, key=lambda face: face.area, reverse=True))

    def refine(self, image: Image, face: Face) -> Face:
        """The same face with better landmarks: averaged over what was found and close-ups, turned upright."""
        looks = [np.asarray(face.landmarks)]
        for side, scale in _CLOSE_UPS:
            again = self._close_up(image, face, side, scale)
            if again is not None:
                looks.append(again)
                if np.abs(again - looks[0]).mean() < _SETTLED * face.width:
                    break
        return replace(face, landmarks=_five(np.mean(looks, axis=0)))

    def _close_up(self, image: Image, face: Face, side: int, scale: float) -> NDArray[np.float64] | None:
        """The landmarks, 5 × 2, as a square around the face shows them; None where it shows no such face."""
        template = (TEMPLATE - TEMPLATE.mean(axis=0)) * scale + side / 2
        transform = fit(face.landmarks, template)
        points = self._landmarks(warp(image, transform, side, reflect=face.at_edge(image)))
        errors = np.abs(points - template).mean(axis=(1, 2))
        if errors.min(initial=_ASTRAY * side) >= _ASTRAY * side:
            return None
        return undo(transform, points[errors.argmin()])

    def _found(self, seen: Image, image: Image) -> list[Face]:
        """The faces in `seen`, which is `image` or smaller, where they are in `image`."""
        return [_face(row, _times(image, seen)) for row in self._rows(seen)]

    def _padded(self, seen: Image, image: Image) -> list[Face]:
        """The faces in `seen`, which is `image` or smaller, with black around it, where they are in `image`."""
        margin = round(max(seen.shape[:2]) * _MARGIN)
        wide = np.asarray(cv2.copyMakeBorder(seen, *(margin,) * 4, cv2.BORDER_CONSTANT), np.uint8)
        small, times = _at_most(wide, _COARSE), _times(image, seen)
        faces = [_face(row, times * _times(wide, small)) for row in self._rows(small)]
        return [_shifted(face, -margin * times) for face in faces]

    def _landmarks(self, image: Image) -> NDArray[np.float64]:
        """Those of every face of a small picture: n × 5 × 2."""
        return self._rows(image)[:, 4:14].reshape(-1, 5, 2).astype(np.float64)

    def _rows(self, image: Image) -> NDArray[np.float32]:
        """YuNet's own: left, top, width, height, five landmarks' x and y, score."""
        height, width = image.shape[:2]
        nets = self._large if max(width, height) > _COARSE else self._nets
        with nets.borrow() as net:
            net.setInputSize((width, height))
            _, rows = net.detect(image)
        return np.empty((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)


def _at_most(image: Image, longest: int) -> Image:
    """The picture, shrunk where its longer side has more pixels."""
    while max(image.shape[:2]) >= 2 * longest:  # exact halves are made in a fraction of the time
        height, width = (side // 2 * 2 for side in image.shape[:2])
        image = _shrunk(image[:height, :width], 0.5)
    scale = longest / max(image.shape[:2])
    return image if scale >= 1 else _shrunk(image, scale)


def _shrunk(image: Image, scale: float) -> Image:
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _times(image: Image, seen: Image) -> float:
    """How many times as large as `seen` the picture is."""
    return float(max(image.shape[:2]) / max(seen.shape[:2]))


def _face(row: NDArray[np.float32], scale: float) -> Face:
    left, top, width, height = (float(value) * scale for value in row[:4])
    return Face(left, top, width, height, _five(row[4:14].reshape(5, 2) * scale), confidence=100 * float(row[14]))


def _five(points: NDArray[np.floating]) -> Landmarks:
    eye_left, eye_right, nose, mouth_left, mouth_right = ((float(x), float(y)) for x, y in points)
    return eye_left, eye_right, nose, mouth_left, mouth_right


def _shifted(face: Face, by: float) -> Face:
    landmarks = _five(np.asarray(face.landmarks) + by)
    return replace(face, left=face.left + by, top=face.top + by, landmarks=landmarks)
