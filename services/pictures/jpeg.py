"""A JPEG's header, read without decoding: which kind it is, and the file without its metadata, pixels untouched."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

_MOST_SEGMENTS = 256  # before the first scan; cameras write about ten
_MOST_MARKERS = 5000  # after it
_START_OF_SCAN, _APP2, _COMMENT, _END = 0xDA, 0xE2, 0xFE, 0xD9
_SEQUENTIAL = {0xC0, 0xC1}  # frames with Huffman coding, baseline and extended
_OTHER_FRAMES = {0xC2, 0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
_COLOUR_APPS = {0xE0, 0xEE}  # JFIF's and Adobe's say how colours are coded; all others are metadata
_EOI = b"\xff\xd9"
_ALONE = {0x01, 0xD8}  # markers that nothing belongs to
_ORIENTATION, _LONG = 0x0112, 4  # EXIF's tag, TIFF's type
_BYTE_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II": "little", b"MM": "big"}
_AFTER_PIXELS = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # ends a scan; restarts are part of it


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A JPEG. `data` is the file with nothing about it left but its orientation; of `colours` it has 1, 3 or 4.

    `profile` is its ICC profile as it came, or empty.

    One that is `simple` has a single sequential scan, as cameras write them: its decoder needs time in proportion to
    its pixels, and memory for some of its rows. Any other may need memory for all, and for each of its `scans` as much
    time as for all of it. One that is not `whole` lacks its end, and in `data` has one where it ceases. `side` is the
    longer one in pixels.
    """

    data: bytes
    colours: int
    simple: bool
    scans: int = 1
    whole: bool = True
    side: int = 0
    profile: bytes = b""


def read(data: bytes) -> Jpeg | None:
    """None where it is no JPEG, or has a header such as no camera writes."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    kept, orientation, frame, sequential, at = [b""], 1, b"", False, 2
    profile: dict[int, bytes] = {}
    for _ in range(_MOST_SEGMENTS):
        segment = data[at : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")]
        if len(segment) < 5 or segment[0] != 0xFF or segment[1] < 0xC0:
            return None
        marker = segment[1]
        if marker == _START_OF_SCAN:
            kept[0] = b"\xff\xd8" + _exif(orientation)
            icc = b"".join(part for _, part in sorted(profile.items()))
            found = _jpeg(kept, data, at, frame, sequential=sequential)
            return found and replace(found, profile=icc)
        if marker in _SEQUENTIAL | _OTHER_FRAMES:
            sequential, frame = marker in _SEQUENTIAL, segment
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


def _jpeg(kept: list[bytes], data: bytes, at: int, frame: bytes, *, sequential: bool) -> Jpeg | None:
    """The file of these segments and the scans that begin at `at`. What follows them is another picture, or a film."""
    scans, end, whole = _scans(data, at)
    if end <= at + 2 + int.from_bytes(data[at + 2 : at + 4], "big"):
        return None  # not a single pixel
    colours = frame[9] if len(frame) > 9 else 0
    simple = sequential and data[at + 4] == colours and scans == 1
    side = max(int.from_bytes(frame[5:7], "big"), int.from_bytes(frame[7:9], "big"))
    return Jpeg(b"".join((*kept, data[at:end], b"" if whole else _EOI)), colours, simple, scans, whole, side)


def _scans(data: bytes, at: int) -> tuple[int, int, bool]:
    """How many scans there are from `at` on, where they end, and whether they end as they should."""
    scans = 0
    for _ in range(_MOST_MARKERS):
        there = _AFTER_PIXELS.search(data, at)
        if there is None:
            return scans, len(data.rstrip(b"\xff")), False
        at, marker = there.end(), data[there.end() - 1]
        if marker == _END:
            return scans, at, True
        length = 0 if marker in _ALONE else int.from_bytes(data[at : at + 2], "big")
        if at + length > len(data) or (length < 2 and marker not in _ALONE):
            return scans, there.start(), False
        scans += marker == _START_OF_SCAN
        at += length
    return _MOST_MARKERS, at, False


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
