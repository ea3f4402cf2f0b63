"""What members do among themselves: read, write, delete, react."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from playground.blocks import to_blocks, to_text
from playground.client.call import Doing
from playground.slack import Draft, commands, events, messaging
from playground.state import Conversation, File, Json, Refused, Sample, Workspace
from playground.web import SLACKBOT_JSON, page_conversation, page_message, page_user, page_view

MAX_TEXT = 40_000
MAX_FILES = 10
EDITABLE = (None, "file_share", "thread_broadcast")  # by their subtype
UNREACTABLE: Mapping[str, str] = {  # in words, by Slack's
    "message_not_found": "That message is gone.",
    "invalid_name": "There is no such emoji.",
    "too_many_emoji": f"A message takes at most {messaging.MOST_EMOJI} different emoji.",
    "too_many_reactions": f"You can add at most {messaging.MOST_REACTIONS} reactions to a message.",
}
DOCUMENTS: Mapping[str, Json] = {
    "canvas": {"mode": "quip", "filetype": "quip", "pretty_type": "Canvas", "mimetype": "application/vnd.slack-docs"},
    "snippet": {"mode": "snippet", "filetype": "text", "pretty_type": "Plain Text", "mimetype": "text/plain"},
    "external": {"mode": "external", "filetype": "gdrive", "mimetype": "image/png", "link": "https://drive.example/x"},
}


async def boot(doing: Doing) -> Json:
    """All that a page needs to start."""
    slack, workspace, manifest = doing.slack, doing.workspace, doing.workspace.installation.manifest
    offered = [*manifest.commands, *commands.OWN]
    return {
        "workspace": {"id": workspace.team.id, "name": workspace.team.name},
        "me": page_user(doing.user),
        "users": [*(page_user(user) for user in workspace.users.values()), SLACKBOT_JSON],
        "channels": [
            page_conversation(workspace, each, doing.user.id) | {"latest": _latest(doing, each)}
            for each in workspace.conversations_of(doing.user.id)
        ],
        "commands": [
            {
                "command": each.command,
                "description": each.description,
                "usage_hint": each.usage_hint,
                "of_app": each not in commands.OWN,
            }
            for each in offered
        ],
        "shortcuts": [
            {"type": each.type, "name": each.name, "callback_id": each.callback_id, "description": each.description}
            for each in manifest.shortcuts
        ],
        "app": {
            "id": workspace.installation.app_id,
            "name": workspace.bot.display_name,
            "bot_user_id": workspace.bot.id,
            "home_tab": manifest.home_tab,
            "messages_tab": manifest.messages_tab and not manifest.messages_tab_read_only,
            "connected": slack.sockets.connected,
            "assistant": manifest.assistant,
        },
        "samples": [_sample_json(each) for each in slack.samples.listed],
        "views": [page_view(workspace, view) for view in slack.views.stack(doing.user.id)],
    }


async def samples(doing: Doing) -> Json:
    """The sample photos, fetched now if they are not here; the page hears of the progress meanwhile."""

    def progress(fraction: float) -> None:
        doing.slack.pages.tell(doing.user.id, {"type": "samples", "progress": fraction})

    return {"samples": [_sample_json(each) for each in await doing.slack.samples.fetch(progress)]}


async def messages(doing: Doing) -> Json:
    """The messages of a channel, oldest first, or with `thread_ts` those of a thread."""
    conversation, viewer = doing.conversation(), doing.user.id
    thread_ts = doing.text("thread_ts")
    if thread_ts:
        parent = doing.workspace.message(conversation.id, thread_ts, viewer=viewer)
        if parent is None:
            raise Refused("That thread is gone.", 404)
        found = [parent, *doing.workspace.replies(conversation.id, thread_ts, viewer=viewer)]
    else:
        everything = doing.workspace.messages(conversation.id, viewer=viewer)
        found = [each for each in everything if not each.is_reply or each.reply_broadcast]
    shown = [page_message(doing.workspace, each, viewer) for each in found]
    return {"messages": shown, "pane": doing.slack.panes.of(conversation.id, thread_ts)}


async def post(doing: Doing) -> Json:
    conversation = doing.conversation()
    manifest = doing.workspace.installation.manifest
    to_the_app = conversation.kind == "im" and doing.workspace.bot.id in conversation.members
    if to_the_app and (manifest.messages_tab_read_only or not manifest.messages_tab):
        raise Refused("Sending messages to this app has been turned off.", 403)
    typed = doing.text("text").strip()
    files = _own_files(doing)
    if not typed and not files:
        raise Refused("Write something, or add a photo.")
    if len(typed) > MAX_TEXT:
        raise Refused(f"A message has at most {MAX_TEXT:,} characters; this one has {len(typed):,}.")
    draft = Draft(
        text=to_text(typed, lambda id_: _channel_name(doing.workspace, id_)),
        blocks=to_blocks(typed),
        files=files,
        thread_ts=_thread(doing, conversation),
        reply_broadcast=bool(doing.args.get("broadcast") and doing.text("thread_ts")),
        client_msg_id=str(uuid.uuid4()),
    )
    message = messaging.post(doing.slack, doing.workspace, conversation, doing.user.id, draft)
    return {"ts": message.ts}


async def edit(doing: Doing) -> Json:
    """Put other words into a message of one's own."""
    message = doing.message(doing.conversation())
    if message.user != doing.user.id or message.seen_by is not None or message.subtype not in EDITABLE:
        raise Refused("You can edit your own messages only.", 403)
    typed = doing.text("text").strip()
    if not typed and not message.file_ids:
        raise Refused("Write something, or delete the message.")
    if len(typed) > MAX_TEXT:
        raise Refused(f"A message has at most {MAX_TEXT:,} characters; this one has {len(typed):,}.")
    text = to_text(typed, lambda id_: _channel_name(doing.workspace, id_))
    changed = replace(message, text=text, blocks=tuple(to_blocks(typed)))
    messaging.edit(doing.slack, doing.workspace, message, changed, by=doing.user.id)
    return {}


