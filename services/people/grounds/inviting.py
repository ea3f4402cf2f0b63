"""Inviting members to be known: whom one may ask, and what they have said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.records import Campaign, Invitation, Records
from services.records import Invited as State

REMIND_AFTER = timedelta(days=7)


class Inviting:
    """The invitations of one workspace."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._kept = records.invitations

    def unasked(self, members: Iterable[str]) -> list[str]:
        """Those who are not known, have not said no, and were never asked."""
        known = {person.member for person in self._records.people()}
        asked = {request.member for request in self._records.consents.requests()}
        spared = known | asked | self._records.consents.objectors() | self._kept.everyone()
        return [member for member in dict.fromkeys(members) if member not in spared]

    def begin(self, campaign: str, actor: str, members: int) -> None:
        """A round of invitations, which an admin has made."""
        self._kept.begin(campaign, actor)
        self._records.audit(actor, "invite", members=members)

    def claim(self, member: str, campaign: str) -> bool:
        """Whether it is for this round to ask a member, who may have become known, or said no, in the meantime.

        Of a workspace that has left the round is gone, and nothing more is kept.
        """
        if self._kept.campaign(campaign) is None:
            return False
        if self._records.find_member(member) is not None or self._records.consents.objects(member):
            return False
        return self._kept.claim(member, campaign)

    def decline(self, member: str) -> None:
        """The member does not want to be recognised; nobody asks again."""
        invitation = self._kept.of(member)
        campaign = self._kept.campaign(invitation.campaign) if invitation else None
        self._records.consents.add_objection(member)
        self._records.audit(member, "decline", member=member, asked_by=campaign.actor if campaign else "")

    def settle(self, member: str) -> tuple[Invitation, Campaign] | None:
        """Keep what an invited member has said, if they have said it; the invitation and its round."""
        invitation = self._kept.of(member)
        campaign = self._kept.campaign(invitation.campaign) if invitation else None
        said = self._said(member)
        if invitation is None or campaign is None or said is None or said is invitation.state:
            return None
        self._kept.settle(member, said)
        return invitation, campaign

    def _said(self, member: str) -> State | None:
        """Yes or no, by what is held of them now: whoever has said yes may say no later, and the other way round."""
        if self._records.find_member(member) is not None:
            return State.YES
        return State.NO if self._records.consents.objects(member) else None

    def due(self, now: datetime) -> tuple[str, ...]:
        """Members who are to be reminded of the question."""
        return self._kept.due(now - REMIND_AFTER)
