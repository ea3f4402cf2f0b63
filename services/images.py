"""Bytes from outside become a safe, upright picture, or a clear refusal."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property

from PIL import Image, ImageOps

from services.errors import Refusal


class ImageError(Refusal):
    """These bytes are no picture that can be used."""


@dataclass(frozen=True)
class Photo:
    data: bytes
    image: Image.Image

    @property
    def width(self) -> int:
        return self.image.width

    @property
    def height(self) -> int:
        return self.image.height

    def rekognition_bytes(self) -> bytes:
        buffer = io.BytesIO()
        self.image.save(buffer, "JPEG", quality=92)
        return buffer.getvalue()


def open(data: bytes) -> Photo:  # noqa: A001
    try:
        image = Image.open(io.BytesIO(data))
        return Photo(data, ImageOps.exif_transpose(image).convert("RGB"))
    except Exception as error:
        raise ImageError("This is not a picture that I can read.") from error
