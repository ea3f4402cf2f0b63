"""What happens in conversations, by whomever it is done: each change is stored, shown on pages and told to the app."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from playground.blocks import message_json
from playground.slack.conversations import events
from playground.slack.delivery import NOT_READY_FOR
from playground.slack.slack import Slack
from playground.state import SLACKBOT, Conversation, Edited, File, Json, Message, Reaction, Share, Workspace, is_emoji
from playground.web import page_conversation, page_message

# Slack names the errors, not the numbers; these are what people find.
MOST_EMOJI = 50
MOST_REACTIONS = 23


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be posted. `text` is message text, already escaped; `blocks` are complete."""

    text: str
    blocks: Sequence[Json] = ()
    attachments: Sequence[Json] = ()
    files: Sequence[File] = ()
    thread_ts: str | None = None
    reply_broadcast: bool = False
    metadata: Json | None = None
    client_msg_id: str | None = None
    subtype: str | None = None


def post(slack: Slack, workspace: Workspace, conversation: Conversation, user: str, draft: Draft) -> Message:
    """Post a message that everyone in the conversation sees."""
    message = _new_message(workspace, conversation, user, draft)
    workspace.put(message)
    for file in draft.files:
        share = Share(conversation.id, message.ts, message.thread_ts)
        current = _held_up(slack, workspace, workspace.files[file.id])
        workspace.files[file.id] = replace(current, shares=(*current.shares, share), completed=True)
    _show(slack, workspace, "message", message)
    _show_parent(slack, workspace, message)
    events.message_posted(slack, workspace, message)
    for file in draft.files:
        events.file_shared(slack, workspace, file, conversation)
    if user == workspace.bot.id and message.thread_ts:
        answered(slack, conversation, message.thread_ts)
    return message


def post_ephemeral(slack: Slack, workspace: Workspace, conversation: Conversation, to: str, draft: Draft) -> Message:
    """Show a message of the app to one member only. No event tells of it."""
    message = replace(_new_message(workspace, conversation, workspace.bot.id, draft), seen_by=to)
    workspace.put(message)
    shown = page_message(workspace, message, to)
    slack.pages.tell(to, {"type": "ephemeral", "channel": message.channel, "message": shown})
    return message


def edit(slack: Slack, workspace: Workspace, message: Message, changed: Message, *, by: str | None) -> Message:
    """Put `changed` in the place of `message`; `by` is who is shown to have edited it."""
    if by is not None:
        changed = replace(changed, edited=Edited(by, workspace.clock.next_ts()))
    workspace.put(changed)
    _show(slack, workspace, "message_changed", changed)
    if changed.seen_by is None:
        events.message_changed(slack, workspace, changed, message)
    return changed


def redraw(slack: Slack, workspace: Workspace, changed: Message) -> None:
    """Put a message in the place of what it was, on pages alone: the app is writing it."""
    workspace.put(changed)
    _show(slack, workspace, "message_changed", changed)


def answered(slack: Slack, conversation: Conversation, thread_ts: str) -> None:
    """The app has said something in a thread, and is at work there no more."""
    if slack.panes.is_busy(conversation.id, thread_ts):
        pane = slack.panes.put(conversation.id, thread_ts, status="", loading_messages=[])
        tell_of_pane(slack, conversation, thread_ts, pane)


def tell_of_pane(slack: Slack, conversation: Conversation, thread_ts: str, pane: Json) -> None:
    """Let pages show what the app shows in a thread."""
    news = {"type": "pane", "channel": conversation.id, "thread_ts": thread_ts, "pane": pane}
    slack.pages.tell_all(sorted(conversation.members), news)


def delete(slack: Slack, workspace: Workspace, message: Message) -> None:
    """Delete a message. The parent of a thread leaves a tombstone; files are no longer shared by it."""
    for file_id in message.file_ids:
        _unshare(workspace, message, file_id)
    if message.seen_by is None and workspace.replies(message.channel, message.ts):
        tombstone = Message(
            message.channel,
            message.ts,
            SLACKBOT,
            "This message was deleted.",
            subtype="tombstone",
            thread_ts=message.ts,
        )
        edit(slack, workspace, message, tombstone, by=None)
        return
    workspace.take(message)
    news = {"type": "message_deleted", "channel": message.channel, "ts": message.ts, "thread_ts": message.thread_ts}
    slack.pages.tell_all(_viewers(workspace, message), news)
    if message.seen_by is None:
        _show_parent(slack, workspace, message)
        events.message_deleted(slack, workspace, message)


