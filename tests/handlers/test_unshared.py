"""Files that are taken out of a channel or made private, and channels that are archived: nothing of them stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playground_kit import eventually
from small_slack import SmallSlack
from team import PHOTOS, Photo, Team, painted
from test_album_in_slack import _enrolled, _files, _keep, _posted

from handlers.photos.unshared import gone
from handlers.slack import Slack
from playground.state import seed
from services.records import Person, Source

HERE, THERE, FORWARDED = (Source(channel, f"{n}.000100", "F1") for n, channel in enumerate(("C0A", "C0B", "C0A"), 1))

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]


@pytest.mark.parametrize(
    ("found", "channel", "lost"),
    [
        ([], "", [HERE, THERE, FORWARDED]),
        ([THERE], "C0A", [HERE, FORWARDED]),
        ([HERE, THERE], "C0A", [FORWARDED]),
        ([THERE], "", []),
        (None, "C0A", [HERE, FORWARDED]),
        (None, "", []),
    ],
)
def test_where_a_file_is_no_more(found: list[Source] | None, channel: str, lost: list[Source]) -> None:
    assert gone([HERE, THERE, FORWARDED], found, channel) == lost


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ({"mode": "tombstone"}, set()),
        (
            {"shares": {"public": {"C0A": [{"ts": "1.000100"}]}, "private": {"C0B": [{"ts": "2.000100"}]}}},
            {HERE, THERE},
        ),
        ({"shares": {}}, set()),
        ({}, None),
        ({"mode": "file_access", "file_access": "check_file_info", "shares": {}}, None),
        ({"shares": {}, "channels": ["C0A"]}, None),
        ({"channels": [], "groups": [], "ims": []}, set()),
        ({"shares": {}, "created": 4_000_000_000}, None),
        ({"shares": {"public": "odd"}, "created": 1}, set()),
    ],
)
def test_where_a_file_is(file: dict[str, object], found: set[Source] | None) -> None:
    slack = SmallSlack()
    slack.files["F1"] = {"id": "F1", "mode": "hosted", "mimetype": "image/png", **file}
    assert Slack(slack).posted_in("F1") == found
    assert Slack(slack).posted_in("F0NONE") == frozenset()


@pytest.fixture
def robin(team: Team, photo: Photo) -> Person:
    found = _enrolled(team, photo, "Robin", seed.ADMIN, "obama.jpg", "obama2.jpg")
    _keep(team, found)
    return found


@pytest.mark.parametrize("event", ["file_unshared", "file_change"])
def test_a_file_that_is_made_private_is_in_no_album_and_what_was_said_of_it_goes(
    team: Team, robin: Person, event: str
) -> None:
    kept = team.workspace.records.appearances
    ts = _posted(team, ("a.png", painted.picture(1)), robin)
    (file_id,) = {each.source.file_id for each, _ in kept.all_of(robin.user_id) if each.source.ts == ts}
    team.thread(ts, 2)
    assert team.deliver({"type": event, "file_id": file_id, "file": {"id": file_id}, "event_ts": "1.1"}) == 200
    file = _files(team)[file_id]
    assert kept.count_of(robin.user_id) == 1, "nothing has changed but its name"
    _files(team)[file_id] = replace(file, shares=(), created=1)
    assert team.deliver({"type": event, "file_id": file_id, "file": {"id": file_id}, "event_ts": "1.2"}) == 200
    eventually(lambda: kept.count_of(robin.user_id) == 0 or None, "no row", within=20)
    eventually(lambda: not team.member.messages(PHOTOS, thread_ts=ts)[1:] or None, "no answer", within=20)


@pytest.mark.parametrize("event", ["channel_archive", "group_archive", "channel_deleted", "group_deleted"])
def test_of_a_channel_that_is_archived_or_deleted_nothing_is_kept(team: Team, robin: Person, event: str) -> None:
    kept = team.workspace.records.appearances
    _posted(team, ("a.png", painted.picture(1)), robin)
    assert team.deliver({"type": event, "channel": PHOTOS, "user": seed.ADMIN, "event_ts": "1.1"}) == 200
    eventually(lambda: kept.count_of(robin.user_id) == 0 or None, "nothing kept", within=20)
