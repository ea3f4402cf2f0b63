"""Parts of a picture that is too large to be looked at as one: they overlap, so that each face is whole in one of them.

A face that is wider than the overlap is found in the whole picture, however far that is reduced.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image

from services.pictures.crops import Box

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import BoundingBoxTypeDef

MIN_SIDE = 80  # px, Rekognition's least
REKOGNITION_BYTES = 5 * 1024 * 1024
SIDE = 2560  # px at most, of a part in full size: a detector sees it at half of that
HALF_SIDE = 1280  # px at most, of a part in half the size, which a detector then sees as it is
LEAST_FACE = 40  # px of the file, that a detector finds in any part

WHOLE_COLOURS = 0  # Pillow's word for not thinning them out: that moved faces by more than a worse quality does

_LEAST_OVERLAP = 96  # px
_OVERLAP = 48  # one in so many of the picture's long side: a wider face is found in the whole of it
_EDGE = 0.02  # of a face's width, between it and where a part ends inside of the picture
_QUALITIES = (95, 84, 72, 60)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a picture: where it is, in pixels of the upright file, and a simple JPEG of it, perhaps smaller.

    `decoded` is what the JPEG shows, in its own numbers and perhaps smaller, where that is at hand.
    """

    left: int
    top: int
    width: int
    height: int
    jpeg: bytes = field(repr=False)
    decoded: Image.Image | None = field(default=None, repr=False, compare=False)

    @property
    def image(self) -> Image.Image:
        with Image.open(io.BytesIO(self.jpeg)) as picture:  # made here
            return picture.convert("RGB")

    def place(self, ratios: BoundingBoxTypeDef) -> Box:
        """A box in the part, in the whole picture's pixels."""
        box = Box.of(ratios, self.width, self.height)
        return box._replace(left=box.left + self.left, top=box.top + self.top)

    def cuts(self, box: Box, size: tuple[int, int]) -> bool:
        """Whether the part ends where this face is, and the picture of that size does not."""
        room, right, bottom = _EDGE * box.width, self.left + self.width, self.top + self.height
        return (
            (self.left > 0 and box.left < self.left + room)
            or (self.top > 0 and box.top < self.top + room)
            or (right < size[0] and box.left + box.width > right - room)
            or (bottom < size[1] and box.top + box.height > bottom - room)
        )

    def quarters(self) -> Iterator[Part]:
        """It in four parts, that is for more faces than are looked at in one."""
        image = self.image
        across, down = self.width / image.width, self.height / image.height
        for left, top, right, bottom in windows(image.size, (max(image.size) // 8,) * 2, (2, 2)):
            yield Part(
                self.left + round(left * across),
                self.top + round(top * down),
                round((right - left) * across),
                round((bottom - top) * down),
                encode(image.crop((left, top, right, bottom))),
            )


Window = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""


def grid(size: tuple[int, int], *, half: bool) -> list[Window]:
    """The parts of a picture of that size; `half`: it has been decoded at half the file's."""
    most = HALF_SIDE if half else SIDE
    overlap = max(_LEAST_OVERLAP, max(size) // _OVERLAP)
    counts = [max(1, math.ceil((length - overlap) / (most - overlap))) for length in size]
    return windows(size, (overlap, overlap), (counts[0], counts[1]))


def windows(size: Sequence[int], overlaps: Sequence[int], counts: Sequence[int]) -> list[Window]:
    """So many windows of one size across and down, which overlap by so much."""
    across, down = (_spans(*of) for of in zip(size, overlaps, counts, strict=True))
    return [(left, top, right, bottom) for top, bottom in down for left, right in across]


def _spans(length: int, overlap: int, n: int) -> list[tuple[int, int]]:
    wide = min(length, math.ceil((length + (n - 1) * overlap) / n))
    return [(start := (length - wide) * i // max(n - 1, 1), start + wide) for i in range(n)]


def encode(image: Image.Image) -> bytes:
    """An RGB picture as a JPEG that Rekognition takes, in its full size where any quality allows it."""
    while True:
        for quality in _QUALITIES:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality, subsampling=WHOLE_COLOURS)
            if buffer.tell() <= REKOGNITION_BYTES:
                return buffer.getvalue()
        image = image.reduce(2)
