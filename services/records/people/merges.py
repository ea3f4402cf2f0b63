"""Two people's records become one, and can become two again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import albums as _albums
from services.records.schema import consents as _consents
from services.records.schema import faces as _faces
from services.records.schema import people as _people


class Merges:
    """Moves faces and consents between people, each time in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def merge(self, into: str, other: str, photos: Mapping[str, str]) -> dict[str, Any]:
        """All that is the other's becomes the one's; the other is gone. Returns, as plain data, how to split them.

        `into` and `other` are user ids; `photos` says under which key the photo of each face is kept from now on. The
        other's album goes with them, and the one's that others released where they turn out to be a member.
        """
        with self._database.begin() as db:
            person = dict(db.execute(sa.select(_people).where(_people.c.user_id == other)).one()._mapping)
            member = db.scalar(sa.select(_people.c.member).where(_people.c.user_id == into))
            consents = db.scalars(sa.select(_consents.c.id).where(_consents.c.user_id == other)).all()
            _move(db, photos, consents, to=into)
            db.execute(sa.delete(_people).where(_people.c.user_id == other))
            if member is None and person["member"] is not None:
                db.execute(sa.delete(_albums).where(_albums.c.user_id == into))
            _set_member(db, into, member or person["member"])
        person["added_at"] = person["added_at"].isoformat()
        return {"person": person, "member": member, "faces": list(photos), "consents": list(consents)}

    def split(
        self, into: str, merged: Mapping[str, Any], photos: Mapping[str, str], *, shared: Collection[str] = ()
    ) -> None:
        """The other is there again, with those of their faces that are in `photos`.

        Of what was stated about the other, the one keeps a copy of the statements that are `shared`.
        """
        person = {**merged["person"], "added_at": datetime.fromisoformat(merged["person"]["added_at"])}
        with self._database.begin() as db:
            _copy_consents(db, merged["consents"], shared, to=into)
            _set_member(db, into, merged["member"])
            db.execute(sa.insert(_people).values(person))
            _move(db, photos, merged["consents"], to=person["user_id"])


def _move(db: sa.Connection, photos: Mapping[str, str], consents: Sequence[int], *, to: str) -> None:
    for face_id, photo in photos.items():
        db.execute(sa.update(_faces).where(_faces.c.face_id == face_id).values(user_id=to, photo=photo))
    db.execute(sa.update(_consents).where(_consents.c.id.in_(consents)).values(user_id=to))


def _copy_consents(db: sa.Connection, consents: Sequence[int], statements: Collection[str], *, to: str) -> None:
    said = (_consents.c.statement, _consents.c.given_by, _consents.c.given_at)
    these = _consents.c.id.in_(consents), _consents.c.statement.in_(statements)
    for row in db.execute(sa.select(*said).where(*these)).all():
        db.execute(sa.insert(_consents).values(**row._mapping, user_id=to))


def _set_member(db: sa.Connection, user_id: str, member: str | None) -> None:
    db.execute(sa.update(_people).where(_people.c.user_id == user_id).values(member=member))
