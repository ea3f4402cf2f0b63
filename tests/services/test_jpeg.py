"""A JPEG's header, of files as cameras write them and as nobody should."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.pictures import jpeg


def _encoded(mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.radial_gradient("L").convert(mode).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def _read(data: bytes) -> jpeg.Jpeg:
    header = jpeg.read(data)
    assert header is not None
    return header


@pytest.mark.parametrize(("mode", "colours"), [("L", 1), ("RGB", 3), ("CMYK", 4)])
def test_a_sequential_file_is_simple_and_a_progressive_one_is_not(mode: str, colours: int) -> None:
    assert (_read(_encoded(mode)).simple, _read(_encoded(mode)).colours) == (True, colours)
    assert (_read(_encoded(mode, progressive=True)).simple, _read(_encoded(mode, progressive=True)).colours) == (
        False,
        colours,
    )


def test_a_sequential_file_of_a_scan_for_each_colour_is_not_simple() -> None:
    data = bytearray(_encoded())
    scan = data.index(b"\xff\xda")
    data[scan + 4] = 1
    assert not _read(bytes(data)).simple


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("type_", "layout"), [(3, "HH"), (4, "I")])
def test_the_orientation_is_all_that_is_kept_of_the_metadata(
    order: str, orientation: int, type_: int, layout: str
) -> None:
    value = struct.pack(order + layout, orientation, *[0] * (len(layout) - 1))
    maker = struct.pack(order + "HHII", 0x010F, 2, 4, 0x41424300)
    tiff = struct.pack(order + "2sHIH", b"II" if order == "<" else b"MM", 42, 8, 2) + maker
    tiff += struct.pack(order + "HHI", 0x0112, type_, 1) + value + b"\0\0\0\0"
    kept = _read(_encoded(exif=b"Exif\0\0" + tiff, comment=b"secret", icc_profile=b"profile" * 20)).data
    with Image.open(io.BytesIO(kept)) as image:
        assert dict(image.getexif()) == ({} if orientation == 1 else {0x0112: orientation})
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "exif", "dpi"}
        assert image.tobytes() == Image.open(io.BytesIO(_encoded())).tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_no_pixel_changes(mode: str, progressive: bool) -> None:
    data = _encoded(mode, progressive=progressive)
    assert Image.open(io.BytesIO(_read(data).data)).tobytes() == Image.open(io.BytesIO(data)).tobytes()


def test_a_header_without_end_is_none() -> None:
    data = _encoded()
    assert jpeg.read(data[:2] + b"\xff\xfe\0\2" * 1_000_000 + data[2:]) is None
    assert jpeg.read(data[:2] + b"\xff" * 1_000_000 + data[2:]) is None


@given(st.binary(max_size=200), st.integers(0, 600))
def test_any_bytes_are_a_header_or_none(noise: bytes, at: int) -> None:
    data = _encoded()
    for tried in (noise, b"\xff\xd8\xff" + noise, data[:at] + noise + data[at + len(noise) :]):
        header = jpeg.read(tried)
        assert header is None or header.data.startswith(b"\xff\xd8")
