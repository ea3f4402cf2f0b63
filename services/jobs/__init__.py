"""Durable jobs: done once, by turns, through crashes and restarts."""

from services.jobs import reference
from services.jobs.jobs import Job, Jobs, Line, Part, Payload, Step, migrate
from services.jobs.retry import Setback, insist
from services.jobs.roster import Roster

__all__ = [
    "Job",
    "Jobs",
    "Line",
    "Part",
    "Payload",
    "Roster",
    "Setback",
    "Step",
    "insist",
    "migrate",
    "reference",
]
