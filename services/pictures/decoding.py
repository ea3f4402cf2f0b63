"""What the bytes of a file show: its header is checked before a pixel is decoded, and the picture is turned upright.

A picture larger than anybody needs is reduced, a JPEG already while it is decoded; where small faces are looked for, it
is cut into parts beside. Nothing here is isolated; see `services.pictures.sandbox`.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from services import texts
from services.errors import Refusal
from services.pictures import heif, jpeg, parts
from services.pictures.colours import in_srgb
from services.pictures.parts import MIN_SIDE, REKOGNITION_BYTES, Part

MAX_PIXELS = 64_000_000  # decoded in full: a phone's 48 megapixels, and its panoramas
MAX_JPEG_PIXELS = 256_000_000  # decoded at a half, a quarter or an eighth: a phone's 200 megapixels
MAX_WHOLE_PIXELS = 208_000_000  # of a simple JPEG that is cut into parts in its full size
MAX_SCANS = 64  # of a JPEG; programs make ten, or eighteen in four colours
MAX_SCANNED = 5_000_000_000  # pixels of all scans together
WORKING_SIDE = 4096  # px; faces are found and names are read at far less
COARSE_SIDE = 1600  # px that a JPEG keeps at least for the eye alone: a photo of 8 megapixels is halved

_LEAST_SIDE = WORKING_SIDE / 2 + 1  # px that a JPEG keeps while it is decoded: one of `WORKING_SIDE` keeps them all
_FORMATS = ("PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "JPEG2000")
_RAW_TAGS = {50706, 33421}  # DNG's version, and the pattern of colours on a sensor
_SMALLER, _MORE_PICTURES = 254, 330  # tags of a TIFF: its first page is a reduced one, and where the others are
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


Watch: TypeAlias = Callable[[int], None]
"""Told how many pixels there are, before they are decoded."""


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


def _nobody(_: int) -> None:
    """Watches nothing."""


def decode(data: bytes, *, coarse: bool = False, watch: Watch = _nobody) -> Picture:
    """The picture in `data`; `coarse`: a JPEG in a fraction of time and memory. Raises `ImageError`."""
    with _opened(data, watch) as file:
        return _read(file, COARSE_SIDE if coarse and max(file.size) <= WORKING_SIDE else _LEAST_SIDE)


def decode_closely(data: bytes, *, watch: Watch = _nobody) -> tuple[Picture, Iterator[Part]]:
    """As `decode`, and the parts of a picture that `WORKING_SIDE` is too little for, made one by one."""
    with _opened(data, watch) as file:
        if max(file.size) <= WORKING_SIDE:
            return _read(file, _LEAST_SIDE), iter(())
        if file.format != "JPEG":
            return _read(file, _LEAST_SIDE), _parts(file, 1)
    half = _must_be_halved(data, file.size)
    return decode(data), _parts_of_jpeg(data, half=half)


@contextmanager
def _opened(data: bytes, watch: Watch = _nobody) -> Iterator[Image.Image]:
    """The picture with its header read and found to be good; whatever goes wrong meanwhile becomes an `ImageError`."""
    with _in_words(), _header(data, watch) as file:
        _check_size(file.size, MAX_JPEG_PIXELS if file.format == "JPEG" else MAX_PIXELS)
        watch(file.width * file.height)
        yield heif.tone_mapped(file) if file.format in {None, "AVIF"} and heif.is_pq(data) else file


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_many_pixels(MAX_PIXELS) from error
    except UnidentifiedImageError as error:
        raise ImageError(texts.NOT_A_PICTURE) from error
    except _MALFORMED as error:
        raise ImageError(texts.PICTURE_DAMAGED) from error


def _must_be_halved(data: bytes, size: tuple[int, int]) -> bool:
    """Whether a JPEG takes too much memory in its full size; one that is not simple takes twice as much."""
    read = jpeg.read(data)
    cost = 1 if read is not None and read.simple else 2
    return size[0] * size[1] * cost > MAX_WHOLE_PIXELS


def _parts_of_jpeg(data: bytes, *, half: bool) -> Iterator[Part]:
    with _opened(data) as file:
        size = file.size
        if half:
            file.draft("RGB", (size[0] // 2, size[1] // 2))
        yield from _parts(file, size[0] / file.size[0])


def _parts(file: Image.Image, scale: float) -> Iterator[Part]:
    """Parts of the file as it is decoded, of which a pixel is `scale` of the file's."""
    with _in_words():
        file.load()
    orientation = _orientation(file)
    for window in parts.grid(file.size, half=scale > 1):
        image = _upright(_rgb(file.crop(window), (window[2] - window[0], window[3] - window[1])), orientation)
        left, top, right, bottom = (round(at * scale) for at in _turned(window, file.size, orientation))
        yield Part(left, top, right - left, bottom - top, parts.encode(image))


