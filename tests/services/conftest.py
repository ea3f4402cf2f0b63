"""The services on the real engine, each test with a store of its own.

Tests that are marked `faces("painted")` ask who may do what, and not how well faces are told apart: theirs are painted.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import house as houses
import painted
import pytest
from house import House, Open, jpeg
from PIL import Image

from services.people.portraits import GivenPhoto
from services.search import Strategy


@pytest.fixture
def is_painted(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("faces")
    return marker is not None and marker.args == ("painted",)


@pytest.fixture
def open_house(is_painted: bool, request: pytest.FixtureRequest) -> Open:
    """Opens the house in a folder, as often as a test likes."""
    if is_painted:
        return partial(houses.open_house, open_engine=painted.engine_of)
    request.getfixturevalue("weights")
    return houses.open_house


@pytest.fixture
def house(tmp_path: Path, open_house: Open) -> Iterator[House]:
    with open_house(tmp_path, Strategy.INDEX) as opened:
        yield opened


@pytest.fixture
def given_photo(is_painted: bool, photos: dict[str, Path]) -> Callable[[str], GivenPhoto]:
    """A photo of the catalogue, as somebody gives it to enrol a person."""
    return painted.photo if is_painted else lambda name: GivenPhoto(name, photos[name].read_bytes)


@pytest.fixture
def group(is_painted: bool, group_photo: bytes) -> bytes:
    """Obama, Collins and Biden side by side, left to right."""
    return painted.group() if is_painted else group_photo


@pytest.fixture(scope="session")
def group_photo(photos: dict[str, Path]) -> bytes:
    canvas = Image.new("RGB", (1280, 480), "gray")
    for index, name in enumerate(("obama2.jpg", "astronaut.png", "biden.jpg")):
        with Image.open(photos[name]) as photo:
            picture = photo.convert("RGB")
        picture.thumbnail((420, 470))
        canvas.paste(picture, (index * 428, 5))
    return jpeg(canvas)
