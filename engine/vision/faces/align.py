"""Turns and scales a face so that its landmarks lie where a network expects them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8]
"""A picture: height × width × 3, blue green red, upright."""

Point: TypeAlias = tuple[float, float]

Transform: TypeAlias = NDArray[np.float64]
"""A rotation, scale and shift of points: 2 × 3."""

TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
"""Where SFace expects the five landmarks, in pixels of its 112 × 112 input."""


def fit(landmarks: Sequence[Point], template: NDArray[np.float64]) -> Transform:
    """The transform that brings `landmarks` nearest to `template`, by least squares."""
    points = np.asarray(landmarks, np.float64)
    from_centre, to_centre = points.mean(axis=0), template.mean(axis=0)
    # In the complex plane a rotation with a scale is one number.
    source, target = (points - from_centre) @ (1, 1j), (template - to_centre) @ (1, 1j)
    turn = np.vdot(source, target) / max(np.vdot(source, source).real, 1e-12)
    matrix = np.array([(turn.real, -turn.imag), (turn.imag, turn.real)])
    return np.column_stack([matrix, to_centre - matrix @ from_centre])


def warp(image: Image, transform: Transform, side: int, *, reflect: bool = False) -> Image:
    """The square of `side` pixels that `transform` brings to the origin; outside, black or the reflection."""
    beyond = cv2.BORDER_REFLECT_101 if reflect else cv2.BORDER_CONSTANT
    scale = float(np.hypot(*transform[:, 0]))
    if scale < 0.5:  # sampling would skip pixels: shrink first what the square will show
        image, transform = _shrink(image, transform, side, scale)
    return np.asarray(cv2.warpAffine(image, transform, (side, side), borderMode=beyond), np.uint8)


def mirror(image: Image) -> Image:
    """Left for right."""
    return np.ascontiguousarray(image[:, ::-1])


def undo(transform: Transform, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where `points` (… × 2) were before `transform`."""
    return np.asarray((points - transform[:, 2]) @ np.linalg.inv(transform[:, :2]).T, np.float64)


def _shrink(image: Image, transform: Transform, side: int, scale: float) -> tuple[Image, Transform]:
    """The part of the picture that the square shows, at about its size, and the transform that is left to do."""
    corners = undo(transform, np.array([(0, 0), (side, 0), (0, side), (side, side)], np.float64))
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    right, bottom = np.maximum(np.ceil(corners.max(axis=0)).astype(int) + 1, (left + 1, top + 1))
    part = image[top:bottom, left:right]
    if part.size == 0:
        return image, transform
    height, width = part.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    # A pixel's centre, not its corner, is where its coordinates say: hence the halves.
    stretch = np.array([width / size[0], height / size[1]])
    matrix = transform[:, :2] * stretch
    shift = transform[:, :2] @ ((left, top) + stretch / 2 - 0.5) + transform[:, 2]
    return small, np.column_stack([matrix, shift])
