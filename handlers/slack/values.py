"""What Slack speaks of, as the handlers name it: places, messages, files, members."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block

_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a thread, a channel, or in a channel for one person's eyes only."""

    channel: str
    thread_ts: str | None = None
    only: str | None = None


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
class SlackFile:
    """A file as Slack names it. Its name and type are the sender's word, not a fact."""

    id: str
    name: str
    mimetype: str

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> SlackFile:
        name = payload.get("name") or payload.get("title") or payload["id"]
        return cls(str(payload["id"]), str(name), str(payload.get("mimetype", "")))

    @property
    def looks_like_picture(self) -> bool:
        return self.mimetype.startswith("image/")


@dataclass(frozen=True, slots=True)
class Member:
    """A user of the workspace, as `users.info` and `users.list` describe them; a bot is one too."""

    id: str
    name: str
    is_admin: bool
    is_bot: bool
    is_deactivated: bool

    @classmethod
    def of(cls, user: Mapping[str, Any]) -> Member:
        profile = user.get("profile", {})
        return cls(
            id=str(user["id"]),
            name=str(profile.get("display_name") or profile.get("real_name") or user.get("name") or user["id"]),
            is_admin=any(user.get(key) for key in ("is_admin", "is_owner", "is_primary_owner")),
            is_bot=bool(user.get("is_bot")),
            is_deactivated=bool(user.get("deleted")),
        )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that Slack expects: its id, which it will keep, and the address for its bytes."""

    file_id: str
    url: str


def pictures_of(message: Mapping[str, Any]) -> list[SlackFile]:
    """The files of a message that may be pictures."""
    files = [SlackFile.of(file) for file in message.get("files", ()) if file.get("mode") != "tombstone"]
    return [file for file in files if file.looks_like_picture]


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


def unescape(text: str) -> str:
    """What was typed, from Slack's text, in which `&`, `<` and `>` are escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
