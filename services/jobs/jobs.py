"""Durable jobs: stored before anyone is told that they will be done, and done once, through crashes and restarts.

DBOS keeps them, in SQLite or PostgreSQL. A job is a function of one JSON payload; what it has done so far is
checkpointed step by step, and a job that a crash cut short goes on after its last finished step.

A job begins at once where nobody waits before it. Otherwise it waits in the database, in the line of its channel: no
line may have all the threads, and the cores are handed round between the workspaces.
"""

from __future__ import annotations

import logging
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event, Thread, Timer, get_ident
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID

from services.jobs import journal, ownership, pace
from services.jobs.ownership import Lost, Ownership
from services.jobs.reference import working_on
from services.jobs.retry import Judge, insist
from services.jobs.roster import Roster
from services.jobs.turns import Turns
from services.records import is_unreachable

T = TypeVar("T")
Payload = Mapping[str, Any]

_QUEUE = "jobs"
_THREADS = 4  # for each core: most of a job is waiting for others
_POLL = 0.5  # seconds after which a place that has become free is given to a job that waits in the database
_LEAVE_TIME = 5  # seconds that running jobs have when the process stops
_GONE = 8.0  # seconds after which it stops whatever is not done, such as a job that hangs, or a database that is away
_LAST_STEP = 3.0  # seconds after which they begin no step that the end of the process would cut short
_PATIENCE = 600.0  # seconds for which a step is tried
_AGAIN = 2.0  # seconds after which a job goes on that the database has cut short between two steps
_FORGOTTEN_AT_ONCE = 1000
_STALLED = timedelta(minutes=15)  # longer than any step is tried

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """Where a job waits: with those of the same channel of the same workspace."""

    workspace: str
    channel: str

    def __str__(self) -> str:
        return f"{self.workspace}/{self.channel}"


class Stopping(BaseException):
    """The process stops while a job waits. Not an error of the job, which goes on at the next start."""


class Interrupted(BaseException):
    """The database was away between two steps of a job. Not an error of the job, which goes on from there."""


class Foreign(BaseException):
    """What is kept of a job's steps is another release's: it cannot be read, or its steps were others. Not an error of
    the job, which begins anew."""


