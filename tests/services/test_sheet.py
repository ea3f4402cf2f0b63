"""Photos stand side by side on one sheet: whole, in their order, under their numbers, and who is meant is ringed."""

import io
from itertools import pairwise

import numpy as np
import pytest
from house import jpeg
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.pictures import Box
from services.pictures.drawing import Cell, contact_sheet, rows

COLOURS = ["red", "lime", "blue", "yellow", "black"]
YELLOW = (240, 228, 66)


def _photo(colour: str, size: tuple[int, int] = (600, 600)) -> bytes:
    return jpeg(Image.new("RGB", size, colour))


def _sheet(cells: list[Cell]) -> Image.Image:
    return Image.open(io.BytesIO(contact_sheet(cells))).convert("RGB")


def _near(picture: Image.Image, colour: tuple[int, int, int]) -> np.ndarray:
    return (np.abs(np.asarray(picture, dtype=int) - colour) < 40).all(axis=2)


@given(st.lists(st.floats(0.28, 3.5), min_size=1, max_size=12))
def test_pictures_of_any_shapes_fill_rows_of_one_width(shapes: list[float]) -> None:
    places = rows.arranged(shapes, 1600, 10)
    assert all(at.width / at.height == pytest.approx(shape) for at, shape in zip(places, shapes, strict=True))
    assert max(max(at.right, at.bottom) for at in places) == pytest.approx(1600, abs=2)
    assert all(
        b.left == pytest.approx(a.right + 10) or b.top == pytest.approx(a.bottom + 10) for a, b in pairwise(places)
    )
    ends = [a.right for a, b in pairwise(places) if b.top > a.top] + [places[-1].right]
    assert ends == pytest.approx([max(ends)] * len(ends))


def test_the_order_is_kept_and_no_photo_is_cut() -> None:
    sheet = _sheet([Cell(_photo(colour)) for colour in COLOURS[:4]])
    assert sheet.width == pytest.approx(sheet.height, abs=2)
    quarter, far = sheet.width // 4, 3 * sheet.width // 4
    seen = [sheet.getpixel(at) for at in ((quarter, quarter), (far, quarter), (quarter, far), (far, far))]
    wanted = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)]
    assert all(abs(a - b) < 12 for got, want in zip(seen, wanted, strict=True) for a, b in zip(got, want, strict=True))


def test_a_ring_is_around_its_face_and_a_badge_hides_nobody() -> None:
    grey = _photo("grey", (1200, 900))
    plain, ringed = _sheet([Cell(grey, 1)]), _sheet([Cell(grey, 1, (Box(0.0, 0.0, 0.3, 0.3),))])
    ring = np.argwhere(_near(ringed, YELLOW))
    assert ring.max(axis=0) / (ringed.height, ringed.width) == pytest.approx([0.3, 0.3], abs=0.02)
    assert _near(plain, (20, 20, 24))[:100, :100].any()
    assert not _near(ringed, (20, 20, 24))[: int(0.3 * ringed.height), : int(0.3 * ringed.width)].all(axis=1).any()
    assert _near(ringed, (20, 20, 24))[-100:, :100].any()  # it moved down


def test_what_is_no_picture_is_a_grey_field_with_its_number() -> None:
    sheet = _sheet([Cell(b"<html>sign in</html>", 1), Cell(_photo("red"), 2)])
    assert _near(sheet, (226, 226, 230)).any()
    assert _near(sheet, (255, 0, 0)).any()


def test_a_thumbnail_is_not_blown_up() -> None:
    assert max(_sheet([Cell(_photo("red", (360, 240)), 1)]).size) == 540
