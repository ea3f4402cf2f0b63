"""Where pictures of any shapes go on one sheet: in rows as wide as the sheet, in their order, none of them cut."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from services.pictures.drawing.layout import Rect

_SHAPE = 1.4  # of the sheet: how much wider than high it is best
_EVENNESS = 3  # how much more rows of one height matter than the sheet's shape

Row = Sequence[int]


def arranged(shapes: Sequence[float], side: float, gap: float) -> list[Rect]:
    """A place for each picture, given by its width over its height; the longer side of all together is `side` px."""
    rows = min(_divisions(range(len(shapes))), key=lambda rows: _ugliness(rows, shapes))
    wide = _placed(rows, shapes, side, gap)
    if (height := wide[-1].bottom) <= side:
        return wide
    across = sum(1 / sum(shapes[i] for i in row) for row in rows)  # by which it grows in height for a px of its width
    return _placed(rows, shapes, side - (height - side) / across, gap)


def _divisions(indices: range) -> Iterator[list[Row]]:
    """All ways to break a sequence into rows."""
    if not indices:
        yield []
    for count in range(1, len(indices) + 1):
        for rest in _divisions(indices[count:]):
            yield [indices[:count], *rest]


def _ugliness(rows: Sequence[Row], shapes: Sequence[float]) -> float:
    heights = [1 / sum(shapes[i] for i in row) for row in rows]
    mean = sum(map(math.log, heights)) / len(heights)
    uneven = sum((math.log(height) - mean) ** 2 for height in heights)
    return _EVENNESS * uneven + (math.log(1 / sum(heights)) - math.log(_SHAPE)) ** 2


def _placed(rows: Sequence[Row], shapes: Sequence[float], width: float, gap: float) -> list[Rect]:
    places: list[Rect] = []
    top = 0.0
    for row in rows:
        height = (width - gap * (len(row) - 1)) / sum(shapes[i] for i in row)
        left = 0.0
        for i in row:
            places.append(Rect(left, top, left + height * shapes[i], top + height))
            left += height * shapes[i] + gap
        top += height + gap
    return places
