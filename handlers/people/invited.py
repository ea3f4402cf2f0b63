"""What came of an invitation: its question becomes the answer, and whoever invited sees how it goes."""

from __future__ import annotations

import logging

from slack_sdk.errors import SlackApiError

from handlers.desk import Desk
from handlers.slack import Message, Place
from handlers.views import words
from handlers.views.people import invitations as views
from services import texts
from services.jobs import Step
from services.records import Campaign

_logger = logging.getLogger(__name__)


def settled(desk: Desk, step: Step, member: str, message: Message | None = None) -> None:
    """The steps after a member has said yes or no: the question becomes the answer, and their inviter is told."""
    found = step(f"settle {member}", lambda: desk.workspace.inviting.settle(member))
    if found is None:
        return
    invitation, campaign = found
    said = message or words.sentence(texts.INVITED_KNOWN)
    step(f"answer {member}", lambda: change(desk, invitation.channel, invitation.ts, said))
    step(f"tell of {member}", lambda: show(desk, campaign))


def show(desk: Desk, campaign: Campaign, left: int = 0) -> None:
    """Say how a round goes in its message, as of now. A courtesy: that it fails is no error."""
    kept = desk.workspace.records.invitations.of_round(campaign.id)
    change(desk, campaign.channel, campaign.ts, views.progress(kept, left))


def change(desk: Desk, channel: str, ts: str, message: Message) -> None:
    """Put something else in the place of a message about invitations, where it stands and Slack lets it."""
    if ts:
        try:
            desk.slack().change(Place(channel), ts, message, at_last=True)
        except SlackApiError as error:
            _logger.warning("an invitation could not be changed: %s", error)
