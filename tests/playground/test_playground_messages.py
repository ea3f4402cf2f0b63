"""chat.*, reactions.* and the history of conversations."""

from __future__ import annotations

from typing import Any

import pytest
from playground_kit import Json, Running, Start, manifest_without

from playground.state import seed


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def posted(slack: Running, **more: object) -> str:
    ts = slack.api("chat.postMessage", **{"channel": seed.GENERAL, "text": "hi", **more})["ts"]
    assert isinstance(ts, str)
    return ts


def test_a_post_is_answered_with_the_message(slack: Running) -> None:
    answer = slack.client.chat_postMessage(channel=seed.GENERAL, text="hi", blocks=[section("*hi*")])
    message = answer["message"]
    assert answer["channel"] == seed.GENERAL
    assert message["ts"] == answer["ts"]
    assert (message["type"], message["user"], message["bot_id"]) == ("message", seed.BOT_USER, seed.BOT_ID)
    assert message["app_id"] == message["bot_profile"]["app_id"] == seed.APP_ID
    assert message["team"] == seed.TEAM.id
    assert message["blocks"][0]["text"] == {"type": "mrkdwn", "text": "*hi*", "verbatim": False}
    assert message["blocks"][0]["block_id"]


@pytest.mark.parametrize("name", [seed.GENERAL, "general", "#general"])
def test_a_channel_goes_by_id_or_name(slack: Running, name: str) -> None:
    assert slack.client.chat_postMessage(channel=name, text="hi")["channel"] == seed.GENERAL


def test_a_member_is_a_direct_message(slack: Running) -> None:
    assert slack.client.chat_postMessage(channel=seed.SECOND, text="hi")["channel"] == "D0SASHAAPP"


def test_direct_messages_need_the_messages_tab(start: Start) -> None:
    document = manifest_without()
    document["features"]["app_home"] = {"messages_tab_enabled": False}
    answer = start(manifest=document).api("chat.postMessage", channel=seed.SECOND, text="hi")
    assert answer["error"] == "messages_tab_disabled"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"channel": "C0NOWHERE0", "text": "hi"}, "channel_not_found"),
        ({"text": "hi"}, "channel_not_found"),
        ({"channel": seed.BOT_USER, "text": "hi"}, "channel_not_found"),
        ({"channel": seed.RANDOM, "text": "hi"}, "not_in_channel"),
        ({"channel": seed.GENERAL}, "no_text"),
        ({"channel": seed.GENERAL, "text": ""}, "no_text"),
        ({"channel": seed.GENERAL, "text": "hi", "blocks": "nonsense"}, "invalid_blocks_format"),
        ({"channel": seed.GENERAL, "text": "hi", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": seed.GENERAL, "text": "hi", "blocks": [{"type": "secion"}]}, "invalid_blocks"),
        ({"channel": seed.GENERAL, "text": "hi", "attachments": "nonsense"}, "invalid_arguments"),
        ({"channel": seed.GENERAL, "attachments": [{}] * 101}, "too_many_attachments"),
        ({"channel": seed.GENERAL, "text": "hi", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"channel": seed.GENERAL, "text": "hi", "markdown_text": "**hi**"}, "markdown_text_conflict"),
        ({"channel": seed.GENERAL, "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": seed.GENERAL, "text": "hi", "thread_ts": "0"}, "invalid_thread_ts"),
        ({"channel": seed.GENERAL, "text": {"type": "plain_text"}}, "invalid_arguments"),
    ],
)
def test_posts_that_slack_refuses(shared: Running, body: Json, error: str) -> None:
    assert shared.api("chat.postMessage", **body)["error"] == error
    assert shared.client.conversations_history(channel=seed.GENERAL)["messages"] == []


def test_wrong_blocks_are_pointed_at(slack: Running) -> None:
    answer = slack.api("chat.postMessage", channel=seed.GENERAL, text="hi", blocks=[section("x" * 3001)])
    words = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert answer["errors"] == [words]
    assert answer["response_metadata"] == {"messages": [f"[ERROR] {words}"]}


