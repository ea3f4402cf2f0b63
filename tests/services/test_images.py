"""Every kind of file that somebody might post, made here byte by byte."""

import io
import struct
import tracemalloc
import zlib
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from services.pictures import images, jpeg
from services.pictures.decoding import decode, decode_closely
from services.pictures.images import ImageError, NoPhoto
from services.pictures.parts import SIDE


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
        (b"%PDF-1.7 ...", "This is a PDF, which I cannot read"),
        (b"8BPS\0\1" + b"\0" * 40, "a Photoshop file"),
        (b"\0\0\1\0\1\0\x10\x10" + b"\0" * 40, "an icon"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", r"a drawing \(SVG\)"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0" * 40, "a JPEG XL picture"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 40, "a video"),
        (b"\0\0\0\x18ftypcrx " + b"\0" * 40, "a raw photo"),
        (b"II*\0\x10\0\0\0CR\2\0" + b"\0" * 40, "a raw photo"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "not a picture|damaged"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(ImageError, match=said):
        images.open(data)


@pytest.mark.parametrize(
    ("data", "silent"),
    [
        (b"8BPS\0\1", True),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", True),
        (b"\0\0\1\0\1\0", True),
        (b"\0\0\0\x18ftypqt  ", True),
        (b"\0\0\0\x18ftypcrx ", False),
        (b"\xff\x0a", False),
        (b"text", False),
    ],
)
def test_what_is_no_photo_is_told_from_a_photo_that_cannot_be_read(data: bytes, silent: bool) -> None:
    with pytest.raises(ImageError) as refused:
        images.open(data)
    assert isinstance(refused.value, NoPhoto) is silent


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "TIFF", "BMP"])
def test_a_truncated_picture_is_refused(kind: str, kept: float) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 300, 3), np.uint8))
    data = _encoded(noise, kind)
    with pytest.raises(ImageError, match=r"damaged or cut short|not a picture"):
        images.open(data[: int(len(data) * kept)])


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_a_jpeg_that_lacks_its_end_is_opened_as_far_as_it_goes(options: dict[str, object]) -> None:
    data = _encoded(_picture(), "JPEG", quality=95, **options)
    whole = images.open(data)
    assert whole.whole
    _assert_upright(endless := images.open(data[:-2]))
    assert not endless.whole
    assert images.open(endless.rekognition_bytes()).whole, "what is sent on has its end"
    at = data.rindex(b"\xff\xda") if options.get("progressive") else data.index(b"\xff\xda") + 14
    half = images.open(data[: (at + len(data)) // 2])
    assert (half.width, half.height, half.whole) == (320, 200, False)
    assert half.image.getpixel((5, 5)) == whole.image.getpixel((5, 5))


def test_a_jpeg_of_nothing_but_a_header_is_damaged() -> None:
    data = _encoded(_picture(), "JPEG")
    with pytest.raises(ImageError, match="damaged or cut short"):
        images.open(data[: data.index(b"\xff\xda") + 14])


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


def _heic(**options: Any) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(_picture()).save(buffer, quality=90, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("orientation", list(range(1, 9)))
def test_a_heic_without_a_turn_of_its_own_is_turned_as_its_exif_says(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 1
    turn = _TURNS[orientation]
    stored = _picture() if turn is None else _picture().transpose(turn)
    buffer = io.BytesIO()
    pillow_heif.from_pillow(stored).save(buffer, quality=90, exif=exif.tobytes())
    entry = b"\x01\x12\0\3\0\0\0\1\0"
    data = buffer.getvalue().replace(entry + b"\1", entry + bytes([orientation]))
    photo = images.open(data)
    assert (photo.width, photo.height) == (320, 200)
    _assert_upright(photo)


def test_a_heic_with_a_turn_of_its_own_is_turned_once() -> None:
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = _picture().transpose(Image.Transpose.ROTATE_90)
    stored.info["exif"] = exif.tobytes()
    data = _encoded(stored, "HEIF", quality=90)
    assert b"irot" in data
    photo = images.open(data.replace(b"\0\3\0\0\0\1\0\1\0\0", b"\0\3\0\0\0\1\0\6\0\0"))  # as phones say it too
    assert (photo.width, photo.height) == (320, 200)
    _assert_upright(photo)


def test_ten_bits_of_heic_are_read() -> None:
    levels = np.tile(np.linspace(0, 65535, 256, dtype=np.uint16), (100, 1))
    buffer = io.BytesIO()
    pillow_heif.encode(
        "RGB;16",
        (256, 100),
        np.repeat(levels[:, :, None], 3, axis=2).tobytes(),
        buffer,
        quality=90,
        save_nclx_profile=False,
    )
    photo = images.open(buffer.getvalue())
    row = [photo.image.getpixel((x, 50))[0] for x in (0, 128, 255)]  # type: ignore[index]
    assert row == pytest.approx([0, 128, 255], abs=6)


def test_a_heif_in_another_coding_is_named() -> None:
    with pytest.raises(ImageError, match="a HEIF picture in a coding other than HEVC"):
        images.open(_heic().replace(b"hvc1", b"unci"))


def test_absolute_brightness_is_shown_as_on_a_usual_screen() -> None:
    grey = Image.new("RGB", (100, 100), (148, 148, 148))  # in SMPTE ST 2084 the white of paper, 203 cd/m²
    data = _encoded(grey, "AVIF", quality=100)
    at = data.index(b"colrnclx")
    hdr = data[: at + 10] + b"\0\x10" + data[at + 12 :]
    (usual, mapped) = (images.open(each).image.getpixel((50, 50)) for each in (data, hdr))
    assert usual == pytest.approx((148,) * 3, abs=3)
    assert mapped == pytest.approx((192,) * 3, abs=6)


def test_a_jpeg_2000_is_read() -> None:
    _assert_upright(images.open(_encoded(_picture(), "JPEG2000")))


@pytest.mark.parametrize("tags", [{50706: b"\1\4\0\0"}, {254: 1, 330: 8}])
def test_a_raw_photo_whose_first_page_is_a_stamp_is_named(tags: dict[int, object]) -> None:
    with pytest.raises(ImageError, match="a raw photo of a camera, such as DNG"):
        images.open(_encoded(_picture(), "TIFF", tiffinfo=tags))


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
    eight_megapixels = _encoded(_picture(3264, 2448), "JPEG", quality=80)
    assert images.open(eight_megapixels, coarse=True).image.size == (1632, 1224)


def test_what_is_too_large_to_be_sent_as_it_came_is_not_sent_smaller_because_it_is_coarse() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (2500, 3300, 3), np.uint8))
    heavy = _encoded(noise, "JPEG", quality=90)
    assert len(heavy) > images.REKOGNITION_BYTES
    for data in (heavy, _encoded(_picture(4000, 3000), "JPEG", quality=80)[:-2]):
        sent, coarse = (images.open(data, coarse=coarse) for coarse in (False, True))
        assert coarse.rekognition_bytes() == sent.rekognition_bytes()
        assert coarse.in_one().decoded is None


def test_nothing_but_simple_jpegs_is_sent_on() -> None:
    for options in ({"progressive": True}, {"progressive": True, "quality": 20}):
        sent = jpeg.read(images.open(_encoded(_picture(), "JPEG", **options)).rekognition_bytes())
        assert sent is not None
        assert sent.simple


def test_a_jpeg_of_scans_without_end_is_refused_undecoded() -> None:
    data = _encoded(_picture(6000, 6000), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    with pytest.raises(ImageError, match="more time or memory"):
        decode(data[:-2] + last * 50_000 + data[-2:])  # here, where no limit would end it


def test_a_huge_jpeg_of_many_scans_is_refused_undecoded() -> None:
    data = _encoded(Image.new("L", (12_000, 12_000)), "JPEG", progressive=True, quality=20)
    last = data[data.rindex(b"\xff\xda") : -2]
    with pytest.raises(ImageError, match="more time or memory"):
        decode(data[:-2] + last * 40 + data[-2:])


def test_a_jpeg_is_sent_as_it_came_but_for_its_metadata() -> None:
    plain = _encoded(_picture(), "JPEG")
    assert images.open(plain).rekognition_bytes() == plain
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6
    data = _encoded(_picture(), "JPEG", exif=exif, comment=b"secret")
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


@pytest.mark.parametrize("orientation", list(_TURNS))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_comes_in_parts_that_show_all_of_it(kind: str, orientation: int) -> None:
    whole = Image.fromarray(np.add.outer(np.arange(2600) // 20, np.arange(5200) // 20).astype(np.uint8), "L")
    turn = _TURNS[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = images.open(_encoded(whole if turn is None else whole.transpose(turn), kind, exif=exif), closely=True)
    assert (photo.width, photo.height) == (5200, 2600)
    seen = np.zeros((2600, 5200), bool)
    for part in photo.parts:
        place = (part.left, part.top, part.left + part.width, part.top + part.height)
        difference = np.abs(np.asarray(part.image.convert("L"), int) - np.asarray(whole.crop(place), int))
        assert difference.mean() < 3
        seen[part.top : place[3], part.left : place[2]] = True
    assert seen.all()
    assert all(max(part.width, part.height) <= SIDE for part in photo.parts)


def test_only_what_is_looked_at_closely_and_is_large_comes_in_parts() -> None:
    large, small = (_encoded(_picture(*size), "JPEG") for size in ((5000, 1000), (4096, 3000)))
    assert images.open(large).parts == ()
    assert images.open(small, closely=True).parts == ()
    assert len(images.open(large, closely=True).parts) == 2


def test_parts_of_what_is_too_large_for_memory_are_of_half_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.pictures.decoding.MAX_WHOLE_PIXELS", 10_000_000)
    picture, parts = decode_closely(_encoded(_picture(5000, 3000), "JPEG"))
    assert (picture.width, picture.height) == (5000, 3000)
    for part in parts:
        assert part.width == pytest.approx(2 * part.image.width, abs=2)
        assert max(part.image.size) <= 1280


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
