"""A photo's colours are what its profile says, whoever wrote the profile."""

import io
import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from services.errors import Unavailable
from services.pictures import colours, images
from services.pictures.sandbox import Sandbox

_Colours = npt.NDArray[np.float64]
_SRGB = ((0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))  # as seen in daylight of 5000 K


@dataclass(frozen=True, slots=True)
class _Space:
    """Colours by the XYZ of red, green and blue, and one exponent."""

    primaries: tuple[tuple[float, float, float], ...]
    gamma: float

    def profile(self) -> bytes:
        """Of the kind that cameras and programs write: three colours and a curve."""
        curve = b"curv\0\0\0\0" + struct.pack(">IH2x", 1, round(self.gamma * 256))
        tags = {b"wtpt": _xyz((0.9642, 1.0, 0.8249)), b"desc": b"desc" + bytes(86), b"cprt": b"text\0\0\0\0none"}
        tags |= {name + b"XYZ": _xyz(each) for name, each in zip((b"r", b"g", b"b"), self.primaries, strict=True)}
        tags |= {name + b"TRC": curve for name in (b"r", b"g", b"b")}
        table, body, at = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
        for name, value in tags.items():
            table += name + struct.pack(">II", at + len(body), len(value))
            body += value + bytes(-len(value) % 4)
        kinds = b"lcms\x02\x10\0\0mntrRGB XYZ " + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
        head = struct.pack(">I", at + len(body)) + kinds + bytes(28)
        return head + _xyz((0.9642, 1.0, 0.8249))[8:] + bytes(128 - len(head) - 12) + table + body

    def holding(self, picture: Image.Image) -> Image.Image:
        """An sRGB picture in the numbers of this space."""
        levels = np.asarray(picture) / 255
        light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
        mixed: _Colours = light @ np.array(_SRGB) @ np.linalg.inv(np.array(self.primaries))
        return Image.fromarray((np.clip(mixed, 0, 1) ** (1 / self.gamma) * 255).round().astype(np.uint8))


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(each * 65536) for each in value))


DISPLAY_P3 = _Space(((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)), 2.2)
ADOBE_RGB = _Space(((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)), 2.2)
PROPHOTO = _Space(((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249)), 1.8)
_SPACES = {"Display P3": DISPLAY_P3, "Adobe RGB": ADOBE_RGB, "ProPhoto": PROPHOTO}


def _photo() -> Image.Image:
    """Skin, foliage, sky and greys, blended."""
    patches = [(224, 172, 138), (94, 60, 44), (96, 128, 56), (120, 168, 220), (200, 30, 40), (30, 30, 30)]
    small = Image.new("RGB", (3, 2))
    small.putdata([*patches])
    return small.resize((240, 160), Image.Resampling.BICUBIC)


def _apart(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).mean())


def _encoded(picture: Image.Image, kind: str, profile: bytes | None, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, icc_profile=profile, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
    ],
)
@pytest.mark.parametrize("name", _SPACES)
def test_a_photo_of_another_space_keeps_its_colours(name: str, kind: str, options: dict[str, object]) -> None:
    space, meant = _SPACES[name], _photo()
    held = space.holding(meant)
    assert _apart(held, meant) > 5, "or the test would show nothing"
    photo = images.open(_encoded(held, kind, space.profile(), **options))
    assert _apart(photo.image, meant) < 2.5
    assert not photo.image.info


def test_greys_and_printers_colours_are_turned_too() -> None:
    grey = _photo().convert("L")
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert _apart(images.open(_encoded(grey, "JPEG", linear)).image, grey.convert("RGB")) < 3, "RGB's profile on grey"


def test_srgb_costs_nothing_and_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert colours.table(profile) == b""
    plain = images.open(_encoded(_photo(), "JPEG", None)).image
    assert images.open(_encoded(_photo(), "JPEG", profile)).image.tobytes() == plain.tobytes()


def test_what_rekognition_is_sent_is_as_it_came() -> None:
    held = DISPLAY_P3.holding(_photo())
    bare = images.open(_encoded(held, "JPEG", None)).rekognition_bytes()
    assert images.open(_encoded(held, "JPEG", DISPLAY_P3.profile())).rekognition_bytes() == bare


@pytest.mark.parametrize("coarse", [False, True])
def test_what_is_looked_at_has_the_numbers_that_are_sent(coarse: bool) -> None:
    held = DISPLAY_P3.holding(_photo()).resize((3000, 2000))
    with_profile, without = (
        images.open(_encoded(held, "JPEG", profile), coarse=coarse) for profile in (DISPLAY_P3.profile(), None)
    )
    sent, plain = (photo.in_one().decoded for photo in (with_profile, without))
    assert sent == plain == without.image != with_profile.image


_HOSTILE = st.one_of(
    st.binary(max_size=600),
    st.tuples(st.integers(0, 500), st.binary(min_size=1, max_size=8)).map(
        lambda change: _changed(ADOBE_RGB.profile(), *change)
    ),
    st.integers(0, 500).map(lambda kept: ADOBE_RGB.profile()[:kept]),
)


def _changed(profile: bytes, at: int, by: bytes) -> bytes:
    return profile[:at] + by + profile[at + len(by) :]


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox()


@settings(max_examples=60, deadline=None)
@given(_HOSTILE)
def test_a_broken_profile_is_as_none_or_a_table(sandbox: Sandbox, profile: bytes) -> None:
    assert len(sandbox.table(profile)) in {0, colours.TABLE_BYTES}


@pytest.mark.parametrize("profile", [b"\0" * 100, b"x" * 70_000, DISPLAY_P3.profile()[:200]])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_with_a_broken_profile_is_shown_all_the_same(kind: str, profile: bytes) -> None:
    assert _apart(images.open(_encoded(_photo(), kind, profile)).image, _photo()) < 4


def test_a_profile_as_large_as_a_bomb_is_not_read() -> None:
    image = _photo()
    assert colours.in_srgb(image, ADOBE_RGB.profile() + bytes(colours.MOST_BYTES)) is image


def test_a_photo_is_read_where_no_table_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bytes:
        raise Unavailable("no process can be started")

    images._table.cache_clear()
    monkeypatch.setattr(Sandbox, "table", refuse)
    held = PROPHOTO.holding(_photo())
    assert _apart(images.open(_encoded(held, "JPEG", PROPHOTO.profile())).image, held) < 4
