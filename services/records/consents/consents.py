"""Who has said yes and no in one workspace, and whom is still being asked."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from services.records.database import Database, put
from services.records.schema import consent_requests as _requests
from services.records.schema import consents as _consents
from services.records.schema import objections as _objections
from services.records.schema import portraits as _portraits


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """A member who is asked whether they may be enrolled: under which name, by whom, and where they are asked.

    `shown` says where the question and its pictures are: the channel, the question's own place in it, which is "" until
    it is put, and the pictures; empty until there is any of it. `job` is the key of the job that asks, "" for none.
    """

    id: str
    member: str
    name: str
    asked_by: str
    asked_at: datetime
    shown: tuple[str, ...] = ()
    job: str = ""

    @property
    def is_put(self) -> bool:
        """Whether the question stands, and not only a picture that is to be in it."""
        return any(self.shown[1:2])


@dataclass(frozen=True, slots=True)
class KeptPortrait:
    """A photo that waits for its member's yes: its key in the photo store, and of the given file name and SHA-256."""

    key: str
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class Given:
    """A version of a statement that somebody made about a person."""

    statement: str
    given_by: str
    given_at: datetime


class Consents:
    """The yes and the no of one workspace's members."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def has(self, user_id: str, statement: str, *, given_by: str | None = None) -> bool:
        """Whether somebody, or anybody, has made a version of a statement about a person."""
        query = sa.select(sa.func.count()).where(_consents.c.user_id == user_id, _consents.c.statement == statement)
        if given_by is not None:
            query = query.where(_consents.c.given_by == given_by)
        with self._database.begin() as db:
            return bool(db.scalar(query))

    def of(self, user_id: str) -> tuple[Given, ...]:
        """What was stated about a person, the oldest first."""
        columns = (_consents.c.statement, _consents.c.given_by, _consents.c.given_at)
        query = sa.select(*columns).where(_consents.c.user_id == user_id).order_by(_consents.c.id)
        with self._database.begin() as db:
            return tuple(Given(**row._mapping) for row in db.execute(query))

    def take_back(self, consent_id: int) -> None:
        """What was stated is not stated any more."""
        with self._database.begin() as db:
            db.execute(sa.delete(_consents).where(_consents.c.id == consent_id))

    # A member's no

    def objects(self, member: str) -> bool:
        """Whether a member has said that they do not want to be recognised."""
        with self._database.begin() as db:
            return bool(db.scalar(sa.select(sa.func.count()).where(self._objection(member))))

    def objectors(self) -> frozenset[str]:
        """All members who have said so."""
        with self._database.begin() as db:
            query = sa.select(_objections.c.member).where(_objections.c.workspace == self._workspace)
            return frozenset(db.scalars(query))

    def add_objection(self, member: str) -> None:
        """Keep that a member does not want to be recognised; once is enough."""
        with self._database.begin() as db:
            put(db, _objections, {"workspace": self._workspace, "member": member, "said_at": datetime.now(UTC)})

    def withdraw_objection(self, member: str) -> None:
        """The member has said yes after all."""
        with self._database.begin() as db:
            db.execute(sa.delete(_objections).where(self._objection(member)))

    # Requests

    def ask(self, *, member: str, name: str, asked_by: str, job: str = "") -> ConsentRequest:
        """A new request, without portraits yet."""
        request = ConsentRequest(f"q-{uuid.uuid4().hex}", member, name, asked_by, datetime.now(UTC), job=job)
        row = {
            "id": request.id,
            "workspace": self._workspace,
            "member": member,
            "name": name,
            "asked_by": asked_by,
            "asked_at": request.asked_at,
            "shown": "[]",
            "job": job,
        }
        with self._database.begin() as db:
            db.execute(sa.insert(_requests).values(row))
        return request

    def requests(self) -> tuple[ConsentRequest, ...]:
        """Everyone who is being asked, the oldest first."""
        return self._select(sa.true())

    def request(self, request_id: str) -> ConsentRequest | None:
        return next(iter(self._select(_requests.c.id == request_id)), None)

    def request_of(self, member: str) -> ConsentRequest | None:
        """What a member is being asked, if anything."""
        return next(iter(self._select(_requests.c.member == member)), None)

    def shown(self, request_id: str, shown: tuple[str, ...]) -> bool:
        """Remember where the question is shown; False where the request is settled already."""
        with self._database.begin() as db:
            found = db.execute(sa.update(_requests).where(_requests.c.id == request_id).values(shown=json.dumps(shown)))
            return bool(found.rowcount)

    def add_portrait(self, request_id: str, portrait: KeptPortrait) -> None:
        """Keep one with its request; the same again changes nothing."""
        row = {"key": portrait.key, "request_id": request_id, "file": portrait.file, "digest": portrait.digest}
        with self._database.begin() as db:
            put(db, _portraits, row)

    def portraits(self, request_id: str) -> tuple[KeptPortrait, ...]:
        columns = (_portraits.c.key, _portraits.c.file, _portraits.c.digest)
        query = sa.select(*columns).where(_portraits.c.request_id == request_id).order_by(_portraits.c.key)
        with self._database.begin() as db:
            return tuple(KeptPortrait(**row._mapping) for row in db.execute(query))

    def remove(self, request_id: str) -> None:
        """Forget a request and which portraits it had."""
        with self._database.begin() as db:
            db.execute(sa.delete(_portraits).where(_portraits.c.request_id == request_id))
            db.execute(sa.delete(_requests).where(_requests.c.id == request_id))

    def _select(self, condition: sa.ColumnElement[bool]) -> tuple[ConsentRequest, ...]:
        where = sa.and_(_requests.c.workspace == self._workspace, condition)
        with self._database.begin() as db:
            rows = db.execute(sa.select(_requests).where(where).order_by(_requests.c.asked_at)).all()
        return tuple(_request(row) for row in rows)

    def _objection(self, member: str) -> sa.ColumnElement[bool]:
        return sa.and_(_objections.c.workspace == self._workspace, _objections.c.member == member)


def _request(row: sa.Row[Any]) -> ConsentRequest:
    shown = tuple(json.loads(row.shown))
    return ConsentRequest(row.id, row.member, row.name, row.asked_by, row.asked_at, shown, row.job)
