"""What a row of the table of subcommands is, and what its function is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.desk import Desk
from handlers.slack import Message, Slack, Visitors
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
