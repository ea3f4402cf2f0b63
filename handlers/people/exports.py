"""Exports, handed over in direct messages and taken back after a day, or with whom they are about; sheets too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from slack_sdk.errors import SlackApiError

from handlers.desk import Desk
from handlers.slack import Slack, thumbnails
from services.jobs import Payload, Step

JOB = "take_back"
LIFE = timedelta(days=1)
_NAME = "facesearch-export.zip"


def register(desk: Desk) -> None:
    desk.register(JOB, partial(_take_back, desk))


def hand_over(desk: Desk, slack: Slack, user: str, data: bytes, *, about: str | None) -> None:
    """Give somebody the zip about a person, or about themselves where they are none; it is taken back in a day."""
    file_id = slack.uploads.hand_over(user, data, name=_NAME)
    desk.workspace.records.exports.add(file_id, about)
    take_back_later(desk, file_id)


def take_back_later(desk: Desk, file_id: str) -> None:
    """Have a file that was handed out taken back in a day."""
    desk.submit(JOB, file_id, {}, channel="", after=LIFE)


def _take_back(desk: Desk, _payload: Payload, step: Step) -> None:
    try:
        step("take back", lambda: thumbnails.sweep(desk.slack(), desk.workspace, exports=datetime.now(UTC) - LIFE))
    except SlackApiError:  # the daily sweep tries it again
        return
