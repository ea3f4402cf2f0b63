"""The changes of one workspace that can still be undone."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import changes as _changes
from services.records.values import Change


def workspaces_with_changes(database: Database, until: datetime) -> tuple[str, ...]:
    """The workspaces that have changes made until then."""
    query = sa.select(_changes.c.workspace).where(_changes.c.at <= until).distinct()
    with database.begin() as db:
        return tuple(db.scalars(query))


class Changes:
    """What was changed, with what it was before. Whoever is erased takes the changes about them along."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def add(self, actor: str, kind: str, user_id: str | None, **before: Any) -> Change:
        """Keep a change. `before` is plain data by name."""
        change = Change(f"c-{uuid.uuid4().hex}", datetime.now(UTC), actor, kind, user_id, before)
        row = {
            "id": change.id,
            "workspace": self._workspace,
            "at": change.at,
            "actor": actor,
            "kind": kind,
            "user_id": user_id,
            "before": json.dumps(before, ensure_ascii=False),
        }
        with self._database.begin() as db:
            db.execute(sa.insert(_changes).values(row))
        return change

    def get(self, change_id: str) -> Change | None:
        return next(iter(self._select(_changes.c.id == change_id)), None)

    def latest(self, actor: str) -> Change | None:
        """What somebody changed last."""
        return next(iter(self._select(_changes.c.actor == actor)), None)

    def about(self, user_id: str) -> tuple[Change, ...]:
        """Those of a person, the newest first."""
        return self._select(_changes.c.user_id == user_id)

    def rewrite(self, change_id: str, user_id: str, **before: Any) -> None:
        """A change is about this person, and was this before: other ids stand for the same by now."""
        there = _changes.c.id == change_id, _changes.c.workspace == self._workspace
        row = {"user_id": user_id, "before": json.dumps(before, ensure_ascii=False)}
        with self._database.begin() as db:
            db.execute(sa.update(_changes).where(*there).values(row))

    def until(self, moment: datetime) -> tuple[Change, ...]:
        """Those that were made until then, the newest first."""
        return self._select(_changes.c.at <= moment)

    def remove(self, change_id: str) -> None:
        with self._database.begin() as db:
            db.execute(sa.delete(_changes).where(_changes.c.id == change_id))

    def _select(self, condition: sa.ColumnElement[bool]) -> tuple[Change, ...]:
        query = sa.select(_changes).where(_changes.c.workspace == self._workspace, condition)
        with self._database.begin() as db:
            rows = db.execute(query.order_by(_changes.c.at.desc())).all()
        return tuple(Change(row.id, row.at, row.actor, row.kind, row.user_id, json.loads(row.before)) for row in rows)
