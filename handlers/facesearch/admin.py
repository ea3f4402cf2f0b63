"""Who may do what, which channels are left out, and what was done: `admins`, `exclude`, `guests`, `shared`, `audit`."""

from __future__ import annotations

from handlers import album
from handlers.facesearch import places
from handlers.facesearch.table import Asked, Subcommand
from handlers.slack import Message, mentioned
from handlers.views.changes import undoable
from handlers.views.facesearch import admin as views
from services import texts
from services.errors import Refusal
from services.people import Standing


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
    else:
        _require_eligible(asked, member)
        change = roles.add_admin(member, actor=asked.actor)
    return undoable(views.admins(roles.admins()), change.id)


def _require_eligible(asked: Asked, member: str) -> None:
    """Raises `Refusal` for who cannot be an admin: a bot, a guest, somebody of another organisation."""
    known = asked.visitors.member(member)
    if known.is_bot:
        raise Refusal(texts.NO_BOTS)
    if known.standing(asked.visitors.home) is not Standing.MEMBER:
        raise Refusal(texts.NO_OUTSIDER_ADMIN)


def _guests(asked: Asked) -> Message:
    roles = asked.workspace.roles
    if not asked.rest:
        return views.guests(on=roles.guests())
    change = roles.set_guests(asked.rest, actor=asked.actor)
    return undoable(views.guests(on=roles.guests()), change.id)


def _shared(asked: Asked) -> Message:
    """Where nobody else reads a channel there is nothing to turn on: who comes later would find it on already."""
    roles = asked.workspace.roles
    word, channel = places.about(asked)
    named = channel if channel != asked.channel else None
    if word.lower() not in {"", "on", "off"}:
        raise Refusal(texts.SHARED_UNKNOWN)
    if not asked.visitors.outsiders_read(channel):
        return views.not_shared(named)
    if not word:
        return views.shared(named, on=roles.shared(channel))
    change = roles.set_shared(word, channel=channel, actor=asked.actor)
    return undoable(views.shared(named, on=roles.shared(channel)), change.id)


def _exclude(asked: Asked) -> Message:
    return _set_excluded(asked, "exclude", excluded=True)


def _include(asked: Asked) -> Message:
    return _set_excluded(asked, "include", excluded=False)


def _set_excluded(asked: Asked, word: str, *, excluded: bool) -> Message:
    channel = places.alone(asked, word)
    change = asked.workspace.roles.set_excluded(channel, excluded=excluded, actor=asked.actor)
    if excluded:
        album.forget_channel(asked.desk, channel)
    named = channel if channel != asked.channel else None
    return undoable(views.excluded(named, excluded=excluded), change.id)


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
    "guests": Subcommand(texts.HELP_RIGHTS, "guests on", texts.DOES_GUESTS, _guests),
    "shared": Subcommand(texts.HELP_RIGHTS, "shared on", texts.DOES_SHARED, _shared),
    "audit": Subcommand(texts.HELP_RIGHTS, "audit", texts.DOES_AUDIT, _audit, alone=True),
}
