"""In which conversations somebody was enrolled, so that more photos can follow there."""

from __future__ import annotations

import sqlalchemy as sa

from services.records.database import Database, put
from services.records.schema import enrolment_threads as _threads
from services.records.schema import people as _people


class Threads:
    """The enrolment threads of one workspace. Whoever is erased takes theirs along."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def remember(self, channel: str, ts: str, *, actor: str, user_id: str) -> None:
        """In this thread `actor` has enrolled a person; the last one counts, and nothing of whom is erased since."""
        row = {"workspace": self._workspace, "channel": channel, "ts": ts, "actor": actor, "user_id": user_id}
        with self._database.begin() as db:
            person = sa.select(_people.c.user_id).where(_people.c.user_id == user_id)
            if db.scalar(person.with_for_update(key_share=True)):
                put(db, _threads, row)
            else:
                db.execute(sa.delete(_threads).where(self._is(channel, ts)))

    def person(self, channel: str, ts: str, *, actor: str) -> str | None:
        """The user id of whom `actor` has enrolled in this thread, if anyone."""
        query = sa.select(_threads.c.user_id).where(self._is(channel, ts), _threads.c.actor == actor)
        with self._database.begin() as db:
            user_id: str | None = db.scalar(query)
        return user_id

    def _is(self, channel: str, ts: str) -> sa.ColumnElement[bool]:
        return sa.and_(_threads.c.workspace == self._workspace, _threads.c.channel == channel, _threads.c.ts == ts)
