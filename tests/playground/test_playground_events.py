"""Events reach the app in Slack's shapes, where it is subscribed and present."""

from __future__ import annotations

import re
import time

import pytest
from playground_kit import MANIFEST, Json, Running, Start, jpeg, manifest_without

from playground.state import seed


def test_the_envelope_of_an_event(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.post(seed.PHOTOS, "hello")
    envelope = app.receive()
    assert envelope["type"] == "events_api"
    assert envelope["accepts_response_payload"] is False
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    payload = envelope["payload"]
    assert (payload["type"], payload["team_id"], payload["api_app_id"]) == ("event_callback", seed.TEAM.id, seed.APP_ID)
    assert re.fullmatch(r"Ev[A-Z0-9]{8,}", payload["event_id"])
    assert abs(payload["event_time"] - time.time()) < 5
    assert payload["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": seed.TEAM.id,
            "user_id": seed.BOT_USER,
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]
    assert payload["is_ext_shared_channel"] is False
    assert payload["event_context"].startswith("4-")


def test_a_message_with_photos_is_a_file_share(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    ids = [robin.upload(name, jpeg(900, 700))["id"] for name in ("One.JPG", "two.jpg")]
    ts = robin.post(seed.PHOTOS, f"who? <@{seed.SECOND}> & <b> https://example.com/x :eyes:", files=ids)
    event = app.event("message")
    assert (event["subtype"], event["channel"], event["channel_type"]) == ("file_share", seed.PHOTOS, "channel")
    assert (event["user"], event["team"], event["ts"], event["event_ts"]) == (seed.ADMIN, seed.TEAM.id, ts, ts)
    assert event["text"] == f"who? <@{seed.SECOND}> &amp; &lt;b&gt; <https://example.com/x> :eyes:"
    assert re.fullmatch(r"[0-9a-f-]{36}", event["client_msg_id"])
    assert (event["upload"], event["display_as_bot"]) == (False, False)
    assert event["blocks"][0]["elements"] == [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "who? "},
                {"type": "user", "user_id": seed.SECOND},
                {"type": "text", "text": " & <b> "},
                {"type": "link", "url": "https://example.com/x"},
                {"type": "text", "text": " "},
                {"type": "emoji", "name": "eyes"},
            ],
        }
    ]
    assert [each["id"] for each in event["files"]] == ids
    file = event["files"][0]
    expected: Json = {
        "name": "One.JPG", "title": "One.JPG", "mimetype": "image/jpeg", "filetype": "jpg", "pretty_type": "JPEG",
        "user": seed.ADMIN, "user_team": seed.TEAM.id, "editable": False, "mode": "hosted", "is_external": False,
        "external_type": "", "is_public": True, "public_url_shared": False, "display_as_bot": False, "username": "",
        "file_access": "visible", "original_w": 900, "original_h": 700, "thumb_360_w": 360, "thumb_360_h": 280,
        "media_display_type": "unknown", "has_rich_preview": False,
    }  # fmt: skip
    assert expected.items() <= file.items()
    assert {
        "created",
        "timestamp",
        "size",
        "url_private",
        "url_private_download",
        "permalink",
        "permalink_public",
    } <= set(file)
    assert {
        "thumb_64",
        "thumb_80",
        "thumb_160",
        "thumb_360",
        "thumb_480",
        "thumb_720",
        "thumb_800",
        "thumb_tiny",
    } <= set(file)
    assert "shares" not in file
    assert app.event("file_shared", file_id=ids[0])["channel_id"] == seed.PHOTOS


def test_a_plain_message_has_no_subtype(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    parent = robin.post(seed.PHOTOS, "one")
    robin.post(seed.PHOTOS, "two", thread_ts=parent)
    first, second = app.event("message"), app.event("message")
    assert "subtype" not in first
    assert "thread_ts" not in first
    assert (second["thread_ts"], second["parent_user_id"]) == (parent, seed.ADMIN)


@pytest.mark.parametrize(
    ("channel", "kind"), [(seed.GENERAL, "channel"), (seed.TEAMROOM, "group"), ("D0ROBINAPP", "im")]
)
def test_the_channel_type(slack: Running, channel: str, kind: str) -> None:
    app = slack.app()
    slack.member().post(channel, "hello")
    assert app.event("message")["channel_type"] == kind


def test_a_group_direct_message(slack: Running) -> None:
    app = slack.app()
    group = slack.client.conversations_open(users=[seed.ADMIN, seed.SECOND])["channel"]["id"]
    slack.member().post(group, "hello")
    assert app.event("message")["channel_type"] == "mpim"


def test_the_apps_own_messages_come_back(slack: Running) -> None:
    app = slack.app()
    ts = slack.client.chat_postMessage(channel=seed.GENERAL, text="mine")["ts"]
    event = app.event("message")
    assert (event["ts"], event["bot_id"], event["app_id"]) == (ts, seed.BOT_ID, seed.APP_ID)
    slack.client.chat_update(channel=seed.GENERAL, ts=ts, text="changed")
    changed = app.event("message", subtype="message_changed")
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("changed", "mine")
    assert (changed["hidden"], changed["channel"], changed["channel_type"]) == (True, seed.GENERAL, "channel")
    slack.client.chat_delete(channel=seed.GENERAL, ts=ts)
    deleted = app.event("message", subtype="message_deleted")
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "changed")


