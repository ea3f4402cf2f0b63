"""Who reads a channel: the bot is invited, or people of other organisations come and go, and it says what that means.

Whoever invites it is told, alone, what it does there and how to keep it quiet.
In a channel that they read the bot answers nothing until an admin has turned it on. It says so once, to whoever invited
it, or where nobody knows who that was, to the first member who posts a photo.
"""

from __future__ import annotations

import http.client
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk.errors import SlackApiError

from handlers import errors
from handlers.desk import Desk
from handlers.slack import Place, refusals, replies, text_in
from handlers.views import channels as views
from services.jobs import Payload, Step
from services.people import Standing

GREET = "greet"
_INVITED_BY, _TOLD = "invited_by", "told_of_others"
_BY_SLACK = "slack"
_logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    desk.register(GREET, errors.told(desk, _greet))

    @app.event("member_joined_channel")
    def joined(event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        if event.get("user") == context.bot_user_id:
            _invited(desk, event, said=body.get("is_ext_shared_channel"))

    @app.event("channel_shared")
    @app.event("channel_unshared")
    def others_came_or_went(event: dict[str, Any]) -> None:
        _changed(desk, event["channel"])

    @app.event("channel_id_changed")
    def renamed(event: dict[str, Any]) -> None:
        """Slack gives a channel another id when it is shared, or shared no more.

        That an admin has turned it on moves along and is over, before anything else can fail.
        """
        old, new = event["old_channel_id"], event["new_channel_id"]
        desk.workspace.records.move_settings(old, new)
        _changed(desk, new)
        desk.workspace.records.appearances.move(old, new)
        desk.workspace.records.denials.move(old, new)
        desk.workspace.records.answers.move(old, new)


def tell_once(desk: Desk, channel: str, *, said: bool | None = None, poster: str | None = None) -> None:
    """Tell whoever invited the bot, or has posted, that it is silent where others read, unless somebody was told."""
    records = desk.workspace.records
    whom = records.own_setting(_INVITED_BY, channel) or poster
    if not whom or records.own_setting(_TOLD, channel) or not desk.silent(channel, said=said):
        return
    records.set_setting(_TOLD, "yes", channel)
    try:
        theirs = desk.visitors.standing(whom) is Standing.OUTSIDER
        message = views.silent_says_little() if theirs else views.silent(channel)
        desk.slack().say(Place(channel, only=whom), message)
    except (SlackApiError, OSError, http.client.HTTPException) as error:
        _logger.warning("nobody could be told that the bot is silent: %s", error)


def clock(desk: Desk, channel: str, now: datetime) -> datetime:
    """A moment by the clock of a channel, since Slack has none for it.

    It is that of whoever has invited the bot, or else of whoever has made the channel, and UTC where nobody knows.
    """
    user = desk.workspace.records.own_setting(_INVITED_BY, channel) or desk.visitors.creator_of(channel)
    try:
        return desk.visitors.member(user).clock(now) if user else now.astimezone(UTC)
    except SlackApiError as error:
        if refusals.may_pass(error):
            raise
        return now.astimezone(UTC)


def _invited(desk: Desk, event: Mapping[str, Any], *, said: bool | None) -> None:
    """Where nobody has invited it, as where Slack made it a member of a new channel, nobody is told anything."""
    channel, inviter = event["channel"], text_in(event, "inviter") or None
    desk.visitors.forget_own()
    desk.workspace.records.set_setting(_INVITED_BY, inviter, channel)
    desk.workspace.records.set_setting(_TOLD, None, channel)
    tell_once(desk, channel, said=said)
    if inviter and not desk.silent(channel, said=said):
        payload = {"channel": channel, "only": inviter, "user": inviter}
        desk.submit(GREET, f"{channel}-{text_in(event, 'event_ts') or inviter}", payload, channel=channel)


def _greet(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: tell whoever has invited it."""
    slack, channel, user = desk.slack(), payload["channel"], payload["user"]
    if step("by a bot", lambda: slack.members.is_bot(user)) or desk.visitors.standing(user) is Standing.OUTSIDER:
        return
    auto, excluded = desk.workspace.preferences.auto(channel), desk.workspace.roles.excluded(channel)
    greeting = views.greeting(channel, auto=auto, excluded=excluded, guest=not desk.may_use(user))
    replies.say(step, "say", slack, Place(channel, only=user), greeting, user=user)


def _changed(desk: Desk, channel: str) -> None:
    """Others read it, or read it no more: what an admin allowed was about those who read it before."""
    desk.visitors.forget_channel(channel)
    desk.workspace.roles.unshare(channel, actor=_BY_SLACK)
    desk.workspace.records.set_setting(_TOLD, None, channel)
    tell_once(desk, channel)
