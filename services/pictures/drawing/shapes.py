"""Antialiased rounded shapes, drawn by AGG: solid, dashed, or soft, which is a few of them on one another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import aggdraw
from PIL import Image

from services.pictures.drawing.layout import Rect

Colour = tuple[int, int, int]

INK: Colour = (20, 20, 24)

_HALO, _SHADOW = 3, 5  # layers of their soft edges
_ROUND = 0.5523  # of the radius: where a cubic curve's handles make a quarter of a circle


class _Point(NamedTuple):
    x: float
    y: float


@contextmanager
def around(image: Image.Image, rect: Rect, reach: float) -> Iterator[aggdraw.Draw]:
    """What draws on an RGB picture, up to `reach` px out of `rect`: AGG takes a copy, and a part is quicker to copy."""
    left, top = max(0, math.floor(rect.left - reach)), max(0, math.floor(rect.top - reach))
    right, bottom = min(image.width, math.ceil(rect.right + reach)), min(image.height, math.ceil(rect.bottom + reach))
    part = image.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    draw = aggdraw.Draw(part)
    draw.settransform((-left, -top))
    yield draw
    draw.flush()
    image.paste(part, (left, top))


def soft(width: float) -> float:
    """How far the halo of an outline reaches beyond its line of `width` px."""
    return 1 + 1.2 * width


def fill(draw: aggdraw.Draw, rect: Rect, radius: float, colour: Colour, opacity: float = 1.0) -> None:
    """A filled rounded rectangle."""
    draw.path(_rounded(rect, radius), None, aggdraw.Brush(colour, round(255 * opacity)))


def outline(
    draw: aggdraw.Draw, rect: Rect, radius: float, width: float, colour: Colour, *, dash: float | None = None
) -> None:
    """A line of `width` px along a rounded rectangle, solid or in dashes of about `dash` px, on a soft dark halo."""
    whole = _rounded(rect, radius)
    for layer in range(1, _HALO + 1):
        draw.path(whole, aggdraw.Pen(INK, width + 1.8 * soft(width) * layer / _HALO, 60))
    draw.path(whole if dash is None else _dashed(rect, radius, dash), aggdraw.Pen(colour, width))


def shadow(draw: aggdraw.Draw, rect: Rect, radius: float, reach: float, opacity: float) -> None:
    """A soft dark halo around a rounded rectangle."""
    for layer in range(1, _SHADOW + 1):
        out = reach * (layer / _SHADOW) ** 1.5  # it fades outwards
        wider = Rect(rect.left - out, rect.top - out, rect.right + out, rect.bottom + out)
        fill(draw, wider, radius + out, INK, opacity / _SHADOW)


def _rounded(rect: Rect, radius: float) -> aggdraw.Path:
    path = aggdraw.Path()
    corners = _corners(rect, radius)
    path.moveto(*corners[-1][-1])
    for start, *curve in corners:
        path.lineto(*start)
        _curve(path, curve)
    path.close()
    return path


def _dashed(rect: Rect, radius: float, dash: float) -> aggdraw.Path:
    """Corners are always whole, and every side has whole dashes between two gaps."""
    path = aggdraw.Path()
    corners = _corners(rect, radius)
    for (start, *curve), (following, *_) in zip(corners, corners[1:] + corners[:1], strict=True):
        path.moveto(*start)
        _curve(path, curve)
        for begin, end in _dashes(curve[-1], following, dash):
            path.moveto(*begin)
            path.lineto(*end)
    return path


def _curve(path: aggdraw.Path, points: list[_Point]) -> None:
    path.curveto(*(value for point in points for value in point))


def _corners(rect: Rect, radius: float) -> list[tuple[_Point, ...]]:
    """Clockwise from the upper right, of each where it begins, its curve's two handles, and where it ends."""
    radius = min(radius, rect.width / 2, rect.height / 2)
    near = radius * (1 - _ROUND)
    left, top, right, bottom = rect
    return [
        _between((right - radius, top), (right - near, top), (right, top + near), (right, top + radius)),
        _between((right, bottom - radius), (right, bottom - near), (right - near, bottom), (right - radius, bottom)),
        _between((left + radius, bottom), (left + near, bottom), (left, bottom - near), (left, bottom - radius)),
        _between((left, top + radius), (left, top + near), (left + near, top), (left + radius, top)),
    ]


def _between(*points: tuple[float, float]) -> tuple[_Point, ...]:
    return tuple(_Point(*point) for point in points)


def _dashes(start: _Point, end: _Point, dash: float) -> Iterator[tuple[_Point, _Point]]:
    """Those of one side."""
    length = abs(end.x - start.x) + abs(end.y - start.y)  # sides are level or upright
    gap = 0.7 * dash
    count = max(0, round((length - gap) / (dash + gap)))
    if count == 0:
        yield start, end
    period = (length - gap) / max(count, 1)
    for at in range(count):
        begun = gap + at * period
        yield _along(start, end, begun / length), _along(start, end, (begun + period - gap) / length)


def _along(start: _Point, end: _Point, share: float) -> _Point:
    return _Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)
