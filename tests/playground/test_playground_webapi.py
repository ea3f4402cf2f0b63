"""The Web API answers and refuses as Slack's does."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from playground_kit import FAST, MANIFEST, Json, Running, Start, manifest_without
from slack_sdk.errors import SlackApiError

from playground.state import Options, seed
from playground.webapi import METHODS


def refused(call: Any, *args: Any, **kwargs: Any) -> Json:
    """What Slack says no with, as the SDK gives it."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    data = caught.value.response.data
    assert isinstance(data, dict)
    return data


def test_auth_test_says_who_one_is(shared: Running) -> None:
    who = shared.client.auth_test()
    assert (who["team_id"], who["user_id"], who["bot_id"]) == (seed.TEAM.id, seed.BOT_USER, seed.BOT_ID)
    assert who.headers["x-oauth-scopes"] == ",".join(MANIFEST["oauth_config"]["scopes"]["bot"])


@pytest.mark.parametrize(
    ("headers", "data", "error"),
    [
        ({}, {}, "not_authed"),
        ({"Authorization": "Bearer xoxb-wrong"}, {}, "invalid_auth"),
        ({"Authorization": "Bearer xapp-playground"}, {}, "not_allowed_token_type"),
        ({}, {"token": "xoxb-wrong"}, "invalid_auth"),
        ({}, {"token": "xoxb-playground"}, None),
        ({"Authorization": "Bearer xoxb-playground"}, {}, None),
    ],
)
def test_tokens_are_taken_from_the_header_or_the_body(
    shared: Running, headers: dict[str, str], data: dict[str, str], error: str | None
) -> None:
    response = requests.post(f"{shared.url}/api/auth.test", headers=headers, data=data, timeout=60)
    assert response.status_code == 200
    assert response.json().get("error") == error


def test_socket_mode_wants_the_app_token(shared: Running) -> None:
    assert (
        refused(shared.client.apps_connections_open, app_token="xoxb-playground")["error"] == "not_allowed_token_type"
    )
    assert refused(shared.client.apps_connections_open, app_token="xapp-wrong")["error"] == "invalid_auth"


def test_an_unknown_method_is_named(shared: Running) -> None:
    answer = shared.api("chat.shout")
    assert (answer["ok"], answer["error"], answer["req_method"]) == (False, "unknown_method", "chat.shout")


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[1]", "json_not_object"),
        ("text/csv", b"a,b", "invalid_post_type"),
    ],
)
def test_bodies_that_cannot_be_read(shared: Running, kind: str, body: bytes, error: str) -> None:
    headers = {"Authorization": "Bearer xoxb-playground", "Content-Type": kind}
    assert requests.post(f"{shared.url}/api/auth.test", data=body, headers=headers, timeout=60).json()["error"] == error


@pytest.mark.parametrize("as_json", [False, True])
def test_forms_and_json_bodies_mean_the_same(slack: Running, as_json: bool) -> None:
    headers = {"Authorization": "Bearer xoxb-playground"}
    blocks: Any = [{"type": "section", "text": {"type": "plain_text", "text": "hi"}}]
    url = f"{slack.url}/api/chat.postMessage"
    if as_json:
        body: Json = {"channel": seed.GENERAL, "text": "hi", "blocks": blocks}
        answer = requests.post(url, json=body, headers=headers, timeout=60).json()
    else:
        form = {"channel": seed.GENERAL, "text": "hi", "blocks": str(blocks).replace("'", '"')}
        answer = requests.post(url, data=form, headers=headers, timeout=60).json()
    assert answer["message"]["blocks"][0]["text"] == {"type": "plain_text", "text": "hi", "emoji": True}


