"""The whole bot in this process, connected by Socket Mode to a real playground."""

from collections.abc import Iterator

import pytest
from team import Team, open_team

from engine.weights import Weights


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Iterator[Team]:
    with open_team(tmp_path_factory.mktemp("data")) as opened:
        yield opened
