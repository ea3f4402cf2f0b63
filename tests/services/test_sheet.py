"""Portraits stand side by side in one picture, in the order given."""

import io

import pytest
from house import jpeg
from PIL import Image

from services.pictures.contact import sheet

COLOURS = ["red", "lime", "blue", "yellow", "black"]


def _portrait(colour: str) -> bytes:
    return jpeg(Image.new("RGB", (300, 300), colour))


@pytest.mark.parametrize(("number", "size"), [(1, (240, 240)), (4, (984, 240)), (5, (984, 488))])
def test_a_sheet_has_room_for_all_and_no_more(number: int, size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(sheet([_portrait(colour) for colour in COLOURS[:number]]))) as picture:
        assert picture.size == size


def test_the_order_is_kept() -> None:
    with Image.open(io.BytesIO(sheet([_portrait(colour) for colour in COLOURS]))) as picture:
        seen = [picture.getpixel((x, y)) for x, y in ((120, 120), (368, 120), (616, 120), (864, 120), (120, 368))]
    wanted = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 0, 0)]
    assert all(abs(a - b) < 12 for got, want in zip(seen, wanted, strict=True) for a, b in zip(got, want, strict=True))
