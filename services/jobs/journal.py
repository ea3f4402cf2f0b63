"""The journal of jobs: how DBOS's tables lie in SQLite, and what stays in them of a job that has ended.

What a job was about, and what its steps came to, names people. Once it has ended only that it has is needed: by that
a repeated delivery is told from a new one.
"""

from __future__ import annotations

import hashlib
import pickle
import traceback
from typing import Any

import sqlalchemy as sa
from dbos import _serialization
from dbos._dbos import _get_dbos_instance
from dbos._error import DBOSUnexpectedStepError
from dbos._schemas.system_database import SystemSchema

_jobs, _inputs = SystemSchema.workflow_status, SystemSchema.workflow_input
_ENDED = ("SUCCESS", "ERROR", "CANCELLED")
BEGIN = "begin"
_AT_ONCE = 500
_CONNECTIONS = 20


def identifier(name: str, key: str) -> str:
    """By which DBOS knows a job: it stays for days, and keys may name people."""
    return f"{name}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def engine(database_url: str) -> sa.Engine | None:
    """The pool for DBOS's tables in SQLite, with DBOS's own settings and ours; None where they are in PostgreSQL.

    What is deleted is overwritten, and a job that is stored costs one write to the disk.
    """
    if not database_url.startswith("sqlite"):
        return None
    made = sa.create_engine(database_url, pool_size=_CONNECTIONS, pool_timeout=30)

    @sa.event.listens_for(made, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return made


def has_ended(job: str) -> bool:
    """Whether a job, by its identifier, has ended, well or not."""
    ended = sa.select(_jobs.c.workflow_uuid).where(_jobs.c.workflow_uuid == job, _jobs.c.status.in_(_ENDED))
    with _get_dbos_instance()._sys_db.engine.begin() as db:
        return db.scalar(ended) is not None


def is_foreign(error: BaseException) -> bool:
    """Whether this is what DBOS raises of a step that another release has kept: its steps came in another order, or
    their results are of classes that stand elsewhere now. What the step itself once failed with is not."""
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    return isinstance(error, DBOSUnexpectedStepError) or any(
        frame.f_globals.get("__name__") == _serialization.__name__ for frame in frames
    )


class InWords(Exception):
    """An error whose own class cannot be made from what is kept of it, in its words."""


def keepable(error: Exception) -> Exception:
    """An error as it will be given again after a crash: as pickle makes it, or where it cannot, in its words."""
    try:
        again: Exception = pickle.loads(pickle.dumps(error))  # noqa: S301  # what was made a moment before
    except Exception:  # noqa: BLE001  # whatever its class does
        return InWords(f"{type(error).__name__}: {error}")
    return error if type(again) is type(error) else again  # botocore makes classes as it goes, and pickle their parent


def forget_steps(job: str) -> None:
    """Have a job know nothing of what its steps came to, but that it was begun."""
    steps = SystemSchema.operation_outputs
    with _get_dbos_instance()._sys_db.engine.begin() as db:
        db.execute(sa.delete(steps).where(steps.c.workflow_uuid == job, steps.c.function_name != BEGIN))


def strip() -> int:
    """Leave of every job that has ended nothing but that it has; of how many more was left until now."""
    database: sa.Engine = _get_dbos_instance()._sys_db.engine
    with database.begin() as db:
        ended: list[str] = list(db.scalars(sa.union(*_ended())))
    for start in range(0, len(ended), _AT_ONCE):
        with database.begin() as db:
            _strip(db, ended[start : start + _AT_ONCE])
    if ended and database.dialect.name == "sqlite":
        with database.connect() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(ended)


def _ended() -> tuple[sa.Select[Any], sa.Select[Any]]:
    """The jobs that have ended and of which more is left: by their inputs, and as older releases kept these."""
    ended = _jobs.c.status.in_(_ENDED)
    same = _inputs.c.workflow_uuid == _jobs.c.workflow_uuid
    return (
        sa.select(_inputs.c.workflow_uuid).join(_jobs, same).where(ended),
        sa.select(_jobs.c.workflow_uuid).where(ended, _jobs.c.inputs.is_not(None)),
    )


def _strip(db: sa.Connection, ended: list[str]) -> None:
    for table in (SystemSchema.operation_outputs, SystemSchema.workflow_output, _inputs):
        db.execute(sa.delete(table).where(table.c.workflow_uuid.in_(ended)))
    nothing = {"inputs": None, "output": None, "error": None, "queue_partition_key": None}
    db.execute(sa.update(_jobs).where(_jobs.c.workflow_uuid.in_(ended)).values(nothing))
