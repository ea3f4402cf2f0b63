"""Who may do what: everyone what concerns themselves and those they added, admins all.

A handler that is about to change a person asks `require_manager` first, and for what concerns the whole workspace
`require_admin`; both refuse with a sentence that says who can do it.
"""

from __future__ import annotations

from dataclasses import dataclass

from services import texts
from services.errors import Conflict, Forbidden, NotFound
from services.records import Change, Person, Records

_EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a Slack member by id, and whether they administer the Slack workspace."""

    id: str
    admin: bool = False


OPERATOR = Actor("command line", admin=True)
"""Whoever has a shell on the bot's machine holds all the data anyway, and may do all."""


class Roles:
    """The rights in one workspace, its own admins, and the channels that are left out.

    What is set can be undone: each setter returns its change.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    def is_admin(self, actor: Actor) -> bool:
        """Whether Slack calls them an admin, or another admin has made them one here."""
        return actor.admin or actor.id in self._records.admins.all()

    def manages(self, actor: Actor, person: Person) -> bool:
        """Whether they may change a person: they are that person, they added them, or they are an admin."""
        return actor.id in {person.member, person.added_by} or self.is_admin(actor)

    def require_manager(self, actor: Actor, person: Person) -> None:
        """Raises `Forbidden` unless they may change a person."""
        if not self.manages(actor, person):
            text = texts.ONLY_MANAGERS_OR_THEMSELVES if person.member else texts.ONLY_MANAGERS
            raise Forbidden(text.format(name=person.name))

    def require_admin(self, actor: Actor, refusal: str) -> None:
        """Raises `Forbidden` with the `refusal`, which says that only an admin can do this, unless they are one."""
        if not self.is_admin(actor):
            raise Forbidden(refusal)

    # Admins of our own

    def admins(self) -> tuple[str, ...]:
        """The members whom an admin has made admins here; Slack's own admins are not listed."""
        return self._records.admins.all()

    def add_admin(self, member: str, *, actor: Actor) -> Change:
        """Make a member an admin here. Raises `Forbidden`, or `Conflict` when they are one."""
        self.require_admin(actor, texts.ONLY_ADMINS_MAKE_ADMINS)
        if not self._records.admins.add(member, added_by=actor.id):
            raise Conflict(texts.ADMIN_ALREADY)
        self._records.audit(actor.id, "admin added", member=member)
        return self._records.changes.add(actor.id, "admin added", None, member=member)

    def remove_admin(self, member: str, *, actor: Actor) -> Change:
        """Take it from them again. Raises `Forbidden`, or `NotFound` when they were not made one here."""
        self.require_admin(actor, texts.ONLY_ADMINS_UNMAKE_ADMINS)
        if not self._records.admins.remove(member):
            raise NotFound(texts.NOT_AN_ADMIN)
        self._records.audit(actor.id, "admin removed", member=member)
        return self._records.changes.add(actor.id, "admin removed", None, member=member)

    # Channels that are left out

    def excluded(self, channel: str) -> bool:
        """Whether photos of a channel are neither answered nor enrolled."""
        return self._records.setting(_EXCLUDED, channel) == "yes"

    def set_excluded(self, channel: str, *, excluded: bool, actor: Actor) -> Change:
        """Leave a channel out, or take it in again. Raises `Forbidden`."""
        self.require_admin(actor, texts.ONLY_ADMINS_EXCLUDE)
        after = "yes" if excluded else "no"
        before = self._records.set_setting(_EXCLUDED, after, channel)
        self._records.audit(actor.id, "channel excluded" if excluded else "channel included", channel=channel)
        changed = {"name": _EXCLUDED, "channel": channel, "value": before, "after": after}
        return self._records.changes.add(actor.id, "setting", None, **changed)

    def require_included(self, channel: str) -> None:
        """Raises `Forbidden` when a channel is left out."""
        if self.excluded(channel):
            raise Forbidden(texts.CHANNEL_EXCLUDED)
