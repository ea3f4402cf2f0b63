"""The picture: labels where they belong and legible in any script; and the same in words."""

import io
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.pictures.drawing import annotate, fonts
from services.pictures.drawing.annotate import Label

_GREY = (120, 120, 120)
_TRICKS = "\u202egnp.ecila\u202c\u0007\n\u2066x\u2069\u200f"
_NAMES = ["Alice", "W" * 80, "محمد بن عبد الله", "王小明", "🎉🎉", "two\nlines", _TRICKS, "", "प्रिया", "\u0301" * 80]
_coordinate = st.floats(-7000, 7000)
_boxes = st.tuples(_coordinate, _coordinate, st.floats(0, 7000), st.floats(0, 7000))


def _drawn(size: tuple[int, int], labels: list[Label]) -> tuple[Image.Image, np.ndarray]:
    """The picture drawn on plain grey, and which of its pixels are no longer that."""
    picture = annotate.draw(Image.new("RGB", size, _GREY), labels)
    return picture, (np.asarray(picture) != _GREY).any(axis=2)


@settings(max_examples=40)
@given(
    st.tuples(st.integers(1, 700), st.integers(1, 700)),
    st.lists(st.tuples(_boxes, st.sampled_from([*_NAMES, None])), max_size=5),
)
def test_any_boxes_and_names_can_be_drawn(
    size: tuple[int, int], faces: list[tuple[tuple[float, float, float, float], str | None]]
) -> None:
    labels = [Label(i, box, name, 99.0 if name else None) for i, (box, name) in enumerate(faces, 1)]
    picture = annotate.draw(Image.new("RGB", size, _GREY), labels)
    assert 640 <= max(picture.size) <= annotate.MAX_SIDE
    assert picture.mode == "RGB"
    assert len(annotate.describe(labels, size)) <= annotate.MAX_ALT


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=90))
def test_any_text_is_a_name(name: str) -> None:
    label = Label(1, (100, 100, 100, 100), name, 99.5)
    assert annotate.draw(Image.new("RGB", (640, 480), _GREY), [label]).size == (640, 480)
    alt = annotate.describe([label], (640, 480))
    assert not any(unicodedata.category(c).startswith("C") for c in alt if c not in fonts.JOINERS)


@pytest.mark.parametrize(
    ("size", "drawn"),
    [((80, 60), (640, 480)), ((320, 240), (640, 480)), ((1280, 800), (1280, 800)), ((6000, 4000), (2560, 1707))],
)
def test_the_picture_comes_at_the_size_to_be_shown_and_boxes_with_it(
    size: tuple[int, int], drawn: tuple[int, int]
) -> None:
    width, height = size
    picture, changed = _drawn(size, [Label(1, (width / 4, height / 4, width / 4, height / 4), None, None)])
    assert picture.size == drawn
    ys, xs = np.nonzero(changed)
    assert xs.max() == pytest.approx(drawn[0] / 2, abs=0.02 * drawn[0])
    assert ys.max() == pytest.approx(drawn[1] / 2, abs=0.02 * drawn[1])


def test_the_picture_given_is_left_as_it_is() -> None:
    image = Image.new("RGB", (640, 480), _GREY)
    annotate.draw(image, [Label(1, (100, 100, 100, 100), "Alice", 99.0)])
    assert image.getcolors() == [(640 * 480, _GREY)]


@pytest.mark.parametrize("face", [16, 24, 40])
@pytest.mark.parametrize("name", ["Alice", None])
def test_a_badge_does_not_cover_a_face_as_small_as_itself(face: int, name: str | None) -> None:
    _, changed = _drawn((1280, 800), [Label(1, (600, 400, face, face), name, 99.0)])
    near, far = face * 3 // 8, face * 5 // 8  # its box has a halo, which reaches in
    assert not changed[400 + near : 400 + far, 600 + near : 600 + far].any()


@pytest.mark.parametrize("side", [640, 1280, 2560])
def test_where_there_is_room_no_face_is_covered(side: int) -> None:
    face = side // 10
    boxes = [(side * x / 4 + face / 2, side * y / 4 + face / 2, face, face) for x in range(4) for y in range(3)]
    _, changed = _drawn((side, side), [Label(i, box, "Alice", 99.87) for i, box in enumerate(boxes, 1)])
    for left, top, width, height in boxes:
        inner = changed[
            int(top + 0.15 * height) : int(top + 0.85 * height), int(left + 0.15 * width) : int(left + 0.85 * width)
        ]
        assert not inner.any()


