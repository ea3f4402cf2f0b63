"""Enrolling: by `/enroll` and its form, by a message with photos, by many people's zip, and by who was invited."""

from slack_bolt import App

from handlers.desk import Desk
from handlers.enroll import enroll, inviting, stating, teams
from handlers.enroll.enroll import carry_out, nearly, open_form, resume, said, submit_message, submit_reply


def register(app: App, desk: Desk) -> None:
    """The jobs, the forms, and the answers to what is asked before anybody is enrolled."""
    enroll.register(app, desk)
    inviting.register(app, desk)
    teams.register(app, desk)
    stating.register(app, desk)


__all__ = [
    "carry_out",
    "nearly",
    "open_form",
    "register",
    "resume",
    "said",
    "submit_message",
    "submit_reply",
    "teams",
]
