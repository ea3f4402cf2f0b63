"""The whole bot in this process, connected by Socket Mode to a real playground.

Where it is not asked how well faces are told apart, files of tests are marked `faces("painted")`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from team import Photo, Team, jpeg, open_team, painted, sees_paint

from engine.vision import Weights


@pytest.fixture(scope="module")
def team(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Iterator[Team]:
    with open_team(tmp_path_factory.mktemp("data"), is_painted=sees_paint(request.node)) as opened:
        yield opened


@pytest.fixture(scope="module")
def photo(request: pytest.FixtureRequest, photos: dict[str, Path]) -> Photo:
    if sees_paint(request.node):
        return lambda name: (name, painted.photo(name).read())
    return lambda name: (name, photos[name].read_bytes())


@pytest.fixture(scope="module")
def pair(request: pytest.FixtureRequest, photos: dict[str, Path]) -> tuple[str, bytes]:
    """Obama on the left and Biden on the right."""
    if sees_paint(request.node):
        return "pair.png", painted.group("obama2.jpg", "biden.jpg")
    canvas = Image.new("RGB", (1000, 500), "gray")
    for index, name in enumerate(("obama2.jpg", "biden.jpg")):
        with Image.open(photos[name]) as one:
            canvas.paste(one.convert("RGB").resize((int(500 * one.width / one.height), 500)), (index * 500, 0))
    return "pair.jpg", jpeg(canvas)


@pytest.fixture
def nobody_known(team: Team) -> Iterator[None]:
    """Forgets everyone afterwards."""
    yield
    for person in team.workspace.people.all():
        team.workspace.people.forget(person, actor="test")
