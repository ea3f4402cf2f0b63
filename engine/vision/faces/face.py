"""A face as it is found in a picture: its box, five landmarks, and how sure the detector is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .align import Image, Point

Landmarks = tuple[Point, Point, Point, Point, Point]

_EDGE = 0.03
"""The share of a face's width that a landmark must have around it."""


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

    def scaled(self, by: float) -> Face:
        """Where it is in the picture enlarged by this factor."""
        return Face(
            self.left * by,
            self.top * by,
            self.width * by,
            self.height * by,
            five([(x * by, y * by) for x, y in self.landmarks]),
            self.confidence,
        )

    def shifted(self, across: float, down: float) -> Face:
        """Where it is when the axes begin so much earlier."""
        landmarks = five([(x + across, y + down) for x, y in self.landmarks])
        return replace(self, left=self.left + across, top=self.top + down, landmarks=landmarks)

    def turned_back(self, picture: Image) -> Face:
        """Where it is in `picture`, when it was found in the same picture turned to the left by a quarter."""
        across = picture.shape[1]
        return Face(
            across - self.top - self.height,
            self.left,
            self.height,
            self.width,
            five([(across - y, x) for x, y in self.landmarks]),
            self.confidence,
        )


def five(points: Sequence[Sequence[float]]) -> Landmarks:
    """Five points as landmarks."""
    eye_left, eye_right, nose, mouth_left, mouth_right = ((x, y) for x, y in points)
    return eye_left, eye_right, nose, mouth_left, mouth_right
