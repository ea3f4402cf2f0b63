"""What the page is given: Slack's objects with addresses that this member's browser can fetch."""

import copy
import hashlib
from typing import Any

from playground.blocks import message_json, slack_file_of, view_json
from playground.state import SLACKBOT, Conversation, File, Json, Message, User, View, Workspace

SLACKBOT_JSON: Json = {
    "id": SLACKBOT,
    "name": "slackbot",
    "real_name": "Slackbot",
    "display_name": "Slackbot",
    "is_bot": True,
    "is_admin": False,
    "avatar": f"/client/avatar/{SLACKBOT}.svg",
}


def page_user(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "display_name": user.display_name,
        "title": user.title,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_guest": user.restricted,
        "company": user.team.name if user.team else "",
        "deleted": user.deleted,
        "is_custom_image": user.photo is not None,
        "avatar": _avatar(user),
    }


def _avatar(user: User) -> str:
    """The photo on the profile, at an address that changes with it, or initials."""
    if user.photo is None:
        return f"/client/avatar/{user.id}.svg"
    return f"/avatars/{user.id}-192.png?photo={hashlib.sha256(str(user.photo).encode()).hexdigest()[:8]}"


def page_conversation(workspace: Workspace, conversation: Conversation, viewer: str) -> Json:
    shown: Json = {
        "id": conversation.id,
        "name": conversation.name,
        "is_im": conversation.kind == "im",
        "is_mpim": conversation.kind == "mpim",
        "is_private": conversation.kind != "channel",
        "topic": conversation.topic,
        "members": sorted(conversation.members),
        "app_in_channel": workspace.bot.id in conversation.members,
    }
    if conversation.kind == "im":
        shown["user"] = next((member for member in sorted(conversation.members) if member != viewer), viewer)
    return shown


def page_message(workspace: Workspace, message: Message, viewer: str) -> Json:
    """A message as `viewer` sees it on the page, with `ephemeral` where it is for them alone."""
    shown = message_json(workspace, message, "", with_metadata=True) | {"channel": message.channel}
    shown.pop("bot_profile", None)
    if message.blocks:
        shown["blocks"] = page_blocks(workspace, list(message.blocks), viewer)
    if message.attachments:
        shown["attachments"] = [_attachment(workspace, each, viewer) for each in message.attachments]
    if message.file_ids:
        shown["files"] = [_message_file(workspace, file_id, viewer) for file_id in message.file_ids]
    if message.reply_broadcast:
        shown["reply_broadcast"] = True
    if message.seen_by is not None:
        shown["ephemeral"] = True
    return shown


def page_file(file: File, viewer: str) -> Json:
    """A file with the addresses where `viewer` can fetch it and its thumbnails."""
    base, proof = f"/client/file/{file.id}", f"?user={viewer}&proof={file_proof(file, viewer)}"
    shown: Json = {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.pretty_type,
        "size": file.size,
        "user": file.user,
        "alt_txt": file.alt_txt,
        "mode": file.mode,
        "url": f"{base}{proof}",
        "thumb_url": None,
    }
    if file.picture is not None:
        shown |= {"original_w": file.picture.width, "original_h": file.picture.height}
        sides = {thumbnail.side for thumbnail in file.picture.thumbnails}
        largest = max((side for side in sides if side <= 800), default=None)
        if largest is not None:
            shown["thumb_url"] = f"{base}/{largest}{proof}"
        if 1024 in sides:
            shown["large_url"] = f"{base}/1024{proof}"
    return shown


def file_proof(file: File, viewer: str) -> str:
    """Shows that the server gave `viewer` the address of this file, as where it is part of a message or a modal."""
    return hashlib.sha256(f"{file.secret}:{viewer}".encode()).hexdigest()[:24]


def page_view(workspace: Workspace, view: View) -> Json:
    shown = view_json(workspace, view)
    shown["blocks"] = page_blocks(workspace, view.blocks, view.user)
    return shown


def page_blocks(workspace: Workspace, blocks: list[Json], viewer: str) -> list[Json]:
    """The blocks, where every `slack_file` also says the `file` that is meant, if the viewer may see it."""
    shown = copy.deepcopy(blocks)
    _resolve(workspace, shown, viewer)
    return shown


def _message_file(workspace: Workspace, file_id: str, viewer: str) -> Json:
    file = workspace.files.get(file_id)
    return page_file(file, viewer) if file is not None else {"id": file_id, "mode": "tombstone"}


def _attachment(workspace: Workspace, attachment: Json, viewer: str) -> Json:
    """An attachment, with the files of a forwarded message."""
    shown = dict(attachment)
    file_ids = shown.pop("file_ids", ()) if shown.get("is_share") else ()
    return shown | {"files": [_message_file(workspace, file_id, viewer) for file_id in file_ids]} if file_ids else shown


def _resolve(workspace: Workspace, value: Any, viewer: str) -> None:
    if isinstance(value, list):
        for entry in value:
            _resolve(workspace, entry, viewer)
    elif isinstance(value, dict):
        reference = value.get("slack_file")
        if isinstance(reference, dict):
            file = slack_file_of(workspace, reference)
            if file is not None:
                value["file"] = page_file(file, viewer)
        for entry in value.values():
            _resolve(workspace, entry, viewer)
