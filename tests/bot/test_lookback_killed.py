"""A short run of the benchmark: the bot is killed while it looks back, and each photo is found once all the same."""

import pytest

from benchmarks.mishaps.lookback import run
from engine.vision import Weights

pytestmark = pytest.mark.thorough


@pytest.mark.usefixtures("photos")
def test_each_photo_is_found_once_though_the_bot_is_killed(weights: Weights) -> None:
    tally = run(kills=2, photos=8)
    assert tally.wrong == 0, tally
