"""Which exports have been handed out, so that they can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import exports as _exports
from services.records.schema import people as _people


class Exports:
    """File ids by whom they are about, of one workspace."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def add(self, file_id: str, user_id: str | None) -> None:
        """A file was handed out about a person, or about somebody of whom hardly anything is held."""
        row = {"file_id": file_id, "workspace": self._workspace, "user_id": user_id, "at": datetime.now(UTC)}
        with self._database.begin() as db:
            db.execute(sa.insert(_exports).values(row))

    def over(self, before: datetime) -> tuple[str, ...]:
        """The files that were handed out before then, and those about people who are erased."""
        known = sa.select(_people.c.user_id)
        gone = _exports.c.user_id.is_not(None) & _exports.c.user_id.not_in(known)
        query = sa.select(_exports.c.file_id).where(
            _exports.c.workspace == self._workspace, sa.or_(_exports.c.at <= before, gone)
        )
        with self._database.begin() as db:
            return tuple(db.scalars(query))

    def remove(self, file_id: str) -> None:
        with self._database.begin() as db:
            db.execute(sa.delete(_exports).where(_exports.c.file_id == file_id))
