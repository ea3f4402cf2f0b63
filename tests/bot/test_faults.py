"""A short run of the benchmark: Slack misbehaves and the bot is killed, and everything is answered exactly once."""

import pytest

from benchmarks.mishaps import invited
from benchmarks.mishaps.faults import run
from engine.vision import Weights


@pytest.mark.thorough
@pytest.mark.usefixtures("photos")
def test_everything_is_answered_once_though_the_bot_is_killed(weights: Weights) -> None:
    tally = run(kills=2, seed=5, longest=1.5)
    assert tally.photos
    assert tally.wrong == 0, tally


@pytest.mark.usefixtures("photos")
def test_each_member_is_asked_once_though_the_bot_is_killed(weights: Weights) -> None:
    tally = invited.run(members=5, kills=2, seed=5)
    assert tally.members == 8
    assert tally.wrong == 0, tally
