"""Finds the faces in a picture: a box, five landmarks and a confidence each, by YuNet."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.pool import Pool, quiet
from engine.weights import Weights

Image = NDArray[np.uint8]
"""A picture: height × width × 3, blue green red, upright."""

Point = tuple[float, float]

_LONG_SIDES = (1280, 640, 320)
"""The longest side, in pixels, that YuNet is given. It misses faces wider than some 500 px, so a picture in which it
finds nothing is tried again smaller."""

_MIN_SCORE, _MAX_OVERLAP, _MAX_FACES = 0.6, 0.3, 5000


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
    landmarks: tuple[Point, Point, Point, Point, Point]
    confidence: float

    @property
    def area(self) -> float:
        """Of the box, in square pixels."""
        return self.width * self.height


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
        first = min(longest, _LONG_SIDES[0])
        sides = [first, *(side for side in _LONG_SIDES if side < first)]
        for side in sides:
            if faces := self._detect_at(image, side / longest):
                return faces
        return ()

    def _detect_at(self, image: Image, scale: float) -> tuple[Face, ...]:
        seen = image if scale == 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        height, width = seen.shape[:2]
        with self._nets.borrow() as net:
            net.setInputSize((width, height))
            _, rows = net.detect(seen)
        faces = [_face(row, scale) for row in ([] if rows is None else rows)]
        return tuple(sorted(faces, key=lambda face: face.area, reverse=True))


def _face(row: NDArray[np.float32], scale: float) -> Face:
    """`row` is YuNet's: left, top, width, height, five landmarks' x and y, score."""
    left, top, width, height, *points = (float(value) / scale for value in row[:14])
    eye_left, eye_right, nose, mouth_left, mouth_right = zip(points[::2], points[1::2], strict=True)
    landmarks = (eye_left, eye_right, nose, mouth_left, mouth_right)
    return Face(left, top, width, height, landmarks, confidence=100 * float(row[14]))