def test_a_thread_counts_its_replies(slack: Running) -> None:
    parent = posted(slack)
    reply = posted(slack, text="reply", thread_ts=parent)
    deeper = posted(slack, text="deeper", thread_ts=reply)
    thread = slack.client.conversations_replies(channel=seed.GENERAL, ts=parent)["messages"]
    assert [each["ts"] for each in thread] == [parent, reply, deeper]
    assert (thread[0]["reply_count"], thread[0]["latest_reply"]) == (2, deeper)
    assert thread[0]["reply_users"] == [seed.BOT_USER]
    assert {each["thread_ts"] for each in thread} == {parent}
    history = slack.client.conversations_history(channel=seed.GENERAL)["messages"]
    assert [each["ts"] for each in history] == [parent]
    broadcast = posted(slack, text="loud", thread_ts=parent, reply_broadcast=True)
    history = slack.client.conversations_history(channel=seed.GENERAL)["messages"]
    assert [each["ts"] for each in history] == [broadcast, parent]


def test_history_by_range_and_page(slack: Running) -> None:
    stamps = [posted(slack, text=str(number)) for number in range(5)]
    page = slack.client.conversations_history(channel=seed.GENERAL, limit=2)
    assert [each["ts"] for each in page["messages"]] == stamps[:2:-1]
    assert page["has_more"] is True
    rest = slack.client.conversations_history(
        channel=seed.GENERAL, limit=10, cursor=page["response_metadata"]["next_cursor"]
    )
    assert [each["ts"] for each in rest["messages"]] == stamps[2::-1]
    between = slack.client.conversations_history(channel=seed.GENERAL, oldest=stamps[1], latest=stamps[3])
    assert [each["ts"] for each in between["messages"]] == [stamps[2]]
    inclusive = slack.client.conversations_history(
        channel=seed.GENERAL, oldest=stamps[1], latest=stamps[3], inclusive=True
    )
    assert [each["ts"] for each in inclusive["messages"]] == stamps[3:0:-1]
    assert slack.api("conversations.history", channel=seed.RANDOM)["error"] == "not_in_channel"
    assert slack.api("conversations.replies", channel=seed.GENERAL, ts="1.000000")["error"] == "thread_not_found"


def test_metadata_is_told_only_when_asked_for(slack: Running) -> None:
    metadata = {"event_type": "answer", "event_payload": {"key": "Ev1"}}
    answer = slack.client.chat_postMessage(channel=seed.GENERAL, text="hi", metadata=metadata)
    assert answer["message"]["metadata"] == metadata
    plain = slack.client.conversations_history(channel=seed.GENERAL)["messages"][0]
    assert "metadata" not in plain
    told = slack.client.conversations_history(channel=seed.GENERAL, include_all_metadata=True)["messages"][0]
    assert told["metadata"] == metadata


def test_an_update_replaces_text_and_blocks(slack: Running) -> None:
    ts = posted(slack, blocks=[section("one")])
    answer = slack.client.chat_update(channel=seed.GENERAL, ts=ts, text="two", blocks=[section("two")])
    assert (answer["text"], answer["ts"]) == ("two", ts)
    changed = slack.client.conversations_history(channel=seed.GENERAL)["messages"][0]
    assert changed["blocks"][0]["text"]["text"] == "two"
    assert changed["edited"]["user"] == seed.BOT_USER
    slack.client.chat_update(channel=seed.GENERAL, ts=ts, text="three")
    (block,) = slack.client.conversations_history(channel=seed.GENERAL)["messages"][0]["blocks"]
    assert block["type"] == "rich_text", "what Slack makes of text alone"
    assert block["elements"][0]["elements"] == [{"type": "text", "text": "three"}]


def test_an_update_leaves_what_it_does_not_speak_of(slack: Running) -> None:
    ts = posted(slack, blocks=[section("one")], attachments=[{"text": "below"}])

    def updated(**changes: Any) -> tuple[list[Any], list[Any]]:
        message = slack.api("chat.update", channel=seed.GENERAL, ts=ts, **changes)["message"]
        words = [each["text"] for each in message.get("blocks", [])]
        return words, [each["text"] for each in message.get("attachments", [])]

    two = section("two")["text"] | {"verbatim": False}
    assert updated(blocks=[section("two")]) == ([two], ["below"])
    assert updated(attachments=[{"text": "further below"}]) == ([two], ["further below"])
    assert updated(text="three") == ([], ["further below"])
    assert updated(markdown_text="*four*", attachments=[]) == (["*four*"], [])


def test_updates_that_slack_refuses(slack: Running) -> None:
    theirs = slack.member().post(seed.GENERAL, "mine")
    ours = posted(slack)
    assert slack.api("chat.update", channel=seed.GENERAL, ts=theirs, text="x")["error"] == "cant_update_message"
    assert slack.api("chat.update", channel=seed.GENERAL, ts="1.000000", text="x")["error"] == "message_not_found"
    assert slack.api("chat.update", channel=seed.GENERAL, ts=ours)["error"] == "no_text"
    assert slack.api("chat.update", channel=seed.GENERAL, ts=ours, text="x" * 4001)["error"] == "msg_too_long"
    assert slack.api("chat.update", channel="general", ts=ours, text="x")["error"] == "channel_not_found"


def test_deleting(slack: Running) -> None:
    theirs = slack.member().post(seed.GENERAL, "mine")
    ours = posted(slack)
    assert slack.client.chat_delete(channel=seed.GENERAL, ts=ours)["ts"] == ours
    assert slack.api("chat.delete", channel=seed.GENERAL, ts=ours)["error"] == "message_not_found"
    assert slack.api("chat.delete", channel=seed.GENERAL, ts=theirs)["error"] == "cant_delete_message"


def test_a_text_that_is_too_long_is_posted_in_part(slack: Running) -> None:
    posted = slack.api("chat.postMessage", channel=seed.GENERAL, text="x" * 40_001)
    assert (posted["ok"], posted["warning"]) == (True, "message_truncated")
    assert len(posted["message"]["text"]) == 40_000


def test_a_deleted_parent_leaves_a_tombstone(slack: Running) -> None:
    parent = posted(slack)
    reply = posted(slack, thread_ts=parent)
    slack.client.chat_delete(channel=seed.GENERAL, ts=parent)
    thread = slack.client.conversations_replies(channel=seed.GENERAL, ts=parent)["messages"]
    assert (thread[0]["subtype"], thread[0]["user"]) == ("tombstone", "USLACKBOT")
    assert thread[1]["ts"] == reply
    assert slack.api("chat.update", channel=seed.GENERAL, ts=parent, text="x")["error"] == "message_not_found"
    for method in ("reactions.add", "reactions.remove", "reactions.get"):
        answer = slack.api(method, channel=seed.GENERAL, timestamp=parent, name="eyes")
        assert answer["error"] == "message_not_found", method
    assert slack.member().do("react", channel=seed.GENERAL, ts=parent, name="eyes")["error"] == "That message is gone."


def test_an_ephemeral_message_is_for_one_member(slack: Running) -> None:
    robin, sasha = slack.member(seed.ADMIN), slack.member(seed.SECOND)
    ts = slack.client.chat_postEphemeral(channel=seed.GENERAL, user=seed.ADMIN, text="psst")["message_ts"]
    shown = robin.hears("ephemeral", channel=seed.GENERAL)["message"]
    assert (shown["ts"], shown["ephemeral"]) == (ts, True)
    assert [each["text"] for each in robin.messages(seed.GENERAL)] == ["psst"]
    assert sasha.messages(seed.GENERAL) == []
    assert slack.client.conversations_history(channel=seed.GENERAL)["messages"] == []
    assert slack.api("chat.update", channel=seed.GENERAL, ts=ts, text="x")["error"] == "message_not_found"
    outside = slack.api("chat.postEphemeral", channel=seed.TEAMROOM, user=seed.THIRD, text="x")
    assert outside["error"] == "user_not_in_channel"
    away = slack.api("chat.postEphemeral", channel=seed.RANDOM, user=seed.ADMIN, text="x")
    assert away["error"] == "not_in_channel"


def test_permalinks(slack: Running) -> None:
    parent = posted(slack)
    reply = posted(slack, thread_ts=parent)
    link = slack.client.chat_getPermalink(channel=seed.GENERAL, message_ts=parent)["permalink"]
    assert link == f"{slack.url}/archives/{seed.GENERAL}/p{parent.replace('.', '')}"
    assert f"?thread_ts={parent}" in slack.client.chat_getPermalink(channel=seed.GENERAL, message_ts=reply)["permalink"]
    assert slack.api("chat.getPermalink", channel=seed.GENERAL, message_ts="1.000000")["error"] == "message_not_found"


def test_reactions(slack: Running) -> None:
    robin = slack.member()
    ts = robin.post(seed.GENERAL, "look")
    slack.client.reactions_add(channel=seed.GENERAL, timestamp=ts, name="eyes")
    robin.do("react", channel=seed.GENERAL, ts=ts, name="eyes", on=True)
    reactions = slack.client.reactions_get(channel=seed.GENERAL, timestamp=ts)["message"]["reactions"]
    assert reactions == [{"name": "eyes", "users": [seed.BOT_USER, seed.ADMIN], "count": 2}]
    assert slack.api("reactions.add", channel=seed.GENERAL, timestamp=ts, name="eyes")["error"] == "already_reacted"
    slack.client.reactions_remove(channel=seed.GENERAL, timestamp=ts, name="eyes")
    robin.hears("reaction_removed", ts=ts, reaction="eyes", user=seed.BOT_USER)
    assert slack.api("reactions.remove", channel=seed.GENERAL, timestamp=ts, name="eyes")["error"] == "no_reaction"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "eyes"}, "no_item_specified"),
        ({"name": "Not A Name", "channel": seed.GENERAL, "timestamp": "1.000000"}, "invalid_name"),
        ({"name": "nosuchemoji", "channel": seed.GENERAL, "timestamp": "1.000000"}, "invalid_name"),
        ({"name": "eyes", "channel": seed.GENERAL, "timestamp": "soon"}, "bad_timestamp"),
        ({"name": "eyes", "channel": seed.GENERAL, "timestamp": "1.000000"}, "message_not_found"),
        ({"name": "eyes", "channel": seed.RANDOM, "timestamp": "1.000000"}, "not_in_channel"),
    ],
)
def test_reactions_that_slack_refuses(shared: Running, body: Json, error: str) -> None:
    assert shared.api("reactions.add", **body)["error"] == error


@pytest.mark.parametrize("name", ["+1", "eyes", "wave::skin-tone-4", "flag-de", "hatching_chick", ":tada:"])
def test_emoji_that_there_are(shared: Running, name: str) -> None:
    ts = posted(shared)
    assert shared.api("reactions.add", channel=seed.GENERAL, timestamp=ts, name=name)["ok"], name


def test_a_message_takes_so_many_reactions(slack: Running) -> None:
    ts, names = posted(slack), [f"flag-{first}{second}" for first in "abcdef" for second in "abcdefghij"]
    answers = [slack.api("reactions.add", channel=seed.GENERAL, timestamp=ts, name=each) for each in names[:24]]
    assert [each.get("error") for each in answers] == [None] * 23 + ["too_many_reactions"]
    again = slack.api("reactions.add", channel=seed.GENERAL, timestamp=ts, name=names[0])
    assert again["error"] == "already_reacted"
    robin, sasha = slack.member(), slack.member(seed.SECOND)
    for member, some in ((robin, names[23:46]), (sasha, names[46:50])):
        assert all(member.do("react", channel=seed.GENERAL, ts=ts, name=each)["ok"] for each in some)
    refused = sasha.do("react", channel=seed.GENERAL, ts=ts, name=names[50])
    assert refused["error"] == "A message takes at most 50 different emoji."
    assert sasha.do("react", channel=seed.GENERAL, ts=ts, name=names[0])["ok"]
    slack.api("reactions.remove", channel=seed.GENERAL, timestamp=ts, name=names[0])
    assert slack.api("reactions.add", channel=seed.GENERAL, timestamp=ts, name="eyes")["error"] == "too_many_emoji"
