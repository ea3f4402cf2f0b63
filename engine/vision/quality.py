"""How well a face shows: where it looks, how bright and how sharp it is, and whether that is good enough to index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from .align import Image
from .face import Face

QualityFilter = Literal["NONE", "AUTO", "LOW", "MEDIUM", "HIGH"]
Reason = Literal["EXTREME_POSE", "LOW_BRIGHTNESS", "LOW_SHARPNESS", "LOW_CONFIDENCE", "SMALL_BOUNDING_BOX"]
"""Why a face is not indexed, in Rekognition's words."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees. `roll` is positive clockwise, `yaw` towards the right of the picture, `pitch` upwards."""

    roll: float
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Quality:
    """0 to 100 each."""

    brightness: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class _Bar:
    """What a face must reach: `side` is the box's shorter side in pixels, angles are degrees either way."""

    confidence: float
    side: float
    sharpness: float
    brightness: float
    yaw: float
    pitch: float


_BARS: dict[QualityFilter, _Bar] = {
    # A full profile may pass LOW: it is a poor view of a face, but a person's photos taken together make up for it.
    "LOW": _Bar(confidence=65, side=20, sharpness=3, brightness=5, yaw=110, pitch=60),
    "MEDIUM": _Bar(confidence=75, side=32, sharpness=8, brightness=10, yaw=60, pitch=45),
    "HIGH": _Bar(confidence=85, side=56, sharpness=20, brightness=15, yaw=40, pitch=30),
}

_HEAD = np.array([(-31, -35, -26), (31, -35, -26), (0, 0, 0), (-26, 27, -20), (26, 27, -20)], np.float64)
"""An average head's five landmarks: millimetres to the right, down and towards the viewer from the tip of the nose."""

_SIDE = 112
_HALF_SHARP = 150.0
"""The variance of the Laplacian, of a face 112 px wide, that makes a sharpness of 50."""


def pose(face: Face) -> Pose:
    """Where the face looks, from its five landmarks: an average head, turned until it projects nearest to them."""
    points = np.asarray(face.landmarks)
    head = _HEAD - _HEAD.mean(axis=0)
    projection = (np.linalg.pinv(head) @ (points - points.mean(axis=0))).T
    u, _, v = np.linalg.svd(projection, full_matrices=False)
    right, down = u @ v  # the picture's axes as the head sees them
    roll = np.arctan2(-right[1], down[1])
    # Where the nose points: across the picture once the head is upright again, and out of it.
    nose = complex(right[2], down[2]) * np.exp(-1j * roll)
    out = np.cross(right, down)[2]
    return Pose(
        roll=float(np.degrees(roll)),
        yaw=float(np.degrees(np.arctan2(nose.real, out))),
        pitch=float(np.degrees(np.arctan2(-nose.imag, np.hypot(nose.real, out)))),
    )


def measure(image: Image, face: Face) -> Quality:
    """How bright and how sharp the face is within its box, as far as the box lies in the picture."""
    height, width = image.shape[:2]
    left, top = max(0, int(face.left)), max(0, int(face.top))
    right, bottom = min(width, int(face.left + face.width) + 1), min(height, int(face.top + face.height) + 1)
    if left >= right or top >= bottom:
        return Quality(brightness=0, sharpness=0)
    grey = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    scale = _SIDE / max(face.width, 1)
    # All faces are looked at in one size, so that a small one does not count as sharp because its pixels are coarse.
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    edges = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    return Quality(brightness=float(grey.mean()) / 2.55, sharpness=100 * edges / (edges + _HALF_SHARP))


def shortcomings(face: Face, quality: Quality, level: QualityFilter) -> tuple[Reason, ...]:
    """Why the face is not good enough at this level; empty when it is."""
    if level == "NONE":
        return ()
    bar, turned = _BARS["LOW" if level == "AUTO" else level], pose(face)
    failed: dict[Reason, bool] = {
        "EXTREME_POSE": abs(turned.yaw) > bar.yaw or abs(turned.pitch) > bar.pitch,
        "LOW_BRIGHTNESS": quality.brightness < bar.brightness,
        "LOW_SHARPNESS": quality.sharpness < bar.sharpness,
        "LOW_CONFIDENCE": face.confidence < bar.confidence,
        "SMALL_BOUNDING_BOX": min(face.width, face.height) < bar.side,
    }
    return tuple(reason for reason, is_so in failed.items() if is_so)
