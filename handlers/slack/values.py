"""What Slack speaks of, as the handlers name it: places, messages, files, members."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk.models.blocks import Block

from services import names
from services.people import Standing
from services.records import Source

_LINK = re.compile(r"<(?P<address>(?:https?|mailto|tel):[^>|]*)(?:\|(?P<label>[^>]*))?>")
_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a thread, a channel, or in a channel for one person's eyes only.

    `about` is the photo that the answer stands and falls with: once it is deleted, nothing is said of it any more.
    """

    channel: str
    thread_ts: str | None = None
    only: str | None = None
    about: Source | None = None

    @property
    def posted_in(self) -> str:
        """The channel of the photos: an answer may stand in direct messages, where Slack did not take it there."""
        return (self.about.channel if self.about else "") or self.channel

    def aside(self, user: str, ts: str | None = None) -> Place:
        """The same for one person's eyes only; beside the message `ts`, in whose own thread it would go unseen."""
        return Place(self.channel, None if self.thread_ts == ts else self.thread_ts, user, self.about)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: blocks for the eye, and the same in plain text for notifications and screen readers."""

    text: str
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What was said: the place that it stands in, and its `ts` there.

    `copies` are the files that were shared because Slack did not show those in its blocks: pairs of both ids.
    """

    place: Place
    ts: str
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def thread(self) -> Place:
        """The thread that it stands in or begins."""
        return Place(self.place.channel, self.place.thread_ts or self.ts)


@dataclass(frozen=True, slots=True)
class Home:
    """Where the bot is installed: a workspace, its organisation if it has one, and whether all of that installed it."""

    team_id: str | None
    enterprise_id: str | None = None
    org_wide: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A user as `users.info` and `users.list` describe them, of whatever workspace; a bot is one too.

    `is_admin` is what they are in a workspace of their own. `teams` are the ids of the workspaces and the organisation
    that they belong to, `names` what people may call them by: the name that they show, their real and their first name.
    `zone` is their time zone by the name of the tz database, if they have set one.
    """

    id: str
    name: str
    is_admin: bool
    is_bot: bool
    is_deactivated: bool
    is_restricted: bool = False
    is_stranger: bool = False
    teams: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    zone: str = ""

    @classmethod
    def of(cls, user: Mapping[str, Any]) -> Member:
        profile = user.get("profile") or {}
        return cls(
            id=str(user["id"]),
            name=str(profile.get("display_name") or profile.get("real_name") or user.get("name") or user["id"]),
            is_admin=any(user.get(key) for key in ("is_admin", "is_owner", "is_primary_owner")),
            is_bot=bool(user.get("is_bot")),
            is_deactivated=bool(user.get("deleted")),
            is_restricted=any(user.get(key) for key in ("is_restricted", "is_ultra_restricted")),
            is_stranger=bool(user.get("is_stranger")),
            teams=_teams(user),
            names=_names(user, profile),
            zone=str(user.get("tz") or ""),
        )

    @property
    def usable_name(self) -> str:
        """What they are enrolled as: the first of their names that can be one. Raises `Refusal` where none can."""
        return names.usable((self.name, *self.names))

    def clock(self, now: datetime) -> datetime:
        """A moment by the clock on their wall; in UTC where nobody knows their time zone."""
        try:
            return now.astimezone(ZoneInfo(self.zone))
        except (ZoneInfoNotFoundError, ValueError):
            return now.astimezone(UTC)

    def standing(self, home: Home) -> Standing:
        """Who they are to the workspace: Slack has no single word for it, so their workspaces are held against ours."""
        of_workspace = home.team_id in self.teams
        of_organisation = home.enterprise_id is not None and home.enterprise_id in self.teams
        if self.is_stranger or not (of_workspace or of_organisation):
            return Standing.OUTSIDER
        return Standing.MEMBER if not self.is_restricted and (of_workspace or home.org_wide) else Standing.GUEST


def _teams(user: Mapping[str, Any]) -> frozenset[str]:
    """On Enterprise Grid `team_id` may be the organisation's."""
    organisation = user.get("enterprise_user") or {}
    ids = (user.get("team_id"), organisation.get("enterprise_id"), *(organisation.get("teams") or ()))
    return frozenset(str(each) for each in ids if each)


def _names(user: Mapping[str, Any], profile: Mapping[str, Any]) -> tuple[str, ...]:
    real = str(profile.get("real_name") or user.get("real_name") or "")
    first = str(profile.get("first_name") or real.partition(" ")[0])
    names = (str(profile.get("display_name") or ""), real, first)
    return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that Slack expects: its id, which it will keep, and the address for its bytes."""

    file_id: str
    url: str


def is_direct(channel: str) -> bool:
    """Whether a channel is the direct messages with one member."""
    return channel.startswith("D")


def is_member(actor: str) -> bool:
    """Whether an id is a Slack member's; the command line's and the bot's own parts have names instead."""
    return actor[:1] in {"U", "W"}


def mentioned(text: str) -> str | None:
    """The id of the member whom a text mentions and nothing else."""
    match = _MENTION.fullmatch(text.strip())
    return match["id"] if match else None


def mentions(text: str) -> frozenset[str]:
    """The ids of the members whom a text mentions and nothing else; none where it says anything else."""
    found = frozenset(match["id"] for match in _MENTION.finditer(text))
    return found if not _MENTION.sub("", text).replace(",", " ").strip() else frozenset()


def unescape(text: str) -> str:
    """What was typed, from Slack's text, in which `&`, `<` and `>` are escaped, and «alice.com» is made a link."""
    return (
        _LINK.sub(lambda link: link["label"] or link["address"], text)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )
