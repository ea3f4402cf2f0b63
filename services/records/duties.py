"""Which workspaces have something to do today, by one question to the database instead of opening each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.records import schema
from services.records.albums import Stage
from services.records.answers import posted_before
from services.records.database import Database


@dataclass(frozen=True, slots=True)
class Ends:
    """Until when something must have been made for its time to be over now; and since when a workspace is `active`."""

    changes: datetime
    crowds: datetime
    requests: datetime
    exports: datetime
    answers: datetime
    deletions: datetime
    look_backs: datetime
    active: datetime


def workspaces_with_duties(database: Database, ends: Ends) -> tuple[str, ...]:
    """Those with people, admins or invitations, looked after daily; with what is over, or left over; and active ones.

    In an active one a search that was cut short may have left faces.
    """
    with database.begin() as db:
        return tuple(sorted(db.scalars(sa.union(*_kept(), *_over(ends), *_left_over()))))


def _kept() -> Iterator[sa.Select[tuple[str]]]:
    for table in (schema.people, schema.admins, schema.invitations):
        yield sa.select(table.c.workspace)


def _over(ends: Ends) -> Iterator[sa.Select[tuple[str]]]:
    answers, look_backs = schema.answers.c, schema.look_backs.c
    about_none = sa.and_(answers.photo_ts == "", answers.photo_file == "")
    yield sa.select(schema.changes.c.workspace).where(schema.changes.c.at <= ends.changes)
    yield sa.select(schema.crowds.c.workspace).where(schema.crowds.c.at < ends.crowds)
    yield sa.select(schema.consent_requests.c.workspace).where(schema.consent_requests.c.asked_at <= ends.requests)
    yield sa.select(schema.exports.c.workspace).where(schema.exports.c.at <= ends.exports)
    yield sa.select(schema.digests.c.workspace).where(schema.digests.c.at < ends.deletions)
    yield sa.select(schema.digest_photos.c.workspace).where(posted_before(ends.deletions))
    yield sa.select(schema.album_sheets.c.workspace).where(schema.album_sheets.c.at <= ends.exports)
    yield sa.select(schema.deleted.c.workspace).where(schema.deleted.c.at < ends.deletions)
    yield sa.select(look_backs.workspace).where(
        look_backs.state == Stage.STOPPED.value, look_backs.begun_at < ends.look_backs
    )
    yield sa.select(answers.workspace).where(
        sa.or_(answers.at < ends.answers, answers.at >= ends.active, sa.and_(about_none, answers.at < ends.deletions))
    )


def _left_over() -> Iterator[sa.Select[tuple[str]]]:
    """What is still shown of whom nothing is held any more."""
    thumbnails, exports, sheets = schema.thumbnails.c, schema.exports.c, schema.album_sheets.c
    enrolled, people = sa.select(schema.faces.c.face_id), sa.select(schema.people.c.user_id)
    yield sa.select(thumbnails.workspace).where(thumbnails.face_id.not_in(enrolled))
    yield sa.select(exports.workspace).where(exports.user_id.is_not(None), exports.user_id.not_in(people))
    yield sa.select(sheets.workspace).where(sheets.user_id.not_in(people))
