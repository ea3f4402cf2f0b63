"""What a row of the table of subcommands is, and what its function is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient

from handlers.desk import Desk
from handlers.slack import Message, Place, Reply, Slack, Visitors, thumbnails
from services.people import Actor
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """A subcommand as somebody typed it."""

    desk: Desk
    slack: Slack
    rest: str
    channel: str
    actor: Actor

    @property
    def workspace(self) -> Workspace:
        return self.desk.workspace

    @property
    def visitors(self) -> Visitors:
        return self.desk.visitors

    @property
    def user(self) -> str:
        """The member id of who typed it."""
        return self.actor.id


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One row of the table: the group it is listed in, how to type it, what it does, and the function that does it.

    `alone` says that nothing is typed after it.
    """

    group: str
    usage: str
    does: str
    run: Callable[[Asked], Message]
    alone: bool = False


def reply(workspace: Workspace, client: WebClient, respond: Respond, body: Mapping[str, Any]) -> Reply:
    """The answer to a command or a click, for that person's eyes only."""
    user = str(body.get("user_id") or body["user"]["id"])
    channel = str(body.get("channel_id") or body["channel"]["id"])
    slack = Slack(client)
    place = Place(channel, (body.get("container") or {}).get("thread_ts"), only=user)
    return Reply(respond, slack, place, partial(thumbnails.aside, slack, workspace, user))
