"""The members whom admins have made admins of the bot in one workspace."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import admins as _admins


class Admins:
    """The admins of one workspace that Slack does not know of."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def all(self) -> tuple[str, ...]:
        """Their member ids, the oldest first."""
        query = sa.select(_admins.c.member).where(_admins.c.workspace == self._workspace).order_by(_admins.c.added_at)
        with self._database.begin() as db:
            return tuple(db.scalars(query))

    def add(self, member: str, *, added_by: str) -> bool:
        """Add one; False when they are there already."""
        row = {"workspace": self._workspace, "member": member, "added_by": added_by, "added_at": datetime.now(UTC)}
        try:
            with self._database.begin() as db:
                db.execute(sa.insert(_admins).values(row))
        except sa.exc.IntegrityError:
            return False
        return True

    def remove(self, member: str) -> bool:
        """Remove one; False when they are not there."""
        where = sa.and_(_admins.c.workspace == self._workspace, _admins.c.member == member)
        with self._database.begin() as db:
            return db.execute(sa.delete(_admins).where(where)).rowcount > 0
