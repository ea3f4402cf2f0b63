"""Short runs of the benchmarks: the bot is killed while it hands over, enrols and invites, and all comes once."""

import pytest

from benchmarks.mishaps import album_faults, invited

pytestmark = [pytest.mark.usefixtures("photos", "weights"), pytest.mark.thorough]


def test_a_download_is_handed_over_once_though_the_bot_is_killed() -> None:
    tally = album_faults.download(kills=2, photos=30)
    assert tally.wrong == 0, tally


def test_a_team_is_asked_once_though_the_bot_is_killed() -> None:
    tally = album_faults.team(kills=2, people=6)
    assert tally.wrong == 0, tally


def test_members_are_asked_once_though_the_bot_is_killed() -> None:
    tally = invited.run(members=9, kills=2, seed=1, rates={})
    assert tally.wrong == 0, tally
