"""Channels that two companies are in: one shares it with the other, and ends that again."""

from dataclasses import replace

from playground.slack.conversations import events, messaging
from playground.slack.slack import Slack
from playground.state import Conversation, Refused, Team, User, Workspace


def share(slack: Slack, workspace: Workspace, by: User, conversation: Conversation, team: Team) -> None:
    """Share a channel with another company; its people in this Slack are in it from then on. Raises Refused."""
    _require_admin(by)
    if conversation.kind in ("im", "mpim"):
        raise Refused("Only a channel can be shared.")
    shared = replace(conversation, shared_with=(*conversation.shared_with, team), pending_with=())
    workspace.conversations[conversation.id] = shared
    messaging.tell_of_channel(slack, workspace, shared)
    events.channel_shared(slack, workspace, shared, team)
    for user in [each for each in workspace.members if each.team == team and each.id not in shared.members]:
        shared = messaging.join(slack, workspace, shared, user.id, by.id)


def unshare(slack: Slack, workspace: Workspace, by: User, conversation: Conversation, team: Team) -> None:
    """End that: its people are in the channel no more. Raises Refused."""
    _require_admin(by)
    left = frozenset(each for each in conversation.members if workspace.team_of(each) != team)
    others = tuple(each for each in conversation.shared_with if each != team)
    alone = replace(conversation, members=left, shared_with=others)
    workspace.conversations[conversation.id] = alone
    messaging.tell_of_channel(slack, workspace, alone)
    events.channel_unshared(slack, workspace, alone, team)


def _require_admin(by: User) -> None:
    if not by.is_admin or by.team is not None:
        raise Refused("Only an admin can share a channel.", 403)