# The scope that docs.slack.dev/reference/methods names for each method, where it needs one.
SCOPED: list[tuple[str, str, Json]] = [
    ("chat.postMessage", "chat:write", {"channel": seed.GENERAL, "text": "hi"}),
    ("chat.update", "chat:write", {"channel": seed.GENERAL, "ts": "1.000000", "text": "hi"}),
    ("chat.delete", "chat:write", {"channel": seed.GENERAL, "ts": "1.000000"}),
    ("chat.postEphemeral", "chat:write", {"channel": seed.GENERAL, "user": seed.ADMIN, "text": "hi"}),
    ("chat.startStream", "chat:write", {"channel": seed.GENERAL, "thread_ts": "1.000000"}),
    ("chat.appendStream", "chat:write", {"channel": seed.GENERAL, "ts": "1.000000"}),
    ("chat.stopStream", "chat:write", {"channel": seed.GENERAL, "ts": "1.000000"}),
    ("assistant.threads.setStatus", "chat:write", {"channel_id": seed.GENERAL, "thread_ts": "1.0", "status": "busy"}),
    ("assistant.threads.setTitle", "assistant:write", {"channel_id": seed.GENERAL, "thread_ts": "1.0", "title": "T"}),
    ("assistant.threads.setSuggestedPrompts", "assistant:write", {"channel_id": seed.GENERAL, "thread_ts": "1.0"}),
    ("dnd.info", "dnd:read", {"user": seed.ADMIN}),
    ("files.getUploadURLExternal", "files:write", {"filename": "a.png", "length": 1}),
    ("files.completeUploadExternal", "files:write", {"files": [{"id": "F1"}]}),
    ("files.delete", "files:write", {"file": "F1"}),
    ("files.info", "files:read", {"file": "F1"}),
    ("files.list", "files:read", {}),
    ("reactions.add", "reactions:write", {"channel": seed.GENERAL, "timestamp": "1.000000", "name": "eyes"}),
    ("reactions.remove", "reactions:write", {"channel": seed.GENERAL, "timestamp": "1.000000", "name": "eyes"}),
    ("reactions.get", "reactions:read", {"channel": seed.GENERAL, "timestamp": "1.000000"}),
    ("users.info", "users:read", {"user": seed.ADMIN}),
    ("users.list", "users:read", {}),
    ("users.profile.get", "users.profile:read", {"user": seed.ADMIN}),
    ("bots.info", "users:read", {}),
    ("team.info", "team:read", {}),
    ("conversations.info", "channels:read", {"channel": seed.GENERAL}),
    ("conversations.info", "groups:read", {"channel": seed.TEAMROOM}),
    ("conversations.list", "channels:read", {}),
    ("conversations.list", "groups:read", {"types": "public_channel,private_channel"}),
    ("users.conversations", "channels:read", {}),
    ("users.conversations", "groups:read", {"types": "public_channel,private_channel"}),
    ("users.conversations", "im:read", {"types": "im"}),
    ("conversations.members", "channels:read", {"channel": seed.GENERAL}),
    ("conversations.history", "channels:history", {"channel": seed.GENERAL}),
    ("conversations.history", "groups:history", {"channel": seed.TEAMROOM}),
    ("conversations.replies", "channels:history", {"channel": seed.GENERAL, "ts": "1.000000"}),
    ("conversations.open", "im:write", {"users": seed.ADMIN}),
    ("conversations.open", "mpim:write", {"users": f"{seed.ADMIN},{seed.SECOND}"}),
    ("conversations.join", "channels:join", {"channel": seed.RANDOM}),
]


@pytest.mark.parametrize(("method", "scope", "body"), SCOPED, ids=[f"{each[0]}-{each[1]}" for each in SCOPED])
def test_a_method_needs_its_scope(start: Start, shared: Running, method: str, scope: str, body: Json) -> None:
    without = start(manifest=manifest_without(scope)).api(method, **body)
    assert (without["ok"], without["error"]) == (False, "missing_scope")
    assert scope in without["needed"].split(",")
    assert scope not in without["provided"].split(",")
    assert shared.api(method, **body).get("error") != "missing_scope"


def test_every_method_with_a_scope_is_tried_above() -> None:
    tried = {method for method, _, _ in SCOPED} | {
        "apps.connections.open",
        "conversations.leave",
        "users.lookupByEmail",
    }
    assert {name for name, method in METHODS.items() if method.scopes} == tried


