"""People: who is known with which photos, what members are asked and told, and what becomes of that."""

from handlers.views.people import consent, invitations, people
from handlers.views.people.people import Page, Portfolio, portfolio_page

__all__ = ["Page", "Portfolio", "consent", "invitations", "people", "portfolio_page"]
