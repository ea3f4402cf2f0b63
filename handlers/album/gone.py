"""What is gone from albums: with a message, a file, a channel, or its time. Sheets that show it go from Slack too."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import partial
from typing import Any

from slack_bolt import App

from handlers.desk import Desk
from handlers.slack import Removed, text_in, thumbnails
from services.jobs import Payload, Step
from services.records import Source

JOB = "tidy_sheets"


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, partial(_tidy, desk))

    # Of the bot's own leaving Slack tells by the first two, and not by `member_left_channel`.
    @app.event("channel_left")
    @app.event("group_left")
    @app.event("channel_archive")
    @app.event("group_archive")
    @app.event("channel_deleted")
    @app.event("group_deleted")
    def left(event: dict[str, Any]) -> None:
        forget_channel(desk, text_in(event, "channel"))


def forget(desk: Desk, removed: Removed) -> None:
    """Forget a photo that is deleted, or that a message does not have any more."""
    appearances = desk.workspace.records.appearances
    if removed.kept is None:
        _clean(desk, appearances.remove(Source(removed.channel, removed.ts, removed.file_id)))
    else:
        _clean(desk, appearances.remove_others(removed.channel, removed.ts, removed.kept))


def forget_channel(desk: Desk, channel: str) -> None:
    """Forget all photos of a channel: it is left out, archived or deleted, or the bot is not in it any more."""
    desk.visitors.forget_own()
    _clean(desk, _forget_channel(desk, channel))


def expire(desk: Desk, before: datetime) -> None:
    """Forget what was kept before then. Sheets are swept by whoever calls this."""
    desk.workspace.records.appearances.purge(before)


def leave_channels(desk: Desk) -> None:
    """The same of channels that are left out, and of those that the bot is in no more, should nobody have told."""
    kept = desk.workspace.records.appearances.channels()
    excluded = {channel for channel in kept if desk.workspace.roles.excluded(channel)}
    for channel in excluded:  # first: it takes no word of Slack's
        _forget_channel(desk, channel)
    for channel in kept - excluded - desk.visitors.channels_of() if kept > excluded else ():
        _forget_channel(desk, channel)


def _forget_channel(desk: Desk, channel: str) -> int:
    desk.workspace.album.look_anew(channel)
    desk.workspace.records.denials.remove_channel(channel)
    return desk.workspace.records.appearances.remove_channel(channel)


def _clean(desk: Desk, photos: int) -> None:
    """Store the job that takes sheets out of Slack, where any photo went."""
    if photos:
        desk.submit(JOB, uuid.uuid4().hex, {}, channel="")


def _tidy(desk: Desk, _payload: Payload, step: Step) -> None:
    step("tidy", lambda: thumbnails.sweep(desk.slack(), desk.workspace))
