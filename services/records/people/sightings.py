"""When each person of one workspace was last recognised or enrolled, and warned that they will be erased."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.records.database import Database, put
from services.records.schema import faces as _faces
from services.records.schema import people as _people
from services.records.schema import sightings as _sightings

_ONCE_IN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """When a person was last recognised in a photo, and when they were warned that this is long ago."""

    seen_at: datetime | None = None
    warned_at: datetime | None = None


class Sightings:
    """The last sightings of one workspace's people."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def all(self, only: str | None = None) -> dict[str, Seen]:
        """`user_id` to when they were last seen and warned, for those who ever were, or `only` for that one."""
        query = sa.select(_sightings).join(_people).where(self._are_here(only))
        with self._database.begin() as db:
            return {row.user_id: Seen(row.seen_at, row.warned_at) for row in db.execute(query)}

    def enrolled(self, only: str | None = None) -> dict[str, datetime]:
        """`user_id` to when their newest photo was enrolled, for those who have any, or `only` for that one."""
        newest = sa.func.max(_faces.c.added_at).label("added_at")
        query = sa.select(_faces.c.user_id, newest).join(_people).where(self._are_here(only))
        with self._database.begin() as db:
            return {row.user_id: row.added_at for row in db.execute(query.group_by(_faces.c.user_id))}

    def see(self, user_ids: Iterable[str], now: datetime) -> None:
        """Record that people were recognised, at most once a day each; with that a warning is void."""
        with self._database.begin() as db:
            for user_id in sorted(set(user_ids)):
                seen_at = db.scalar(sa.select(_sightings.c.seen_at).where(_sightings.c.user_id == user_id))
                if seen_at is None or now - seen_at >= _ONCE_IN:
                    _put(db, user_id, seen_at=now, warned_at=None)

    def warn(self, user_id: str, now: datetime) -> None:
        """Record that somebody was told that this person will be erased."""
        with self._database.begin() as db:
            seen_at = db.scalar(sa.select(_sightings.c.seen_at).where(_sightings.c.user_id == user_id))
            _put(db, user_id, seen_at=seen_at, warned_at=now)

    def _are_here(self, only: str | None) -> sa.ColumnElement[bool]:
        """Whether people are of this workspace, and where one is asked for, that one."""
        here = _people.c.workspace == self._workspace
        return here if only is None else sa.and_(here, _people.c.user_id == only)


def _put(db: sa.Connection, user_id: str, *, seen_at: datetime | None, warned_at: datetime | None) -> None:
    # Who is erased meanwhile has been seen by nobody: whoever erases waits, or it is done.
    if db.scalar(sa.select(_people.c.user_id).where(_people.c.user_id == user_id).with_for_update(key_share=True)):
        put(db, _sightings, {"user_id": user_id, "seen_at": seen_at, "warned_at": warned_at})
