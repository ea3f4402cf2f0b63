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
    "LOW": _Bar(confidence=65, side=20, sharpness=3, brightness=3, yaw=110, pitch=60),
    "MEDIUM": _Bar(confidence=75, side=32, sharpness=8, brightness=10, yaw=60, pitch=45),
    "HIGH": _Bar(confidence=85, side=56, sharpness=20, brightness=15, yaw=40, pitch=30),
}

_HEAD = np.array([(-31, -35, -26), (31, -35, -26), (0, 0, 0), (-26, 27, -20), (26, 27, -20)], np.float64)
"""An average head's five landmarks: millimetres to the right, down and towards the viewer from the tip of the nose."""

_FROM_HEAD = np.linalg.pinv(_HEAD - _HEAD.mean(axis=0))
"""How the average head, about its middle, becomes what is seen of it: 3 × 5."""

_SIDE = 112
_GRAIN = 1.0
"""Pixels, of a face `_SIDE` px wide, within which a difference is the camera's noise."""

_HALF_SHARP = 0.03
"""The variance of the Laplacian, as a share of the face's own variance, that makes a sharpness of 50."""

_MIDDLE = 0.6
"""The share of the box's width and height that shows the face and nothing behind it."""


def pose(face: Face) -> Pose:
    """Where the face looks, from its five landmarks: an average head, turned until it projects nearest to them."""
    points = np.asarray(face.landmarks)
    projection = (_FROM_HEAD @ (points - points.mean(axis=0))).T
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
    """How bright the face is within its box, and how sharp in the middle of it, as far as these lie in the picture."""
    whole, middle = _grey(image, face, 1), _grey(image, face, _MIDDLE)
    brightness = float(whole.mean()) / 2.55 if whole.size else 0.0
    return Quality(brightness, _sharpness(middle, _SIDE / max(face.width, 1)) if middle.size else 0.0)


def _grey(image: Image, face: Face, share: float) -> Image:
    """The middle of the face's box, `share` of its width and height; empty where it is outside of the picture."""
    height, width = image.shape[:2]
    wide, high = share * face.width, share * face.height
    left, top = face.left + (face.width - wide) / 2, face.top + (face.height - high) / 2
    rows = slice(max(0, int(top)), max(0, min(height, int(top + high) + 1)))
    columns = slice(max(0, int(left)), max(0, min(width, int(left + wide) + 1)))
    part = image[rows, columns]
    return np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), np.uint8) if part.size else part[..., 0]


def _sharpness(grey: Image, scale: float) -> float:
    """Of a part of a face that is `_SIDE` px wide once it is scaled.

    Edges are measured by the face's own contrast, so that a dark or a pale one does not count as blurred; and all
    faces in one size, so that a small one does not count as sharp because its pixels are coarse.
    """
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    seen = cv2.resize(grey.astype(np.float32), size, interpolation=interpolation)
    edges = float(cv2.Laplacian(cv2.GaussianBlur(seen, (0, 0), _GRAIN), cv2.CV_32F).var())
    return 100 * edges / (edges + _HALF_SHARP * max(float(seen.var()), 1.0))


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
