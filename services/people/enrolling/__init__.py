"""Enrolling people: one with the photos that somebody gives, or many from folders and archives."""

from services.people.enrolling import importer
from services.people.enrolling.archive import Archive, Somebody, is_address
from services.people.enrolling.enrolment import Enrolment, Request, Result

__all__ = [
    "Archive",
    "Enrolment",
    "Request",
    "Result",
    "Somebody",
    "importer",
    "is_address",
]
