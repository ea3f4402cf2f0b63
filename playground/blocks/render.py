"""Slack's JSON for users, conversations, messages, files and views: pure functions, values in, objects out."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playground.state import SLACKBOT, Conversation, File, Json, Message, User, View, Workspace

AVATAR_SIZES = (24, 32, 48, 72, 192, 512)


def user_json(workspace: Workspace, user: User, base_url: str, *, with_email: bool = False) -> Json:
    """A user object (docs.slack.dev/reference/objects/user-object); of a deactivated member little is left."""
    profile = profile_json(workspace, user, base_url, with_email=with_email)
    if user.deleted:
        return {
            "id": user.id,
            "team_id": workspace.team_of(user.id).id,
            "name": user.name,
            "deleted": True,
            "profile": profile,
            "is_bot": user.is_bot,
            "is_app_user": False,
            "updated": 1700000000,
        }
    return {
        "id": user.id,
        "team_id": workspace.team_of(user.id).id,
        "name": user.name,
        "deleted": False,
        "color": user.color,
        "real_name": user.real_name,
        **_clock(user),
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": user.is_admin,
        "is_primary_owner": user.is_admin,
        "is_restricted": user.restricted,
        "is_ultra_restricted": user.ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        **_elsewhere(workspace, user),
        "updated": 1700000000,
        "is_email_confirmed": not user.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }


def _clock(user: User) -> Json:
    now = datetime.now(ZoneInfo(user.zone))
    offset = now.utcoffset() or timedelta()
    return {"tz": user.zone, "tz_label": now.tzname(), "tz_offset": int(offset.total_seconds())}


def _elsewhere(workspace: Workspace, user: User) -> Json:
    """What is said of people of other workspaces, and of everybody in an organisation.

    A stranger is of another organisation and in no channel with the app; who is in one is none, by Slack's word.
    """
    if workspace.is_outsider(user.id):
        met = any(workspace.bot.id in each.members for each in workspace.conversations_of(user.id))
        return {"is_stranger": not met}
    organisation = workspace.team.organisation
    if organisation is None or user.is_bot:
        return {}
    return {
        "enterprise_user": {
            "id": user.id,
            "enterprise_id": organisation.id,
            "enterprise_name": organisation.name,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "teams": [workspace.team_of(user.id).id],
        }
    }


def profile_json(workspace: Workspace, user: User, base_url: str, *, with_email: bool = False) -> Json:
    """A user's profile; the pictures are PNGs that anyone may fetch, as Slack's are."""
    first, _, last = user.real_name.partition(" ")
    profile: Json = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.display_name,
        "display_name_normalized": user.display_name,
        "fields": {},
        "status_text": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": f"g{user.color}",
        "huddle_state": "default_unset",
        "huddle_state_expiration_ts": 0,
        "first_name": first,
        "last_name": last,
        **{f"image_{size}": f"{base_url}/avatars/{user.id}-{size}.png" for size in AVATAR_SIZES},
        "status_text_canonical": "",
        "team": workspace.team_of(user.id).id,
    }
    if user.restricted:
        profile["guest_invited_by"] = next(each.id for each in workspace.members if each.is_admin)
    if user.photo is not None:
        profile |= {"is_custom_image": True, "image_original": f"{base_url}/avatars/{user.id}-original.png"}
    if user.is_bot:
        profile |= {
            "api_app_id": workspace.installation.app_id,
            "bot_id": workspace.installation.bot_id,
            "always_active": True,
        }
    elif with_email:
        profile["email"] = f"{user.name}@playground.example"
    return profile


def conversation_json(workspace: Workspace, conversation: Conversation) -> Json:
    """A conversation object, as the app sees it."""
    bot = workspace.bot.id
    common: Json = {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": False,
        "is_org_shared": bool(conversation.shared_with) and not workspace.is_ext_shared(conversation),
        "context_team_id": workspace.team.id,
        "updated": conversation.created * 1000,
    }
    if conversation.kind == "im":
        other = next((member for member in sorted(conversation.members) if member != bot), bot)
        return common | {"is_im": True, "user": other, "is_user_deleted": False, "priority": 0}
    return common | {
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": conversation.kind == "channel",
        "is_group": conversation.kind == "group",
        "is_im": False,
        "is_mpim": conversation.kind == "mpim",
        "is_private": conversation.kind != "channel",
        "is_general": conversation.name == "general",
        "unlinked": 0,
        "is_shared": bool(conversation.shared_with),
        "is_ext_shared": workspace.is_ext_shared(conversation),
        "is_pending_ext_shared": bool(conversation.pending_with),
        "pending_shared": [],
        "parent_conversation": None,
        "creator": conversation.creator,
        "shared_team_ids": [workspace.team.id, *(team.id for team in conversation.shared_with)],
        "connected_team_ids": [team.id for team in conversation.shared_with if workspace.is_elsewhere(team)],
        "pending_connected_team_ids": [team.id for team in conversation.pending_with],
        "is_member": bot in conversation.members,
        "topic": {"value": conversation.topic, "creator": conversation.creator, "last_set": conversation.created},
        "purpose": {"value": conversation.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(conversation.members),
    }


def message_json(workspace: Workspace, message: Message, base_url: str, *, with_metadata: bool = False) -> Json:
    """A message as history and events give it, without the channel. What does not apply is absent, as in Slack."""
    edited = message.edited
    rendered: Json = {
        "type": "message",
        "subtype": message.subtype,
        "text": message.text,
        "user": message.user,
        "ts": message.ts,
        "client_msg_id": message.client_msg_id,
        **_senders(workspace, message),
        **(_app_fields(workspace, base_url) if message.from_app else {}),
        **(_files_fields(workspace, message, base_url) if message.file_ids else {}),
        "blocks": list(message.blocks) or None,
        "attachments": [_attachment_json(workspace, each, base_url) for each in message.attachments] or None,
        "edited": {"user": edited.user, "ts": edited.ts} if edited is not None else None,
        "reactions": reactions_json(message) or None,
        "metadata": message.metadata if with_metadata else None,
        **thread_fields(workspace, message),
    }
    return {key: value for key, value in rendered.items() if value is not None}


def _senders(workspace: Workspace, message: Message) -> Json:
    """The workspace of whoever posted it; only where it is another's, more than once."""
    if message.user == SLACKBOT:
        return {}
    team = workspace.team_of(message.user).id
    return {"team": team} if team == workspace.team.id else {"team": team, "user_team": team, "source_team": team}


