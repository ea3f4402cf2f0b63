"""What is said about admins, guests, channels that are left out or shared, and the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.slack import Message
from handlers.views import activity, rich, words
from services import texts
from services.records import AuditEntry, Person

MOST = 30  # entries


def admins(members: Sequence[str]) -> Message:
    if not members:
        return words.sentence(texts.SLACKS_ADMINS)
    said = words.lines([texts.SLACKS_ADMINS], [texts.OWN_ADMINS])
    return Message(said.text, [*said.blocks, rich.bullets(*([rich.User(member)] for member in members))])


def excluded(channel: str | None = None, *, excluded: bool) -> Message:
    """Of a channel by id, or of this one."""
    text = texts.CHANNEL_IS_EXCLUDED if excluded else texts.CHANNEL_IS_INCLUDED
    return words.lines(rich.fill(text, channel=_channel(channel), left_alone=rich.Bold(texts.LEFT_ALONE)))


def guests(*, on: bool) -> Message:
    return words.sentence(texts.GUESTS_MAY_USE if on else texts.GUESTS_MAY_POST)


def shared(channel: str | None = None, *, on: bool) -> Message:
    """What is exposed in a channel that people of other organisations read; by id, or this one."""
    return words.lines(rich.fill(texts.SHARED_IS_ON if on else texts.SHARED_IS_OFF, channel=_channel(channel)))


def not_shared(channel: str | None = None) -> Message:
    return words.lines(rich.fill(texts.NOT_SHARED, channel=_channel(channel)))


def _channel(channel: str | None) -> rich.Piece:
    return rich.Channel(channel) if channel else texts.IN_THIS_CHANNEL


def audit(entries: Sequence[AuditEntry], people: Mapping[str, Person], *, everything: bool) -> Message:
    """The newest entries in words, for those who may see all of it or for one whom they concern."""
    whose = texts.ALL_ACTIVITY if everything else texts.THEIR_ACTIVITY
    if not entries:
        return words.sentence(texts.NO_ACTIVITY.format(whose=whose))
    said = words.lines(rich.fill(texts.NEWEST_ACTIVITY, whose=rich.Bold(whose)))
    return Message(said.text, [*said.blocks, rich.bullets(*(activity.line(e, people) for e in entries))])
