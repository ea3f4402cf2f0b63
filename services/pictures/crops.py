"""One face of a photo, its neighbours' faces blanked out: cut with a margin, or alone in the whole photo."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import BoundingBoxTypeDef

MARGIN = 0.5  # of the box, on each side: a tighter crop loses much of what recognition reads
MIN_SIDE = 80  # px, Rekognition's least
MAX_SIDE = 1024  # px of a crop, more than recognition can use
MAX_PHOTO_SIDE = 2048  # px of a whole photo
_NEUTRAL = (127, 127, 127)


class Box(NamedTuple):
    """A face's bounding box in pixels of an upright picture; it may leave the photo."""

    left: float
    top: float
    width: float
    height: float

    @property
    def area(self) -> float:
        return self.width * self.height

    def scaled(self, scale: float) -> Box:
        """The same box in a picture `scale` times as large."""
        return Box(*(side * scale for side in self))

    @property
    def center(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        height = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        shared = max(width, 0.0) * max(height, 0.0)
        return shared / (self.area + other.area - shared) if shared else 0.0

    @classmethod
    def of(cls, ratios: BoundingBoxTypeDef, width: int, height: int) -> Box:
        """From Rekognition's ratios of the photo's sides to pixels."""
        return cls(ratios["Left"] * width, ratios["Top"] * height, ratios["Width"] * width, ratios["Height"] * height)


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """The indices of the boxes as one reads: from left to right, and row by row where one face is above another.

    A row ends where a face's middle lies below the bottom of the row's highest face.
    """
    across = sorted(range(len(boxes)), key=lambda i: boxes[i].left)
    if all(boxes[i].left + boxes[i].width <= boxes[j].left for i, j in pairwise(across)):
        return across
    rows: list[list[int]] = []
    bottom = float("-inf")
    for index in sorted(range(len(boxes)), key=lambda i: boxes[i].center[1]):
        if boxes[index].center[1] > bottom:
            rows.append([])
            bottom = boxes[index].top + boxes[index].height
        rows[-1].append(index)
    return [index for row in rows for index in sorted(row, key=lambda i: boxes[i].left)]


def cut(image: Image.Image, box: Box, others: Iterable[Box] = (), *, margin: float = MARGIN) -> Image.Image:
    """The face in `box` with a margin around it; at least 80 px a side, its long side at most 1,024 px.

    Faces in `others` are painted over where they do not overlap the box itself, so that the wanted face is the
    largest one left.
    """
    left = _clamp(box.left - margin * box.width, image.width - 1)
    top = _clamp(box.top - margin * box.height, image.height - 1)
    right = max(left + 1, _clamp(box.left + (1 + margin) * box.width + 1, image.width))
    bottom = max(top + 1, _clamp(box.top + (1 + margin) * box.height + 1, image.height))
    crop = image.crop((left, top, right, bottom))
    _blank(crop, _moved(box, left, top), [_moved(other, left, top) for other in others if other != box])
    return _fit(crop, MAX_SIDE)


def alone(image: Image.Image, box: Box, others: Iterable[Box]) -> Image.Image:
    """The whole photo with nobody's face in it but the one in `box`; its long side at most 2,048 px."""
    photo = image.copy()
    _blank(photo, box, [other for other in others if other != box])
    return _fit(photo, MAX_PHOTO_SIDE)


def _moved(box: Box, left: float, top: float) -> Box:
    return box._replace(left=box.left - left, top=box.top - top)


def _clamp(value: float, most: int) -> int:
    return min(max(int(value), 0), most)


def _blank(image: Image.Image, box: Box, others: list[Box]) -> None:
    wanted = image.crop(_corners(box))
    pen = ImageDraw.Draw(image)
    for other in others:
        x0, y0, x1, y1 = _corners(other)
        if x1 > 0 and y1 > 0 and x0 < image.width and y0 < image.height:
            pen.rectangle((x0, y0, x1, y1), fill=_NEUTRAL)
    if others:
        image.paste(wanted, _corners(box)[:2])


def _corners(box: Box) -> tuple[int, int, int, int]:
    x, y = int(box.left), int(box.top)
    return x, y, x + int(box.width) + 1, y + int(box.height) + 1


def _fit(image: Image.Image, most: int) -> Image.Image:
    scale = min(most / max(image.size), max(1.0, MIN_SIDE / min(image.size)))
    if scale == 1.0:
        return image
    size = (max(MIN_SIDE, round(image.width * scale)), max(MIN_SIDE, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def jpeg(image: Image.Image) -> bytes:
    """A JPEG without metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()
