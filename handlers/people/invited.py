"""What came of an invitation: its question becomes the answer, and whoever invited sees how it goes."""

from __future__ import annotations

import http.client
import logging
from functools import partial

from slack_sdk.errors import SlackApiError

from handlers.desk import Desk
from handlers.slack import Message, Place, Said
from handlers.views import words
from handlers.views.people import invitations as views
from services import texts
from services.jobs import Step
from services.records import Campaign, Invitation

_logger = logging.getLogger(__name__)


def settled(desk: Desk, step: Step, member: str, message: Message | None = None) -> None:
    """The steps after a member has said yes or no: the question becomes the answer, and their inviter is told."""
    found = step(f"settle {member}", lambda: desk.workspace.inviting.settle(member))
    if found is None:
        return
    invitation, campaign = found
    become(step, f"answer {member}", desk, invitation, message or words.sentence(texts.INVITED_KNOWN))
    show(step, f"tell of {member}", desk, campaign)


def show(step: Step, name: str, desk: Desk, campaign: Campaign, left: int = 0) -> None:
    """The step that says how a round goes in its message, as of now. A courtesy: that it fails is no error.

    The message is kept where it stands: it is changed again, and what its inviter has said below it hangs from it.
    """

    def update() -> None:
        if campaign.ts:
            kept = desk.workspace.records.invitations.of_round(campaign.id)
            desk.slack().try_to_change(Place(campaign.channel), campaign.ts, views.progress(kept, left))

    try:
        step(name, update)
    except (SlackApiError, OSError, http.client.HTTPException) as error:
        _logger.warning("how a round of invitations goes is not shown: %s", error)


def become(step: Step, name: str, desk: Desk, invitation: Invitation, message: Message) -> None:
    """The steps that put an answer, or another question, in the place of a question, and keep where it stands now."""
    said = put(step, name, desk, invitation, message)
    if said is not None and said.ts != invitation.ts:  # who has said yes may say no later, in the place of this
        member, channel, ts = invitation.member, said.place.channel, said.ts
        step(f"{name}, moved", lambda: desk.workspace.records.invitations.moved(member, channel, ts))


def put(step: Step, name: str, desk: Desk, invitation: Invitation, message: Message) -> Said | None:
    """The steps that put something else in the place of a question; where it stands now, or None where Slack refuses.

    Whose buttons must not seem to be open is said anew where it cannot be changed, once that was tried for long.
    """

    def change(*, at_last: bool = False) -> Said | None:
        place = Place(invitation.channel)
        return desk.slack().change(place, invitation.ts, message, at_last=at_last) if invitation.ts else None

    try:
        return step(name, change)
    except SlackApiError as error:
        _logger.warning("an invitation could not be changed: %s", error)
    try:
        return step(f"{name} at last", partial(change, at_last=True))
    except SlackApiError as error:
        _logger.warning("an invitation could not be said anew: %s", error)
        return None
