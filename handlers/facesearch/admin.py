"""Who may do what, which channels are left out, and what was done: `admins`, `exclude`, `include`, `audit`."""

from __future__ import annotations

import re

from handlers.facesearch.table import Asked, Subcommand
from handlers.slack import Message
from handlers.views import admin as views
from services.errors import Refusal

_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_HOW = "Say it as in `/facesearch admins add @robin`, or `remove` in the place of `add`."


def _admins(asked: Asked) -> Message:
    roles = asked.workspace.roles
    if not asked.rest:
        return views.admins(roles.admins())
    word, _, whom = asked.rest.partition(" ")
    mention = _MENTION.fullmatch(whom.strip())
    if mention is None or word.lower() not in {"add", "remove"}:
        raise Refusal(_HOW)
    change = roles.add_admin if word.lower() == "add" else roles.remove_admin
    change(mention["id"], actor=asked.actor)
    return views.admins(roles.admins())


def _exclude(asked: Asked) -> Message:
    asked.workspace.roles.set_excluded(asked.channel, excluded=True, actor=asked.actor)
    return views.excluded(excluded=True)


def _include(asked: Asked) -> Message:
    asked.workspace.roles.set_excluded(asked.channel, excluded=False, actor=asked.actor)
    return views.excluded(excluded=False)


def _audit(asked: Asked) -> Message:
    """All of it for an admin, and for others what they did and what concerns the person they are."""
    workspace = asked.workspace
    everything = workspace.roles.is_admin(asked.actor)
    oneself = workspace.records.find_member(asked.user)
    concerning = {asked.user, oneself.user_id if oneself else asked.user}
    entries = workspace.records.log.newest(views.MOST, concerning=None if everything else frozenset(concerning))
    return views.audit(entries, {p.user_id: p for p in workspace.people.all()}, everything=everything)


_GROUP = "Rights and records"

SUBCOMMANDS = {
    "admins": Subcommand(
        _GROUP, "admins add @robin", "who may manage everybody; `add` and `remove` by admins", _admins
    ),
    "exclude": Subcommand(_GROUP, "exclude", "leave this channel's photos alone (admins)", _exclude),
    "include": Subcommand(_GROUP, "include", "take this channel in again (admins)", _include),
    "audit": Subcommand(_GROUP, "audit", "who did what; for others than admins, what concerns them", _audit),
}
