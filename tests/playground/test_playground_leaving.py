"""Members, and the app, are taken out of channels; and members who are not to be disturbed."""

from __future__ import annotations

import copy
import time

import pytest
from playground_kit import MANIFEST, Json, Running, Start

from playground.state import seed


def _listening() -> Json:
    manifest = copy.deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"] += ["channel_left", "group_left", "member_left_channel"]
    return manifest


@pytest.fixture
def slack(start: Start) -> Running:
    return start(manifest=_listening())


def test_who_is_taken_out_of_a_channel_sees_it_no_more_and_the_app_hears_of_it(slack: Running) -> None:
    app, robin, jules = slack.app(), slack.member(), slack.member(seed.THIRD)
    assert robin.do("command", channel=seed.PHOTOS, command="/remove", text="@jules")["ok"]
    event = app.event("member_left_channel")
    assert (event["user"], event["channel"], event["channel_type"]) == (seed.THIRD, seed.PHOTOS, "C")
    assert jules.hears("channel_left")["channel"] == seed.PHOTOS
    assert seed.PHOTOS not in {channel["id"] for channel in jules.get("boot")["channels"]}
    theirs = slack.client.users_conversations(user=seed.THIRD)["channels"]
    assert seed.PHOTOS not in {channel["id"] for channel in theirs}
    assert not robin.do("command", channel="D0ROBINAPP", command="/remove", text="@jules")["ok"]


@pytest.mark.parametrize(("channel", "kind"), [(seed.PHOTOS, "channel_left"), (seed.TEAMROOM, "group_left")])
def test_an_app_that_is_taken_out_hears_that_it_has_left_and_nothing_more(
    slack: Running, channel: str, kind: str
) -> None:
    app, robin = slack.app(), slack.member()
    robin.do("command", channel=channel, command="/remove", text=f"@{slack.slack.workspaces[0].bot.name}")
    event = app.event(kind)
    assert (event["channel"], "user" in event) == (channel, False)
    robin.post(channel, "without you")
    assert app.quiet()
    assert slack.api("conversations.history", channel=channel)["error"] in {"not_in_channel", "channel_not_found"}


def test_slack_says_when_a_member_is_not_to_be_disturbed(slack: Running) -> None:
    robin = slack.member()
    assert slack.api("dnd.info", user=seed.ADMIN)["dnd_enabled"] is False
    robin.do("quiet", minutes=30)
    said = slack.api("dnd.info", user=seed.ADMIN)
    assert said["dnd_enabled"]
    assert said["next_dnd_start_ts"] < time.time() < said["next_dnd_end_ts"] <= time.time() + 1800
    robin.do("quiet")
    assert slack.api("dnd.info", user=seed.ADMIN)["dnd_enabled"] is False
    assert slack.api("dnd.info", user="U0NOBODY00")["error"] == "user_not_found"
    assert slack.client.users_info(user=seed.ADMIN)["user"]["tz"] == "Europe/London"
