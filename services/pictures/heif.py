"""HEIC and its kin: which way is up, and pictures for brighter screens than most are."""

from __future__ import annotations

import io
import struct
from functools import cache
from types import ModuleType
from typing import Any

from PIL import Image

_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"}
_AVIF_BRANDS = {b"avif", b"avis"}
_PQ = 16  # how SMPTE ST 2084 is called in a file
_WHITE, _BRIGHTEST = 203.0, 1000.0  # cd/m²: of paper in the picture, and of what is still told from more


def is_heif(data: bytes) -> bool:
    """Whether it is one, and none that says to be AVIF, which Pillow reads."""
    brands = _brands(data)
    return bool(brands & _BRANDS) and not brands & _AVIF_BRANDS


def library() -> ModuleType:
    """The decoders. Only a worker of the sandbox needs them, and a start of the bot is without."""
    import pillow_heif

    return pillow_heif


def open_(data: bytes) -> Any:
    """The file with its header read, and nothing decoded."""
    return library().open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)


def turns_itself(data: bytes) -> bool:
    """Whether the file says how to turn the picture; its EXIF is then not to be heeded."""
    meta = _meta(data)
    return b"irot" in meta or b"imir" in meta


def is_pq(data: bytes) -> bool:
    """Whether the picture's numbers are absolute brightness; one that has both is a usual picture first."""
    meta = _meta(data)
    at = meta.find(b"colrnclx")
    return at >= 0 and b"tmap" not in meta and meta[at + 10 : at + 12] == _PQ.to_bytes(2, "big")


def tone_mapped(image: Image.Image) -> Image.Image:
    """A picture of absolute brightness as a usual screen shows it."""
    mapped = image.convert("RGB").point(_curve() * 3)
    mapped.format = image.format
    return mapped


@cache
def _curve() -> list[int]:
    """Of each of 256 levels, the one that a usual screen has for it."""
    return [round(255 * _gamma(_compressed(_brightness(level / 255) / _WHITE))) for level in range(256)]


def _brightness(signal: float) -> float:
    """SMPTE ST 2084: from the signal, 0 to 1, to cd/m²."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    power = signal ** (1 / m2)
    return float(10_000 * (max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1))


def _compressed(light: float) -> float:
    """Reinhard's curve, by which the brightest becomes 1."""
    most = _BRIGHTEST / _WHITE
    return min(1.0, light * (1 + light / most**2) / (1 + light))


def _gamma(light: float) -> float:
    """sRGB's."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _brands(data: bytes) -> set[bytes]:
    """The kinds of file that an ISO container says it is."""
    if data[4:8] != b"ftyp":
        return set()
    box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    return {box[i : i + 4] for i in range(0, len(box), 4) if i != 4}


def _meta(data: bytes) -> bytes:
    """The box that says what is in the file."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"meta":
            return data[at : at + size]
        if size < 8:
            break
        at += size
    return b""
