"""Enrolling: the form and what became of each photo, the statement that is asked for, and many people from a zip.

A job of release 1.0.0 keeps its `Whom` by the name of this folder.
"""

from handlers.views.enroll import enroll, statement, teams
from handlers.views.enroll.enroll import Whom
from handlers.views.enroll.statement import Statement

__all__ = ["Statement", "Whom", "enroll", "statement", "teams"]
