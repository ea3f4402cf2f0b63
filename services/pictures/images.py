"""Bytes from outside become a safe, upright picture, or a refusal that says what is wrong with them.

What a file is, is read from its content, never from its name. A simple JPEG, as cameras write it, is decoded at once,
without a look at its metadata; everything else has decoders with more ways to go wrong, and a sandbox makes such a JPEG
of it. So nothing but simple JPEGs goes on to Rekognition.
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
from services.pictures import colours, jpeg, kinds
from services.pictures.decoding import WORKING_SIDE, ImageError, Picture, decode, encode
from services.pictures.jpeg import Jpeg
from services.pictures.kinds import NoPhoto
from services.pictures.parts import LEAST_FACE, MIN_SIDE, REKOGNITION_BYTES, SIDE, Part
from services.pictures.sandbox import Converted, Sandbox
from services.pictures.walls import Walls

__all__ = [
    "MAX_BYTES",
    "MIN_SIDE",
    "REKOGNITION_BYTES",
    "WORKING_SIDE",
    "ImageError",
    "NoPhoto",
    "Part",
    "Photo",
    "Walls",
    "open",
]

MAX_BYTES = 50 * 1024 * 1024
_RGB = 3  # colours


@dataclass(frozen=True, slots=True)
class Photo:
    """An upright RGB picture. `width` and `height` are the file's, in pixels, turned upright.

    `image` is the picture itself, its long side at most `WORKING_SIDE`, and without the file's metadata. `format` is
    the file's, as Pillow names it. A file that is not `whole` lacks its end. `parts` show a picture that is larger than
    `image` in its full size, where they were asked for.
    """

    width: int
    height: int
    image: Image.Image
    _sendable: bytes | None = field(repr=False)
    format: str
    whole: bool = True
    parts: tuple[Part, ...] = field(default=(), repr=False)
    _sent: Image.Image | None = field(default=None, repr=False)  # `_sendable` as decoded, with colours as they came

    @property
    def is_screenshot(self) -> bool:
        """Whether no camera wrote it: screens are captured as PNG, and people react with GIF."""
        return self.format in {"PNG", "GIF"}

    @property
    def scale(self) -> float:
        """A pixel of the file, in pixels of `image`."""
        return self.image.width / self.width

    @property
    def least_face(self) -> int:
        """The width in pixels of the file that a face needs to be found: what a detector sees is reduced."""
        return round(LEAST_FACE * min(max(max(self.width, self.height) / SIDE, 0.5), 1.0))

    def in_one(self) -> Part:
        """The whole of it, as Rekognition is sent it."""
        return Part(0, 0, self.width, self.height, self.rekognition_bytes(), self._sent)

    def rekognition_bytes(self) -> bytes:
        """What Rekognition is sent, at most 5 MB: the JPEG that came, or else a new one; no metadata in either."""
        return self._sendable or encode(self.image)


def open(data: bytes, *, coarse: bool = False, closely: bool = False) -> Photo:  # noqa: A001  # `images.open` says it
    """The picture in `data`. Raises `ImageError`; and `services.errors.Unavailable` where no process can be started.

    `coarse`: the picture may be smaller, as it is for the eye only; Rekognition is sent the same as without. `closely`:
    small faces are looked for, so of a large picture there are parts.
    """
    _refuse_at_sight(data)
    header = jpeg.read(data)
    bare, untouched = (header.data, _goes_as_it_came(header)) if header else (data, False)
    if header and _is_read_here(header, closely=closely):
        decoded, made = decode(bare, coarse=coarse and untouched), None
        picture = _in_srgb(decoded, header.profile)
    else:  # which reads the profile itself
        given = data if header and header.profile and header.whole else bare
        made = _sandbox(os.getpid()).convert(given, closely=closely)
        decoded = picture = _of(made, coarse=coarse)
    sendable = made.jpeg if made else bare if untouched else None
    size = picture.width, picture.height
    whole, parts = header is None or header.whole, made.parts if made else ()
    sent = decoded.image if sendable else None
    return Photo(*size, picture.image, sendable, picture.format, whole, parts, sent)


def walls() -> Walls:
    """What the processes that read pictures are shut off from, on this machine."""
    return _sandbox(os.getpid()).walls()


def is_page(data: bytes) -> bool:
    """Whether it is a web page, such as the one for signing in that stands where a file should be."""
    return data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html"))


def _is_read_here(header: Jpeg, *, closely: bool) -> bool:
    """Whether a JPEG is as cameras write them, and neither its parts nor its colours are for the sandbox to make."""
    in_parts = closely and header.side > WORKING_SIDE
    return header.simple and not in_parts and not (header.profile and header.colours != _RGB)


def _goes_as_it_came(header: Jpeg) -> bool:
    """Whether Rekognition is sent a simple JPEG without its metadata, and otherwise untouched."""
    small = header.side <= WORKING_SIDE and len(header.data) <= REKOGNITION_BYTES
    return small and header.whole and header.colours in {1, 3}


def _of(made: Converted, *, coarse: bool) -> Picture:
    """The picture as the sandbox could read it."""
    picture = decode(made.jpeg, coarse=coarse)
    return replace(picture, width=made.width, height=made.height, format=made.format)


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
    kinds.refuse(data)
