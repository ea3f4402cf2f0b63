"""Events: who hears of what, in the Events API's shapes (docs.slack.dev/reference/events)."""

import base64
import json
import time

from playground.blocks import mentioned, message_json, user_json, view_json, with_stubs
from playground.slack.slack import Slack
from playground.state import Conversation, File, Json, Message, Team, User, View, Workspace, new_id

SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}


def message_posted(slack: Slack, workspace: Workspace, message: Message) -> None:
    """A `message`, and an `app_mention` where the app is mentioned by someone else."""
    conversation = workspace.conversations[message.channel]
    event = message_json(workspace, message, slack.base_url, with_metadata=True) | {
        "channel": message.channel,
        "event_ts": message.ts,
        "channel_type": conversation.kind,
    }
    root = workspace.message(message.channel, message.thread_ts or "") if message.reply_broadcast else None
    if root is not None:
        event["root"] = message_json(workspace, root, slack.base_url)
    if not message.from_app and slack.faults.strikes("stub"):
        event = with_stubs(event)
    _message_event(slack, workspace, conversation, event)
    hears = conversation.kind != "im" and not message.from_app
    if hears and mentioned(message.text, workspace.bot.id):
        mention = {key: value for key, value in event.items() if key not in ("subtype", "channel_type")}
        # In a mention `team` is where the app is installed, whoever mentions it.
        mention |= {"type": "app_mention", "team": workspace.team.id}
        _emit(slack, workspace, "app_mention", mention, conversation)


def message_changed(slack: Slack, workspace: Workspace, message: Message, previous: Message) -> None:
    changed(slack, workspace, message, message_json(workspace, previous, slack.base_url))


def changed(slack: Slack, workspace: Workspace, message: Message, previous: Json) -> None:
    """A `message_changed`, where `previous` is the message as it was rendered before."""
    conversation = workspace.conversations[message.channel]
    event = {
        "type": "message",
        "subtype": "message_changed",
        "message": message_json(workspace, message, slack.base_url) | {"source_team": workspace.team.id},
        "previous_message": previous,
        **_hidden(workspace, conversation),
    }
    _message_event(slack, workspace, conversation, event)


def message_deleted(slack: Slack, workspace: Workspace, message: Message) -> None:
    conversation = workspace.conversations[message.channel]
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": message_json(workspace, message, slack.base_url),
        "deleted_ts": message.ts,
        **_hidden(workspace, conversation),
    }
    _message_event(slack, workspace, conversation, event)


def reaction(slack: Slack, workspace: Workspace, message: Message, name: str, user: str, *, added: bool) -> None:
    conversation = workspace.conversations[message.channel]
    type_ = "reaction_added" if added else "reaction_removed"
    event = {
        "type": type_,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": workspace.clock.next_ts(),
    }
    _emit(slack, workspace, type_, event, conversation)


def tokens_revoked(slack: Slack, workspace: Workspace) -> None:
    event: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.bot.id]}}
    _emit(slack, workspace, "tokens_revoked", event, None)


def app_uninstalled(slack: Slack, workspace: Workspace) -> None:
    _emit(slack, workspace, "app_uninstalled", {"type": "app_uninstalled"}, None)


def member_joined(
    slack: Slack, workspace: Workspace, conversation: Conversation, user: str, inviter: str | None
) -> None:
    event: Json = {
        "type": "member_joined_channel",
        "user": user,
        "channel": conversation.id,
        "channel_type": "C" if conversation.kind == "channel" else "G",
        "team": workspace.team.id,
        "event_ts": workspace.clock.next_ts(),
    }
    if inviter is not None:
        event["inviter"] = inviter
    _emit(slack, workspace, "member_joined_channel", event, conversation)


def member_left(slack: Slack, workspace: Workspace, conversation: Conversation, user: str) -> None:
    """To an app that stays somebody is said to have left; one that is gone itself is told so in another way."""
    public = conversation.kind == "channel"
    if user == workspace.bot.id:
        kind = "channel_left" if public else "group_left"
        event: Json = {"type": kind, "channel": conversation.id, "event_ts": workspace.clock.next_ts()}
        _emit(slack, workspace, kind, event, None)
        return
    event = {
        "type": "member_left_channel",
        "user": user,
        "channel": conversation.id,
        "channel_type": "C" if public else "G",
        "team": workspace.team.id,
        "event_ts": workspace.clock.next_ts(),
    }
    _emit(slack, workspace, "member_left_channel", event, conversation)


def channel_shared(slack: Slack, workspace: Workspace, conversation: Conversation, team: Team) -> None:
    ts = workspace.clock.next_ts()
    event: Json = {"type": "channel_shared", "connected_team_id": team.id, "channel": conversation.id, "event_ts": ts}
    _emit(slack, workspace, "channel_shared", event, conversation)


