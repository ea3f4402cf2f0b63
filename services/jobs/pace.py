"""How often DBOS looks whether there is something to do, and how thoroughly; it has no public door to that.

Its own pace costs a bot that nobody talks to a hundredth of a core.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from dbos import _workflow_commands
from dbos._dbos import _get_dbos_instance
from dbos._schemas.system_database import SystemSchema

_DELAYED = 2.0  # seconds between looks at jobs whose time has come: DBOS holds a lock till then, for five at most
_LEFT = 2.0  # seconds between looks at what was left unfinished; where that is stored, it has waited already

_jobs = SystemSchema.workflow_status


def slow_down() -> None:
    """Have DBOS look less often. To be called before it begins."""
    _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = _DELAYED
    _get_dbos_instance()._registry.get_internal_queue()._polling_interval_sec = _LEFT


def glance(name: str) -> None:
    """Have it first look whether anything waits in a queue that is this process's alone, whose settings stay too.

    What it asks otherwise, twice a second, it puts together anew each time, and that takes far longer than to ask.
    """
    database: Any = _get_dbos_instance()._sys_db
    queue, settings, lines = database.get_queue(name), database.get_queue, database.get_queue_partitions
    # The first condition is for SQLite, which would else look at all jobs there were, and not at an index.
    conditions = database._in_flight_status_prover(), _jobs.c.status == "ENQUEUED", _jobs.c.queue_name == name
    waiting = sa.select(_jobs.c.workflow_uuid).where(*conditions).limit(1)

    def anything_waits() -> bool:
        with database.engine.begin() as db:
            return db.scalar(waiting) is not None

    database.get_queue = lambda of, **more: queue if of == name else settings(of, **more)
    database.get_queue_partitions = lambda of: lines(of) if of != name or anything_waits() else []
