"""What Slack speaks of, as the handlers name it: places, messages, files, members."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block

from services.records import Source

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


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: blocks for the eye, and the same in plain text for notifications and screen readers."""

    text: str
    blocks: Sequence[Block] = ()


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
