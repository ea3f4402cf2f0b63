"""`/facesearch invite`: members are asked whether the bot may know them."""

from __future__ import annotations

import uuid

from handlers.facesearch import places
from handlers.facesearch.table import Asked, Subcommand
from handlers.people import invitations
from handlers.slack import Message, mentions
from handlers.views.people import invitations as views
from services import texts
from services.errors import Refusal

_EVERYONE = {"all", "everybody", "everyone"}


def _invite(asked: Asked) -> Message:
    asked.workspace.roles.require_admin(asked.actor, texts.ONLY_ADMINS_INVITE)
    if asked.rest.lower() in _EVERYONE:
        members = invitations.candidates(asked.desk)
        return views.confirm(len(members)) if members else views.inviting(0)
    members = invitations.candidates(asked.desk, _named(asked))
    if members:
        invitations.submit(asked.desk, uuid.uuid4().hex, members, user=asked.user, channel=asked.channel)
    return views.inviting(len(members))


def _named(asked: Asked) -> list[str]:
    """The members of a channel, or those who are mentioned. Raises `Refusal` where it is neither."""
    if mentioned := mentions(asked.rest):
        return sorted(mentioned)
    if not places.names_channel(asked.rest):
        raise Refusal(texts.SAY_INVITE)
    return asked.visitors.members_of(places.alone(asked, "invite"))


SUBCOMMANDS = {"invite": Subcommand(texts.HELP_PEOPLE, "invite #team", texts.DOES_INVITE, _invite)}
