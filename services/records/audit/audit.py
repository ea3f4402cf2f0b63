"""The audit log of one workspace: appended to, read, and never changed, which the database itself sees to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import audit as _audit
from services.records.values import AuditEntry

_AT_ONCE = 500  # rows


class AuditLog:
    """Who did what to whom, and when. Identifiers only: what is appended stays, so names have no place in it."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def append(self, actor: str, action: str, **details: Any) -> None:
        """Add an entry. `details` are plain data by name."""
        row = {
            "at": datetime.now(UTC),
            "workspace": self._workspace,
            "actor": actor,
            "action": action,
            "details": json.dumps(details, ensure_ascii=False, sort_keys=True),
        }
        with self._database.begin() as db:
            db.execute(sa.insert(_audit).values(row))

    def newest(self, limit: int = 100, *, concerning: frozenset[str] | None = None) -> tuple[AuditEntry, ...]:
        """The newest entries, newest first; `concerning` keeps those by or about one of these ids."""
        query = sa.select(_audit).where(self._here()).order_by(_audit.c.id.desc())
        if concerning is not None:
            about = [_audit.c.details.contains(json.dumps(each), autoescape=True) for each in sorted(concerning)]
            query = query.where(sa.or_(_audit.c.actor.in_(concerning), *about))
        with self._database.begin() as db:
            return tuple(_entry(row) for row in db.execute(query.limit(limit)))

    def last(self, actor: str, *actions: str) -> AuditEntry | None:
        """The newest entry of somebody who did one of these things."""
        theirs = self._here(), _audit.c.actor == actor, _audit.c.action.in_(actions)
        with self._database.begin() as db:
            row = db.execute(sa.select(_audit).where(*theirs).order_by(_audit.c.id.desc()).limit(1)).first()
        return _entry(row) if row else None

    def all(self) -> Iterator[AuditEntry]:
        """Every entry, oldest first, read a page at a time."""
        last = 0
        while True:
            query = sa.select(_audit).where(self._here(), _audit.c.id > last).order_by(_audit.c.id).limit(_AT_ONCE)
            with self._database.begin() as db:
                page = db.execute(query).all()
            yield from map(_entry, page)
            if len(page) < _AT_ONCE:
                return
            last = page[-1].id

    def _here(self) -> sa.ColumnElement[bool]:
        return _audit.c.workspace == self._workspace


def _entry(row: sa.Row[Any]) -> AuditEntry:
    return AuditEntry(row.at, row.actor, row.action, json.loads(row.details))
