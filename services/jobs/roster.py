"""Which processes work on one database's jobs, and which of them have died with jobs in their hands."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from services.records import Database, schema

_workers = schema.workers


class Roster:
    """This process's place among the others. Times are the database's, whatever the clocks of the machines say.

    Whoever gives no sign of life for `patience` seconds is dead; `interval` is how often one is to be given.
    """

    def __init__(self, database: Database, *, patience: float = 15.0) -> None:
        self._database = database
        self._patience = timedelta(seconds=patience)
        self.interval = patience / 3
        self.me = f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"

    def beat(self) -> None:
        """Give a sign of life."""
        with self._database.begin() as db:
            seen = sa.update(_workers).where(_workers.c.id == self.me).values(seen_at=sa.func.now())
            if db.execute(seen).rowcount == 0:
                db.execute(sa.insert(_workers).values(id=self.me, seen_at=sa.func.now()))

    def dead(self) -> list[str]:
        """Who has given no sign of life for a while."""
        with self._database.begin() as db:
            silent = sa.select(_workers.c.id).where(_workers.c.seen_at < sa.func.now() - self._patience)
            return list(db.scalars(silent))

    def bury(self, dead: Sequence[str]) -> None:
        """Forget who is dead, once others have taken up their jobs."""
        with self._database.begin() as db:
            db.execute(sa.delete(_workers).where(_workers.c.id.in_(dead)))

    def leave(self) -> None:
        """Be dead at once, so that others take up what is left."""
        with self._database.begin() as db:
            gone = sa.func.now() - 2 * self._patience
            db.execute(sa.update(_workers).where(_workers.c.id == self.me).values(seen_at=gone))