def test_an_upload_of_the_app_is_a_file_share_too(slack: Running) -> None:
    app = slack.app()
    slack.client.files_upload_v2(file=jpeg(), filename="a.jpg", channel=seed.GENERAL, initial_comment="look")
    event = app.event("message")
    assert (event["subtype"], event["bot_id"], event["text"]) == ("file_share", seed.BOT_ID, "look")
    assert event["files"][0]["mimetype"] == "image/jpeg"


def test_mentions(slack: Running) -> None:
    app = slack.app()
    slack.member().post(seed.GENERAL, f"<@{seed.BOT_USER}> hello")
    mention = app.event("app_mention")
    assert (mention["text"], mention["channel"]) == (f"<@{seed.BOT_USER}> hello", seed.GENERAL)
    assert "channel_type" not in mention


def test_no_mention_in_a_direct_message(slack: Running) -> None:
    app = slack.app()
    slack.member().post("D0ROBINAPP", f"<@{seed.BOT_USER}> hello")
    assert app.take()["event"]["type"] == "message"
    assert app.quiet()


def test_reactions(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    ts = slack.client.chat_postMessage(channel=seed.GENERAL, text="mine")["ts"]
    robin.do("react", channel=seed.GENERAL, ts=ts, name="eyes", on=True)
    event = app.event("reaction_added")
    assert event["item"] == {"type": "message", "channel": seed.GENERAL, "ts": ts}
    assert (event["user"], event["reaction"], event["item_user"]) == (seed.ADMIN, "eyes", seed.BOT_USER)
    robin.do("react", channel=seed.GENERAL, ts=ts, name="eyes", on=False)
    assert app.event("reaction_removed")["reaction"] == "eyes"


def test_joining(slack: Running) -> None:
    app = slack.app()
    slack.member().do("command", channel=seed.RANDOM, command="/invite", text=f"<@{seed.BOT_USER}>")
    joined = app.event("member_joined_channel")
    expected = {"user": seed.BOT_USER, "channel": seed.RANDOM, "channel_type": "C", "inviter": seed.ADMIN}
    assert expected.items() <= joined.items()
    slack.member().post(seed.RANDOM, "welcome")
    assert app.event("message", text="welcome")["channel"] == seed.RANDOM


def test_opening_the_home(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.do("open_home")
    event = app.event("app_home_opened")
    assert (event["user"], event["tab"], event["channel"]) == (seed.ADMIN, "home", "D0ROBINAPP")
    assert "view" not in event
    slack.client.views_publish(user_id=seed.ADMIN, view={"type": "home", "callback_id": "home", "blocks": []})
    robin.do("open_home")
    assert app.event("app_home_opened")["view"]["callback_id"] == "home"
    robin.do("open_dm", **{"with": seed.BOT_USER})
    assert app.event("app_home_opened")["tab"] == "messages"


def test_silence_where_the_app_is_not(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.post(seed.RANDOM, f"<@{seed.BOT_USER}> can you hear me?")
    private = robin.do("open_dm", **{"with": seed.SECOND})["channel"]["id"]
    robin.post(private, "between us")
    assert app.quiet()


def test_silence_without_a_subscription(start: Start) -> None:
    slack = start(manifest=manifest_without())
    app, robin = slack.app(), slack.member()
    ts = robin.post(seed.GENERAL, "hello")
    robin.do("react", channel=seed.GENERAL, ts=ts, name="eyes", on=True)
    robin.do("open_home")
    assert app.quiet()


def test_only_what_is_subscribed_to(start: Start) -> None:
    document = manifest_without()
    document["settings"]["event_subscriptions"]["bot_events"] = ["message.im"]
    slack = start(manifest=document)
    app, robin = slack.app(), slack.member()
    robin.post(seed.GENERAL, "in a channel")
    robin.post("D0ROBINAPP", "directly")
    assert app.take()["event"]["text"] == "directly"
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] != ["message.im"]
