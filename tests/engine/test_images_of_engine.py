from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile, ImageOps

from engine.errors import EngineError
from engine.vision.pictures import images
from engine.vision.pictures.images import Decoded, decode

PICTURE = np.kron(np.random.default_rng(0).integers(0, 255, (10, 14, 3)), np.ones((16, 16, 1))).astype(np.uint8)
"""224 × 160, in blocks that survive JPEG."""


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def code(data: bytes) -> str:
    with pytest.raises(EngineError) as caught:
        decode(data)
    return caught.value.code


@pytest.mark.parametrize("orientation", range(10))
def test_a_jpeg_is_turned_as_its_exif_says(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(Image.fromarray(PICTURE), "JPEG", exif=exif, quality=95)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert (decode(data) == cv2.cvtColor(np.asarray(upright), cv2.COLOR_RGB2BGR)).all()


def test_a_png_is_not_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode(saved(Image.fromarray(PICTURE), "PNG", exif=exif)).shape == PICTURE.shape


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    image = Image.fromarray(PICTURE)
    converted = (
        Image.fromarray(np.asarray(image.convert("L"), np.uint16) * 257) if mode == "I;16" else image.convert(mode)
    )
    picture = decode(saved(converted, "PNG"))
    assert (picture.shape, picture.dtype) == (PICTURE.shape, np.uint8)
    assert picture.std() > 30


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_every_kind_of_jpeg_is_read(mode: str, progressive: bool) -> None:
    picture = decode(saved(Image.fromarray(PICTURE).convert(mode), "JPEG", progressive=progressive))
    assert picture.shape == PICTURE.shape


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "BMP", "TIFF"])
def test_other_formats_are_refused(file_format: str) -> None:
    assert code(saved(Image.fromarray(PICTURE), file_format)) == "InvalidImageFormatException"


@pytest.mark.parametrize("data", [b"", b"<html>sign in</html>", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    assert code(data) == "InvalidImageFormatException"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_half_an_image_is_refused(file_format: str) -> None:
    data = saved(Image.fromarray(PICTURE), file_format)
    assert code(data[: len(data) // 2]) == "InvalidImageFormatException"


def test_a_side_has_at_least_80_pixels() -> None:
    assert code(saved(Image.new("RGB", (79, 400)), "PNG")) == "InvalidParameterException"
    assert code(saved(Image.new("RGB", (400, 79)), "JPEG")) == "InvalidParameterException"
    assert decode(saved(Image.new("RGB", (80, 80)), "PNG")).shape == (80, 80, 3)


def png_of_zeros(width: int, height: int) -> bytes:
    """A valid header over a little data that unpacks to nothing but black."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(8001, 8000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    assert code(png_of_zeros(*size)) in {"ImageTooLargeException", "InvalidImageFormatException"}
    if size[0] < 2**31 - 1:
        assert code(png_of_zeros(*size)) == "ImageTooLargeException"


def scans_without_end(side: int, scans: int) -> bytes:
    """A progressive JPEG whose last scan, which changes nothing, comes again and again."""
    data = saved(Image.new("RGB", (side, side), "red"), "JPEG", progressive=True, quality=50)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * scans + data[-2:]


def test_a_jpeg_of_scans_without_end_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = scans_without_end(8000, 50_000)
    assert len(bomb) < 5 * 1024 * 1024
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("it takes an hour"))
    assert code(bomb) == "ImageTooLargeException"


def test_as_many_scans_as_programs_make_are_read() -> None:
    for mode in ("RGB", "CMYK"):
        picture = decode(saved(Image.fromarray(PICTURE).convert(mode), "JPEG", progressive=True))
        assert picture.shape == PICTURE.shape
    assert decode(scans_without_end(100, 20)).shape == (100, 100, 3)


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.vision.pictures.images._SECONDS", 0.2)
    assert code(scans_without_end(8000, 40)) == "ImageTooLargeException"
    assert decode(saved(Image.fromarray(PICTURE), "JPEG")).shape == PICTURE.shape


@pytest.mark.parametrize("options", [{"progressive": True}, {"streamtype": 0, "restart_marker_rows": 1}])
def test_only_simple_jpegs_reach_opencv(monkeypatch: pytest.MonkeyPatch, options: dict[str, object]) -> None:
    reached: list[bytes] = []
    read = cv2.imdecode

    def imdecode(data: np.ndarray, flags: int) -> object:
        reached.append(data.tobytes())
        return read(data, flags)

    monkeypatch.setattr(cv2, "imdecode", imdecode)
    data = saved(Image.fromarray(PICTURE), "JPEG", quality=95, **options)
    expected = cv2.cvtColor(np.asarray(Image.open(io.BytesIO(data))), cv2.COLOR_RGB2BGR)
    assert (decode(data) == expected).all()
    assert decode(saved(Image.fromarray(PICTURE), "PNG")).shape == PICTURE.shape
    assert reached == ([] if "progressive" in options else [data])


def test_the_scans_of_a_thumbnail_are_not_the_photo_s() -> None:
    thumbnail = scans_without_end(80, 200)
    data = saved(Image.fromarray(PICTURE), "JPEG", comment=thumbnail, progressive=True)
    assert data.count(b"\xff\xda") > 200
    assert decode(data).shape == PICTURE.shape


@settings(max_examples=300)
@given(
    file_format=st.sampled_from(["JPEG", "PNG"]),
    changes=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.integers(0, 60_000),
)
def test_a_damaged_image_is_read_or_refused(file_format: str, changes: list[tuple[int, int]], cut: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = bytearray(saved(Image.fromarray(PICTURE), file_format, exif=exif))
    for place, value in changes:
        data[min(place, len(data) - 1)] = value
    try:
        picture = decode(bytes(data[: max(1, cut)]))
    except EngineError as error:
        assert error.status == 400
    else:
        assert picture.ndim == 3


def test_a_header_that_takes_long_is_given_up_at_half_size_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_SECONDS", -1.0)  # no time at all
    with pytest.raises(EngineError) as caught:
        images.decode_half(saved(Image.new("RGB", (4000, 3000)), "JPEG"))
    assert caught.value.code == "ImageTooLargeException"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_that_is_at_hand_is_not_decoded_again(orientation: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pixels are those that this decoder would make: not one bit of a face's vector depends on who decoded it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(Image.fromarray(PICTURE).resize((3001, 2203)), "JPEG", exif=exif, quality=90)
    made = images.decode_half(data)
    with Image.open(io.BytesIO(data)) as file:
        file.draft("RGB", (1500, 1100))
        half = ImageOps.exif_transpose(file)
        whole = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    small, both = half.resize((150, 110)), decode(data)
    assert np.array_equal(images.decode_half(Decoded(data, small)), made), "one of another size is not taken"
    assert np.array_equal(decode(Decoded(data, half)), both), "nor half a picture for the whole"
    monkeypatch.setattr(images, "_fast", None)
    assert np.array_equal(images.decode_half(Decoded(data, half)), made)
    assert np.array_equal(decode(Decoded(data, whole)), both)


def test_a_picture_in_grey_that_is_at_hand_is_not_decoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(Image.fromarray(PICTURE).convert("L"), "JPEG")
    made = decode(data)
    monkeypatch.setattr(images, "_fast", None)
    assert np.array_equal(decode(Decoded(data, Image.open(io.BytesIO(data)).convert("RGB"))), made)
