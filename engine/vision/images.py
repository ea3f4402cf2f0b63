"""Bytes from outside become an upright picture, or one of Rekognition's errors: JPEG and PNG, within AWS's limits."""

from __future__ import annotations

import struct
from io import BytesIO

import cv2
import numpy as np
from PIL import Image as Header

from ..errors import image_too_large, invalid_image_format, invalid_parameter
from .detect import Image

MIN_SIDE = 80
MAX_PIXELS = 64_000_000
"""More than any phone's photo has, and no more than a fifth of a gigabyte once decoded."""

_EXIF_ORIENTATION = 0x0112

_MALFORMED = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error)
"""What Pillow raises when a header is not what it should be."""


def decode(data: bytes) -> Image:
    """The picture in `data`, turned upright as its EXIF orientation says.

    Raises EngineError: InvalidImageFormatException for what is not a whole JPEG or PNG, ImageTooLargeException for too
    many pixels (the header is looked at before anything is decoded), InvalidParameterException for a side under 80 px.
    """
    width, height, orientation = _header(data)
    if width * height > MAX_PIXELS:
        raise image_too_large()
    if min(width, height) < MIN_SIDE:
        raise invalid_parameter(
            f"Request has invalid parameters: the image is {width} x {height} pixels, "
            f"and each side must have at least {MIN_SIDE}"
        )
    try:
        flags = cv2.IMREAD_COLOR_BGR | cv2.IMREAD_IGNORE_ORIENTATION
        image = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise invalid_image_format() from error
    if image is None:
        raise invalid_image_format()
    return np.ascontiguousarray(_turned(np.asarray(image, np.uint8), orientation))


def _header(data: bytes) -> tuple[int, int, int]:
    """Width, height and EXIF orientation (1 to 8)."""
    try:
        with Header.open(BytesIO(data), formats=("JPEG", "PNG")) as header:
            # AWS turns JPEGs only.
            return (*header.size, 1 if header.format == "PNG" else _orientation(header))
    except Header.DecompressionBombError as error:
        raise image_too_large() from error
    except _MALFORMED as error:
        raise invalid_image_format() from error


def _orientation(header: Header.Image) -> int:
    try:
        value = header.getexif().get(_EXIF_ORIENTATION)
    except _MALFORMED:  # The picture may be sound where its EXIF is not.
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _turned(image: Image, orientation: int) -> Image:
    """`image` upright: EXIF's orientations are the eight ways to mirror and turn a rectangle."""
    if orientation in {5, 6, 7, 8}:
        image = image.transpose(1, 0, 2)
    if orientation in {3, 4, 7, 8}:
        image = image[::-1]
    if orientation in {2, 3, 6, 7}:
        image = image[:, ::-1]
    return image