def test_sixty_faces_each_show_their_badge_and_colours_repeat_only_after_seven() -> None:
    boxes = [(x * 128 + 20.0, y * 120 + 15.0, 88.0, 100.0) for y in range(6) for x in range(10)]
    picture, _ = _drawn((1280, 720), [Label(i, box, "Maximilian", 99.0) for i, box in enumerate(boxes, 1)])
    pixels = np.asarray(picture).reshape(-1, 3)
    by_colour = [int((pixels == np.array(colour)).all(axis=1).sum()) for colour in annotate.PALETTE]
    assert len(annotate.PALETTE) == len(set(annotate.PALETTE)) == 7
    assert min(by_colour) > 8 * 200, "eight or nine boxes and badges of every colour"


def test_an_unknown_face_is_dashed_and_a_known_one_is_not() -> None:
    def gaps(name: str | None) -> int:
        colour = np.array(annotate.PALETTE[0] if name else annotate.UNKNOWN)
        picture, _ = _drawn((1000, 1000), [Label(1, (300, 300, 400, 400), name, None)])
        right_edge = (np.abs(np.asarray(picture).astype(int)[400:600, 690:710] - colour).max(axis=2) < 30).any(axis=1)
        return int((np.diff(right_edge.astype(int)) == -1).sum())

    assert gaps("Alice") == 0
    assert gaps(None) >= 4


def test_a_long_name_is_cut_with_an_ellipsis_and_not_within_a_letter() -> None:
    whole = fonts.line("W" * 80, 20, fonts.MEDIUM)
    fitted = fonts.fitted("W" * 80, 20, fonts.MEDIUM, 200)
    assert whole is not None
    assert fitted is not None
    assert 150 < fitted.width <= 200 < whole.width
    assert fonts.fitted("W" * 80, 20, fonts.MEDIUM, 3) is None
    _, changed = _drawn((1280, 640), [Label(1, (620, 300, 40, 40), "W" * 80, None)])
    assert np.ptp(np.nonzero(changed)[1]) < 1280 // 2


def test_threads_draw_the_same_picture() -> None:
    labels = [Label(i, (i * 200.0, 100, 100, 120), name, 99.0) for i, name in enumerate(_NAMES[:6])]

    def encoded(_: int) -> bytes:
        return annotate.draw(Image.new("RGB", (1280, 640), _GREY), labels).tobytes()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(encoded, range(16)))) == 1


def test_a_jpeg_without_metadata_of_at_most_2560_px() -> None:
    image = Image.new("RGB", (5000, 1000), _GREY)
    image.info.update(comment=b"Berlin", exif=b"Exif\0\0secret", icc_profile=b"profile", dpi=(72, 72), xmp=b"<xmp>")
    data = annotate.encode(image)
    with Image.open(io.BytesIO(data)) as back:
        assert back.format == "JPEG"
        assert back.size == (2560, 512)
        assert not {"comment", "exif", "icc_profile", "xmp"} & set(back.info)
    assert b"Berlin" not in data


def test_who_is_where() -> None:
    labels = [
        Label(1, (0, 130, 50, 50), "Alice", 99.8),
        Label(2, (130, 130, 50, 50), None, None),
        Label(3, (250, 0, 50, 50), "Bob\u202e\nMartin", 98.0),
    ]
    words = "Photo with 3 faces. 1 Alice, left; 2 unknown, centre; 3 Bob Martin, top right."
    assert annotate.describe(labels, (300, 300)) == words
    assert annotate.describe(labels[:1], (300, 300)) == "Photo with 1 face. 1 Alice, left."
    assert annotate.describe([], (300, 300)) == "Photo with no faces."


@given(
    st.lists(st.one_of(st.none(), st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=80)), max_size=100)
)
def test_alt_text_keeps_within_slack_s_limit_and_never_cuts_a_name(names: list[str | None]) -> None:
    labels = [Label(i, (i * 10, 50, 10, 10), name, None) for i, name in enumerate(names, 1)]
    alt = annotate.describe(labels, (1000, 100))
    assert len(alt) <= 1000
    _, _, listed = alt.partition(". ")
    items = listed.removesuffix(".").split("; ") if listed else []
    left_out = re.fullmatch(r"and (\d+) more", items[-1]) if items else None
    told = items[:-1] if left_out else items
    assert len(told) + (int(left_out[1]) if left_out else 0) == len(names)
    for item, label in zip(told, labels, strict=False):
        assert item.split(", ")[0] == f"{label.number} {label.name or 'unknown'}"


def test_all_numbers_of_sixty_unknown_faces_are_told() -> None:
    alt = annotate.describe([Label(i, (i, 1, 1, 1), None, None) for i in range(1, 61)], (100, 100))
    assert [int(number) for number in re.findall(r"(\d+) unknown", alt)] == list(range(1, 61))
