"""Messages that come as an answer: posted to a response_url, or carried by the acknowledgement of a command."""

from dataclasses import replace

from playground.blocks import accept_blocks
from playground.slack.conversations import Draft, messaging
from playground.slack.slack import Slack
from playground.state import Json, Message, ResponseTarget, SlackError, Workspace

MAX_TEXT = 40_000


def respond(slack: Slack, workspace: Workspace, target: ResponseTarget, body: Json) -> None:
    """Carry out a response message. Raises SlackError, as for `no_text` or `invalid_blocks`.

    It is ephemeral unless `response_type` is in_channel; `replace_original` and `delete_original` act on the message
    that the member clicked in.
    """
    original = _original(workspace, target)
    if body.get("delete_original"):
        if original is not None:
            messaging.delete(slack, workspace, original)
        return
    draft = _draft(workspace, body)
    if body.get("replace_original") and original is not None:
        changed = replace(original, text=draft.text, blocks=tuple(draft.blocks), attachments=tuple(draft.attachments))
        messaging.edit(slack, workspace, original, changed, by=workspace.bot.id)
        return
    conversation = workspace.conversations[target.channel]
    if body.get("response_type") == "in_channel":
        messaging.post(slack, workspace, conversation, workspace.bot.id, draft)
    else:
        messaging.post_ephemeral(slack, workspace, conversation, target.user, draft)


def is_message(body: Json) -> bool:
    """Whether the acknowledgement of a command carries a message at all."""
    return bool(body.get("text") or body.get("blocks") or body.get("attachments"))


def _original(workspace: Workspace, target: ResponseTarget) -> Message | None:
    if target.message_ts is None:
        return None
    message = workspace.message(target.channel, target.message_ts, viewer=target.user)
    return message if message is not None and message.from_app else None


def _draft(workspace: Workspace, body: Json) -> Draft:
    text, attachments = body.get("text") or "", body.get("attachments") or []
    if not isinstance(text, str) or not isinstance(attachments, list):
        raise SlackError("invalid_payload")
    if not text and not body.get("blocks") and not attachments:
        raise SlackError("no_text")
    if len(text) > MAX_TEXT:
        raise SlackError("msg_too_long")
    blocks = accept_blocks(workspace, body["blocks"], limited=False) if body.get("blocks") else []
    thread_ts = body.get("thread_ts")
    return Draft(text, blocks, attachments, thread_ts=thread_ts if isinstance(thread_ts, str) else None)
