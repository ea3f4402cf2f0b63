"""Who was invited to be known, by which round of invitations, and what came of it: nobody is asked twice."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import campaigns as _campaigns
from services.records.schema import invitations as _invitations


class State(StrEnum):
    """What came of an invitation."""

    ASKING = "asking"
    WAITING = "waiting"
    YES = "yes"
    NO = "no"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A round of invitations: who made it, and the message that tells them how it goes."""

    id: str
    actor: str
    channel: str = ""
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A member who was invited, and the message in which they are asked."""

    member: str
    campaign: str
    state: State
    channel: str = ""
    ts: str = ""


class Invitations:
    """The invitations of one workspace."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def begin(self, campaign: str, actor: str) -> None:
        """A new round; begun again it stays as it is."""
        row = {"workspace": self._workspace, "id": campaign, "actor": actor, "at": datetime.now(UTC)}
        with suppress(sa.exc.IntegrityError), self._database.begin() as db:
            db.execute(sa.insert(_campaigns).values(row))

    def shown(self, campaign: str, channel: str, ts: str) -> None:
        """How a round goes is told in this message."""
        with self._database.begin() as db:
            db.execute(sa.update(_campaigns).where(self._is_round(campaign)).values(channel=channel, ts=ts))

    def campaign(self, campaign: str) -> Campaign | None:
        columns = (_campaigns.c.id, _campaigns.c.actor, _campaigns.c.channel, _campaigns.c.ts)
        with self._database.begin() as db:
            row = db.execute(sa.select(*columns).where(self._is_round(campaign))).one_or_none()
        return Campaign(**row._mapping) if row else None

    def claim(self, member: str, campaign: str) -> bool:
        """Whether it is for this round to ask a member: nobody has before, or a crash cut short that it did."""
        row = {"workspace": self._workspace, "member": member, "campaign": campaign, "state": State.ASKING.value}
        with suppress(sa.exc.IntegrityError):
            with self._database.begin() as db:
                db.execute(sa.insert(_invitations).values(row | {"at": datetime.now(UTC)}))
            return True
        known = self.of(member)
        return known is not None and known.campaign == campaign and known.state is State.ASKING

    def of(self, member: str) -> Invitation | None:
        """What a member was asked, if anything."""
        return next(iter(self._select(_invitations.c.member == member)), None)

    def of_round(self, campaign: str) -> tuple[Invitation, ...]:
        return self._select(_invitations.c.campaign == campaign)

    def everyone(self) -> frozenset[str]:
        """All members who were ever invited."""
        query = sa.select(_invitations.c.member).where(_invitations.c.workspace == self._workspace)
        with self._database.begin() as db:
            return frozenset(db.scalars(query))

    def asked(self, member: str, channel: str, ts: str) -> None:
        """A member is asked in this message."""
        self._update(member, state=State.WAITING.value, channel=channel, ts=ts)

    def moved(self, member: str, channel: str, ts: str) -> None:
        """The message in which a member was asked is this one now."""
        self._update(member, channel=channel, ts=ts)

    def settle(self, member: str, state: State) -> None:
        self._update(member, state=state.value)

    def waiting(self) -> tuple[str, ...]:
        """Members who have not answered."""
        return tuple(each.member for each in self._select(_invitations.c.state == State.WAITING.value))

    def due(self, before: datetime) -> tuple[str, ...]:
        """Members who were asked before then, have not answered, and were not reminded."""
        waiting = _invitations.c.state == State.WAITING.value, _invitations.c.reminded_at.is_(None)
        return tuple(each.member for each in self._select(sa.and_(*waiting, _invitations.c.at < before)))

    def remind(self, member: str) -> None:
        """A member is reminded, once."""
        self._update(member, reminded_at=datetime.now(UTC))

    def remove(self, members: Iterable[str]) -> None:
        """Forget that they were invited."""
        with self._database.begin() as db:
            db.execute(sa.delete(_invitations).where(self._mine(_invitations.c.member.in_(sorted(members)))))

    def remove_rounds(self, actor: str) -> None:
        """Forget the rounds that somebody made of which no invitation is left."""
        same = _invitations.c.workspace == _campaigns.c.workspace, _invitations.c.campaign == _campaigns.c.id
        theirs = _campaigns.c.workspace == self._workspace, _campaigns.c.actor == actor
        with self._database.begin() as db:
            db.execute(sa.delete(_campaigns).where(*theirs, ~sa.exists().where(*same)))

    def _update(self, member: str, **values: str | datetime) -> None:
        with self._database.begin() as db:
            db.execute(sa.update(_invitations).where(self._mine(_invitations.c.member == member)).values(**values))

    def _select(self, condition: sa.ColumnElement[bool]) -> tuple[Invitation, ...]:
        columns = (_invitations.c.campaign, _invitations.c.state, _invitations.c.channel, _invitations.c.ts)
        query = sa.select(_invitations.c.member, *columns).where(self._mine(condition))
        with self._database.begin() as db:
            rows = db.execute(query.order_by(_invitations.c.at, _invitations.c.member)).all()
        return tuple(Invitation(row.member, row.campaign, State(row.state), row.channel, row.ts) for row in rows)

    def _mine(self, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.and_(_invitations.c.workspace == self._workspace, condition)

    def _is_round(self, campaign: str) -> sa.ColumnElement[bool]:
        return sa.and_(_campaigns.c.workspace == self._workspace, _campaigns.c.id == campaign)
