"""Looks for small faces in a large picture: tile by tile, at half of its size, in time that grows with its pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import ceil

import numpy as np

from ..faces import Face, Image

MOST_PIXELS = 1280 * 1290
"""Of a tile."""

LARGEST = 160
"""Pixels that two tiles share: no face whose sides are shorter is cut by both, and none is taken whose are longer."""

_LEAST = 75.0
"""The confidence of a face that is found in a tile alone: many tiles show more phantoms than one picture."""

_SAME = 0.3
"""The share of the area of either that two boxes around one face have in common."""

_PART = 1 / 3
"""What is less than this share of a face's area, lies in it and is less sure, is a part of it."""


def small_faces(look: Callable[[Image], list[Face]], picture: Image) -> list[Face]:
    """The faces of the picture that one of its tiles shows whole, some of them several times, the surest first."""
    found: list[Face] = []
    for left, top, right, bottom in cut(picture.shape[1], picture.shape[0]):
        tile = np.ascontiguousarray(picture[top:bottom, left:right])
        faces = (face.shifted(left, top) for face in look(tile) if face.confidence >= _LEAST)
        found += [face for face in faces if _is_whole(face, (left, top, right, bottom), picture)]
    return sorted(found, key=lambda face: -face.confidence)


def distinct(faces: Iterable[Face]) -> list[Face]:
    """Those that are not one of the earlier found again, or a part of it."""
    kept: list[Face] = []
    for face in faces:
        if not any(_is_same(face, other) for other in kept):
            kept.append(face)
    return kept


def _is_same(face: Face, other: Face) -> bool:
    """Of people cheek to cheek, or a child before its parent, each stays."""
    is_part = face.area < _PART * other.area and face.confidence < other.confidence and other.holds(face)
    return is_part or _overlap(face, other) > _SAME


def cut(width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, right and bottom of each tile of a picture: of as few pixels in all as can be."""
    most = range(1, width // (2 * LARGEST) + 2)
    grids = [(columns, _fewest(height, MOST_PIXELS // _length(width, columns))) for columns in most]
    small = [grid for grid in grids if _length(width, grid[0]) * _length(height, grid[1]) <= MOST_PIXELS]
    columns, rows = min(small, key=lambda grid: _overlapping(width, grid[0]) * _overlapping(height, grid[1]))
    for top, bottom in _spans(height, rows):
        for left, right in _spans(width, columns):
            yield left, top, right, bottom


def _overlapping(side: int, n: int) -> int:
    """The length of n parts of a side together."""
    return side + (n - 1) * LARGEST


def _length(side: int, n: int) -> int:
    """The length of each of n parts of a side."""
    return min(side, ceil(_overlapping(side, n) / n))


def _fewest(side: int, longest: int) -> int:
    """Of how many parts, none of which is longer than so."""
    return max(1, ceil((side - LARGEST) / max(longest - LARGEST, 1)))


def _spans(side: int, n: int) -> Iterator[tuple[int, int]]:
    length = _length(side, n)
    for i in range(n):
        start = (side - length) * i // max(n - 1, 1)
        yield start, start + length


def _is_whole(face: Face, tile: tuple[int, int, int, int], picture: Image) -> bool:
    """Whether it is no larger than what tiles share, and does not end with the tile, but where the picture does: else
    another tile, or the whole, shows it better."""
    (left, top, right, bottom), (height, width) = tile, picture.shape[:2]
    across = (face.left > left or left == 0) and (face.left + face.width < right or right == width)
    down = (face.top > top or top == 0) and (face.top + face.height < bottom or bottom == height)
    return across and down and max(face.width, face.height) <= LARGEST


def _overlap(face: Face, other: Face) -> float:
    across = min(face.left + face.width, other.left + other.width) - max(face.left, other.left)
    down = min(face.top + face.height, other.top + other.height) - max(face.top, other.top)
    shared = max(across, 0.0) * max(down, 0.0)
    return shared / (face.area + other.area - shared)
