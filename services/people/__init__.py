"""People: who is known, on which ground, and what may be done to them."""

from services.people import consent, importer, lookalikes, poses
from services.people.archive import Archive, Somebody, is_address
from services.people.changes import WINDOW, Changes, Undone
from services.people.consent import Consent, Footing, Ground, Policy, notice
from services.people.directory import Correction, People, Receipt, Unlearned
from services.people.enrolment import Enrolment, Request, Result
from services.people.export import Export
from services.people.inviting import Inviting
from services.people.namesakes import Namesakes, twins
from services.people.portraits import MIN_FACE, Fate, GivenPhoto, Outcome, is_large_enough
from services.people.poses import Advice, Pose
from services.people.requests import EXPIRES, Requests
from services.people.retention import MOST_DAYS, Retention
from services.people.roles import OPERATOR, Actor, Roles
from services.people.standing import Standing

__all__ = [
    "EXPIRES",
    "MIN_FACE",
    "MOST_DAYS",
    "OPERATOR",
    "WINDOW",
    "Actor",
    "Advice",
    "Archive",
    "Changes",
    "Consent",
    "Correction",
    "Enrolment",
    "Export",
    "Fate",
    "Footing",
    "GivenPhoto",
    "Ground",
    "Inviting",
    "Namesakes",
    "Outcome",
    "People",
    "Policy",
    "Pose",
    "Receipt",
    "Request",
    "Requests",
    "Result",
    "Retention",
    "Roles",
    "Somebody",
    "Standing",
    "Undone",
    "Unlearned",
    "consent",
    "importer",
    "is_address",
    "is_large_enough",
    "lookalikes",
    "notice",
    "poses",
    "twins",
]
