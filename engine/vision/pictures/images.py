"""Bytes from outside become an upright picture, or one of Rekognition's errors: JPEG and PNG, within AWS's limits.

A JPEG as cameras write it is decoded at once. What may take its decoder long is read in small pieces, and given up when
the time for a picture is over.
"""

from __future__ import annotations

import struct
import time
from io import BytesIO
from typing import Self

import cv2
import numpy as np
from PIL import Image as Picture
from PIL import ImageFile

from ...errors import EngineError, image_too_demanding, image_too_large, invalid_image_format, invalid_parameter
from ..detection import is_large
from ..faces import Image
from . import jpegs

MIN_SIDE = 80
MAX_PIXELS = 64_000_000
"""More than any phone's photo has, and no more than a fifth of a gigabyte once decoded."""

_SECONDS = 10.0
"""Of processor time, that decoding may take."""

_PIECE = 4096
"""Bytes between two looks at the clock."""

_MOST_SCANS = 64
"""Of a JPEG. Programs make ten, or eighteen in four colours."""

_EXIF_ORIENTATION = 0x0112
_LYING = {5, 6, 7, 8}
"""Orientations of which width and height are the upright picture's height and width."""

_MALFORMED = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error)
"""What Pillow raises when a header is not what it should be."""


class Decoded(bytes):
    """A JPEG that its owner has decoded, whole or at half its size: then it need not be decoded for that again.

    `picture` is what these very bytes show, upright, in RGB, with the file's own numbers; at any other size it is not
    looked at.
    """

    picture: Picture.Image

    def __new__(cls, jpeg: bytes, picture: Picture.Image) -> Self:
        made = super().__new__(cls, jpeg)
        made.picture = picture
        return made


def decode(data: bytes) -> Image:
    """The picture in `data`, turned upright as its EXIF orientation says.

    Raises EngineError: InvalidImageFormatException for what is not a whole JPEG or PNG, ImageTooLargeException for too
    many pixels (the header is looked at before anything is decoded) and for what takes too long, and
    InvalidParameterException for a side under 80 px.
    """
    try:
        with Picture.open(_Watched(data), formats=("JPEG", "PNG")) as file:
            _check(file)
            # AWS turns JPEGs only.
            orientation = 1 if file.format == "PNG" else _orientation(file)
            is_simple = file.format == "JPEG" and jpegs.is_simple(data)
            if is_simple and (known := _known(data, _upright(file.size, orientation))) is not None:
                return known
            image = _fast(data) if is_simple else _slow(file, data)
    except Picture.DecompressionBombError as error:
        raise image_too_large() from error
    except TimeoutError as error:
        raise image_too_demanding() from error
    except _MALFORMED as error:
        raise invalid_image_format() from error
    return np.ascontiguousarray(_turned(image, orientation))


def decode_half(data: bytes) -> Image | None:
    """The same picture at half its size, in a third of the time; None of what is not a large JPEG as cameras write it,
    or is not as it should be: `decode` says what is wrong. Raises EngineError for what takes too long."""
    try:
        with Picture.open(_Watched(data), formats=("JPEG",)) as file:
            _check(file)
            if not (is_large(*file.size) and jpegs.is_simple(data)):
                return None
            orientation = _orientation(file)
            width, height = _upright(file.size, orientation)
            if (known := _known(data, ((width + 1) // 2, (height + 1) // 2))) is not None:
                return known
            return np.ascontiguousarray(_turned(_fast(data, cv2.IMREAD_REDUCED_COLOR_2), orientation))
    except TimeoutError as error:
        raise image_too_demanding() from error
    except (EngineError, Picture.DecompressionBombError, *_MALFORMED):
        return None


class _Watched(BytesIO):
    """Bytes to be decoded, which this thread can read until its time is over."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._until = time.thread_time() + _SECONDS

    def read(self, size: int | None = -1, /) -> bytes:
        if time.thread_time() > self._until:
            raise TimeoutError
        return super().read(size)


def _check(file: Picture.Image) -> None:
    width, height = file.size
    if width * height > MAX_PIXELS:
        raise image_too_large()
    if min(width, height) < MIN_SIDE:
        raise invalid_parameter(
            f"Request has invalid parameters: the image is {width} x {height} pixels, "
            f"and each side must have at least {MIN_SIDE}"
        )


def _fast(data: bytes, how: int = cv2.IMREAD_COLOR_BGR) -> Image:
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), how | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        raise invalid_image_format() from error
    if image is None:
        raise invalid_image_format()
    return np.asarray(image, np.uint8)


def _slow(file: ImageFile.ImageFile, data: bytes) -> Image:
    """As it can be decoded in pieces; transparency is not looked at."""
    if file.format == "JPEG" and not 0 < (jpegs.scans(data) or _MOST_SCANS + 1) <= _MOST_SCANS:
        raise image_too_demanding()
    file.decodermaxblock = _PIECE
    file.load()
    image: Picture.Image = file
    if image.mode.startswith("I"):  # 16 bits
        image = image.convert("I").point(lambda level: level / 256).convert("L")
    return np.asarray(image.convert("RGB"), np.uint8)[:, :, ::-1]


def _orientation(header: Picture.Image) -> int:
    try:
        value = header.getexif().get(_EXIF_ORIENTATION)
    except _MALFORMED:  # The picture may be sound where its EXIF is not.
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _known(data: bytes, size: tuple[int, int]) -> Image | None:
    """What its owner has decoded, if it is of that width and height."""
    if not isinstance(data, Decoded) or data.picture.size != size:
        return None
    return np.asarray(cv2.cvtColor(np.asarray(data.picture), cv2.COLOR_RGB2BGR), np.uint8)


def _upright(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """The width and height of the upright picture."""
    width, height = size
    return (height, width) if orientation in _LYING else (width, height)


def _turned(image: Image, orientation: int) -> Image:
    """`image` upright: EXIF's orientations are the eight ways to mirror and turn a rectangle."""
    if orientation in _LYING:
        image = image.transpose(1, 0, 2)
    if orientation in {3, 4, 7, 8}:
        image = image[::-1]
    if orientation in {2, 3, 6, 7}:
        image = image[:, ::-1]
    return image
