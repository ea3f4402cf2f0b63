"""`chat.*`: posting, changing and deleting messages."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from playground.blocks import accept_blocks, message_json
from playground.slack import Draft, messaging
from playground.state import Conversation, Json, SlackError
from playground.webapi.call import Call, Method

MAX_TEXT = 40_000
MAX_UPDATE_TEXT = 4_000
MAX_MARKDOWN = 12_000
MAX_ATTACHMENTS = 100


def post_message(call: Call) -> Json:
    conversation = destination(call)
    if conversation.kind == "im" and not call.workspace.installation.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    draft = _draft(call, thread_ts=_thread(call, conversation))
    call.slack.post_limit.spend(conversation.id)
    message = messaging.post(call.slack, call.workspace, conversation, call.bot, draft)
    rendered = message_json(call.workspace, message, call.slack.base_url, with_metadata=True)
    return {"channel": conversation.id, "ts": message.ts, "message": rendered} | _warning(call)


def post_ephemeral(call: Call) -> Json:
    conversation = call.joined_conversation()
    user = call.args.required("user")
    if user not in conversation.members:
        raise SlackError("user_not_in_channel")
    draft = _draft(call, thread_ts=_thread(call, conversation))
    message = messaging.post_ephemeral(call.slack, call.workspace, conversation, user, draft)
    return {"message_ts": message.ts} | _warning(call)


def update(call: Call) -> Json:
    conversation = call.conversation()
    message = call.message(conversation, call.args.text("ts"))
    if messaging.is_gone(message):
        raise SlackError("message_not_found")
    if message.user != call.bot or message.subtype == "channel_join":
        raise SlackError("cant_update_message")
    if (conversation.id, message.ts) in call.slack.panes.streams:
        raise SlackError("streaming_state_conflict")
    if len(call.args.text("text")) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    draft = _draft(call, required=not message.file_ids)
    changed = replace(
        message,
        text=draft.text if "text" in call.args or draft.blocks else message.text,
        # As Slack does: text without blocks removes the blocks, and what is not spoken of stays.
        blocks=tuple(draft.blocks) if draft.text or "blocks" in call.args else message.blocks,
        attachments=tuple(draft.attachments) if "attachments" in call.args else message.attachments,
        metadata=draft.metadata if "metadata" in call.args else message.metadata,
    )
    changed = messaging.edit(call.slack, call.workspace, message, changed, by=call.bot)
    rendered = message_json(call.workspace, changed, call.slack.base_url, with_metadata=True)
    return {"channel": conversation.id, "ts": message.ts, "text": changed.text, "message": rendered}


def delete(call: Call) -> Json:
    conversation = call.conversation()
    message = call.message(conversation, call.args.text("ts"))
    if messaging.is_gone(message):
        raise SlackError("message_not_found")
    if message.user != call.bot:
        raise SlackError("cant_delete_message")
    messaging.delete(call.slack, call.workspace, message)
    return {"channel": conversation.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    conversation = call.conversation()
    message = call.message(conversation, call.args.required("message_ts"))
    link = f"{call.slack.base_url}/archives/{conversation.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


def destination(call: Call) -> Conversation:
    """Where to post: a conversation's id, a channel's name, or a member's id for the direct message with them."""
    name = call.args.text("channel")
    workspace = call.workspace
    if name in workspace.users:
        if name == call.bot:
            raise SlackError("channel_not_found")
        return messaging.open_direct(call.slack, workspace, [name, call.bot])[0]
    conversation = workspace.conversation_named(name.removeprefix("#")) or workspace.conversations.get(name)
    if conversation is None:
        raise SlackError("channel_not_found")
    if call.bot not in conversation.members:
        if conversation.kind != "channel":
            raise SlackError("channel_not_found")
        if not workspace.installation.manifest.allows("chat:write.public"):
            raise SlackError("not_in_channel")
    return conversation


def _thread(call: Call, conversation: Conversation) -> str | None:
    """The thread to post in: `thread_ts` is the parent's, or is taken to mean it; None where that is deleted."""
    thread_ts = call.args.text("thread_ts")
    if not thread_ts:
        return None
    if not re.fullmatch(r"\d+\.\d{6}", thread_ts):
        raise SlackError("invalid_thread_ts", messages=[f"[ERROR] {thread_ts} is not a valid thread_ts"])
    parent = call.workspace.message(conversation.id, thread_ts)
    if parent is None:
        if call.slack.options.unthreads:
            return None
        raise SlackError("thread_not_found")
    return parent.thread_ts if parent.is_reply else thread_ts


def _warning(call: Call) -> Json:
    """What is said beside a message whose text is posted in part."""
    if len(call.args.text("text")) <= MAX_TEXT:
        return {}
    said = ["[WARN] Your message was truncated but still posted"]
    warning = "message_truncated"
    return {"warning": warning, "response_metadata": {"warnings": [warning], "messages": said}}


def _draft(call: Call, *, thread_ts: str | None = None, required: bool = True) -> Draft:
    text, markdown = call.args.text("text")[:MAX_TEXT], call.args.text("markdown_text")
    attachments = _attachments(call.args.parsed("attachments"))
    raw_blocks: Any = call.args.raw("blocks")
    if markdown:
        if text or raw_blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MAX_MARKDOWN:
            raise SlackError("msg_too_long")
        raw_blocks = [{"type": "markdown", "text": markdown}]
    blocks = accept_blocks(call.workspace, raw_blocks) if raw_blocks else []
    if required and not text and not blocks and not attachments:
        raise SlackError("no_text")
    return Draft(
        text or markdown,
        blocks,
        attachments,
        thread_ts=thread_ts,
        reply_broadcast=thread_ts is not None and call.args.flag("reply_broadcast"),
        metadata=metadata(call.args.parsed("metadata")),
    )


def _attachments(value: Any) -> list[Json]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise SlackError("invalid_attachments")
    if len(value) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return value


def metadata(value: Any) -> Json | None:
    """What an app keeps with a message. Raises SlackError."""
    if value is None or value == {}:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(value.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    return {"event_type": value["event_type"], "event_payload": value["event_payload"]}


METHODS: Mapping[str, Method] = {
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
}
