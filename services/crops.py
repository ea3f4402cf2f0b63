"""One face out of a photo: cut with a margin, the neighbours' faces blanked out."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import BoundingBoxTypeDef

MARGIN = 0.5  # of the box, on each side: a tighter crop loses much of what recognition reads
MIN_SIDE = 80  # px, Rekognition's least
MAX_SIDE = 1024  # px, more than recognition can use
_NEUTRAL = (127, 127, 127)


class Box(NamedTuple):
    """A face's bounding box in pixels of the upright photo; it may leave the photo."""

    left: float
    top: float
    width: float
    height: float

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2

    @classmethod
    def of(cls, ratios: BoundingBoxTypeDef, width: int, height: int) -> Box:
        """From Rekognition's ratios of the photo's sides to pixels."""
        return cls(ratios["Left"] * width, ratios["Top"] * height, ratios["Width"] * width, ratios["Height"] * height)


def cut(image: Image.Image, box: Box, others: Iterable[Box] = (), *, margin: float = MARGIN) -> Image.Image:
    """The face in `box` with a margin around it, at least 80 px a side.

    Faces in `others` are painted over where they do not overlap the box itself, so that the wanted face is the
    largest one left. The long side is at most 1,024 px.
    """
    x0, y0 = box.left - margin * box.width, box.top - margin * box.height
    x1, y1 = box.left + (1 + margin) * box.width, box.top + (1 + margin) * box.height
    left, top = _clamp(x0, image.width - 1), _clamp(y0, image.height - 1)
    right, bottom = max(left + 1, _clamp(x1 + 1, image.width)), max(top + 1, _clamp(y1 + 1, image.height))
    crop = image.crop((left, top, right, bottom))
    _blank(crop, box, [other for other in others if other != box], left, top)
    return _fit(crop)


def _clamp(value: float, most: int) -> int:
    return min(max(int(value), 0), most)


def _blank(crop: Image.Image, box: Box, others: list[Box], left: int, top: int) -> None:
    wanted = crop.crop(_inside(box, left, top))
    pen = ImageDraw.Draw(crop)
    for other in others:
        x0, y0, x1, y1 = _inside(other, left, top)
        if x1 > 0 and y1 > 0 and x0 < crop.width and y0 < crop.height:
            pen.rectangle((x0, y0, x1, y1), fill=_NEUTRAL)
    crop.paste(wanted, _inside(box, left, top)[:2])


def _inside(box: Box, left: int, top: int) -> tuple[int, int, int, int]:
    x, y = int(box.left) - left, int(box.top) - top
    return x, y, x + int(box.width) + 1, y + int(box.height) + 1


def _fit(image: Image.Image) -> Image.Image:
    scale = min(MAX_SIDE / max(image.size), max(1.0, MIN_SIDE / min(image.size)))
    if scale == 1.0:
        return image
    size = (max(MIN_SIDE, round(image.width * scale)), max(MIN_SIDE, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def jpeg(image: Image.Image) -> bytes:
    """The crop as a JPEG without metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()