def refusal(message: Message, user: str, name: str) -> str | None:
    """Slack's word for why somebody cannot add a reaction to a message."""
    if is_gone(message):
        return "message_not_found"
    if not is_emoji(name):
        return "invalid_name"
    there = next((each for each in message.reactions if each.name == name), None)
    if there is None and len(message.reactions) >= MOST_EMOJI:
        return "too_many_emoji"
    mine = [each for each in message.reactions if user in each.users]
    return "too_many_reactions" if there not in mine and len(mine) >= MOST_REACTIONS else None


def is_gone(message: Message) -> bool:
    """Whether a message was deleted, and only stands for its thread."""
    return message.subtype == "tombstone"


def react(slack: Slack, workspace: Workspace, message: Message, user: str, name: str) -> bool:
    """Add a reaction; False when the user has reacted so before."""
    mine = next((each for each in message.reactions if each.name == name), None)
    if mine is not None and user in mine.users:
        return False
    if mine is None:
        reactions = (*message.reactions, Reaction(name, (user,)))
    else:
        more = replace(mine, users=(*mine.users, user))
        reactions = tuple(more if each is mine else each for each in message.reactions)
    _store_reactions(slack, workspace, message, reactions, name, user, added=True)
    return True


def unreact(slack: Slack, workspace: Workspace, message: Message, user: str, name: str) -> bool:
    """Remove a reaction; False when there is none of this user."""
    mine = next((each for each in message.reactions if each.name == name and user in each.users), None)
    if mine is None:
        return False
    fewer = replace(mine, users=tuple(each for each in mine.users if each != user))
    reactions = tuple(fewer if each is mine else each for each in message.reactions)
    kept = tuple(each for each in reactions if each.users)
    _store_reactions(slack, workspace, message, kept, name, user, added=False)
    return True


def join(
    slack: Slack, workspace: Workspace, conversation: Conversation, user: str, inviter: str | None
) -> Conversation:
    """Add a member to a channel, with Slack's line in the channel saying so."""
    joined = workspace.join(conversation, user)
    tell_of_channel(slack, workspace, joined)
    text = f"<@{user}> has joined the channel"
    post(slack, workspace, joined, user, Draft(text, subtype="channel_join"))
    events.member_joined(slack, workspace, joined, user, inviter)
    return joined


def leave(slack: Slack, workspace: Workspace, conversation: Conversation, user: str) -> Conversation:
    """Take a member out of a channel, with Slack's line in the channel saying so."""
    left = workspace.leave(conversation, user)
    slack.pages.tell(user, {"type": "channel_left", "channel": left.id})
    tell_of_channel(slack, workspace, left)
    post(slack, workspace, left, user, Draft(f"<@{user}> has left the channel", subtype="channel_leave"))
    events.member_left(slack, workspace, left, user)
    return left


def open_direct(slack: Slack, workspace: Workspace, members: Sequence[str]) -> tuple[Conversation, bool]:
    """The direct message between these, and whether it is new."""
    before = len(workspace.conversations)
    conversation = workspace.direct(members)
    is_new = len(workspace.conversations) > before
    if is_new:
        tell_of_channel(slack, workspace, conversation)
    return conversation, is_new


def tell_of_channel(slack: Slack, workspace: Workspace, conversation: Conversation) -> None:
    """Let the pages of everyone in a conversation know of it, as it is now."""
    for member in conversation.members:
        shown = page_conversation(workspace, conversation, member)
        slack.pages.tell(member, {"type": "channel", "channel": shown})


def delete_file(slack: Slack, workspace: Workspace, file: File) -> None:
    """Delete a file everywhere; the messages that showed it show a tombstone."""
    found = [workspace.message(share.channel, share.ts) for share in file.shares]
    before = [(each, message_json(workspace, each, slack.base_url)) for each in found if each is not None]
    slack.files.delete(workspace, file)
    for message, previous in before:
        _show(slack, workspace, "message_changed", message)
        events.changed(slack, workspace, message, previous)
    events.file_deleted(slack, workspace, file)


def remove_file(slack: Slack, workspace: Workspace, message: Message, file: File) -> Message:
    """Take a file out of a message, as its author does in an edit; the file itself stays."""
    _unshare(workspace, message, file.id)
    fewer = tuple(each for each in message.file_ids if each != file.id)
    return edit(slack, workspace, message, replace(message, file_ids=fewer), by=message.user)


