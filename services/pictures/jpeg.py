"""A JPEG's header, read without decoding: which kind it is, and the file without its metadata, pixels untouched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_MOST_SEGMENTS = 256  # before the first scan; cameras write about ten
_START_OF_SCAN, _APP2, _COMMENT = 0xDA, 0xE2, 0xFE
_SEQUENTIAL = {0xC0, 0xC1}  # frames with Huffman coding, baseline and extended
_OTHER_FRAMES = {0xC2, 0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
_COLOUR_APPS = {0xE0, 0xEE}  # JFIF's and Adobe's say how colours are coded; all others are metadata
_ORIENTATION, _LONG = 0x0112, 4  # EXIF's tag, TIFF's type
_BYTE_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II": "little", b"MM": "big"}


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A JPEG. `data` is the file with nothing about it left but its orientation; of `colours` it has 1, 3 or 4.

    `profile` is its ICC profile as it came, or empty.

    One that is `simple` has a single sequential scan, as cameras write them: its decoder needs time in proportion to
    its pixels, and memory for some of its rows. Any other may need memory for all, and be read over a thousand times.
    """

    data: bytes
    colours: int
    simple: bool
    profile: bytes


def read(data: bytes) -> Jpeg | None:
    """None where it is no JPEG, or has a header such as no camera writes."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    kept, orientation, colours, sequential, at = [b""], 1, 0, False, 2
    profile: dict[int, bytes] = {}
    for _ in range(_MOST_SEGMENTS):
        segment = data[at : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")]
        if len(segment) < 5 or segment[0] != 0xFF or segment[1] < 0xC0:
            return None
        marker = segment[1]
        if marker == _START_OF_SCAN:
            simple = sequential and segment[4] == colours
            # What follows a single scan is another picture, or a film.
            end = data.find(b"\xff\xd9", at) + 2 if simple else 0
            kept[0] = b"\xff\xd8" + _exif(orientation)
            whole = b"".join((*kept, data[at : end if end >= 2 else None]))
            return Jpeg(whole, colours, simple, b"".join(part for _, part in sorted(profile.items())))
        if marker in _SEQUENTIAL | _OTHER_FRAMES:
            sequential, colours = marker in _SEQUENTIAL, segment[9] if len(segment) > 9 else 0
        if segment[4:10] == b"Exif\0\0" and orientation == 1:
            orientation = _orientation(segment[10:])
        if marker == _APP2 and segment[4:16] == b"ICC_PROFILE\0":
            profile.setdefault(
                int.from_bytes(segment[16:17], "big"), segment[18:]
            )  # in parts, as a segment has at most 64 kB
        if marker in _COLOUR_APPS or not (marker == _COMMENT or 0xE0 <= marker <= 0xEF):
            kept.append(segment)
        at += len(segment)
    return None


def _orientation(tiff: bytes) -> int:
    """EXIF's orientation, 1 to 8; 1 where it says none, or nonsense."""
    order = _BYTE_ORDERS.get(tiff[:2])
    if order is None:
        return 1
    directory = int.from_bytes(tiff[4:8], order)
    entries = int.from_bytes(tiff[directory : directory + 2], order)
    for at in range(directory + 2, min(directory + 2 + 12 * entries, len(tiff)), 12):
        if int.from_bytes(tiff[at : at + 2], order) == _ORIENTATION:
            size = 4 if int.from_bytes(tiff[at + 2 : at + 4], order) == _LONG else 2
            value = int.from_bytes(tiff[at + 8 : at + 8 + size], order)
            return value if 1 <= value <= 8 else 1
    return 1


def _exif(orientation: int) -> bytes:
    """The segment that says nothing but the orientation."""
    if orientation == 1:
        return b""
    entry = b"\x01\x12\0\3\0\0\0\1" + orientation.to_bytes(2, "big") + b"\0\0"
    body = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\1" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
