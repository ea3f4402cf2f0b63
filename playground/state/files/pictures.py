"""Finds out what a file is, by its content and then by its name, and makes the thumbnails of pictures when asked."""

import base64
import codecs
import io
import mimetypes
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from playground.state.workspace import Picture, Thumbnail

MAX_PIXELS = 64_000_000
"""Pictures with more pixels than this are kept, but get no thumbnails."""

FITTED_SIDES = (1024, 960, 800, 720, 480, 360)
SQUARE_SIDES = (160, 80, 64)
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "HEIF", "AVIF")
_TYPES = {
    "JPEG": ("image/jpeg", "jpg", "JPEG"),
    "PNG": ("image/png", "png", "PNG"),
    "GIF": ("image/gif", "gif", "GIF"),
    "WEBP": ("image/webp", "webp", "WebP"),
    "BMP": ("image/bmp", "bmp", "Bitmap"),
    "TIFF": ("image/tiff", "tiff", "TIFF"),
    "HEIF": ("image/heic", "heic", "HEIC"),
    "AVIF": ("image/avif", "avif", "AVIF"),
}
_BY_MIMETYPE = {mimetype: (mimetype, filetype, pretty) for mimetype, filetype, pretty in _TYPES.values()}
_ORIENTATION_TAG = 0x0112
_COPY = "small"
_TINY = 48
_DRAFT = 1000
"""Pixels of the longer side that are enough of a JPEG: its decoder halves phones' photos twice to that, in an eighth of
the time that all of it takes."""
_SAVED: dict[str, dict[str, Any]] = {"jpg": {"quality": 85}, "png": {"compress_level": 1}}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is: Slack's `mimetype`, `filetype` and `pretty_type`, and the picture in it, if there is one."""

    mimetype: str
    filetype: str
    pretty_type: str
    picture: Picture | None = None


def allow_heif() -> None:
    """Teach Pillow HEIC and HEIF, the photos of iPhones."""
    pillow_heif.register_heif_opener()


def examine(path: Path, name: str) -> Kind:
    """What the file at `path` is, known to people as `name`; bad bytes raise nothing."""
    allow_heif()
    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            image = Image.open(path, formats=_FORMATS)
        with image:
            mimetype, filetype, pretty_type = _TYPES[image.format or ""]
            picture = _picture(image, path.parent)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, Image.DecompressionBombError):
        return _by_name(path, name)
    return Kind(mimetype, filetype, pretty_type, picture)


def _by_name(path: Path, name: str) -> Kind:
    """Where the content says nothing the name is believed: a text named `.jpg` is called a JPEG, without a size."""
    mimetype = mimetypes.guess_type(name)[0]
    if mimetype in _BY_MIMETYPE:
        return Kind(*_BY_MIMETYPE[mimetype])
    if mimetype is not None and not mimetype.startswith("text/"):
        filetype = Path(name).suffix.lstrip(".").lower() or "binary"
        return Kind(mimetype, filetype, filetype.upper())
    if mimetype is None and not _is_text(path):
        return Kind("application/octet-stream", "binary", "Binary")
    return Kind(mimetype or "text/plain", "text", "Plain Text")


def _is_text(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(4096)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)  # the last character may be cut
    except UnicodeDecodeError:
        return False
    return b"\0" not in start


def _picture(image: Image.Image, folder: Path) -> Picture:
    orientation = int(image.getexif().get(_ORIENTATION_TAG, 1) or 1)
    width, height = image.size[::-1] if orientation in (5, 6, 7, 8) else image.size
    if width * height > MAX_PIXELS:
        return Picture(width, height, orientation, (), "")
    suffix = "png" if image.format in ("PNG", "GIF") else "jpg"
    try:
        tiny = _tiny(_reduced(image, 2 * _TINY))
    except (OSError, ValueError, SyntaxError, MemoryError):
        return Picture(width, height, orientation, (), "")  # by its header, but broken inside, or as thin as a line
    return Picture(width, height, orientation, tuple(_thumbnails((width, height), folder, suffix)), tiny)


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """The picture upright, its longer side reduced to about so many pixels; of a JPEG no more is decoded."""
    longest = max(image.size)
    image.draft(None, (max(1, image.width * side // longest), max(1, image.height * side // longest)))
    image.thumbnail((FITTED_SIDES[0], FITTED_SIDES[0]))  # first of all, as every copy of the whole takes memory
    return ImageOps.exif_transpose(image)


def _thumbnails(size: tuple[int, int], folder: Path, suffix: str) -> Iterator[Thumbnail]:
    for side in FITTED_SIDES:
        if max(size) >= side or side == FITTED_SIDES[-1]:
            scale = min(1.0, side / max(size))
            width, height = (max(1, round(length * scale)) for length in size)
            yield Thumbnail(side, width, height, folder / f"thumb_{side}.{suffix}")
    for side in SQUARE_SIDES:
        yield Thumbnail(side, side, side, folder / f"thumb_{side}.{suffix}")


def made(thumbnail: Thumbnail, original: Path) -> Path:
    """The file of a thumbnail, made when it is first asked for; and then the small copy of which all are made."""
    path = thumbnail.path
    if not path.exists():
        with Image.open(_copy(path.with_stem(_COPY), original)) as copy:
            _save(ImageOps.fit(copy, (thumbnail.width, thumbnail.height), Image.Resampling.BICUBIC), path)
    return path


def _copy(path: Path, original: Path) -> Path:
    """The small copy of a picture, at `path`."""
    if not path.exists():
        allow_heif()
        with Image.open(original, formats=_FORMATS) as image:
            _save(_reduced(image, _DRAFT).convert("RGBA" if path.suffix == ".png" else "RGB"), path)
    return path


def _save(image: Image.Image, path: Path) -> None:
    fresh = path.with_stem(f"{path.stem}-{uuid.uuid4().hex}")
    image.save(fresh, **_SAVED[path.suffix[1:]])
    fresh.replace(path)  # whole, however many ask at once


def _tiny(image: Image.Image) -> str:
    buffer = io.BytesIO()
    ImageOps.contain(image.convert("RGB"), (_TINY, _TINY)).save(buffer, "JPEG", quality=40)
    return base64.b64encode(buffer.getvalue()).decode()
