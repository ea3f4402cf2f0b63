"""What a file is that is no picture for us, by its first bytes: so that the sentence can name it."""

from __future__ import annotations

from services import texts
from services.pictures.decoding import ImageError


class NoPhoto(ImageError):
    """These bytes are something else than a photo, such as a drawing or a video."""


_PHOTOS = {texts.KIND_RAW, texts.KIND_JPEG_XL}

_STARTS = (
    (b"8BPS", texts.KIND_PHOTOSHOP),
    (b"%PDF", texts.KIND_PDF),
    (b"\0\0\1\0", texts.KIND_ICON),
    (b"\xff\x0a", texts.KIND_JPEG_XL),
    (b"\0\0\0\x0cJXL \r\n\x87\n", texts.KIND_JPEG_XL),
    (b"\x1aE\xdf\xa3", texts.KIND_VIDEO),
    (b"FUJIFILMCCD-RAW", texts.KIND_RAW),
    (b"IIRO", texts.KIND_RAW),  # Olympus
    (b"IIRS", texts.KIND_RAW),
    (b"IIU\0", texts.KIND_RAW),  # Panasonic
    (b"FOVb", texts.KIND_RAW),  # Sigma
)
_CANON_RAW = (b"II*\0", b"CR")
_VIDEO_BRANDS = {b"isom", b"iso2", b"mp41", b"mp42", b"qt  ", b"M4V ", b"3gp4", b"3gp5", b"avc1"}
_LOOKED_AT = 1024  # bytes in which a drawing says that it is one


def refuse(data: bytes) -> None:
    """Raises `ImageError` for what is known to be unreadable; `NoPhoto` where it was meant for other eyes."""
    if kind := named(data):
        raise (ImageError if kind in _PHOTOS else NoPhoto)(texts.KIND_NOT_READ.format(kind=kind))


def named(data: bytes) -> str | None:
    """What it is, with its article; None where it may be a picture, or anything else."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith(_CANON_RAW[0]) and data[8:10] == _CANON_RAW[1]:
        return texts.KIND_RAW
    if data[4:8] == b"ftyp":
        return _of_container(data[8:12])
    if data.startswith(b"RIFF") and data[8:12] == b"AVI ":
        return texts.KIND_VIDEO
    return texts.KIND_SVG if _is_drawing(data[:_LOOKED_AT]) else None


def _of_container(brand: bytes) -> str | None:
    if brand == b"crx ":
        return texts.KIND_RAW
    return texts.KIND_VIDEO if brand in _VIDEO_BRANDS else None


def _is_drawing(start: bytes) -> bool:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in text)
