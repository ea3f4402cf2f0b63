"""Who may do what, which channels are left out, and what was done: `admins`, `exclude`, `include`, `audit`."""

from __future__ import annotations

from handlers.facesearch.table import Asked, Subcommand
from handlers.slack import Message, mentioned
from handlers.views import admin as views
from handlers.views.changes import undoable
from services import texts
from services.errors import Refusal


def _admins(asked: Asked) -> Message:
    roles = asked.workspace.roles
    if not asked.rest:
        return views.admins(roles.admins())
    word, _, whom = asked.rest.partition(" ")
    member = mentioned(whom)
    if member is None or word.lower() not in {"add", "remove"}:
        raise Refusal(texts.SAY_ADMINS)
    if word.lower() == "remove":
        change = roles.remove_admin(member, actor=asked.actor)
    elif asked.slack.member(member).is_bot:
        raise Refusal(texts.NO_BOTS)
    else:
        change = roles.add_admin(member, actor=asked.actor)
    return undoable(views.admins(roles.admins()), change.id)


def _exclude(asked: Asked) -> Message:
    change = asked.workspace.roles.set_excluded(asked.channel, excluded=True, actor=asked.actor)
    return undoable(views.excluded(excluded=True), change.id)


def _include(asked: Asked) -> Message:
    change = asked.workspace.roles.set_excluded(asked.channel, excluded=False, actor=asked.actor)
    return undoable(views.excluded(excluded=False), change.id)


def _audit(asked: Asked) -> Message:
    """All of it for an admin, and for others what they did and what concerns the person they are."""
    workspace = asked.workspace
    everything = workspace.roles.is_admin(asked.actor)
    oneself = workspace.records.find_member(asked.user)
    concerning = {asked.user, oneself.user_id if oneself else asked.user}
    entries = workspace.records.log.newest(views.MOST, concerning=None if everything else frozenset(concerning))
    return views.audit(entries, {p.user_id: p for p in workspace.people.all()}, everything=everything)


SUBCOMMANDS = {
    "admins": Subcommand(texts.HELP_RIGHTS, "admins add @robin", texts.DOES_ADMINS, _admins),
    "exclude": Subcommand(texts.HELP_RIGHTS, "exclude", texts.DOES_EXCLUDE, _exclude),
    "include": Subcommand(texts.HELP_RIGHTS, "include", texts.DOES_INCLUDE, _include),
    "audit": Subcommand(texts.HELP_RIGHTS, "audit", texts.DOES_AUDIT, _audit),
}
