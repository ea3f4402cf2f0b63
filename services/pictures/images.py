"""Bytes from outside become a safe, upright picture, or a refusal that says what is wrong with them.

What a file is, is read from its content, never from its name. A simple JPEG, as cameras write it, is decoded at once,
without a look at its metadata; everything else has decoders with more ways to go wrong, and a sandbox makes such a JPEG
of it.
Colours are sRGB's, as its ICC profile says; Rekognition is sent a JPEG's numbers as they came.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache

from PIL import Image

from services import texts
from services.errors import Unavailable
from services.pictures import colours, jpeg
from services.pictures.decoding import MIN_SIDE, REKOGNITION_BYTES, WORKING_SIDE, ImageError, Picture, decode, encode
from services.pictures.sandbox import Sandbox

__all__ = ["MAX_BYTES", "MIN_SIDE", "REKOGNITION_BYTES", "WORKING_SIDE", "ImageError", "Photo", "open"]

MAX_BYTES = 50 * 1024 * 1024
_RGB = 3  # colours


@dataclass(frozen=True, slots=True)
class Photo:
    """An upright RGB picture. `width` and `height` are the file's, in pixels, turned upright.

    `image` is the picture itself, its long side at most `WORKING_SIDE`, and without the file's metadata. `format` is
    the file's, as Pillow names it.
    """

    width: int
    height: int
    image: Image.Image
    _sendable: bytes | None = field(repr=False)
    format: str

    @property
    def is_screenshot(self) -> bool:
        """Whether it is a PNG: cameras write none, and screens are captured as such."""
        return self.format == "PNG"

    @property
    def scale(self) -> float:
        """A pixel of the file, in pixels of `image`."""
        return self.image.width / self.width

    def rekognition_bytes(self) -> bytes:
        """What Rekognition is sent, at most 5 MB: the JPEG that came, or else a new one; no metadata in either."""
        return self._sendable or encode(self.image)


def open(data: bytes, *, coarse: bool = False) -> Photo:  # noqa: A001  # `images.open` says it best
    """The picture in `data`. Raises `ImageError`; and `services.errors.Unavailable` where no process can be started.

    `coarse`: the picture may be smaller, as it is for the eye only; Rekognition is sent the same as without.
    """
    _refuse_at_sight(data)
    header = jpeg.read(data)
    bare = header.data if header else data
    if header and header.simple and not (header.profile and header.colours != _RGB):
        picture, made = _in_srgb(decode(bare, coarse=coarse), header.profile), None
    else:
        picture, made = _converted(data if header and header.profile else bare, coarse=coarse)
    whole = max(picture.width, picture.height) <= WORKING_SIDE
    as_it_came = header and header.colours in {1, 3} and whole and len(bare) <= REKOGNITION_BYTES
    return Photo(picture.width, picture.height, picture.image, bare if as_it_came else made, picture.format)


def is_page(data: bytes) -> bool:
    """Whether it is a web page, such as the one for signing in that stands where a file should be."""
    return data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html"))


def _in_srgb(picture: Picture, profile: bytes) -> Picture:
    if not 0 < len(profile) <= colours.MOST_BYTES:
        return picture
    with suppress(Unavailable):
        return replace(picture, image=colours.turned(picture.image, _table(profile)))
    return picture


@lru_cache(maxsize=64)
def _table(profile: bytes) -> bytes:
    """For a profile, which is the same in all photos of a camera; empty where there is nothing to do."""
    try:
        return _sandbox(os.getpid()).table(profile)
    except ImageError:
        return b""


def _converted(data: bytes, *, coarse: bool) -> tuple[Picture, bytes]:
    """The picture as the sandbox could read it, and the JPEG that it made of it."""
    converted = _sandbox(os.getpid()).convert(data)
    picture = decode(converted.jpeg, coarse=coarse)
    return replace(picture, width=converted.width, height=converted.height, format=converted.format), converted.jpeg


@lru_cache(maxsize=1)
def _sandbox(process_id: int) -> Sandbox:
    """One for each process: after a fork, two would hear each other's answers."""
    return Sandbox()


def _refuse_at_sight(data: bytes) -> None:
    if not data:
        raise ImageError(texts.FILE_EMPTY)
    if len(data) > MAX_BYTES:
        megabytes, most = f"{len(data) / 1e6:.0f}", MAX_BYTES // 2**20
        raise ImageError(texts.FILE_TOO_LARGE.format(megabytes=megabytes, most=most))
    if is_page(data):
        raise ImageError(texts.FILE_IS_A_PAGE)
