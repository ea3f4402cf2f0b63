"""Whose a job is: what DBOS keeps about it, and has no public door to.

Each process that takes a job up writes a token beside it, and DBOS keeps no step of a process whose token has been
written over. A process that stood still for a while, and was taken for dead, finds out by it that others go on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from dbos import DBOS
from dbos._context import assert_current_dbos_context
from dbos._dbos import _get_dbos_instance
from dbos._error import DBOSWorkflowConflictIDError


class Lost(BaseException):
    """Others have taken up the job, and whoever is still at it stops. Not an error of the job."""


class Ownership:
    """What this thread has of the job that it begins: its claim, until others write theirs over it.

    Where the database is not `shared` there are no others, and nothing is asked.
    """

    def __init__(self, *, shared: bool) -> None:
        self._shared = shared
        self._context = context = assert_current_dbos_context()
        self._job, self._token = context.workflow_id, context.owner_xid
        self._first = context.function_id

    def confirm(self) -> None:
        """Go on only where the job is still this thread's. Raises `Lost`."""
        if self._shared and _database().get_workflow_owner(self._job) != self._token:
            raise Lost

    @property
    def job(self) -> str:
        """By which DBOS knows it."""
        return self._job

    def rewind(self) -> None:
        """Have the steps counted anew: those that are done give what they came to, as after a crash."""
        self._context.function_id = self._first

    @contextmanager
    def held(self) -> Iterator[None]:
        """Where DBOS finds out first, the same. Raises `Lost`."""
        try:
            yield
        except DBOSWorkflowConflictIDError as error:
            raise Lost from error


class Beginners:
    """The jobs that nobody was at before: none of their steps can have been done, so DBOS need not look for them.

    It would before each, which is two fifths of what a step costs. It would also see that a job is cancelled, which
    nobody does here.
    """

    def __init__(self) -> None:
        self._here = threading.local()  # a job's steps are done in its own thread

    def introduce(self) -> None:
        """Have DBOS know of them. To be called once it has begun, where no other process has a share in the jobs."""
        database = _database()
        look_up = database.check_operation_execution

        def check(job: str, *step: Any, **more: Any) -> Any:
            return None if getattr(self._here, "job", None) == job else look_up(job, *step, **more)

        database.check_operation_execution = check

    @contextmanager
    def among(self, job: str, *, taken_up: bool) -> Iterator[None]:
        """With this job among them, unless it is `taken_up`; what cuts it short takes it from them."""
        self._here.job = None if taken_up else job
        try:
            yield
        finally:
            self._here.job = None


def take_over(dead: Sequence[str]) -> None:
    """Store the jobs that these processes were at anew, for whoever is free."""
    DBOS._recover_pending_workflows(list(dead))


def never_wait() -> None:
    """Have a thread whose job is lost end at once, where DBOS would have it wait for what the others make of the job.

    They may be threads of the same few, and then all would wait for one another.
    """

    def leave(*_: Any, **__: Any) -> NoReturn:
        raise Lost

    _database().await_workflow_result = leave


def _database() -> Any:
    return _get_dbos_instance()._sys_db