def encode(image: Image.Image) -> bytes:
    """An RGB picture as a JPEG that Rekognition takes: at most `REKOGNITION_BYTES`, and smaller where that needs it."""
    side, quality = float(max(image.size)), 95
    while True:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, subsampling=parts.WHOLE_COLOURS)
        if buffer.tell() <= REKOGNITION_BYTES:
            return buffer.getvalue()
        side, quality = side * 0.75, max(quality - 4, 40)
        image = image.resize(fit(image.size, side), Image.Resampling.BICUBIC)


def fit(size: tuple[int, int], side: float) -> tuple[int, int]:
    """The size reduced to a long side of `side` px, or as far as `MIN_SIDE` allows."""
    scale = min(1.0, max(side / max(size), MIN_SIDE / min(size)))
    return max(MIN_SIDE, round(size[0] * scale)), max(MIN_SIDE, round(size[1] * scale))


def _header(data: bytes, watch: Watch) -> Image.Image:
    """The picture with its header read, and nothing decoded."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if heif.is_heif(data):
        return _heif(data, watch)
    Image.init()  # or Pillow knows just the formats that it happens to have met
    file = Image.open(io.BytesIO(data), formats=_FORMATS)
    if file.format == "TIFF":
        _refuse_raw(file)
    return file


def _jpeg(data: bytes) -> Image.Image:
    file = JpegImageFile(io.BytesIO(data))  # `Image.open` has a limit of pixels of its own
    read = jpeg.read(data)
    if read is not None and (read.scans > MAX_SCANS or read.scans * file.width * file.height > MAX_SCANNED):
        raise ImageError(texts.PICTURE_TOO_DEMANDING)
    return file


def _heif(data: bytes, watch: Watch) -> Image.Image:
    file = heif.open_(data)
    if len(file) == 0:  # of its pictures none is in a coding that libheif has been built with
        raise ImageError(texts.KIND_NOT_READ.format(kind=texts.KIND_HEIF))
    _check_size(file.size, MAX_PIXELS)
    watch(file.size[0] * file.size[1])
    exif = file.info.get("exif")
    image: Image.Image = file.to_pillow()
    image.info.pop("exif", None)
    if exif and not heif.turns_itself(data):  # else libheif has turned it
        image.info["exif"] = exif
    return image


def _refuse_raw(file: Image.Image) -> None:
    """What a camera's sensor has seen is no picture yet, and the one that goes with it may be a stamp."""
    tags = dict(getattr(file, "tag_v2", {}))
    if _RAW_TAGS & tags.keys() or (tags.get(_SMALLER, 0) & 1 and _MORE_PICTURES in tags):
        raise ImageError(texts.KIND_NOT_READ.format(kind=texts.KIND_RAW))


def _read(file: Image.Image, least: float) -> Picture:
    size, format_ = file.size, file.format or "HEIF"
    file.draft("RGB", fit(size, least))
    file.load()
    orientation = _orientation(file)
    image = _upright(_rgb(file, fit(file.size, WORKING_SIDE)), orientation)
    width, height = size[::-1] if orientation >= 5 else size
    return Picture(width, height, image, format_)


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _turned(window: parts.Window, size: tuple[int, int], orientation: int) -> parts.Window:
    """Where a window is once the picture of that size has been turned upright."""
    (left, top, right, bottom), (width, height) = window, size
    if orientation in {2, 3, 7, 8}:
        left, right = width - right, width - left
    if orientation in {3, 4, 6, 7}:
        top, bottom = height - bottom, height - top
    return (top, left, bottom, right) if orientation >= 5 else (left, top, right, bottom)


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
