"""Who may do what, and who somebody is to a workspace."""

from services.people.roles.roles import ADMINS_SETTINGS, OPERATOR, Actor, Roles, left_out_before
from services.people.roles.standing import Standing

__all__ = [
    "ADMINS_SETTINGS",
    "OPERATOR",
    "Actor",
    "Roles",
    "Standing",
    "left_out_before",
]