def forward(
    slack: Slack, workspace: Workspace, message: Message, conversation: Conversation, user: str, draft: Draft
) -> Message:
    """Share a message in another conversation: it is quoted, with its files, below what is said about it."""
    origin = workspace.conversations[message.channel]
    author = workspace.users[message.user]
    quoted: Json = {
        "id": 1,
        "is_msg_unfurl": True,
        "is_share": True,
        "from_url": f"{slack.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}",
        "ts": message.ts,
        "channel_id": message.channel,
        "channel_team": workspace.team.id,
        "channel_name": origin.name,
        "author_id": author.id,
        "author_name": author.display_name,
        "footer": f"Posted in #{origin.name}" if origin.kind == "channel" else "Slack Conversation",
        "mrkdwn_in": ["text"],
        "fallback": message.text,
        "text": message.text,
        "message_blocks": [
            {"team": workspace.team.id, "channel": message.channel, "ts": message.ts, "message": {"blocks": []}}
        ],
        "file_ids": list(message.file_ids),
    }
    return post(slack, workspace, conversation, user, replace(draft, attachments=[quoted]))


async def share_later(
    slack: Slack, workspace: Workspace, conversation: Conversation, file_ids: Sequence[str], draft: Draft
) -> None:
    """Share uploaded files after Slack's little while, once it is known what they are."""
    files = await ready_later(slack, workspace, file_ids)
    if files:
        post(slack, workspace, conversation, workspace.bot.id, replace(draft, files=files, subtype="file_share"))


async def ready_later(slack: Slack, workspace: Workspace, file_ids: Sequence[str]) -> list[File]:
    """The files, once it is known what they are: after Slack's little while. Deleted ones are left out."""
    await asyncio.sleep(slack.options.share_delay)
    files = [await slack.files.examine(workspace, file_id) for file_id in file_ids]
    return [file for file in files if file is not None]


def _new_message(workspace: Workspace, conversation: Conversation, user: str, draft: Draft) -> Message:
    return Message(
        channel=conversation.id,
        ts=workspace.clock.next_ts(),
        user=user,
        text=draft.text,
        blocks=tuple(draft.blocks),
        attachments=tuple(draft.attachments),
        file_ids=tuple(file.id for file in draft.files),
        thread_ts=draft.thread_ts,
        reply_broadcast=draft.reply_broadcast,
        subtype=draft.subtype or _subtype(draft),
        from_app=user == workspace.bot.id and draft.subtype != "channel_join",
        client_msg_id=draft.client_msg_id,
        metadata=draft.metadata,
    )


def _held_up(slack: Slack, workspace: Workspace, file: File) -> File:
    """A member's file, which Slack may take a moment for."""
    if file.user == workspace.bot.id:
        return file
    soon = time.monotonic() + NOT_READY_FOR
    if slack.faults.strikes("unready"):
        return replace(file, known_at=soon, served_at=soon)
    return replace(file, served_at=soon) if slack.faults.strikes("early") else file


def _unshare(workspace: Workspace, message: Message, file_id: str) -> None:
    file = workspace.files.get(file_id)
    if file is not None:
        kept = tuple(each for each in file.shares if (each.channel, each.ts) != (message.channel, message.ts))
        workspace.files[file_id] = replace(file, shares=kept)


def _subtype(draft: Draft) -> str | None:
    if draft.reply_broadcast:
        return "thread_broadcast"
    return "file_share" if draft.files else None


def _store_reactions(
    slack: Slack,
    workspace: Workspace,
    message: Message,
    reactions: tuple[Reaction, ...],
    name: str,
    user: str,
    *,
    added: bool,
) -> None:
    changed = replace(message, reactions=reactions)
    workspace.put(changed)
    type_ = "reaction_added" if added else "reaction_removed"
    news = {"type": type_, "channel": message.channel, "ts": message.ts, "reaction": name, "user": user}
    slack.pages.tell_all(_viewers(workspace, message), news)
    events.reaction(slack, workspace, changed, name, user, added=added)


def _viewers(workspace: Workspace, message: Message) -> list[str]:
    if message.seen_by is not None:
        return [message.seen_by]
    return sorted(workspace.conversations[message.channel].members)


def _show(slack: Slack, workspace: Workspace, type_: str, message: Message) -> None:
    for viewer in _viewers(workspace, message):
        shown = page_message(workspace, message, viewer)
        slack.pages.tell(viewer, {"type": type_, "channel": message.channel, "message": shown})


def _show_parent(slack: Slack, workspace: Workspace, message: Message) -> None:
    """A reply came or went: the pages count the replies on the parent."""
    parent = workspace.message(message.channel, message.thread_ts or "") if message.is_reply else None
    if parent is not None:
        _show(slack, workspace, "message_changed", parent)