class _Patience:
    """With a job that the database interrupts: ten minutes from where it last got further."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self._until = time.monotonic() + _PATIENCE

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._until


class Step:
    """The steps of one run of a job. What a step returns must be plain data: it is kept, and given again after a crash.

    A step is tried again after setbacks, for ten minutes; then its error is raised, and that is kept as well. Each
    attempt begins only where the job is still this process's: others may have taken it up while this one stood still.
    While an error is handled that only interrupts the job, none begins: there is nothing yet to tell anybody.
    """

    def __init__(
        self,
        key: str,
        line: Line,
        turns: Turns,
        judge: Judge,
        ownership: Ownership,
        stopping: Event,
        leaving: Event,
        patience: _Patience,
        *,
        anew: bool,
    ) -> None:
        self.key = key
        self._anew = anew
        self._ownership = ownership
        self._workspace = line.workspace
        self._turns = turns
        self._judge = judge
        self._stopping = stopping
        self._leaving = leaving
        self._failure: Exception | None = None  # of the step that failed last
        self._patience = patience
        self._taken_up = self.is_taken_up = self._was_begun()

    def __call__(self, name: str, run: Callable[[], T]) -> T:
        """Run a function once for its job."""
        return self._run(name, lambda _: run())

    def work(self, name: str, run: Callable[[], T]) -> T:
        """Run a function once for its job that computes rather than waits, by turns on the cores."""

        def turn(_perhaps_done: bool) -> T:
            with self.turn():
                return run()

        return self._run(name, turn)

    def once(self, name: str, do: Callable[[], T], *, find: Callable[[], T | None]) -> T:
        """Do what must not be done twice; `find` looks for its trace, and is asked where it may have been done before.

        It may have been when a crash came between doing it and keeping its result, or when an answer was lost.
        """

        def run(perhaps_done: bool) -> T:
            found = find() if perhaps_done else None
            return do() if found is None else found

        return self._run(name, run)

    def turn(self) -> AbstractContextManager[None]:
        """A turn on the cores, for what computes rather than waits."""
        return self._turns.of(self._workspace)

    def spare(self) -> AbstractContextManager[None]:
        """The same for what can wait: when nobody else waits for one."""
        return self._turns.spare()

    def is_interrupted_by(self, error: BaseException | None) -> bool:
        """Whether an error says that the database was away for what a job looked up between two steps.

        What a step has failed with is the job's own: that was tried for long, and is kept.
        """
        if error is None or error is self._failure or self._patience.is_over:
            return False
        return is_unreachable(error)

    def require_own(self, error: BaseException | None) -> None:
        """Go on only with an error that is the job's own: whoever tells of one later, or of none, asks this first.

        Raises `Interrupted`.
        """
        if self.is_interrupted_by(error):
            raise Interrupted from error

    def _run(self, name: str, run: Callable[[bool], T]) -> T:
        self.require_own(sys.exc_info()[1])

        def owned(perhaps_done: bool) -> T:
            self._ownership.confirm()
            return run(perhaps_done)

        reached = False

        def tried() -> T:
            nonlocal reached
            reached = True
            if self._leaving.is_set():
                raise Stopping
            # Only the step that a crash cut short may be; or each, where nobody knows how far another release was.
            perhaps_done, self._taken_up = self._taken_up or self._anew, False
            begun, worked = time.monotonic(), time.thread_time()
            try:
                return insist(owned, self._judge, patience=_PATIENCE, perhaps_done=perhaps_done, pause=self._pause)
            except Exception as error:
                if (kept := journal.keepable(error)) is error:
                    raise
                raise kept from error
            finally:
                took = {"seconds": time.monotonic() - begun, "cpu": time.thread_time() - worked}
                _logger.debug("%s took %.3f s", name, took["seconds"], extra={"step": name, **took})
                self._patience.renew()

        try:
            with self._ownership.held():
                return DBOS.run_step({"name": name}, tried)
        except Exception as error:
            if not reached and not self._anew and journal.is_foreign(error):
                raise Foreign from error
            self._failure = error
            raise

    def _was_begun(self) -> bool:
        """Whether an earlier run of this job was cut short: then that one's mark is the one that was kept."""
        mark = uuid.uuid4().hex
        with self._ownership.held():
            return DBOS.run_step({"name": journal.BEGIN}, lambda: mark) != mark

    def _pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise Stopping


class Part(Step):
    """Some of the steps of a job under names of their own, where it does the same several times."""

    def __init__(self, step: Step, name: str) -> None:
        self.key = f"{step.key}/{name}"
        self._step = step
        self._name = name

    def __call__(self, name: str, run: Callable[[], T]) -> T:
        return self._step(f"{self._name}: {name}", run)

    def work(self, name: str, run: Callable[[], T]) -> T:
        return self._step.work(f"{self._name}: {name}", run)

    def once(self, name: str, do: Callable[[], T], *, find: Callable[[], T | None]) -> T:
        return self._step.once(f"{self._name}: {name}", do, find=find)

    def turn(self) -> AbstractContextManager[None]:
        return self._step.turn()

    def spare(self) -> AbstractContextManager[None]:
        return self._step.spare()

    def is_interrupted_by(self, error: BaseException | None) -> bool:
        return self._step.is_interrupted_by(error)


Job = Callable[[Payload, Step], None]


def migrate(database_url: str) -> None:
    """Bring the tables of jobs in a database to this release's."""
    DBOS.migrate(database_url)


def _log_as_others_do(logger: logging.Logger) -> None:
    """Take a library's own way to write its log: what it says goes the way of all logs, where secrets are left out."""
    logger.handlers.clear()
    logger.propagate = True


