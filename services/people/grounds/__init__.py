"""On which ground somebody may be known: what is agreed to, who is asked, and who is invited."""

from services.people.grounds import consent
from services.people.grounds.consent import NOTICE_VERSION, Consent, Footing, Ground, Policy, notice
from services.people.grounds.inviting import Inviting
from services.people.grounds.requests import EXPIRES, Requests

__all__ = [
    "EXPIRES",
    "NOTICE_VERSION",
    "Consent",
    "Footing",
    "Ground",
    "Inviting",
    "Policy",
    "Requests",
    "consent",
    "notice",
]
