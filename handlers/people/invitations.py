"""Members are asked in direct messages, so many a minute, nobody twice; whoever invited them sees how it goes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError

from handlers import errors
from handlers.desk import Desk
from handlers.people import consent, invited
from handlers.slack import Message, Place
from handlers.views import words
from handlers.views.people import invitations as views
from services import texts
from services.jobs import Payload, Step
from services.people import Standing
from services.records import Campaign, Invitation, Invited

BEGIN, ASK, REMIND = "invite", "invite_some", "remind_invited"
_AT_ONCE = 40  # members: Slack opens some fifty direct messages a minute
_EVERY = timedelta(minutes=1)
_AT_FIRST = timedelta(seconds=1)

_logger = logging.getLogger(__name__)


def register(desk: Desk) -> None:
    desk.register(BEGIN, errors.told(desk, _begin))
    desk.register(ASK, errors.told(desk, _ask))
    desk.register(REMIND, errors.told(desk, _remind))


def candidates(desk: Desk, named: Sequence[str] | None = None) -> list[str]:
    """Who may be asked, of those named or of everyone: members of ours whom nobody has asked before."""
    guests, home = desk.workspace.roles.guests(), desk.visitors.home
    ours = (each for each in desk.visitors.everyone() if guests or each.standing(home) is Standing.MEMBER)
    ids = dict.fromkeys(each.id for each in ours)
    return desk.workspace.inviting.unasked(ids if named is None else (each for each in named if each in ids))


def submit(desk: Desk, key: str, members: Sequence[str], *, user: str, channel: str) -> None:
    """Store the job that asks members, who were never asked before; `key` tells this round from others."""
    payload = {"campaign": key, "members": list(members), "user": user, "place": [channel, None, user]}
    desk.submit(BEGIN, key, payload, channel="")


def remind(desk: Desk, step: Step, now: datetime) -> None:
    """The steps that store the job which reminds who has not answered for a week, in whatever way one may have."""
    for campaign in step("answered otherwise", lambda: _settle_all(desk)) or ():  # older jobs kept none
        invited.show(step, f"tell of {campaign.id}", desk, campaign)
    members = step("to be reminded", lambda: desk.workspace.inviting.due(now))
    if members:
        key = hashlib.sha256(repr(members).encode()).hexdigest()[:32]
        _submit_next(desk, REMIND, key, {"channel": "", "key": key}, members, _AT_FIRST)


def _settle_all(desk: Desk) -> list[Campaign]:
    """Keep what members have said in other ways; the rounds that this changes."""
    found = map(desk.workspace.inviting.settle, desk.workspace.records.invitations.waiting())
    return list(dict.fromkeys(settled[1] for settled in found if settled))


def _begin(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: begin a round, with the message that says how it goes."""
    campaign, members, user = payload["campaign"], payload["members"], payload["user"]
    step("begin", lambda: desk.workspace.inviting.begin(campaign, user, len(members)))
    told = consent.tell(step, "progress", desk.slack(), user, views.progress((), len(members)))
    if told is not None:
        step("shown", lambda: desk.workspace.records.invitations.shown(campaign, told.channel, told.thread_ts or ""))
    _submit_next(desk, ASK, campaign, payload, members, _AT_FIRST)


def _ask(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: ask some of the members, and store the next for the rest."""
    campaign = step("round", lambda: desk.workspace.records.invitations.campaign(payload["campaign"]))
    if campaign is not None:
        rest = _some(desk, payload, step, ASK, campaign.id, lambda member: _invite(desk, step, campaign, member))
        invited.show(step, "show", desk, campaign, rest)


def _remind(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: remind some of the members, and store the next for the rest."""
    _some(desk, payload, step, REMIND, payload["key"], lambda member: _remind_one(desk, step, member))


def _some(desk: Desk, payload: Payload, step: Step, job: str, key: str, do: Callable[[str], None]) -> int:
    """The steps for so many members as Slack lets at once, and the job for the rest; how many these are."""
    members = payload["members"]
    for member in members[:_AT_ONCE]:
        do(member)
    rest = members[_AT_ONCE:]
    if rest:
        _submit_next(desk, job, key, payload, rest, _EVERY)
    return len(rest)


def _submit_next(desk: Desk, job: str, key: str, payload: Payload, members: Sequence[str], after: timedelta) -> None:
    """Not within a step: what a job stores is one of its steps itself."""
    rest = {**payload, "members": list(members)}
    desk.submit(job, f"{key}-{len(members)}", rest, channel="", after=after)


def _invite(desk: Desk, step: Step, campaign: Campaign, member: str) -> None:
    """The steps that ask a member, unless somebody has, or they have said something meanwhile."""
    kept, days = desk.workspace.records.invitations, desk.workspace.retention.days
    if not step(f"claim {member}", lambda: desk.workspace.inviting.claim(member, campaign.id)):
        return
    asked = _tell(desk, step, f"ask/{member}", member, views.question(campaign.actor, days))
    if asked is None:
        step(f"lost {member}", lambda: kept.settle(member, Invited.UNREACHABLE))
    else:
        step(f"asked {member}", lambda: kept.asked(member, asked.channel, asked.thread_ts or ""))


def _remind_one(desk: Desk, step: Step, member: str) -> None:
    """The steps that ask a member again who has still not answered; what was asked before points there."""
    kept, days = desk.workspace.records.invitations, desk.workspace.retention.days
    before = step(f"waits {member}", lambda: _waiting(desk, member))
    if before is None:
        return
    invitation, actor = before
    asked = _tell(desk, step, f"again/{member}", member, views.question(actor, days, again=True))
    step(f"reminded {member}", lambda: kept.remind(member))
    if asked is not None:
        step(f"asked {member}", lambda: kept.asked(member, asked.channel, asked.thread_ts or ""))
        below = words.sentence(texts.ASKED_BELOW)
        invited.put(step, f"moved {member}", desk, invitation, below)


def _waiting(desk: Desk, member: str) -> tuple[Invitation, str] | None:
    """The invitation that waits for a member's answer, and who has made it."""
    kept = desk.workspace.records.invitations
    invitation = kept.of(member)
    campaign = kept.campaign(invitation.campaign) if invitation else None
    waits = invitation is not None and invitation.state is Invited.WAITING
    return (invitation, campaign.actor) if invitation and campaign and waits else None


def _tell(desk: Desk, step: Step, name: str, member: str, message: Message) -> Place | None:
    """The steps that tell a member; None where that cannot be."""
    try:
        return consent.tell(step, name, desk.slack(), member, message)
    except SlackApiError as error:
        _logger.warning("a member cannot be invited: %s", error)
        return None
