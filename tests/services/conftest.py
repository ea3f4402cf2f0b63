"""The services on the real engine, each test with a store of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import painted
import pytest
from house import PAINTED, House, jpeg, open_house
from PIL import Image

from engine.vision.weights import Weights
from services.people.portraits import GivenPhoto
from services.search import Strategy


@pytest.fixture
def house(tmp_path: Path, weights: Weights) -> Iterator[House]:
    with open_house(tmp_path, Strategy.INDEX) as opened:
        yield opened


@pytest.fixture(scope="session")
def given_photo(photos: dict[str, Path]) -> Callable[[str], GivenPhoto]:
    """A photo of the catalogue, as somebody gives it to enrol a person."""
    return painted.photo if PAINTED else lambda name: GivenPhoto(name, photos[name].read_bytes)


@pytest.fixture(scope="session")
def group(photos: dict[str, Path]) -> bytes:
    """Obama, Collins and Biden side by side, left to right."""
    if PAINTED:
        return painted.group()
    canvas = Image.new("RGB", (1280, 480), "gray")
    for index, name in enumerate(("obama2.jpg", "astronaut.png", "biden.jpg")):
        with Image.open(photos[name]) as photo:
            picture = photo.convert("RGB")
        picture.thumbnail((420, 470))
        canvas.paste(picture, (index * 428, 5))
    return jpeg(canvas)
