"""Finds the faces in a picture: a box, five landmarks and a confidence each, by YuNet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.align import TEMPLATE, Point, fit, mirror, undo, warp
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

_MIN_SCORE, _MAX_OVERLAP, _MAX_FACES = 0.6, 0.3, 5000

_CLOSE_UPS = ((112, 0.7, True), (144, 0.9, False))
"""The squares, in pixels, that show a face from close up, the scale of SFace's template in their middle, and whether
they are mirrored: YuNet leans a little to one side."""

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


class Detector:
    """YuNet. Threads may share one."""

    def __init__(self, weights: Weights) -> None:
        path = str(weights.detector)

        def load() -> cv2.FaceDetectorYN:
            with quiet():
                return cv2.FaceDetectorYN.create(path, "", (320, 320), _MIN_SCORE, _MAX_OVERLAP, _MAX_FACES)

        self._nets = Pool(load)

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Every face of `image`, the largest first."""
        longest = max(image.shape[:2])
        faces = self._scaled(image, min(1, _FINE / longest))
        if longest > _COARSE:
            coarse = _COARSE / longest
            large = [face for face in self._scaled(image, coarse) if face.width * coarse >= _LARGE]
            faces = large + [face for face in faces if not any(big.holds(face) for big in large)]
        faces = faces or self._scaled(image, min(1, _MIDDLE / longest)) or self._padded(image)
        return tuple(sorted(faces, key=lambda face: face.area, reverse=True))

    def refine(self, image: Image, face: Face) -> Face:
        """The same face with better landmarks: averaged over close-ups of it, turned upright, one of them mirrored."""
        looks = [np.asarray(face.landmarks)]
        for side, scale, mirrored in _CLOSE_UPS:
            template = (TEMPLATE - TEMPLATE.mean(axis=0)) * scale + side / 2
            transform = fit(face.landmarks, template)
            close_up = warp(image, transform, side)
            points = _mirrored(self._landmarks(mirror(close_up)), side) if mirrored else self._landmarks(close_up)
            errors = np.abs(points - template).mean(axis=(1, 2))
            if errors.min(initial=_ASTRAY * side) < _ASTRAY * side:
                looks.append(undo(transform, points[errors.argmin()]))
        return replace(face, landmarks=_five(np.mean(looks, axis=0)))

    def _scaled(self, image: Image, scale: float) -> list[Face]:
        """The faces of the picture seen at this scale."""
        seen = image if scale == 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return [_face(row, 1 / scale) for row in self._rows(np.asarray(seen, np.uint8))]

    def _padded(self, image: Image) -> list[Face]:
        """The faces of the picture seen small, with black around it."""
        margin = round(max(image.shape[:2]) * _MARGIN)
        wide = np.asarray(cv2.copyMakeBorder(image, *(margin,) * 4, cv2.BORDER_CONSTANT), np.uint8)
        scale = min(1, _COARSE / max(wide.shape[:2]))
        return [_shifted(face, -margin) for face in self._scaled(wide, scale)]

    def _landmarks(self, image: Image) -> NDArray[np.float64]:
        """Those of every face of a small picture: n × 5 × 2."""
        return self._rows(image)[:, 4:14].reshape(-1, 5, 2).astype(np.float64)

    def _rows(self, image: Image) -> NDArray[np.float32]:
        """YuNet's own: left, top, width, height, five landmarks' x and y, score."""
        height, width = image.shape[:2]
        with self._nets.borrow() as net:
            net.setInputSize((width, height))
            _, rows = net.detect(image)
        return np.empty((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)


def _face(row: NDArray[np.float32], scale: float) -> Face:
    left, top, width, height = (float(value) * scale for value in row[:4])
    return Face(left, top, width, height, _five(row[4:14].reshape(5, 2) * scale), confidence=100 * float(row[14]))


def _five(points: NDArray[np.floating]) -> Landmarks:
    eye_left, eye_right, nose, mouth_left, mouth_right = ((float(x), float(y)) for x, y in points)
    return eye_left, eye_right, nose, mouth_left, mouth_right


def _mirrored(points: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The landmarks (n × 5 × 2) of the mirror image, where they are in the picture: right is left there."""
    return np.asarray((width - 1, 0) + points[:, [1, 0, 2, 4, 3]] * (-1, 1), np.float64)


def _shifted(face: Face, by: float) -> Face:
    landmarks = _five(np.asarray(face.landmarks) + by)
    return replace(face, left=face.left + by, top=face.top + by, landmarks=landmarks)