def thread_fields(workspace: Workspace, message: Message) -> Json:
    """What a message says of its thread: a reply names its parent, a parent counts its replies."""
    if message.is_reply:
        parent = workspace.message(message.channel, message.thread_ts or "")
        fields: Json = {"thread_ts": message.thread_ts}
        return fields | ({"parent_user_id": parent.user} if parent is not None else {})
    replies = workspace.replies(message.channel, message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def reactions_json(message: Message) -> list[Json]:
    return [{"name": each.name, "users": list(each.users), "count": len(each.users)} for each in message.reactions]


def with_stubs(event: Json) -> Json:
    """A message in which files are named as in channels of Slack Connect: by their ids, to be asked about."""
    stubbed = dict(event)
    if "files" in event:
        stubbed["files"] = [_stub(file) for file in event["files"]]
    if "attachments" in event:
        stubbed["attachments"] = [with_stubs(attachment) for attachment in event["attachments"]]
    return stubbed


def _stub(file: Json) -> Json:
    access = {"mode": "file_access", "file_access": "check_file_info"}
    return {"id": file["id"], "created": 0, "timestamp": 0, "user": "", **access}


def _files_fields(workspace: Workspace, message: Message, base_url: str) -> Json:
    return {"files": _files(workspace, message.file_ids, base_url), "upload": False, "display_as_bot": False}


def _files(workspace: Workspace, file_ids: Iterable[str], base_url: str) -> list[Json]:
    """Files in a message; one that was deleted leaves a tombstone."""
    return [
        file_json(workspace, workspace.files[file_id], base_url)
        if file_id in workspace.files
        else {"id": file_id, "mode": "tombstone"}
        for file_id in file_ids
    ]


def _attachment_json(workspace: Workspace, attachment: Json, base_url: str) -> Json:
    """An attachment; that of a forwarded message has its files."""
    shown = dict(attachment)
    file_ids = shown.pop("file_ids", None) if shown.get("is_share") else None
    return shown | {"files": _files(workspace, file_ids, base_url)} if file_ids else shown


def file_json(workspace: Workspace, file: File, base_url: str, *, with_shares: bool = False) -> Json:
    """A file object (docs.slack.dev/reference/objects/file-object); until it is `ready` its type is empty."""
    team = workspace.team.id
    name = _url_name(file.name)
    public = any(workspace.conversations[share.channel].kind == "channel" for share in file.shares)
    rendered: Json = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype if file.is_known else "",
        "filetype": file.filetype if file.is_known else "",
        "pretty_type": file.pretty_type if file.is_known else "",
        "user": file.user,
        "user_team": team,
        "editable": False,
        "size": file.size,
        "mode": file.mode,
        "is_external": file.mode == "external",
        "external_type": file.filetype if file.mode == "external" else "",
        "is_public": public,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{base_url}/files-pri/{team}-{file.id}/{name}",
        "url_private_download": f"{base_url}/files-pri/{team}-{file.id}/download/{name}",
        "media_display_type": "unknown",
    }
    if file.mode == "external":
        del rendered["url_private_download"]
        rendered |= {"url_private": file.link, "external_url": file.link, "external_id": file.id}
    if file.alt_txt is not None:
        rendered["alt_txt"] = file.alt_txt
    rendered |= _picture_fields(file, f"{base_url}/files-tmb/{team}-{file.id}-{file.secret}", name)
    rendered |= {
        "permalink": f"{base_url}/files/{file.user}/{file.id}/{name}",
        "permalink_public": f"{base_url}/files-pub/{team}-{file.id}-{file.secret}",
        "has_rich_preview": False,
        "file_access": "visible",
    }
    return rendered | (_share_fields(workspace, file) if with_shares else {})