def test_somebody_is_looked_up_by_their_address_where_that_is_granted(start: Start, shared: Running) -> None:
    refused = shared.api("users.lookupByEmail", email="sasha@playground.example")
    assert (refused["error"], refused["needed"]) == ("missing_scope", "users:read.email")
    manifest = manifest_without()
    manifest["oauth_config"]["scopes"]["bot"].append("users:read.email")
    granted = start(manifest=manifest)
    found = granted.api("users.lookupByEmail", email="Sasha@Playground.example")
    assert (found["user"]["id"], found["user"]["profile"]["email"]) == (seed.SECOND, "sasha@playground.example")
    assert granted.api("users.lookupByEmail", email="nobody@playground.example")["error"] == "users_not_found"


def test_posting_too_fast_is_limited_where_asked_for(start: Start) -> None:
    slack = start(Options(post_rate=1.0, post_burst=3))
    url, headers = f"{slack.url}/api/chat.postMessage", {"Authorization": "Bearer xoxb-playground"}

    def post(channel: str) -> requests.Response:
        return requests.post(url, json={"channel": channel, "text": "hi"}, headers=headers, timeout=60)

    assert [post(seed.GENERAL).status_code for _ in range(3)] == [200, 200, 200]
    limited = post(seed.GENERAL)
    assert (limited.status_code, limited.json()) == (429, {"ok": False, "error": "ratelimited"})
    assert int(limited.headers["Retry-After"]) == 1
    assert post(seed.PHOTOS).status_code == 200


def test_posting_is_not_limited_by_default(slack: Running) -> None:
    assert FAST.post_rate is None
    assert all(slack.api("chat.postMessage", channel=seed.GENERAL, text="hi")["ok"] for _ in range(20))


def test_users_and_team(slack: Running) -> None:
    members = slack.client.users_list()["members"]
    assert [each["is_admin"] for each in members] == [True, False, False, False]
    assert [each["is_bot"] for each in members] == [False, False, False, True]
    info = slack.client.users_info(user=seed.SECOND)["user"]
    assert (info["name"], info["team_id"], info["profile"]["team"]) == ("sasha", seed.TEAM.id, seed.TEAM.id)
    assert "email" not in info["profile"], "that takes users:read.email"
    picture = requests.get(info["profile"]["image_192"], timeout=60)
    assert picture.headers["content-type"] == "image/png"
    assert slack.client.users_profile_get(user=seed.SECOND)["profile"] == info["profile"]
    assert refused(slack.client.users_info, user="U0NOBODY00")["error"] == "user_not_found"
    assert slack.client.team_info()["team"]["id"] == seed.TEAM.id
    assert slack.client.bots_info(bot=seed.BOT_ID)["bot"]["user_id"] == seed.BOT_USER
    assert refused(slack.client.bots_info, bot="B0NOBODY00")["error"] == "bot_not_found"


def test_an_email_takes_its_own_scope(start: Start) -> None:
    document = manifest_without()
    document["oauth_config"]["scopes"]["bot"].append("users:read.email")
    info = start(manifest=document).client.users_info(user=seed.SECOND)
    assert info["user"]["profile"]["email"] == "sasha@playground.example"


def test_lists_come_in_pages(slack: Running) -> None:
    first = slack.client.users_list(limit=3)
    assert len(first["members"]) == 3
    rest = slack.client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [each["id"] for each in rest["members"]] == [seed.BOT_USER]
    assert rest["response_metadata"]["next_cursor"] == ""
    assert slack.api("users.list", cursor="elsewhere")["error"] == "invalid_cursor"
    assert slack.api("users.list", limit=0)["error"] == "invalid_limit"
    assert slack.api("users.list", limit="many")["error"] == "invalid_arguments"


