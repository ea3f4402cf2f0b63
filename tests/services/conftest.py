"""The services on the real engine, each test with a store of its own.

Tests that are marked `faces("painted")` ask who may do what, and not how well faces are told apart: theirs are painted.
"""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import cast

import house as houses
import painted
import pytest
from house import House, Open, jpeg
from PIL import Image

from engine.vision import Vision, Weights
from services.people.photos.portraits import GivenPhoto
from services.search import Strategy

_TOGETHER = ("obama2.jpg", "astronaut.png", "biden.jpg")


@pytest.fixture
def is_painted(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("faces")
    return marker is not None and marker.args == ("painted",)


@pytest.fixture(scope="session")
def vision(weights: Weights) -> Vision:
    """The networks, which load slowly: all stores share them."""
    return Vision(weights, extras=True)


@pytest.fixture
def open_house(is_painted: bool, request: pytest.FixtureRequest) -> Open:
    """Opens the house in a folder, as often as a test likes."""
    eyes = cast(Vision, painted.Painted()) if is_painted else request.getfixturevalue("vision")
    return partial(houses.open_house, open_engine=partial(houses.engine_with, eyes))


@pytest.fixture
def house(tmp_path: Path, open_house: Open) -> Iterator[House]:
    with open_house(tmp_path, Strategy.INDEX) as opened:
        yield opened


@pytest.fixture(scope="session")
def known(vision: Vision, photos: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a house that knows Barack and Joe, for copies of it."""
    folder = tmp_path_factory.mktemp("known")
    given = {name: GivenPhoto(name, photos[name].read_bytes) for name in ("obama.jpg", "obama3.jpg", "biden.jpg")}
    with houses.open_house(folder, Strategy.INDEX, open_engine=partial(houses.engine_with, vision)) as opened:
        assert opened.enroll("Barack", given["obama.jpg"], given["obama3.jpg"]) == ["added", "added"]
        assert opened.enroll("Joe", given["biden.jpg"]) == ["added"]
    return folder


@pytest.fixture(params=list(Strategy))
def searched(request: pytest.FixtureRequest, tmp_path: Path, known: Path, open_house: Open) -> Iterator[House]:
    """A workspace that knows Barack and Joe, searched by either strategy."""
    copied = shutil.copytree(known, tmp_path / "known")
    with open_house(copied, request.param) as opened:
        yield opened


@pytest.fixture
def given_photo(is_painted: bool, photos: dict[str, Path]) -> Callable[[str], GivenPhoto]:
    """A photo of the catalogue, as somebody gives it to enrol a person."""
    return painted.photo if is_painted else lambda name: GivenPhoto(name, photos[name].read_bytes)


@pytest.fixture
def group(is_painted: bool, group_photo: bytes) -> bytes:
    """Obama, Collins and Biden side by side, left to right."""
    return painted.group(*_TOGETHER) if is_painted else group_photo


@pytest.fixture(scope="session")
def group_photo(photos: dict[str, Path]) -> bytes:
    canvas = Image.new("RGB", (1280, 480), "gray")
    for index, name in enumerate(_TOGETHER):
        with Image.open(photos[name]) as photo:
            picture = photo.convert("RGB")
        picture.thumbnail((420, 470))
        canvas.paste(picture, (index * 428, 5))
    return jpeg(canvas)
