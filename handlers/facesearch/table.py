"""What a row of the table of subcommands is, and what its function is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import Respond

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
    """One row of the table: the group it is listed in, how to type it, what it does, and the function that does it."""

    group: str
    usage: str
    does: str
    run: Callable[[Asked], Message]


def send(respond: Respond, message: Message, *, replace: bool = False) -> None:
    """Answer a command or a click for that person's eyes only, perhaps in the place of what they clicked on.

    Raises `RuntimeError` when Slack does not take the answer, which is else said by nobody.
    """
    blocks = [block.to_dict() for block in message.blocks] or None
    answer = respond(text=message.text, blocks=blocks, replace_original=replace)
    if answer.status_code != 200:
        raise RuntimeError(f"Slack took no answer: {answer.status_code}, {answer.body}")