def test_conversations_are_those_the_app_may_know(slack: Running) -> None:
    public = slack.client.conversations_list()["channels"]
    assert [(each["name"], each["is_member"]) for each in public] == [
        ("general", True),
        ("photos", True),
        ("random", False),
    ]
    everything = slack.client.conversations_list(types="public_channel,private_channel,im,mpim")["channels"]
    assert sum(1 for each in everything if each.get("is_im")) == 3
    assert slack.client.conversations_info(channel=seed.TEAMROOM)["channel"]["is_private"] is True
    members = slack.client.conversations_members(channel=seed.TEAMROOM)["members"]
    assert set(members) == {seed.ADMIN, seed.SECOND, seed.BOT_USER}
    mine = slack.client.users_conversations()["channels"]
    assert [each["name"] for each in mine] == ["general", "photos"]
    assert slack.api("conversations.list", types="secret")["error"] == "invalid_types"


def test_a_direct_message_between_others_does_not_exist_for_the_app(slack: Running) -> None:
    private = slack.member(seed.SECOND).do("open_dm", **{"with": seed.THIRD})["channel"]["id"]
    for method in ("conversations.info", "conversations.history", "conversations.members"):
        assert slack.api(method, channel=private)["error"] == "channel_not_found"
    assert slack.api("chat.postMessage", channel=private, text="hi")["error"] == "channel_not_found"


def test_direct_messages_are_opened_once(slack: Running) -> None:
    opened = slack.client.conversations_open(users=seed.ADMIN)
    assert (opened["channel"]["id"], opened["already_open"]) == ("D0ROBINAPP", True)
    group = slack.client.conversations_open(users=[seed.ADMIN, seed.SECOND])
    assert "already_open" not in group.data
    again = slack.client.conversations_open(users=[seed.SECOND, seed.ADMIN], return_im=True)["channel"]
    assert (again["id"], again["is_mpim"]) == (group["channel"]["id"], True)
    assert slack.api("conversations.open", users="U0NOBODY00")["error"] == "user_not_found"
    assert slack.api("conversations.open")["error"] == "users_list_not_supplied"
    assert slack.api("conversations.open", channel=seed.GENERAL)["error"] == "method_not_supported_for_channel_type"


def test_joining_a_channel(slack: Running) -> None:
    joined = slack.client.conversations_join(channel=seed.RANDOM)
    assert joined["channel"]["is_member"] is True
    assert slack.client.conversations_join(channel=seed.RANDOM)["warning"] == "already_in_channel"
    last = slack.client.conversations_history(channel=seed.RANDOM, limit=1)["messages"][0]
    assert (last["subtype"], last["text"]) == ("channel_join", f"<@{seed.BOT_USER}> has joined the channel")


@pytest.mark.parametrize("method", ["conversations.list", "users.conversations"])
def test_kinds_of_conversations_are_known(shared: Running, method: str) -> None:
    assert shared.api(method, types="public_channel,nope")["error"] == "invalid_types"


@pytest.mark.parametrize(
    ("method", "body", "error"),
    [
        ("conversations.history", {"channel": seed.GENERAL, "oldest": "abc"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": seed.GENERAL, "latest": "nan"}, "invalid_ts_latest"),
        ("conversations.history", {"channel": seed.GENERAL, "limit": 1000}, "invalid_limit"),
        ("users.conversations", {"limit": 1000}, "invalid_limit"),
        ("conversations.list", {"limit": 1000}, "invalid_limit"),
        ("files.list", {"ts_from": "abc"}, "invalid_arguments"),
        ("files.list", {"ts_to": "inf"}, "invalid_arguments"),
        ("files.list", {"types": "images,nope"}, "unknown_type"),
        ("files.list", {"user": "U0NOBODY00"}, "user_not_found"),
    ],
)
def test_arguments_that_slack_refuses(shared: Running, method: str, body: Json, error: str) -> None:
    assert shared.api(method, **body)["error"] == error


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("conversations.history", {"channel": seed.GENERAL, "oldest": "", "latest": "1700000000.5", "limit": 999}),
        ("files.list", {"ts_from": "1700000000", "types": "all", "user": seed.ADMIN}),
    ],
)
def test_arguments_that_slack_takes(shared: Running, method: str, body: Json) -> None:
    assert shared.api(method, **body)["ok"]
