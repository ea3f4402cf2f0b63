"""Bytes from outside become a safe, upright picture, or a refusal that says what is wrong with them.

What a file is, is read from its content, never from its name. Its header is checked before a pixel is decoded, and a
picture larger than anybody needs is decoded at a fraction of its size, so a hostile file costs no more than a photo.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from services.errors import Refusal

MAX_BYTES = 50 * 1024 * 1024
MAX_PIXELS = 64_000_000  # decoded in full
MAX_JPEG_PIXELS = 256_000_000  # a JPEG can be decoded at a half, a quarter or an eighth
WORKING_SIDE = 4096  # px; faces are found and names are read at far less
MIN_SIDE = 80  # px, Rekognition's least
REKOGNITION_BYTES = 5 * 1024 * 1024

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP")
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MALFORMED = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error)


class ImageError(Refusal):
    """These bytes are no picture that can be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Photo:
    """An upright RGB picture. `width` and `height` are the file's, in pixels, turned upright.

    `image` is the picture itself, its long side at most `WORKING_SIDE`, and without the file's metadata. `format` is
    the file's, as Pillow names it.
    """

    width: int
    height: int
    image: Image.Image
    _sendable: bytes | None
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
        """What Rekognition is sent: the file itself where it takes it as it is, else a JPEG of at most 5 MB."""
        return self._sendable or _jpeg_within(self.image, REKOGNITION_BYTES)


def open(data: bytes) -> Photo:  # noqa: A001  # `images.open` says it best
    """The picture in `data`. Raises `ImageError`."""
    _refuse_at_sight(data)
    try:
        with _header(data) as file:
            format_ = file.format or "HEIF"
            _check_size(file)
            orientation = file.getexif().get(0x0112, 1)
            size = file.size
            file.draft("RGB", _working_size(size))
            file.load()
            image = _upright_rgb(file)
            sendable = data if _takes_as_is(file, size, orientation, len(data)) else None
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise ImageError("This is not a picture that I can read. Post a JPEG, PNG, HEIC or WebP.") from error
    except MemoryError as error:
        raise _too_many_pixels() from error
    except _MALFORMED as error:
        raise ImageError("This picture is damaged or cut short. Upload it again, or export it as JPEG.") from error
    width, height = size[::-1] if (image.width > image.height) != (size[0] > size[1]) else size
    image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.LANCZOS)
    return Photo(width, height, image, sendable, format_)


def _refuse_at_sight(data: bytes) -> None:
    if not data:
        raise ImageError("This file is empty. Upload it again.")
    if len(data) > MAX_BYTES:
        raise ImageError(f"This file has {len(data) / 1e6:.0f} MB; at most {MAX_BYTES // 2**20} MB are read.")
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        raise ImageError(
            "Slack gave me a web page instead of the file. An admin can check that I have the scope `files:read`."
        )


def _header(data: bytes) -> Image.Image:
    """The picture with its header read, and nothing decoded."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        heif = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
        if heif.size[0] * heif.size[1] > MAX_PIXELS:
            raise _too_many_pixels()
        image = heif.to_pillow()  # libheif turns it upright itself
        image.info.pop("exif", None)
        return image
    Image.init()  # or Pillow knows just the formats that it happens to have met
    return Image.open(io.BytesIO(data), formats=_FORMATS)


def _check_size(file: Image.Image) -> None:
    pixels = file.width * file.height
    if pixels > (MAX_JPEG_PIXELS if file.format in {"JPEG", "MPO"} else MAX_PIXELS):
        raise _too_many_pixels()
    if min(file.size) < MIN_SIDE:
        raise ImageError(
            f"This picture is {file.width} × {file.height} px; a side needs at least {MIN_SIDE} px. Post a larger one."
        )


def _too_many_pixels() -> ImageError:
    return ImageError(f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels. Post a smaller copy.")


def _working_size(size: tuple[int, int]) -> tuple[int, int]:
    """What a JPEG's decoder is asked for: it halves as long as the picture stays at least this large."""
    scale = min(1.0, WORKING_SIDE / 2 / max(size))
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _upright_rgb(file: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(file)
    if upright.mode.startswith("I"):
        upright = upright.convert("I").point(lambda level: level / 256).convert("L")
    if upright.has_transparency_data:
        rgba = upright.convert("RGBA")
        upright = Image.new("RGBA", rgba.size, "white")
        upright.alpha_composite(rgba)
    rgb = upright.convert("RGB")
    rgb.info.clear()
    return rgb


def _takes_as_is(file: Image.Image, size: tuple[int, int], orientation: int, length: int) -> bool:
    """Whether Rekognition reads the file as we do: a plain JPEG or PNG, of which it turns only the JPEG upright."""
    plain = (file.format == "JPEG" or (file.format == "PNG" and orientation == 1)) and file.mode in {"RGB", "L"}
    return plain and length <= REKOGNITION_BYTES and file.size == size and max(size) <= WORKING_SIDE


def _jpeg_within(image: Image.Image, limit: int) -> bytes:
    side, quality = max(image.size), 92
    while True:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= limit:
            return buffer.getvalue()
        side, quality = side * 3 // 4, 88
        image = image.copy()
        image.thumbnail((side, side))
