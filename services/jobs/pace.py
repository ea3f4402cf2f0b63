"""How often DBOS looks whether there is something to do, and how thoroughly; it has no public door to that.

Its own pace costs a bot that nobody talks to a hundredth of a core.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from dbos import Queue, _scheduler, _workflow_commands
from dbos._dbos import _get_dbos_instance
from dbos._schemas.system_database import SystemSchema
from dbos._utils import INTERNAL_QUEUE_NAME

_DELAYED = 2.0  # seconds between looks at jobs whose time has come: DBOS holds a lock till then, for five at most
_LEFT = 2.0  # seconds between looks at what was left unfinished; where that is stored, it has waited already
_ANYWAY = 10.0  # seconds after which it is looked into the queue though nobody has said that anything was stored
_DELAYED_ANYWAY = 60.0  # seconds, the same for jobs whose time is to come

_jobs = SystemSchema.workflow_status


def slow_down() -> None:
    """Have DBOS look less often, and for schedules, which there are none of, hardly. To be called before it begins."""
    _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = _DELAYED
    _scheduler._STARTUP_FAST_POLL_DURATION_SEC = 0.0
    _get_dbos_instance()._registry.get_internal_queue()._polling_interval_sec = _LEFT


class Watch:
    """Knows when to look into a queue that is this process's alone, as all that is stored in it is stored here.

    DBOS would look twice a second, and put together anew each time what it asks, which takes far longer than to ask.
    In its own queue, for what was left unfinished, it glances first; that there are no other queues, and nothing that
    has to end by a certain time, is known.
    """

    def __init__(self, name: str) -> None:
        """To be made once the queue is registered."""
        self._database: Any = _get_dbos_instance()._sys_db
        self._look_at = self._due_at = 0.0  # when, by the clock that only goes forward; by the calendar's
        database: Any = self._database
        queue, settings, queues = database.get_queue(name), database.get_queue, database.list_queues()
        lines, claim, release = (
            database.get_queue_partitions,
            database.start_queued_workflows,
            database.transition_delayed_workflows,
        )

        def claim_if_any(of: Queue, *where: Any, **more: Any) -> tuple[list[str], Any]:
            idle = of.name == INTERNAL_QUEUE_NAME and not self._anything_waits(of.name)
            return ([], None) if idle else claim(of, *where, **more)

        database.get_queue = lambda of, **more: queue if of == name else settings(of, **more)
        database.get_queue_partitions = lambda of: lines(of) if of != name or self._is_time(of) else []
        database.list_queues = lambda **_: queues
        database.start_queued_workflows = claim_if_any
        database.transition_delayed_workflows = lambda: self._release(release)
        database.cancel_timed_out_workflows = lambda _limit: []

    def stored(self, after: float = 0.0) -> None:
        """A job was put into the queue, to be done so many seconds later."""
        if after:
            self._due_at = min(self._due_at, time.time() + after)
        else:
            self._look_at = 0.0

    def _is_time(self, name: str) -> bool:
        now = time.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + _ANYWAY  # before it is asked: what is stored meanwhile puts it back
        found = True
        try:
            found = self._anything_waits(name)
        finally:
            if found:  # or it is not known, as the database does not answer
                self.stored()
        return found

    def _release(self, release: Callable[[], None]) -> None:
        """Have jobs wait in their queue whose time has come."""
        if time.time() < self._due_at:
            return
        self._due_at = latest = time.time() + _DELAYED_ANYWAY  # before, for the same reason
        earliest: float | None = 0.0  # as long as the database does not answer
        try:
            release()
            self.stored()
            due = sa.select(sa.func.min(_jobs.c.delay_until_epoch_ms)).where(_jobs.c.status == "DELAYED")
            with self._database.engine.begin() as db:
                earliest = db.scalar(due)
        finally:
            self._due_at = min(self._due_at, latest if earliest is None else earliest / 1000)

    def _anything_waits(self, name: str) -> bool:
        # The first condition is for SQLite, which would else look at all jobs there were, and not at an index.
        conditions = self._database._in_flight_status_prover(), _jobs.c.status == "ENQUEUED", _jobs.c.queue_name == name
        with self._database.engine.begin() as db:
            return db.scalar(sa.select(_jobs.c.workflow_uuid).where(*conditions).limit(1)) is not None
