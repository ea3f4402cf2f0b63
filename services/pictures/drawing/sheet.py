"""Several photos in one picture: side by side, each whole and under its number, and who is meant in them ringed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from PIL import Image

from services.pictures import images
from services.pictures.crops import Box
from services.pictures.decoding import ImageError
from services.pictures.drawing import annotate, fonts, rows, shapes
from services.pictures.drawing.layout import Rect
from services.pictures.drawing.shapes import INK, Colour

MOST = 12  # photos that can still be told apart where Slack shows the sheet

_SIDE = 1600  # px of the sheet
_ENLARGED = 1.5  # times as large as they came, so that thumbnails are not blown up
_GAP = 10  # px
_EM = 0.021  # of the sheet's side: the numbers' size
_PAPER: Colour = (255, 255, 255)
_MISSING: Colour = (226, 226, 230)  # in place of a picture that cannot be read
_RING: Colour = annotate.PALETTE[3]
_WIDEST = 3.5  # as wide as high, or as high as wide: what is longer stands on paper


@dataclass(frozen=True, slots=True)
class Cell:
    """A photo of the sheet: a thumbnail of it as it came, a number, and boxes as ratios of the photo's sides.

    Without a number it has no badge.
    """

    picture: bytes
    number: int | None = None
    rings: tuple[Box, ...] = ()


def contact_sheet(cells: Sequence[Cell]) -> bytes:
    """A JPEG of at most `MOST` photos, at least one. What is no picture is a grey field with its number."""
    pictures = [_opened(cell) for cell in cells]
    forms = [min(max(picture.width / picture.height, 1 / _WIDEST), _WIDEST) for picture in pictures]
    side = min(_SIDE, _room(pictures, forms))
    places = [Rect(*map(round, place)) for place in rows.arranged(forms, side, _GAP)]
    size = round(max(place.right for place in places)), round(max(place.bottom for place in places))
    canvas = Image.new("RGB", size, _PAPER)
    em = max(14, round(_EM * max(size)))
    for cell, picture, place in zip(cells, pictures, places, strict=True):
        shown = _put(canvas, picture, place)
        _mark(canvas, cell, shown, em)
    return annotate.encode(canvas)


def _opened(cell: Cell) -> Image.Image:
    try:
        return images.open(cell.picture, coarse=True).image
    except ImageError:
        return Image.new("RGB", (640, 480), _MISSING)


def _room(pictures: Sequence[Image.Image], forms: Sequence[float]) -> float:
    """The side of a sheet on which most pictures are no larger than they may be enlarged."""
    places = rows.arranged(forms, _SIDE, _GAP)
    sizes = zip(pictures, places, strict=True)
    return _SIDE * _ENLARGED * median(max(picture.size) / max(at.width, at.height) for picture, at in sizes)


def _put(canvas: Image.Image, picture: Image.Image, place: Rect) -> Rect:
    """The whole picture in its place, and where it is now."""
    scale = min(place.width / picture.width, place.height / picture.height)
    width, height = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    left, top = round((place.left + place.right - width) / 2), round((place.top + place.bottom - height) / 2)
    canvas.paste(picture.resize((width, height), Image.Resampling.LANCZOS), (left, top))
    return Rect(left, top, left + width, top + height)


def _mark(canvas: Image.Image, cell: Cell, shown: Rect, em: int) -> None:
    rings = [_ring(box, shown) for box in cell.rings]
    width = 0.14 * em
    for ring in rings:
        with shapes.around(canvas, ring, shapes.soft(width) + width) as draw:
            shapes.outline(draw, ring, 0.4 * min(ring.width, ring.height), width, _RING)
    if cell.number is not None:
        _badge(canvas, cell.number, shown, rings, em)


def _ring(box: Box, shown: Rect) -> Rect:
    left, top = shown.left + box.left * shown.width, shown.top + box.top * shown.height
    right, bottom = left + box.width * shown.width, top + box.height * shown.height
    return Rect(
        max(left, shown.left),
        max(top, shown.top),
        max(left + 1, min(right, shown.right)),
        max(top + 1, min(bottom, shown.bottom)),
    )


def _badge(canvas: Image.Image, number: int, shown: Rect, rings: Sequence[Rect], em: int) -> None:
    """The number, in the first corner where it hides nobody who is meant."""
    digits = fonts.digits(number, em)
    height = round(1.7 * em)
    width = max(height, digits.width + round(0.9 * em))
    places = _corners(shown, width, height, 0.35 * em)
    place = next((at for at in places if not any(_meet(at, ring) for ring in rings)), places[0])
    with shapes.around(canvas, place, em) as draw:
        shapes.shadow(draw, place, height / 2, 0.35 * em, 0.5)
        shapes.fill(draw, place, height / 2, INK, 0.92)
    left = round(place.left + (width - digits.width) / 2)
    top = round((place.top + place.bottom - digits.mask.height) / 2)
    canvas.paste(_PAPER, (left, top), digits.mask)


def _corners(shown: Rect, width: float, height: float, inset: float) -> list[Rect]:
    lefts, tops = (shown.left + inset, shown.right - inset - width), (shown.top + inset, shown.bottom - inset - height)
    return [Rect(left, top, left + width, top + height) for left in lefts for top in tops]


def _meet(a: Rect, b: Rect) -> bool:
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom
