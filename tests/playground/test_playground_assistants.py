"""Assistants and agents: their threads, what they show in them, messages that are written while they are read."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from playground_kit import MANIFEST, Json, Member, RawApp, Running, Start

from playground.state import ManifestError, parse_manifest, seed

_THREAD_EVENTS = ["assistant_thread_started", "assistant_thread_context_changed"]


def _manifest(view: str | None = "assistant_view") -> Json:
    document = copy.deepcopy(MANIFEST)
    if view:
        document["features"][view] = {view.replace("view", "description"): "Helps", "suggested_prompts": []}
        document["settings"]["event_subscriptions"]["bot_events"] += _THREAD_EVENTS
    return document


@pytest.fixture
def slack(start: Start) -> Running:
    return start(manifest=_manifest())


def _opened(slack: Running, robin: Member, app: RawApp, about: str = seed.GENERAL) -> Json:
    """A thread that a member has begun, as the app hears of it."""
    robin.do("assistant_open", about=about)
    thread: Json = app.event("assistant_thread_started")["assistant_thread"]
    return thread


def _refused(slack: Running, method: str, /, **body: Any) -> tuple[str, str]:
    answer = slack.api(method, **body)
    assert answer["ok"] is False, answer
    return answer["error"], " ".join(answer.get("response_metadata", {}).get("messages", ()))


def test_a_manifest_of_an_assistant_needs_its_scope() -> None:
    document = _manifest()
    assert parse_manifest(document).assistant == "assistant"
    assert parse_manifest(_manifest("agent_view")).assistant == "agent"
    document["oauth_config"]["scopes"]["bot"].remove("assistant:write")
    with pytest.raises(ManifestError, match="assistant:write"):
        parse_manifest(document)


def test_a_thread_begins_with_what_the_member_looks_at(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    thread = _opened(slack, robin, app)
    assert thread["user_id"] == robin.id
    assert thread["context"] == {"channel_id": seed.GENERAL, "team_id": seed.TEAM.id, "enterprise_id": None}
    (root,) = robin.messages(thread["channel_id"])
    assert (root["ts"], root["subtype"]) == (thread["thread_ts"], "assistant_app_thread")
    robin.do("assistant_look", channel=thread["channel_id"], ts=thread["thread_ts"], about=seed.PHOTOS)
    moved = app.event("assistant_thread_context_changed")["assistant_thread"]
    assert moved == thread | {"context": thread["context"] | {"channel_id": seed.PHOTOS}}
    robin.post(thread["channel_id"], "hello", thread_ts=thread["thread_ts"])
    said = app.event("message", text="hello")
    assert (said["channel_type"], said["thread_ts"]) == ("im", thread["thread_ts"])


def test_an_app_that_is_no_assistant_has_no_such_threads(start: Start) -> None:
    slack = start(manifest=_manifest(None))
    robin = slack.member()
    assert robin.do("assistant_open")["status"] == 404
    ts = robin.post(direct := robin.do("open_dm", **{"with": seed.BOT_USER})["channel"]["id"], "hi")
    prompts = [{"title": "A", "message": "B"}]
    asked = {"channel_id": direct, "thread_ts": ts, "prompts": prompts}
    assert _refused(slack, "assistant.threads.setSuggestedPrompts", **asked)[0] == "not_agent_app"


def test_a_status_is_shown_until_the_app_answers(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    thread = _opened(slack, robin, app)
    place = {"channel_id": thread["channel_id"], "thread_ts": thread["thread_ts"]}
    loading = ["Counting…", "Still counting…"]
    slack.client.assistant_threads_setStatus(**place, status="is typing...", loading_messages=loading)
    pane = robin.hears("pane", channel=thread["channel_id"])["pane"]
    assert (pane["status"], pane["loading_messages"]) == ("is typing...", loading)
    assert robin.get("messages", channel=place["channel_id"], thread_ts=place["thread_ts"])["pane"] == pane
    slack.client.chat_postMessage(channel=thread["channel_id"], thread_ts=thread["thread_ts"], text="Two")
    assert not robin.get("messages", channel=place["channel_id"], thread_ts=place["thread_ts"])["pane"]["status"]


def test_a_status_is_of_any_thread_that_is_there(slack: Running) -> None:
    robin = slack.member()
    ts = robin.post(seed.PHOTOS, "who?")
    there = {"channel_id": seed.PHOTOS, "status": "Thinking…"}
    assert slack.api("assistant.threads.setStatus", **there, thread_ts=ts)["ok"]
    assert _refused(slack, "assistant.threads.setStatus", **there, thread_ts="1.000001")[0] == "invalid_thread_ts"
    elsewhere = there | {"channel_id": "C0", "thread_ts": ts}
    assert _refused(slack, "assistant.threads.setStatus", **elsewhere)[0] == "channel_not_found"
    for broken, said in (
        ({"thread_ts": ts, "loading_messages": ["x"] * 11}, "no more than 10 items"),
        ({"thread_ts": ts, "loading_messages": ["x" * 51]}, "less than 51 characters"),
        ({}, "missing required field: thread_ts"),
    ):
        error, words = _refused(slack, "assistant.threads.setStatus", **there, **broken)
        assert error == "invalid_arguments"
        assert said in words


def test_prompts_are_shown_and_the_title_is_the_thread_s(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    thread = _opened(slack, robin, app)
    place = {"channel_id": thread["channel_id"], "thread_ts": thread["thread_ts"]}
    prompts = [{"title": f"Ask {n}", "message": f"Question {n}"} for n in range(4)]
    slack.client.assistant_threads_setSuggestedPrompts(**place, title="Try", prompts=prompts)
    pane = robin.hears("pane", channel=thread["channel_id"])["pane"]
    assert (pane["title"], pane["prompts"]) == ("Try", prompts)
    slack.client.assistant_threads_setTitle(**place, title="Chats of today")
    changed = app.event("message", subtype="message_changed")["message"]
    assert (changed["text"], changed["subtype"]) == ("Chats of today", "assistant_app_thread")
    five = _refused(slack, "assistant.threads.setSuggestedPrompts", **place, prompts=[*prompts, prompts[0]])
    assert five[0] == "invalid_arguments"
    assert "no more than 4 items" in five[1]
    assert "message" in _refused(slack, "assistant.threads.setSuggestedPrompts", **place, prompts=[{"title": "A"}])[1]
    reply = slack.client.chat_postMessage(channel=place["channel_id"], thread_ts=place["thread_ts"], text="x")["ts"]
    lost = {"channel_id": place["channel_id"], "thread_ts": reply}
    assert _refused(slack, "assistant.threads.setTitle", **lost, title="T")[0] == "invalid_thread_ts"


def test_an_agent_s_prompts_are_of_the_direct_message(start: Start) -> None:
    slack = start(manifest=_manifest("agent_view"))
    app, robin = slack.app(), slack.member()
    robin.do("open_dm", **{"with": seed.BOT_USER})
    channel = app.event("app_home_opened", tab="messages")["channel"]
    prompts = [{"title": "A", "message": "B"}]
    slack.client.assistant_threads_setSuggestedPrompts(channel_id=channel, thread_ts=None, prompts=prompts)  # type: ignore[arg-type]
    assert robin.get("messages", channel=channel)["pane"]["prompts"] == prompts
    assert robin.do("assistant_open")["status"] == 404


def test_context_that_is_kept_with_a_message_comes_back(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    thread = _opened(slack, robin, app)
    place = {"channel": thread["channel_id"], "thread_ts": thread["thread_ts"]}
    metadata = {"event_type": "assistant_thread_context", "event_payload": thread["context"]}
    slack.client.chat_postMessage(**place, text="Hi <@U1>, see <https://x.example|this> &amp; that", metadata=metadata)
    assert app.event("message", bot_id=seed.BOT_ID, metadata=metadata)["text"].startswith("Hi")
    answer = slack.client.conversations_replies(
        channel=place["channel"], ts=place["thread_ts"], oldest=place["thread_ts"], include_all_metadata=True
    )
    said = answer["messages"][1]
    assert said["metadata"] == metadata
    (section,) = said["blocks"][0]["elements"]
    assert [each["type"] for each in section["elements"]] == ["text", "user", "text", "link", "text"]
    assert section["elements"][-1]["text"] == " & that"
    changed = metadata | {"event_payload": {"channel_id": seed.PHOTOS}}
    slack.client.chat_update(
        channel=place["channel"], ts=said["ts"], text=said["text"], blocks=said["blocks"], metadata=changed
    )


def test_a_message_is_written_while_it_is_read(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    ts = robin.post(seed.PHOTOS, "who?")
    stream = slack.client.chat_stream(
        channel=seed.PHOTOS,
        thread_ts=ts,
        recipient_user_id=robin.id,
        recipient_team_id=seed.TEAM.id,
        buffer_size=1,
    )
    stream.append(markdown_text="**Al")
    stream.append(markdown_text="ice**")
    feedback = {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
                "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"},
            }
        ],
    }
    message = stream.stop(blocks=[feedback])["message"]
    assert message["text"] == "**Alice**"
    assert [each["type"] for each in message["blocks"]] == ["markdown", "context_actions"]
    assert app.event("message", subtype="message_changed")["message"]["text"] == "**Alice**"
    _, shown = robin.messages(seed.PHOTOS, thread_ts=ts)
    block = shown["blocks"][1]
    robin.do(
        "action",
        container={"type": "message", "channel": seed.PHOTOS, "ts": shown["ts"]},
        action={"block_id": block["block_id"], "action_id": "feedback", "type": "feedback_buttons", "value": "bad"},
    )
    while (payload := app.take()).get("type") != "block_actions":
        pass
    (action,) = payload["actions"]
    assert (action["type"], action["value"], action["text"]["text"]) == ("feedback_buttons", "bad", "Bad")


def test_streams_are_refused_as_slack_refuses_them(slack: Running) -> None:
    robin = slack.member()
    ts = robin.post(seed.PHOTOS, "who?")
    for_robin = {"recipient_user_id": robin.id, "recipient_team_id": seed.TEAM.id}
    start = {"channel": seed.PHOTOS, "thread_ts": ts, "markdown_text": "a", **for_robin}
    for change, error in (
        ({"recipient_user_id": ""}, "missing_recipient_user_id"),
        ({"recipient_team_id": ""}, "missing_recipient_team_id"),
        ({"recipient_user_id": "U0"}, "user_not_found"),
        ({"thread_ts": "1.000001"}, "invalid_thread_ts"),
        ({"channel": "C0"}, "channel_not_found"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"markdown_text": "", "chunks": [{"type": "nonsense"}]}, "invalid_chunks"),
        ({"markdown_text": "", "chunks": [{"type": "markdown_text"}]}, "invalid_chunks"),
    ):
        assert _refused(slack, "chat.startStream", **start | change)[0] == error, change
    here = {"channel": seed.PHOTOS, "ts": slack.api("chat.startStream", **start)["ts"]}
    assert _refused(slack, "chat.update", **here, text="b")[0] == "streaming_state_conflict"
    assert _refused(slack, "chat.appendStream", **here)[0] == "no_text"
    assert _refused(slack, "chat.appendStream", channel=seed.PHOTOS, ts=ts, markdown_text="b")[0] == (
        "message_not_owned_by_app"
    )
    assert slack.api("chat.stopStream", **here)["message"]["text"] == "a"
    for method in ("chat.appendStream", "chat.stopStream"):
        assert _refused(slack, method, **here, markdown_text="b")[0] == "message_not_in_streaming_state"
