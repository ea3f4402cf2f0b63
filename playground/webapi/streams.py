"""`chat.*Stream`: messages that are written while they are read (docs.slack.dev/reference/methods/chat.startStream)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from playground.blocks import accept_blocks, message_json
from playground.slack import Draft, messaging
from playground.state import Conversation, Json, Message, SlackError
from playground.webapi import chat
from playground.webapi.call import Call, Method, invalid_argument

CHUNKS: Mapping[str, tuple[str, ...]] = {
    "markdown_text": ("text",),
    "plan_update": ("title",),
    "task_update": ("id", "title", "status"),
    "blocks": ("blocks",),
}
"""The kinds of parts that a stream is made of, and what each must have."""


def start(call: Call) -> Json:
    """Begin a message in a thread; in a channel it must be said for whom."""
    conversation = chat.destination(call)
    thread_ts = _thread(call, conversation)
    if conversation.kind != "im":
        _check_recipient(call)
    text = _text(call)
    call.slack.post_limit.spend(conversation.id)
    draft = Draft(text, _blocks(call, text), thread_ts=thread_ts)
    message = messaging.post(call.slack, call.workspace, conversation, call.bot, draft)
    call.slack.panes.streams[conversation.id, message.ts] = text
    return {"channel": conversation.id, "ts": message.ts}


def append(call: Call) -> Json:
    conversation, message, so_far = _streaming(call)
    more = _text(call)
    if not more and not call.args.parsed("chunks"):
        raise SlackError("no_text")
    text = so_far + more
    call.slack.panes.streams[conversation.id, message.ts] = text
    messaging.redraw(call.slack, call.workspace, replace(message, text=text, blocks=tuple(_blocks(call, text))))
    return {"channel": conversation.id, "ts": message.ts}


def stop(call: Call) -> Json:
    """The last of it, and blocks below; the app hears of the whole."""
    conversation, message, so_far = _streaming(call)
    text = so_far + _text(call)
    below = accept_blocks(call.workspace, call.args.raw("blocks")) if call.args.raw("blocks") else []
    if not text and not below:
        raise SlackError("no_text")
    blocks = (*_blocks(call, text), *below)
    metadata = chat.metadata(call.args.parsed("metadata"))
    del call.slack.panes.streams[conversation.id, message.ts]
    whole = replace(message, text=text, blocks=blocks, metadata=metadata or message.metadata)
    whole = messaging.edit(call.slack, call.workspace, message, whole, by=None)
    rendered = message_json(call.workspace, whole, call.slack.base_url, with_metadata=True)
    return {"channel": conversation.id, "ts": message.ts, "message": rendered}


def _thread(call: Call, conversation: Conversation) -> str:
    parent = call.message(conversation, call.args.required("thread_ts"), "invalid_thread_ts")
    return parent.thread_ts if parent.is_reply and parent.thread_ts else parent.ts


def _check_recipient(call: Call) -> None:
    user, team = call.args.text("recipient_user_id"), call.args.text("recipient_team_id")
    if not user:
        raise SlackError("missing_recipient_user_id")
    if not team:
        raise SlackError("missing_recipient_team_id")
    if user not in call.workspace.users:
        raise SlackError("user_not_found")


def _streaming(call: Call) -> tuple[Conversation, Message, str]:
    """A message that the app is writing, and what there is of it."""
    conversation = call.conversation()
    message = call.message(conversation, call.args.required("ts"))
    if message.user != call.bot:
        raise SlackError("message_not_owned_by_app")
    so_far = call.slack.panes.streams.get((conversation.id, message.ts))
    if so_far is None:
        raise SlackError("message_not_in_streaming_state")
    return conversation, message, so_far


def _text(call: Call) -> str:
    """The Markdown of a call, as it is or in chunks."""
    markdown, chunks = call.args.text("markdown_text"), call.args.parsed("chunks")
    if len(markdown) > chat.MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    if chunks is None:
        return markdown
    if markdown:
        raise invalid_argument("must define either `markdown_text` or `chunks` [json-pointer:/chunks]")
    if not isinstance(chunks, list) or not all(map(_is_chunk, chunks)):
        raise SlackError("invalid_chunks")
    return "".join(chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text")


def _is_chunk(value: Any) -> bool:
    if not isinstance(value, dict) or value.get("type") not in CHUNKS:
        return False
    return all(value.get(field) for field in CHUNKS[value["type"]]) and isinstance(value.get("text", ""), str)


def _blocks(call: Call, text: str) -> list[Json]:
    if len(text) > chat.MAX_MARKDOWN:
        raise SlackError("msg_blocks_too_long")
    return accept_blocks(call.workspace, [{"type": "markdown", "text": text}]) if text else []


METHODS: Mapping[str, Method] = {
    "chat.appendStream": Method(append, ("chat:write",)),
    "chat.startStream": Method(start, ("chat:write",)),
    "chat.stopStream": Method(stop, ("chat:write",)),
}