async def delete(doing: Doing) -> Json:
    """Delete a message of one's own; an admin may delete anyone's. An ephemeral one is only put away."""
    message = doing.message(doing.conversation())
    if message.seen_by is None and message.user != doing.user.id and not doing.user.is_admin:
        raise Refused("You can delete your own messages only.", 403)
    messaging.delete(doing.slack, doing.workspace, message)
    return {}


async def forward(doing: Doing) -> Json:
    """Share a message in another conversation that the member is in, with words of their own."""
    message = doing.message(doing.conversation())
    there = doing.workspace.conversations.get(doing.text("to"))
    quotable = message.seen_by is None and message.user in doing.workspace.users
    if there is None or doing.user.id not in there.members or not quotable:
        raise Refused("This cannot be forwarded there.")
    typed = doing.text("text").strip()
    text = to_text(typed, lambda id_: _channel_name(doing.workspace, id_))
    draft = Draft(text, to_blocks(typed) if typed else (), client_msg_id=str(uuid.uuid4()))
    return {"ts": messaging.forward(doing.slack, doing.workspace, message, there, doing.user.id, draft).ts}


async def remove_file(doing: Doing) -> Json:
    """Take a file out of one's own message, or with `delete` out of Slack."""
    message, file = doing.message(doing.conversation()), doing.workspace.files.get(doing.text("file"))
    if file is None or file.id not in message.file_ids or file.user != doing.user.id:
        raise Refused("There is no such file of yours in this message.", 404)
    if doing.args.get("delete"):
        messaging.delete_file(doing.slack, doing.workspace, file)
    else:
        messaging.remove_file(doing.slack, doing.workspace, message, file)
    return {}


async def document(doing: Doing) -> Json:
    """Post something that is no upload: a canvas, a snippet of text, or a file that is kept elsewhere."""
    kind = doing.text("kind")
    if kind not in DOCUMENTS:
        raise Refused(f"There are these kinds of documents: {', '.join(DOCUMENTS)}.")
    conversation, title = doing.conversation(), doing.text("title") or kind
    file, _ = doing.slack.files.expect(doing.workspace, doing.user.id, title, title, None)
    file = replace(file, **DOCUMENTS[kind], ready=True)
    doing.workspace.files[file.id] = file
    text = to_text(doing.text("text"), lambda id_: _channel_name(doing.workspace, id_))
    draft = Draft(text, files=[file], thread_ts=_thread(doing, conversation))
    return {"ts": messaging.post(doing.slack, doing.workspace, conversation, doing.user.id, draft).ts}


async def react(doing: Doing) -> Json:
    message = doing.message(doing.conversation())
    name = doing.text("name").strip(":")
    if not name or message.seen_by is not None:
        raise Refused("This cannot be reacted to.")
    adds = doing.args.get("on", True)
    if adds and (refused := messaging.refusal(message, doing.user.id, name)):
        raise Refused(UNREACTABLE[refused])
    change = messaging.react if adds else messaging.unreact
    change(doing.slack, doing.workspace, message, doing.user.id, name)
    return {}


async def open_dm(doing: Doing) -> Json:
    other = doing.text("with")
    if other not in doing.workspace.users:
        raise Refused("There is no such person.", 404)
    conversation, _ = messaging.open_direct(doing.slack, doing.workspace, [doing.user.id, other])
    if other == doing.workspace.bot.id:
        events.home_opened(doing.slack, doing.workspace, doing.user.id, "messages", None)
    return {"channel": page_conversation(doing.workspace, conversation, doing.user.id)}


def _latest(doing: Doing, conversation: Conversation) -> str:
    """When somebody else said something last, not in a thread: a page that was cut off sees by it what it missed."""
    heard = doing.workspace.messages(conversation.id, viewer=doing.user.id)
    return max((each.ts for each in heard if each.user != doing.user.id and not each.is_reply), key=float, default="")


def _sample_json(sample: Sample) -> Json:
    address = f"/client/sample/{quote(sample.name)}"
    return {"name": sample.name, "label": sample.label, "url": address, "source": sample.source}


def _own_files(doing: Doing) -> list[File]:
    """The files to post: the member's own, and not posted before."""
    ids = doing.args.get("files") or []
    if not isinstance(ids, list) or len(ids) > MAX_FILES:
        raise Refused(f"A message takes at most {MAX_FILES} files.")
    files = [doing.workspace.files.get(each) for each in ids if isinstance(each, str)]
    own = [each for each in files if each is not None and each.user == doing.user.id and each.path is not None]
    if len(own) != len(ids) or any(each.shares for each in own):
        raise Refused("One of these files is not here any more; add it again.")
    return own


def _thread(doing: Doing, conversation: Conversation) -> str | None:
    thread_ts = doing.text("thread_ts")
    if not thread_ts:
        return None
    parent = doing.workspace.message(conversation.id, thread_ts)
    if parent is None:
        raise Refused("That thread is gone.", 404)
    return parent.thread_ts if parent.is_reply else thread_ts


def _channel_name(workspace: Workspace, channel: str) -> str:
    conversation = workspace.conversations.get(channel)
    return conversation.name if conversation is not None else channel
