"""Every kind of file that somebody might post, made here byte by byte."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from services.pictures import images
from services.pictures.images import ImageError


def _picture(width: int = 320, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Red at the left, blue at the right, a white corner at the top left."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    image.paste("white", (0, 0, width // 8, height // 8))
    return image.convert(mode)


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _assert_upright(photo: images.Photo) -> None:
    """Within the tolerance of a lossy format."""
    image = photo.image
    corners = [image.getpixel((5, 5)), image.getpixel((40, image.height - 9)), image.getpixel((image.width - 9, 9))]
    for seen, meant in zip(corners, [(255, 255, 255), (255, 0, 0), (0, 0, 255)], strict=True):
        assert max(abs(a - b) for a, b in zip(seen, meant, strict=True)) < 60, corners  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"hello, this is a text file named .jpg", "not a picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "not a picture|damaged"),
        (b"\n <!DOCTYPE html><html><title>Sign in | Slack</title>", "files:read"),
        (b"GIF89a", "not a picture|damaged"),
        (b"%PDF-1.7 ...", "not a picture"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "not a picture|damaged"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(ImageError, match=said):
        images.open(data)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP"])
def test_a_truncated_picture_is_refused(kind: str, kept: float) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 300, 3), np.uint8))
    data = _encoded(noise, kind)
    with pytest.raises(ImageError, match=r"damaged or cut short|not a picture"):
        images.open(data[: int(len(data) * kept)])


def _png_bomb(side: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * (1 + side * 3), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows * 50) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_by_its_header() -> None:
    bomb = _png_bomb(20_000)
    tracemalloc.start()
    with pytest.raises(ImageError, match="million pixels"):
        images.open(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_file_too_long_is_refused_unread() -> None:
    with pytest.raises(ImageError, match="at most 50 MB"):
        images.open(b"\0" * (images.MAX_BYTES + 1))


def test_a_picture_too_small_for_rekognition_is_refused() -> None:
    with pytest.raises(ImageError, match="79 × 200 px"):
        images.open(_encoded(_picture(79, 200), "PNG"))


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "RGB", {"quality": 95}),
        ("JPEG", "RGB", {"quality": 95, "progressive": True}),
        ("JPEG", "CMYK", {"quality": 95}),
        ("PNG", "RGB", {}),
        ("PNG", "RGBA", {}),
        ("PNG", "P", {}),
        ("GIF", "P", {}),
        ("WEBP", "RGB", {"quality": 95}),
        ("TIFF", "RGB", {}),
        ("BMP", "RGB", {}),
        ("AVIF", "RGB", {"quality": 95}),
    ],
)
def test_each_format_and_color_model_is_read(kind: str, mode: str, options: dict[str, object]) -> None:
    photo = images.open(_encoded(_picture(mode=mode), kind, **options))
    assert (photo.width, photo.height, photo.image.mode) == (320, 200, "RGB")
    _assert_upright(photo)


def test_heic_is_read() -> None:
    heif = pillow_heif.from_pillow(_picture())
    buffer = io.BytesIO()
    heif.save(buffer, quality=90)
    photo = images.open(buffer.getvalue())
    assert (photo.width, photo.height) == (320, 200)
    _assert_upright(photo)
    with Image.open(io.BytesIO(photo.rekognition_bytes())) as sent:
        assert sent.format == "JPEG"


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    levels = np.tile(np.linspace(0, 65535, 256, dtype=np.uint16), (100, 1))
    photo = images.open(_encoded(Image.fromarray(levels), "PNG"))
    row = [photo.image.getpixel((x, 50))[0] for x in (0, 128, 255)]  # type: ignore[index]
    assert row == pytest.approx([0, 128, 255], abs=2)


def test_transparency_becomes_white() -> None:
    photo = images.open(_encoded(Image.new("RGBA", (100, 100), (255, 0, 0, 0)), "PNG"))
    assert photo.image.getpixel((50, 50)) == (255, 255, 255)


def test_the_first_frame_of_an_animation_is_taken() -> None:
    data = _encoded(_picture(mode="P"), "GIF", save_all=True, append_images=[Image.new("P", (320, 200))] * 3)
    _assert_upright(images.open(data))


_TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", list(_TURNS))
def test_each_exif_orientation_is_turned_upright(kind: str, orientation: int) -> None:
    turn = _TURNS[orientation]
    stored = _picture() if turn is None else _picture().transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = images.open(_encoded(stored, kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {})))
    assert (photo.width, photo.height) == (320, 200)
    _assert_upright(photo)


def test_a_photo_of_forty_megapixels_is_decoded_at_working_size() -> None:
    photo = images.open(_encoded(_picture(7300, 5500), "JPEG", quality=80))
    assert (photo.width, photo.height) == (7300, 5500)
    assert max(photo.image.size) <= images.WORKING_SIDE
    _assert_upright(photo)
    assert len(photo.rekognition_bytes()) <= images.REKOGNITION_BYTES


def test_a_coarse_photo_is_smaller_and_sent_as_the_same() -> None:
    data = _encoded(_picture(4000, 3000), "JPEG", quality=80)
    photo = images.open(data, coarse=True)
    assert (photo.width, photo.height) == (4000, 3000)
    assert photo.image.size == (2000, 1500)
    _assert_upright(photo)
    assert photo.rekognition_bytes() == images.open(data).rekognition_bytes()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_is_sent_as_it_came_but_for_its_metadata(progressive: bool) -> None:
    plain = _encoded(_picture(), "JPEG", progressive=progressive)
    assert images.open(plain).rekognition_bytes() == plain
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6
    data = _encoded(_picture(), "JPEG", progressive=progressive, exif=exif, comment=b"secret")
    sent = images.open(data).rekognition_bytes()
    assert b"home" not in sent
    assert b"secret" not in sent
    with Image.open(io.BytesIO(sent)) as received:
        assert dict(received.getexif()) == {0x0112: 6}
        assert received.tobytes() == Image.open(io.BytesIO(plain)).tobytes()


def test_what_rekognition_does_not_take_is_sent_as_a_small_enough_jpeg() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (3000, 4000, 3), np.uint8))
    sent = images.open(_encoded(noise, "PNG")).rekognition_bytes()
    assert sent[:3] == b"\xff\xd8\xff"
    assert len(sent) <= images.REKOGNITION_BYTES


def test_nothing_of_the_files_metadata_is_carried_on() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    photo = images.open(_encoded(_picture(), "JPEG", exif=exif, comment=b"secret"))
    assert photo.image.info == {}
    assert not photo.image.getexif()


def test_a_picture_is_sound_where_its_exif_is_not() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    good = _encoded(_picture(), "JPEG", exif=exif)
    at = good.index(b"Exif\0\0") + 6
    for broken in (b"XX", b"MM\0\x2a\xff\xff\xff\xff", b"II\x2a\0\x08\0\0\0\xff\xff"):
        photo = images.open(good[:at] + broken + good[at + len(broken) :])
        assert (photo.width, photo.height) == (320, 200)


def test_what_hangs_on_behind_a_photo_is_not_sent() -> None:
    film = b"\0\0\0\x18ftypmp42" + b"a film with sound" * 100
    data = _encoded(_picture(), "JPEG")
    assert images.open(data + film).rekognition_bytes() == data


def test_a_tiff_is_turned_upright_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = images.open(_encoded(_picture().transpose(Image.Transpose.ROTATE_90), "TIFF", exif=exif))
    assert (photo.width, photo.height) == (320, 200)
    _assert_upright(photo)


def test_a_photo_of_two_hundred_megapixels_is_read() -> None:
    data = _encoded(Image.new("L", (16_320, 12_240), 90), "JPEG", quality=50)
    photo = images.open(data)
    assert (photo.width, photo.height, photo.image.size) == (16_320, 12_240, (4080, 3060))
    assert photo.scale == 0.25


def test_a_panorama_stays_high_enough_for_rekognition() -> None:
    photo = images.open(_encoded(_picture(20_000, 90), "JPEG"))
    assert min(photo.image.size) >= images.MIN_SIDE
    with Image.open(io.BytesIO(photo.rekognition_bytes())) as sent:
        assert min(sent.size) >= images.MIN_SIDE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pillow_s_settings_are_as_they_were(kind: str) -> None:
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    images.open(_encoded(_picture(), kind))
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_a_photo_does_not_show_itself_in_a_log() -> None:
    assert len(repr(images.open(_encoded(_picture(), "JPEG")))) < 300


_SEEDS = [_encoded(_picture(), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")]


@settings(max_examples=300)
@given(st.sampled_from(_SEEDS), st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=12))
def test_any_bytes_are_either_a_picture_or_refused(seed: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(seed)
    for at, value in changes:
        data[at % len(data)] = value
    try:
        photo = images.open(bytes(data))
    except ImageError:
        return
    assert photo.image.mode == "RGB"