def view_json(workspace: Workspace, view: View, state: Json | None = None) -> Json:
    """A view object, with the `values` that the member has entered."""
    definition = view.definition
    return {
        "id": view.id,
        "team_id": workspace.team.id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": definition.get("private_metadata", ""),
        "callback_id": definition.get("callback_id", ""),
        "state": {"values": state or {}},
        "hash": view.hash,
        "title": definition.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": definition.get("clear_on_close", False),
        "notify_on_close": definition.get("notify_on_close", False),
        "close": definition.get("close"),
        "submit": definition.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": workspace.installation.app_id,
        "external_id": view.external_id,
        "app_installed_team_id": workspace.team.id,
        "bot_id": workspace.installation.bot_id,
    }


def bot_profile(workspace: Workspace, base_url: str) -> Json:
    installation = workspace.installation
    return {
        "id": installation.bot_id,
        "deleted": False,
        "name": workspace.bot.display_name,
        "updated": 1700000000,
        "app_id": installation.app_id,
        "user_id": installation.bot_user_id,
        "icons": {
            f"image_{size}": f"{base_url}/avatars/{installation.bot_user_id}-{size}.png" for size in (36, 48, 72)
        },
        "team_id": workspace.team.id,
    }


def _app_fields(workspace: Workspace, base_url: str) -> Json:
    installation = workspace.installation
    return {
        "bot_id": installation.bot_id,
        "app_id": installation.app_id,
        "bot_profile": bot_profile(workspace, base_url),
    }


def _picture_fields(file: File, thumbs: str, name: str) -> Json:
    picture = file.picture
    if picture is None or not file.is_known:
        return {}
    fields: Json = {"original_w": picture.width, "original_h": picture.height}
    if picture.exif_orientation != 1:
        fields["image_exif_rotation"] = picture.exif_orientation
    stem = name.rpartition(".")[0] or name
    for thumbnail in sorted(picture.thumbnails, key=lambda each: each.side):
        fields[f"thumb_{thumbnail.side}"] = f"{thumbs}/{stem}_{thumbnail.side}{thumbnail.path.suffix}"
        if thumbnail.side >= 360:
            fields[f"thumb_{thumbnail.side}_w"] = thumbnail.width
            fields[f"thumb_{thumbnail.side}_h"] = thumbnail.height
    if picture.tiny:
        fields["thumb_tiny"] = picture.tiny
    return fields


def _share_fields(workspace: Workspace, file: File) -> Json:
    """Where the file is shared, as files.info tells it: empty until the share has happened."""
    shares: Json = {}
    lists: dict[str, list[str]] = {"channels": [], "groups": [], "ims": []}
    for share in file.shares:
        conversation = workspace.conversations[share.channel]
        public = conversation.kind == "channel"
        lists["channels" if public else "ims" if conversation.kind == "im" else "groups"].append(share.channel)
        entry: Json = {
            "reply_users": [],
            "reply_users_count": 0,
            "reply_count": 0,
            "ts": share.ts,
            "channel_name": conversation.name,
            "team_id": workspace.team.id,
            "share_user_id": file.user,
            "source": "UNKNOWN",
            "is_silent_share": False,
        }
        if share.thread_ts is not None:
            entry["thread_ts"] = share.thread_ts
        shares.setdefault("public" if public else "private", {}).setdefault(share.channel, []).append(entry)
    return {**lists, "shares": shares, "comments_count": 0, "is_starred": False, "has_more_shares": False}


def _url_name(name: str) -> str:
    """The name as Slack puts it into addresses: lower case, everything unusual an underscore."""
    return re.sub(r"[^a-z0-9._-]+", "_", name.lower()) or "file"
