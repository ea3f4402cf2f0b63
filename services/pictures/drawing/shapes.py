"""Antialiased rounded shapes, painted on a picture from their signed distance: crisp at any size, soft where wanted."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

from services.pictures.drawing.layout import Rect

Colour = tuple[int, int, int]

INK: Colour = (20, 20, 24)

_Floats = npt.NDArray[np.float32]
_Window = tuple[int, int, int, int]  # left, top, right, bottom in whole pixels


def fill(image: Image.Image, rect: Rect, radius: float, colour: Colour, opacity: float = 1.0) -> None:
    """A filled rounded rectangle."""
    for window in _windows(image, rect, 1, rect.height):
        inside = np.clip(0.5 - _distance(window, rect, radius), 0, 1)
        _paint(image, window, colour, inside * opacity)


def outline(
    image: Image.Image, rect: Rect, radius: float, width: float, colour: Colour, *, dash: float | None = None
) -> None:
    """A line of `width` px along a rounded rectangle, solid or in dashes of about `dash` px, on a soft dark halo."""
    soft = 1 + 1.2 * width
    reach = math.ceil(width / 2 + soft)
    for window in _windows(image, rect, reach, reach + radius):
        off_line = np.abs(_distance(window, rect, radius)) - width / 2
        halo = 0.6 * np.clip(1 - off_line / soft, 0, 1) ** 1.5
        stroke = np.clip(0.5 - off_line, 0, 1)
        if dash is not None:
            stroke = stroke * _dashes(window, rect, radius, dash)
        _paint(image, window, INK, halo)
        _paint(image, window, colour, stroke)


def shadow(image: Image.Image, rect: Rect, radius: float, reach: float, opacity: float) -> None:
    """A soft dark halo around a rounded rectangle."""
    for window in _windows(image, rect, math.ceil(reach), rect.height):
        fade = np.clip(1 - _distance(window, rect, radius) / reach, 0, 1) ** 2
        _paint(image, window, INK, opacity * fade)


def _windows(image: Image.Image, rect: Rect, outside: int, inside: float) -> Iterator[_Window]:
    """The parts of the picture that a border touches: `outside` px beyond the edge of `rect` and `inside` px within."""
    left, top = math.floor(rect.left) - outside, math.floor(rect.top) - outside
    right, bottom = math.ceil(rect.right) + outside, math.ceil(rect.bottom) + outside
    depth = outside + math.ceil(inside)
    if min(right - left, bottom - top) <= 2 * depth:
        parts = [(left, top, right, bottom)]
    else:
        parts = [
            (left, top, right, top + depth),
            (left, top + depth, left + depth, bottom - depth),
            (right - depth, top + depth, right, bottom - depth),
            (left, bottom - depth, right, bottom),
        ]
    for part in parts:
        window = max(part[0], 0), max(part[1], 0), min(part[2], image.width), min(part[3], image.height)
        if window[0] < window[2] and window[1] < window[3]:
            yield window


def _centres(window: _Window) -> tuple[_Floats, _Floats]:
    """The x (a row) and y (a column) of the pixels' centres."""
    xs = np.arange(window[0], window[2], dtype=np.float32) + np.float32(0.5)
    ys = np.arange(window[1], window[3], dtype=np.float32) + np.float32(0.5)
    return xs[None, :], ys[:, None]


def _distance(window: _Window, rect: Rect, radius: float) -> _Floats:
    """How far every pixel's centre is from the edge of the rounded rectangle, in px; negative inside."""
    radius = min(radius, rect.width / 2, rect.height / 2)
    xs, ys = _centres(window)
    across = np.abs(xs - (rect.left + rect.right) / 2) - (rect.width / 2 - radius)
    down = np.abs(ys - (rect.top + rect.bottom) / 2) - (rect.height / 2 - radius)
    corner = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    distance: _Floats = corner + np.minimum(np.maximum(across, down), 0) - np.float32(radius)
    return distance


def _dashes(window: _Window, rect: Rect, radius: float, dash: float) -> _Floats:
    """1 on the dashes and 0 in the gaps. Corners are always whole, and every side has whole dashes."""
    xs, ys = _centres(window)
    across = _gapped(xs - rect.left - radius, rect.width - 2 * radius, dash)
    down = _gapped(ys - rect.top - radius, rect.height - 2 * radius, dash)
    nearer_a_level_side = np.minimum(np.abs(ys - rect.top), np.abs(ys - rect.bottom)) < np.minimum(
        np.abs(xs - rect.left), np.abs(xs - rect.right)
    )
    pattern: _Floats = np.where(nearer_a_level_side, across, down)
    return pattern


def _gapped(along: _Floats, length: float, dash: float) -> _Floats:
    """1 on the dashes of one side, which begins and ends with a gap; also 1 beyond its ends."""
    gap = 0.7 * dash
    count = max(1, round((length - gap) / (dash + gap)))
    period = max(length - gap, 1) / count
    gap_centre = np.clip(np.round((along - gap / 2) / period), 0, count) * period + gap / 2
    if length <= gap:
        return np.ones_like(along)
    dashes: _Floats = np.clip(np.abs(along - gap_centre) - gap / 2 + 0.5, 0, 1)
    return dashes


def _paint(image: Image.Image, window: _Window, colour: Colour, coverage: npt.NDArray[np.floating]) -> None:
    mask = Image.fromarray((coverage * 255 + 0.5).astype(np.uint8))
    image.paste(colour, window[:2], mask)
