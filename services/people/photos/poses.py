"""From which sides a person's photos show them, and which are missing: AWS advises at least five different ones.

The angles are Rekognition's, measured when a face is enrolled. Left and right are the picture's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.records import EnrolledFace

TURNED = 20.0
"""Degrees of yaw from which a face looks aside. People who look into a camera stay within that."""

TILTED = 12.0
"""Degrees of pitch from which a face looks up or down; of those who do neither, most stay within 8 degrees."""


class Pose(StrEnum):
    """Where a face looks."""

    STRAIGHT = "straight"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Advice:
    """The poses that a person's photos have, and those that would help, both in the order of `Pose`."""

    present: tuple[Pose, ...]
    missing: tuple[Pose, ...]


def classify(yaw: float, pitch: float) -> Pose:
    """The pose of a face that looks `yaw` degrees to the right of the picture and `pitch` degrees up."""
    aside, tilt = abs(yaw) / TURNED, abs(pitch) / TILTED
    if max(aside, tilt) < 1:
        return Pose.STRAIGHT
    if aside >= tilt:
        return Pose.RIGHT if yaw > 0 else Pose.LEFT
    return Pose.UP if pitch > 0 else Pose.DOWN


def of(face: EnrolledFace) -> Pose | None:
    """The pose of an enrolled face; None for one that was enrolled before poses were measured."""
    if face.yaw is None or face.pitch is None:
        return None
    return classify(face.yaw, face.pitch)


def advise(faces: Iterable[EnrolledFace]) -> Advice:
    """What a person's faces show, and what is missing."""
    shown = {of(face) for face in faces}
    return Advice(tuple(pose for pose in Pose if pose in shown), tuple(pose for pose in Pose if pose not in shown))
