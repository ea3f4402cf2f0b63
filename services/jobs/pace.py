"""How often DBOS looks whether there is something to do, and how thoroughly; it has no public door to that.

Its own pace costs a bot that nobody talks to a hundredth of a core.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from dbos import Queue, _workflow_commands
from dbos._dbos import _get_dbos_instance
from dbos._schemas.system_database import SystemSchema
from dbos._utils import INTERNAL_QUEUE_NAME

_DELAYED = 2.0  # seconds between looks at jobs whose time has come: DBOS holds a lock till then, for five at most
_LEFT = 2.0  # seconds between looks at what was left unfinished; where that is stored, it has waited already

_jobs = SystemSchema.workflow_status


def slow_down() -> None:
    """Have DBOS look less often. To be called before it begins."""
    _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = _DELAYED
    _get_dbos_instance()._registry.get_internal_queue()._polling_interval_sec = _LEFT


def glance(name: str) -> None:
    """Have it first look whether anything waits in a queue that is this process's alone, and in its own for what was
    left; that there are no other queues is known from now on.

    What it asks otherwise, twice a second, it puts together anew each time, and that takes far longer than to ask.
    """
    database: Any = _get_dbos_instance()._sys_db
    queue, settings, queues = database.get_queue(name), database.get_queue, database.list_queues()
    lines, claim = database.get_queue_partitions, database.start_queued_workflows

    def anything_waits(name: str) -> bool:
        # The first condition is for SQLite, which would else look at all jobs there were, and not at an index.
        conditions = database._in_flight_status_prover(), _jobs.c.status == "ENQUEUED", _jobs.c.queue_name == name
        with database.engine.begin() as db:
            return db.scalar(sa.select(_jobs.c.workflow_uuid).where(*conditions).limit(1)) is not None

    def claim_if_any(of: Queue, *where: Any, **more: Any) -> tuple[list[str], Any]:
        return claim(of, *where, **more) if of.name != INTERNAL_QUEUE_NAME or anything_waits(of.name) else ([], None)

    database.get_queue = lambda of, **more: queue if of == name else settings(of, **more)
    database.get_queue_partitions = lambda of: lines(of) if of != name or anything_waits(of) else []
    database.list_queues = lambda **_: queues
    database.start_queued_workflows = claim_if_any
