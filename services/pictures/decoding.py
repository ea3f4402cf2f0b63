"""What the bytes of a file show: its header is checked before a pixel is decoded, and the picture is turned upright.

A picture larger than anybody needs is reduced, a JPEG already while it is decoded. Nothing here is isolated; see
`services.pictures.sandbox`.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import pillow_heif
from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from services import texts
from services.errors import Refusal
from services.pictures.colours import in_srgb

MAX_PIXELS = 50_000_000  # decoded in full: a phone's 48 megapixels
MAX_JPEG_PIXELS = 256_000_000  # decoded at a half, a quarter or an eighth: a phone's 200 megapixels
WORKING_SIDE = 4096  # px; faces are found and names are read at far less
COARSE_SIDE = 2000  # px that a JPEG keeps at least where it is decoded to be looked at only
MIN_SIDE = 80  # px, Rekognition's least
REKOGNITION_BYTES = 5 * 1024 * 1024

_LEAST_SIDE = WORKING_SIDE / 2 + 1  # px that a JPEG keeps while it is decoded: one of `WORKING_SIDE` keeps them all
_FORMATS = ("PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP")
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_MALFORMED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    RuntimeError,  # of AVIF and HEIF
    struct.error,
)
_ORIENTATION = 0x0112  # EXIF's tag
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageError(Refusal):
    """These bytes are no picture that can be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright RGB picture without metadata, its long side reduced to `WORKING_SIDE`.

    `width` and `height` are the file's, in pixels, turned upright; `format` is the file's, as Pillow names it.
    """

    width: int
    height: int
    image: Image.Image
    format: str


def decode(data: bytes, *, coarse: bool = False) -> Picture:
    """The picture in `data`; `coarse`: a JPEG in a fraction of time and memory. Raises `ImageError`."""
    try:
        with _header(data) as file:
            return _read(file, COARSE_SIDE if coarse and max(file.size) <= WORKING_SIDE else _LEAST_SIDE)
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_many_pixels(MAX_PIXELS) from error
    except UnidentifiedImageError as error:
        raise ImageError(texts.NOT_A_PICTURE) from error
    except _MALFORMED as error:
        raise ImageError(texts.PICTURE_DAMAGED) from error


def encode(image: Image.Image) -> bytes:
    """An RGB picture as a JPEG that Rekognition takes: at most `REKOGNITION_BYTES`, and smaller where that needs it."""
    side, quality = float(max(image.size)), 92
    while True:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= REKOGNITION_BYTES:
            return buffer.getvalue()
        side, quality = side * 0.75, max(quality - 4, 40)
        image = image.resize(fit(image.size, side), Image.Resampling.BICUBIC)


def fit(size: tuple[int, int], side: float) -> tuple[int, int]:
    """The size reduced to a long side of `side` px, or as far as `MIN_SIDE` allows."""
    scale = min(1.0, max(side / max(size), MIN_SIDE / min(size)))
    return max(MIN_SIDE, round(size[0] * scale)), max(MIN_SIDE, round(size[1] * scale))


def _header(data: bytes) -> Image.Image:
    """The picture with its header read, and nothing decoded."""
    if data.startswith(b"\xff\xd8\xff"):
        return JpegImageFile(io.BytesIO(data))  # `Image.open` has a limit of pixels of its own
    brands = _brands(data)
    if brands & _HEIF_BRANDS and not brands & _AVIF_BRANDS:
        return _heif(data)
    Image.init()  # or Pillow knows just the formats that it happens to have met
    return Image.open(io.BytesIO(data), formats=_FORMATS)


def _brands(data: bytes) -> set[bytes]:
    """The kinds of file that an ISO container says it is."""
    if data[4:8] != b"ftyp":
        return set()
    box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    return {box[i : i + 4] for i in range(0, len(box), 4) if i != 4}


def _heif(data: bytes) -> Image.Image:
    file = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    _check_size(file.size, MAX_PIXELS)
    image: Image.Image = file.to_pillow()
    image.info.pop("exif", None)  # libheif has turned it upright itself
    return image


def _read(file: Image.Image, least: float) -> Picture:
    size, format_ = file.size, file.format or "HEIF"
    _check_size(size, MAX_JPEG_PIXELS if format_ == "JPEG" else MAX_PIXELS)
    file.draft("RGB", fit(size, least))
    file.load()
    orientation = _orientation(file)
    image = _rgb(file, fit(file.size, WORKING_SIDE))
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    width, height = size[::-1] if orientation >= 5 else size
    return Picture(width, height, image, format_)


def _check_size(size: tuple[int, int], most: int) -> None:
    if size[0] * size[1] > most:
        raise _too_many_pixels(most)
    if min(size) < MIN_SIDE:
        raise ImageError(texts.PICTURE_TOO_SMALL.format(width=size[0], height=size[1], least=MIN_SIDE))


def _too_many_pixels(most: int) -> ImageError:
    return ImageError(texts.PICTURE_TOO_LARGE.format(millions=most // 1_000_000))


def _orientation(file: Image.Image) -> int:
    """EXIF's, 1 to 8; a picture may be sound where its EXIF is not."""
    try:
        value = file.getexif().get(_ORIENTATION)
    except _MALFORMED:
        return 1
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def _rgb(file: Image.Image, size: tuple[int, int]) -> Image.Image:
    """In 8-bit sRGB at `size`, on white where it is transparent, without metadata."""
    profile = file.info.get("icc_profile")
    image = in_srgb(file, profile) if file.mode in {"L", "CMYK"} else file
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda level: level / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode != mode:  # to copy it would take as long as to decode it
        image = image.convert(mode)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    if image.mode == "RGBA":
        transparent, image = image, Image.new("RGB", size, "white")
        image.paste(transparent, mask=transparent)
    image = in_srgb(image, profile)
    image.info.clear()
    return image
