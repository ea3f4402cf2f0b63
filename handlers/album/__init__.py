"""Albums in Slack: what somebody is shown of theirs, what a photo adds to them, and what goes with a deleted one."""

from slack_bolt import App

from handlers.album import downloading, gone, telling
from handlers.album.answering import Question, answer, newest
from handlers.album.downloading import submit as download
from handlers.album.gone import expire, forget, forget_channel, leave_channels
from handlers.album.taking import keep, may_keep, take_in
from handlers.desk import Desk


def register(app: App, desk: Desk) -> None:
    """The jobs, and the events that take something from albums."""
    gone.register(app, desk)
    telling.register(desk)
    downloading.register(desk)


__all__ = [
    "Question",
    "answer",
    "download",
    "expire",
    "forget",
    "forget_channel",
    "keep",
    "leave_channels",
    "may_keep",
    "newest",
    "register",
    "take_in",
]
