"""One look back is under way at a time: what a crash or an error cuts short keeps no other from beginning."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from team import PHOTOS, Team, apart, eventually

from handlers import keeping, lookback
from handlers.desk import Desk
from handlers.lookback import looking, turns
from handlers.slack import Leaf
from handlers.views import lookback as views
from playground.state import seed
from services.records import LookBack, Source, Stage
from services.records.albums.lookbacks import LookBacks

DIRECT = "D0ROBINAPP"

pytestmark = pytest.mark.faces("painted")


@pytest.fixture
def look_backs(team: Team) -> Iterator[LookBacks]:
    kept = team.workspace.records.look_backs
    yield kept
    for each in kept.all():
        kept.end(each.id)


def _none_left(look_backs: LookBacks) -> None:
    eventually(lambda: look_backs.all() == () or None, "the end of all", within=30)


def test_one_whose_job_a_crash_has_lost_goes_on_when_another_is_asked_for(team: Team, look_backs: LookBacks) -> None:
    lost = look_backs.add(seed.ADMIN, [PHOTOS])
    assert turns.claim_next(team.desk) is not None, "it is under way, and its job was not stored"
    assert lookback.submit(team.desk, seed.ADMIN, [PHOTOS]) is False
    assert lost.id in {each.id for each in look_backs.all()}
    _none_left(look_backs)


def test_one_whose_job_a_crash_has_lost_goes_on_at_a_start_and_with_the_days_sweep(
    team: Team, look_backs: LookBacks
) -> None:
    for take_up in (lambda: apart(lookback.begin_next, team.desk), lambda: team.sweep(datetime.now(UTC))):
        look_backs.add(seed.ADMIN, [PHOTOS])
        assert turns.claim_next(team.desk) is not None
        take_up()
        _none_left(look_backs)


def test_one_whose_job_has_ended_and_stored_no_other_goes_on_with_the_next_page(
    team: Team, look_backs: LookBacks
) -> None:
    lost = look_backs.add(seed.ADMIN, [PHOTOS])
    payload = turns.claim_next(team.desk)
    assert payload is not None
    look_backs.set_stage(lost.id, Stage.STOPPED)  # so that the job does nothing
    apart(turns.store, team.desk, payload)
    key = f"{lost.id}-{payload['page']}"
    with ThreadPoolExecutor(1) as thread:
        eventually(lambda: thread.submit(team.desk.ended, turns.JOB, key).result() or None, "its end", within=30)
    look_backs.set_stage(lost.id, Stage.UNDER_WAY)
    apart(lookback.begin_next, team.desk)
    _none_left(look_backs)


def test_one_that_fails_is_stopped_says_so_and_lets_the_next_begin(
    team: Team, look_backs: LookBacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = look_backs.add(seed.ADMIN, [seed.GENERAL])
    leaf = looking._leaf

    def fail_in_general(desk: Desk, look: LookBack) -> Leaf | None:
        if look.id == failing.id:
            raise RuntimeError("not foreseen")
        return leaf(desk, look)

    monkeypatch.setattr(looking, "_leaf", fail_in_general)
    lookback.submit(team.desk, seed.SECOND, [PHOTOS])
    stopped = team.hears("Looking back is stopped", channel=DIRECT)
    eventually(lambda: len(look_backs.all()) == 1 or None, "the other's end", within=30)
    assert [(each.id, each.stage) for each in look_backs.all()] == [(failing.id, Stage.STOPPED)]
    monkeypatch.undo()
    team.click(stopped, views.GO_ON, channel=DIRECT)
    team.becomes(stopped, "I have looked back", channel=DIRECT)
    _none_left(look_backs)


def test_a_channel_that_is_not_read_is_not_taken_for_looked_over(team: Team, look_backs: LookBacks) -> None:
    def looked_over() -> bool:
        lookback.submit(team.desk, seed.ADMIN, [PHOTOS])
        _none_left(look_backs)
        return team.workspace.records.own_setting("looked_back", PHOTOS) is not None

    team.workspace.album.look_anew(PHOTOS)
    admin = replace(team.desk.actor(seed.ADMIN), admin=True)
    team.workspace.roles.set_excluded(PHOTOS, excluded=True, actor=admin)
    assert not looked_over()
    team.workspace.roles.set_excluded(PHOTOS, excluded=False, actor=admin)
    assert looked_over()


def test_only_channels_that_could_be_read_are_said_to_be_looked_back_over(team: Team, look_backs: LookBacks) -> None:
    lookback.submit(team.desk, seed.ADMIN, [PHOTOS, seed.GENERAL, "C0NONE"])
    team.hears("I have looked back over 2 channels.", channel=DIRECT)
    _none_left(look_backs)


def test_of_who_has_left_no_look_back_is_left_and_the_next_one_begins(team: Team, look_backs: LookBacks) -> None:
    theirs, next_one = (look_backs.add(member, [PHOTOS]) for member in (seed.SECOND, seed.ADMIN))
    payload = turns.claim_next(team.desk)
    assert payload is not None
    assert payload["look_back"] == theirs.id
    keeping._erase_member(team.workspace, seed.SECOND)
    assert [each.id for each in look_backs.all()] == [next_one.id]
    turns.store(team.desk, payload)
    _none_left(look_backs)


def test_one_that_is_stopped_is_kept_for_a_month_with_what_it_has_looked_at(team: Team, look_backs: LookBacks) -> None:
    stopped, photo = look_backs.add(seed.ADMIN, [PHOTOS]), Source(PHOTOS, "1.1", "F1")
    look_backs.set_stage(stopped.id, Stage.STOPPED)
    look_backs.mark(stopped.id, photo)
    team.sweep(datetime.now(UTC) + timedelta(days=29))
    assert look_backs.has_looked(stopped.id, photo)
    team.sweep(datetime.now(UTC) + timedelta(days=31))
    assert look_backs.all() == ()
    assert not look_backs.has_looked(stopped.id, photo)
