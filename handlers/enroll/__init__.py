"""Enrolling: by `/enroll` and its form, by a message with photos, by many people's zip, and by who was invited."""

from slack_bolt import App

from handlers.desk import Desk
from handlers.enroll import asking, enroll, form, inviting, stating, teams
from handlers.enroll.enroll import carry_out
from handlers.enroll.form import open_form
from handlers.enroll.stored import resume, submit_message, submit_reply
from handlers.enroll.typed import nearly, said, whom


def register(app: App, desk: Desk) -> None:
    """The jobs, the forms, and the answers to what is asked before anybody is enrolled."""
    form.register(app, desk)
    enroll.register(desk)
    asking.register(app, desk)
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
    "whom",
]
