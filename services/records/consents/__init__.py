"""Who was asked or invited to be known, and what they have said."""

from services.records.consents.consents import ConsentRequest, Consents, KeptPortrait
from services.records.consents.invitations import Campaign, Invitation, Invitations
from services.records.consents.invitations import State as Invited

__all__ = [
    "Campaign",
    "ConsentRequest",
    "Consents",
    "Invitation",
    "Invitations",
    "Invited",
    "KeptPortrait",
]
