"""What members are asked and told about being known, and what is shown and handed over of somebody."""

from slack_bolt import App

from handlers.desk import Desk
from handlers.people import consent, exports, invitations, invited
from handlers.people.portfolios import open_portfolio, person_of


def register(app: App, desk: Desk) -> None:
    """The jobs, and what a member who is asked answers."""
    consent.register(app, desk)
    invitations.register(desk)
    exports.register(desk)


__all__ = ["consent", "exports", "invitations", "invited", "open_portfolio", "person_of", "register"]
