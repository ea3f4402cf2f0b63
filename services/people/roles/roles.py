"""Who may do what: members what concerns themselves and those they added, admins all, guests what admins let them.

A handler that is about to change a person asks `require_manager` first, and for what concerns the whole workspace
`require_admin`; both refuse with a sentence that says who can do it.
"""

from __future__ import annotations

from dataclasses import dataclass

from services import texts
from services.errors import Conflict, Forbidden, NotFound, Refusal
from services.people.roles.standing import Standing
from services.records import Change, Person, Records

_EXCLUDED, _GUESTS, _SHARED = "excluded", "guests", "shared"
_YES, _NO = "yes", "no"
ADMINS_SETTINGS = frozenset({_EXCLUDED, _GUESTS, _SHARED})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: somebody in Slack by id, whether they administer the Slack workspace, and who they are to it.

    Whoever is no member administers nothing, whatever they do in a workspace of their own.
    """

    id: str
    admin: bool = False
    standing: Standing = Standing.MEMBER


OPERATOR = Actor("command line", admin=True)
"""Whoever has a shell on the bot's machine holds all the data anyway, and may do all."""


class Roles:
    """The rights in one workspace, its own admins, and the channels that are left out.

    What is set can be undone: each setter returns its change.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    def is_admin(self, actor: Actor) -> bool:
        """Whether Slack calls them an admin, or another admin has made them one here, and they are a member still."""
        if actor.standing is not Standing.MEMBER:
            return False
        return actor.admin or actor.id in self._records.admins.all()

    def manages(self, actor: Actor, person: Person) -> bool:
        """Whether they may change a person: they are that person, they added them, or they are an admin."""
        if actor.id == person.member:
            return True
        return self.may_use(actor.standing) and (actor.id == person.added_by or self.is_admin(actor))

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

    # Guests, and channels that other organisations share

    def may_use(self, standing: Standing) -> bool:
        """Whether they may do more than post photos, read the answers, and ask for what is held of themselves."""
        return standing is Standing.MEMBER or (standing is Standing.GUEST and self.guests())

    def require_user(self, actor: Actor) -> None:
        """Raises `Forbidden` unless they may do more than that."""
        if not self.may_use(actor.standing):
            raise Forbidden(texts.GUESTS_ONLY_POST if actor.standing is Standing.GUEST else texts.NOT_FOR_OUTSIDERS)

    def guests(self) -> bool:
        """Whether guests may do what members may."""
        return self._records.own_setting(_GUESTS) == "on"

    def set_guests(self, text: str, *, actor: Actor) -> Change:
        """Turn that on or off from what somebody typed. Raises `Forbidden`, or `Refusal` when it is neither."""
        self.require_admin(actor, texts.ONLY_ADMINS_LET_GUESTS)
        return self._set(_GUESTS, _on_or_off(text, texts.GUESTS_UNKNOWN), "", actor.id)

    def shared(self, channel: str) -> bool:
        """Whether an admin has turned on answers in a channel that people of other organisations read."""
        return self._records.own_setting(_SHARED, channel) == "on"

    def set_shared(self, text: str, *, channel: str, actor: Actor) -> Change:
        """Turn that on or off from what somebody typed. Raises `Forbidden`, or `Refusal` when it is neither."""
        self.require_admin(actor, texts.ONLY_ADMINS_SHARE)
        return self._set(_SHARED, _on_or_off(text, texts.SHARED_UNKNOWN), channel, actor.id)

    def unshare(self, channel: str, *, actor: str) -> None:
        """Who reads a channel has changed: that it was turned on is over."""
        if self.shared(channel):
            self._records.set_setting(_SHARED, None, channel)
            self._records.audit(actor, _SHARED, channel=channel, shared="off")

    # Channels that are left out

    def excluded(self, channel: str) -> bool:
        """Whether photos of a channel are neither answered nor enrolled."""
        return self._records.setting(_EXCLUDED, channel) == _YES

    def set_excluded(self, channel: str, *, excluded: bool, actor: Actor) -> Change:
        """Leave a channel out, or take it in again. Raises `Forbidden`."""
        self.require_admin(actor, texts.ONLY_ADMINS_EXCLUDE)
        after = _YES if excluded else _NO
        before = self._records.set_setting(_EXCLUDED, after, channel)
        self._records.audit(actor.id, "channel excluded" if excluded else "channel included", channel=channel)
        changed = {"name": _EXCLUDED, "channel": channel, "value": before, "after": after}
        return self._records.changes.add(actor.id, "setting", None, **changed)

    def require_included(self, channel: str) -> None:
        """Raises `Forbidden` when a channel is left out."""
        if self.excluded(channel):
            raise Forbidden(texts.CHANNEL_EXCLUDED)

    def _set(self, name: str, value: str, channel: str, actor: str) -> Change:
        before = self._records.set_setting(name, value, channel)
        self._records.audit(actor, name, channel=channel, **{name: value})
        return self._records.changes.add(actor, "setting", None, name=name, channel=channel, value=before, after=value)


def left_out_before(change: Change) -> str:
    """The channel that was left out before a change, and is again once that is taken back; "" for any other."""
    before = change.before
    was = change.kind == "setting" and before["name"] == _EXCLUDED and before["value"] == _YES
    return str(before["channel"]) if was else ""


def _on_or_off(text: str, refusal: str) -> str:
    word = text.strip().lower()
    if word not in {"on", "off"}:
        raise Refusal(refusal)
    return word