class Jobs:
    """The jobs of this process: functions by name, on `at_once` cores. DBOS is one a process, so this is too.

    `judge` tells which errors of a step may pass. A process that shares its database with others has a place in their
    `roster`; with nought `at_once` it stores jobs for the others, and does none. `engine` is a pool of connections to
    the database that there is already.
    """

    def __init__(
        self,
        database_url: str,
        *,
        at_once: int,
        judge: Judge = lambda _: None,
        roster: Roster | None = None,
        engine: sa.Engine | None = None,
    ) -> None:
        self._jobs: dict[tuple[str, str], Job] = {}  # by workspace and name
        self._opening: Callable[[str], object] | None = None
        self._at_once = at_once
        self._turns = Turns(at_once)
        self._judge = judge
        self._roster = roster
        self._started = False
        self._stopping = Event()
        self._leaving = Event()
        self._beginners = ownership.Beginners()
        self._watch_queue: pace.Watch | None = None  # where no other process has a share in the jobs
        self._running: set[int] = set()  # the threads that are at a job
        config: DBOSConfig = {
            "name": "facesearch",
            "system_database_url": database_url,
            "system_database_engine": engine or journal.engine(database_url),
            "use_listen_notify": False,  # nobody waits for messages here, and it takes a connection for itself
            "executor_id": roster.me if roster else "local",
            "application_version": "1",  # a job stored by an older release is still ours to finish
            "log_level": "WARNING",
            "max_executor_threads": max(1, at_once * _THREADS),
            "notification_listener_polling_interval_sec": 0.2,  # its thread is waited for at the end
        }
        DBOS(config=config)
        _log_as_others_do(logging.getLogger("dbos"))

        @DBOS.workflow(name="facesearch.job", max_recovery_attempts=None)
        def workflow(name: str, key: str, line: list[str], payload: dict[str, Any]) -> None:
            self._run(name, key, Line(*line), payload)

        self._workflow = workflow

    def register(self, name: str, job: Job, *, workspace: str) -> None:
        """Name the function of a workspace's jobs. `start` may find some to finish, so all are named before it."""
        self._jobs[workspace, name] = job

    def unregister(self, workspace: str) -> None:
        """Forget the functions of a workspace that is closed; a job of its that still comes has it opened again."""
        for key in [key for key in self._jobs if key[0] == workspace]:
            del self._jobs[key]

    def on_opening(self, opening: Callable[[str], object]) -> None:
        """Have workspaces whose functions are not named yet opened, which names them, as their jobs come."""
        self._opening = opening

    def start(self) -> None:
        """Begin to work, first on what was left unfinished."""
        if self._at_once == 0:
            DBOS.listen_queues([])
        pace.slow_down()
        DBOS.launch()
        ownership.never_wait()
        if self._roster is None:
            self._beginners.introduce()
        if self._at_once:
            DBOS.register_queue(
                _QUEUE,
                worker_concurrency=self._at_once * _THREADS,
                partition_worker_concurrency=self._at_once,
                polling_interval_sec=_POLL,
            )
            if self._roster is None:
                self._watch_queue = pace.Watch(_QUEUE)
        if self._roster is not None:
            self._roster.beat()
            Thread(target=self._watch, args=(self._roster,), name="roster", daemon=True).start()
        self._started = True

    @property
    def started(self) -> bool:
        """Whether jobs are taken."""
        return self._started

    def submit(self, name: str, key: str, payload: Payload, line: Line, *, after: timedelta | None = None) -> None:
        """Store a job, to be done `after` a while; returns once it is safe. A key submitted before changes nothing."""
        if not self._started:
            raise RuntimeError("submit before start")
        begun = time.monotonic()
        self._store(name, key, payload, line, after)
        seconds = time.monotonic() - begun
        _logger.debug("job %s is stored", name, extra={"stored": f"{name}:{key}", "seconds": seconds})

    def _store(self, name: str, key: str, payload: Payload, line: Line, after: timedelta | None) -> None:
        job = name, key, [line.workspace, line.channel], dict(payload)
        with SetWorkflowID(journal.identifier(name, key)):
            if after is None and len(self._running) < self._at_once:
                DBOS.start_workflow(self._workflow, *job)
                return
            seconds = after.total_seconds() if after else None
            with SetEnqueueOptions(queue_partition_key=str(line), delay_seconds=seconds):
                DBOS.enqueue_workflow(_QUEUE, self._workflow, *job)
        if self._watch_queue is not None:
            self._watch_queue.stored(seconds or 0.0)

    def strip(self) -> int:
        """Leave of the jobs that have ended only that they have; of how many more was left until now."""
        return journal.strip()

    def forget(self, before: datetime) -> int:
        """Erase that jobs have ended which did before then; how many there were.

        Their keys can be submitted anew, so `before` has to be longer ago than Slack delivers anything again.
        """
        old, forgotten = before.isoformat(), 0
        some = partial(DBOS.list_workflows, limit=_FORGOTTEN_AT_ONCE, load_input=False, load_output=False)
        while ended := some(completed_before=old):
            DBOS.delete_workflows([job.workflow_id for job in ended])
            forgotten += len(ended)
        return forgotten

    def ended(self, name: str, key: str) -> bool:
        """Whether a job has ended, well or not, and is remembered to have."""
        return journal.has_ended(journal.identifier(name, key))

    def waiting(self) -> int:
        """How many jobs are not done yet, running ones included."""
        unfinished = ["PENDING", "ENQUEUED"]
        return len(DBOS.list_workflows(status=unfinished, load_input=False, load_output=False))

    def stalled(self, after: timedelta = _STALLED) -> bool:
        """Whether jobs wait that were stored so long ago, and none has ended since, in any process."""
        before = (datetime.now(UTC) - after).isoformat()
        some = partial(DBOS.list_workflows, limit=1, load_input=False, load_output=False)
        return bool(some(status="ENQUEUED", end_time=before)) and not some(completed_after=before)

    def stop(self) -> None:
        """Let the running jobs finish for a moment; whatever does not is taken up at the next start.

        A thread that is still at a job keeps the process from ending by itself.
        """
        self._stopping.set()
        last = Timer(_LAST_STEP, self._leaving.set)
        last.daemon = True
        last.start()
        leaving = Thread(target=self._leave, name="leaving", daemon=True)
        leaving.start()
        leaving.join(_GONE)

    def _leave(self) -> None:
        DBOS.destroy(workflow_completion_timeout_sec=_LEAVE_TIME if self._running else 0)
        if self._roster is not None:
            self._roster.leave()

    def _watch(self, roster: Roster) -> None:
        """Give signs of life, and take up the jobs of those who give none any more.

        Every process does so; the database gives each job to one of them only.
        """
        while not self._stopping.wait(roster.interval):
            try:
                roster.beat()
                dead = roster.dead()
                if dead:
                    ownership.take_over(dead)
                    roster.bury(dead)
            except Exception:
                _logger.exception("the roster of workers could not be kept")

    def _run(self, name: str, key: str, line: Line, payload: dict[str, Any]) -> None:
        with self._at_work(), working_on(f"{name}:{key}"):
            try:
                owned = Ownership(shared=self._roster is not None)
                patience, anew = _Patience(), False
                while error := self._interruption(name, key, line, payload, owned, patience, anew=anew):
                    if isinstance(error, Foreign):
                        _logger.warning("job %s begins anew: another release began it: %s", name, error.__cause__)
                        owned.confirm()  # who has taken it up meanwhile keeps steps of its own
                        journal.forget_steps(owned.job)
                        owned.rewind()
                        anew = True
                        continue
                    reason = getattr(error, "orig", None) or error  # what was asked for may name people
                    _logger.warning("job %s goes on once the database answers: %s", name, reason)
                    if self._stopping.wait(_AGAIN):
                        raise Stopping
                    owned.rewind()
            except Lost:
                _logger.warning("job %s was taken up by others", name, extra={"kind": name, "outcome": "lost"})
                raise
            except Exception:
                _logger.exception("job %s failed", name, extra={"kind": name, "outcome": "failed"})
                raise
            _logger.info("job %s is done", name, extra={"kind": name, "outcome": "done"})

    def _interruption(
        self, name: str, key: str, line: Line, payload: Payload, owned: Ownership, patience: _Patience, *, anew: bool
    ) -> BaseException | None:
        """Do what is not done yet of a job. What has cut it short: the database was away between two steps, or what is
        kept of them is another release's. `anew` says that nothing is known of what was done before."""
        wait = self._stopping, self._leaving, patience
        step = Step(f"{name}:{key}", line, self._turns, self._judge, owned, *wait, anew=anew)
        try:
            with self._beginners.among(owned.job, taken_up=step.is_taken_up):
                self._job(line.workspace, name)(payload, step)
        except Interrupted as interrupted:
            return interrupted.__cause__ or interrupted
        except Foreign as foreign:
            return foreign
        except Exception as error:
            if step.is_interrupted_by(error):
                return error
            raise
        return None

    def _job(self, workspace: str, name: str) -> Job:
        if (workspace, name) not in self._jobs and self._opening is not None:
            self._opening(workspace)
        return self._jobs[workspace, name]

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        me = get_ident()
        self._running.add(me)
        try:
            yield
        finally:
            self._running.discard(me)
