"""Durable jobs: done once, by turns, through crashes and restarts."""

from services.jobs import reference
from services.jobs.jobs import Job, Jobs, Line, Payload, Step, migrate
from services.jobs.retry import Setback
from services.jobs.roster import Roster

__all__ = [
    "Job",
    "Jobs",
    "Line",
    "Payload",
    "Roster",
    "Setback",
    "Step",
    "migrate",
    "reference",
]
