"""Which job the code that runs now is part of, so that every line of the log can say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_job: ContextVar[str] = ContextVar("job", default="")


@contextmanager
def working_on(job: str) -> Iterator[None]:
    """What is logged within is about this job."""
    token = _job.set(job)
    try:
        yield
    finally:
        _job.reset(token)


def job() -> str:
    """The job under way in this thread; empty outside of one."""
    return _job.get()


def verb(step: str) -> str:
    """What a step does, without whom and what it does it to: of `look F1` as of `1727438472.1, 2: look F1` look."""
    return step.rpartition(": ")[2].split()[0].partition("/")[0].rstrip(",")