def channel_unshared(slack: Slack, workspace: Workspace, conversation: Conversation, team: Team) -> None:
    event = {
        "type": "channel_unshared",
        "previously_connected_team_id": team.id,
        "channel": conversation.id,
        "is_ext_shared": workspace.is_ext_shared(conversation),
        "event_ts": workspace.clock.next_ts(),
    }
    _emit(slack, workspace, "channel_unshared", event, conversation)


def assistant_thread(
    slack: Slack, workspace: Workspace, type_: str, root: Message, user: str, about: Conversation | None
) -> None:
    """A member has begun a thread with the app, or looks at another channel beside it."""
    context = (
        {
            "channel_id": about.id,
            "team_id": workspace.team.id,
            "enterprise_id": workspace.team.organisation_id,
        }
        if about
        else {}
    )
    thread = {"user_id": user, "context": context, "channel_id": root.channel, "thread_ts": root.ts}
    event = {"type": type_, "assistant_thread": thread, "event_ts": workspace.clock.next_ts()}
    _emit(slack, workspace, type_, event, workspace.conversations[root.channel])


def file_shared(slack: Slack, workspace: Workspace, file: File, conversation: Conversation) -> None:
    event = {
        "type": "file_shared",
        "file_id": file.id,
        "user_id": file.user,
        "file": {"id": file.id},
        "channel_id": conversation.id,
        "event_ts": workspace.clock.next_ts(),
    }
    _emit(slack, workspace, "file_shared", event, conversation)


def file_deleted(slack: Slack, workspace: Workspace, file: File) -> None:
    event = {
        "type": "file_deleted",
        "file_id": file.id,
        "channel_ids": [share.channel for share in file.shares],
        "event_ts": workspace.clock.next_ts(),
    }
    _emit(slack, workspace, "file_deleted", event, None)


def user_changed(slack: Slack, workspace: Workspace, user: User) -> None:
    """A `user_change`: a profile is another, or a member was deactivated."""
    ts = workspace.clock.next_ts()
    with_email = workspace.installation.manifest.allows("users:read.email")
    event = {
        "type": "user_change",
        "user": user_json(workspace, user, slack.base_url, with_email=with_email),
        "cache_ts": int(float(ts)),
        "event_ts": ts,
    }
    _emit(slack, workspace, "user_change", event, None)


def home_opened(slack: Slack, workspace: Workspace, user: str, tab: str, view: View | None) -> None:
    """`tab` is home or messages; the view is there once the app has published one."""
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": workspace.direct([user, workspace.bot.id]).id,
        "tab": tab,
        "event_ts": workspace.clock.next_ts(),
    }
    if view is not None and tab == "home":
        event["view"] = view_json(workspace, view)
    _emit(slack, workspace, "app_home_opened", event, None)


def _hidden(workspace: Workspace, conversation: Conversation) -> Json:
    ts = workspace.clock.next_ts()
    return {"channel": conversation.id, "hidden": True, "ts": ts, "event_ts": ts, "channel_type": conversation.kind}


def _message_event(slack: Slack, workspace: Workspace, conversation: Conversation, event: Json) -> None:
    _emit(slack, workspace, SUBSCRIPTIONS[conversation.kind], event, conversation)


def _emit(slack: Slack, workspace: Workspace, subscription: str, event: Json, where: Conversation | None) -> None:
    """Send the event if the app is subscribed to it and is where it happened."""
    installation = workspace.installation
    if not installation.bot_token or not installation.manifest.hears(subscription):
        return
    if where is not None and installation.bot_user_id not in where.members:
        return
    context = {
        "et": event["type"],
        "tid": workspace.team.id,
        "aid": installation.app_id,
        "cid": where.id if where else "",
    }
    slack.delivery.event(
        {
            "token": "playground-verification-token",
            **_teams(workspace, event),
            "api_app_id": installation.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": workspace.team.organisation_id,
                    "team_id": None if installation.org_wide else workspace.team.id,
                    "user_id": installation.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": installation.org_wide,
                }
            ],
            "is_ext_shared_channel": where is not None and workspace.is_ext_shared(where),
            "event_context": f"4-{base64.urlsafe_b64encode(json.dumps(context).encode()).decode()}",
        }
    )


def _teams(workspace: Workspace, event: Json) -> Json:
    """Whose event it is: what somebody of another organisation does is theirs, and ours only by its context."""
    user = event.get("user")
    acting = workspace.team_of(user) if isinstance(user, str) and workspace.is_outsider(user) else workspace.team
    organisation = acting.organisation_id
    return {
        "team_id": acting.id,
        **({"enterprise_id": organisation} if organisation else {}),
        "context_team_id": workspace.team.id,
        "context_enterprise_id": workspace.team.organisation_id,
    }
