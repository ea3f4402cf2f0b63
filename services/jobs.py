"""Durable jobs: stored before anyone is told that they will be done, and done once, through crashes and restarts.

DBOS keeps them, in SQLite or PostgreSQL, inside this process. A job is a function of one JSON payload; what it has
done so far is checkpointed step by step, and a job that a crash cut short goes on after its last finished step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from threading import get_ident
from typing import Any, Protocol, TypeVar

from dbos import DBOS, DBOSConfig, SetWorkflowID

T = TypeVar("T")
Payload = Mapping[str, Any]

_PATIENCE = 5  # seconds
_logger = logging.getLogger(__name__)


class Step(Protocol):
    """Runs a function once for its job: its result, which must be plain data, is kept and given again after a crash."""

    def __call__(self, name: str, run: Callable[[], T]) -> T: ...


Job = Callable[[Payload, Step], None]


class Jobs:
    """The jobs of this process: functions by name, of which at most `at_once` run; the others wait their turn.

    DBOS is one a process, so this is too.
    """

    def __init__(self, database_url: str, *, at_once: int) -> None:
        self._jobs: dict[str, Job] = {}
        self._started = False
        self._running: set[int] = set()  # the threads that are at a job
        config: DBOSConfig = {
            "name": "facesearch",
            "system_database_url": database_url,
            "executor_id": "local",
            "application_version": "1",  # a job stored by an older release is still ours to finish
            "log_level": "WARNING",
            "max_executor_threads": at_once,
            "notification_listener_polling_interval_sec": 0.2,  # its thread is waited for at the end
        }
        DBOS(config=config)

        @DBOS.workflow(name="facesearch.job")
        def workflow(name: str, payload: dict[str, Any]) -> None:
            self._run(name, payload)

        self._workflow = workflow

    def register(self, name: str, job: Job) -> None:
        """Name a job's function. All are named before `start`, which may have some to finish."""
        self._jobs[name] = job

    def start(self) -> None:
        """Begin to work, first on what was left unfinished."""
        DBOS.launch()
        self._started = True

    def submit(self, name: str, key: str, payload: Payload) -> None:
        """Store a job; returns once it is safe. A key that was submitted before changes nothing."""
        if not self._started:
            raise RuntimeError("submit before start")
        with SetWorkflowID(f"{name}:{key}"):
            DBOS.start_workflow(self._workflow, name, dict(payload))

    def stop(self) -> None:
        """Let the running jobs finish for a moment; whatever does not is taken up at the next start."""
        DBOS.destroy(workflow_completion_timeout_sec=_PATIENCE if self._running else 0)

    def _run(self, name: str, payload: dict[str, Any]) -> None:
        me = get_ident()
        self._running.add(me)
        try:
            self._jobs[name](payload, _step)
        except Exception:
            _logger.exception("job %s failed", name)
            raise
        finally:
            self._running.discard(me)


def _step(name: str, run: Callable[[], T]) -> T:
    return DBOS.run_step({"name": name}, run)
