"""What a workspace is made of: users, conversations, messages, files and views, as immutable values."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object as it travels; its shape is Slack's."""

ConversationKind: TypeAlias = Literal["channel", "group", "im", "mpim"]
"""Slack's `channel_type`: public channel, private channel, direct message, group direct message."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An Enterprise Grid organisation."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    """A Slack workspace, perhaps one of an organisation's."""

    id: str
    name: str
    domain: str
    organisation: Organisation | None = None

    @property
    def organisation_id(self) -> str | None:
        return self.organisation.id if self.organisation else None


@dataclass(frozen=True, slots=True)
class User:
    """A member or a bot user. `color` is six hex digits, as Slack gives them.

    `photo` is the picture on the profile, if they have put one there; `deleted` says that they were deactivated.
    `team` is their own workspace where it is another than the one they are met in. A guest is `restricted`, and in one
    channel only `ultra_restricted` too. `zone` is their time zone, as the tz database names it.
    """

    id: str
    name: str
    real_name: str
    display_name: str
    color: str
    title: str = ""
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False
    photo: Path | None = None
    team: Team | None = None
    restricted: bool = False
    ultra_restricted: bool = False
    zone: str = "Europe/London"


@dataclass(frozen=True, slots=True)
class Quiet:
    """When somebody is not to be disturbed next: from one moment to another, in seconds since 1970."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A channel or direct messages. `shared_with` are other workspaces in it, `pending_with` those that are asked."""

    id: str
    kind: ConversationKind
    name: str
    members: frozenset[str]
    creator: str
    created: int
    topic: str = ""
    purpose: str = ""
    shared_with: tuple[Team, ...] = ()
    pending_with: tuple[Team, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    user: str
    ts: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `seen_by` is the only member who sees it where it is ephemeral; `file_ids` are shown in order."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    file_ids: tuple[str, ...] = ()
    thread_ts: str | None = None
    reply_broadcast: bool = False
    subtype: str | None = None
    from_app: bool = False
    client_msg_id: str | None = None
    edited: Edited | None = None
    reactions: tuple[Reaction, ...] = ()
    metadata: Json | None = None
    seen_by: str | None = None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A smaller copy of a picture: it fits a square of `side` pixels."""

    side: int
    width: int
    height: int
    path: Path


@dataclass(frozen=True, slots=True)
class Picture:
    """What was found in a file that is a picture; sizes in pixels, upright."""

    width: int
    height: int
    exif_orientation: int
    thumbnails: tuple[Thumbnail, ...]
    tiny: str


@dataclass(frozen=True, slots=True)
class Share:
    channel: str
    ts: str
    thread_ts: str | None


@dataclass(frozen=True, slots=True)
class File:
    """A file. `path` is None until its bytes are here; `ready` says that it was processed, as Slack does after a while.

    `for_app` says that a member handed it to the app in a modal, which lets the app read it. `mode` is Slack's word for
    what it is; one that is kept elsewhere has its `link`. Until the moments `known_at` and `served_at`, by the clock
    that only goes forward, the app is told nothing of what it is, or is not given its bytes.
    """

    id: str
    name: str
    title: str
    user: str
    created: int
    secret: str
    size: int = 0
    path: Path | None = None
    mimetype: str = ""
    filetype: str = ""
    pretty_type: str = ""
    alt_txt: str | None = None
    picture: Picture | None = None
    completed: bool = False
    ready: bool = False
    for_app: bool = False
    shares: tuple[Share, ...] = ()
    mode: str = "hosted"
    link: str = ""
    known_at: float = 0.0
    served_at: float = 0.0

    @property
    def is_known(self) -> bool:
        return time.monotonic() >= self.known_at

    @property
    def is_served(self) -> bool:
        return time.monotonic() >= self.served_at


@dataclass(frozen=True, slots=True)
class View:
    """A modal or an App Home; `definition` is what the app sent, with ids filled in, and `user` sees it."""

    id: str
    user: str
    type: str
    definition: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    external_id: str = ""

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.definition["blocks"]
        return blocks
