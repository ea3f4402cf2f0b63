"""`/facesearch`: one function a subcommand, in a table that also prints the help."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, Respond

from handlers.desk import Desk
from handlers.slack import Message, unescape
from handlers.views import facesearch as views
from services.errors import NotFound
from services.records import Person
from services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """A subcommand as somebody typed it."""

    workspace: Workspace
    rest: str
    channel: str
    user: str


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One row of the table: how to type it, what it does, and the function that does it."""

    usage: str
    does: str
    run: Callable[[Asked], Message]


def register(app: App, desk: Desk) -> None:
    @app.command("/facesearch")
    def command(ack: Ack, command: dict[str, Any], respond: Respond) -> None:
        ack()
        word, _, rest = unescape(command.get("text", "")).strip().partition(" ")
        asked = Asked(desk.workspaces.open(), rest.strip(), command["channel_id"], command["user_id"])
        _send(respond, _run(word.lower() or "help", asked))

    @app.action(views.FORGET)
    def forget(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        ack()
        workspace = desk.workspaces.open()
        receipt = workspace.people.forget(_by_id(workspace, action["value"]), actor=body["user"]["id"])
        _send(respond, views.forgotten(receipt), replace=True)

    @app.action(views.KEEP)
    def keep(ack: Ack, action: dict[str, Any], respond: Respond) -> None:
        ack()
        _send(respond, views.kept(_by_id(desk.workspaces.open(), action["value"])), replace=True)


def _run(word: str, asked: Asked) -> Message:
    if word not in SUBCOMMANDS:
        near = difflib.get_close_matches(word, SUBCOMMANDS, n=1)
        hint = f"Did you mean `/facesearch {near[0]}`?" if near else "`/facesearch help` lists what there is."
        raise NotFound(f"There is no such subcommand. {hint}")
    return SUBCOMMANDS[word].run(asked)


def _help(_asked: Asked) -> Message:
    enrolling = [
        ("/enroll alice", "teach me a face"),
        ("enroll alice", "the same, as the text of a message with photos"),
    ]
    return views.help_text([*enrolling, *((f"/facesearch {s.usage}", s.does) for s in SUBCOMMANDS.values())])


def _people(asked: Asked) -> Message:
    return views.people(asked.workspace.people.all())


def _forget(asked: Asked) -> Message:
    if not asked.rest:
        raise NotFound("Say whom to forget, as in `/facesearch forget alice`.")
    return views.confirm_forget(asked.workspace.people.get(asked.rest))


def _threshold(asked: Asked) -> Message:
    preferences = asked.workspace.preferences
    if not asked.rest:
        return views.tuning(preferences.tuning(asked.channel), changed=False)
    tuning = preferences.set_threshold(asked.rest, channel=asked.channel, actor=asked.user)
    return views.tuning(tuning, changed=True)


def _mode(asked: Asked) -> Message:
    preferences = asked.workspace.preferences
    if not asked.rest:
        return views.tuning(preferences.tuning(asked.channel), changed=False)
    return views.tuning(preferences.set_mode(asked.rest, channel=asked.channel, actor=asked.user), changed=True)


def _auto(asked: Asked) -> Message:
    preferences = asked.workspace.preferences
    if not asked.rest:
        return views.auto(preferences.auto(asked.channel), changed=False)
    return views.auto(preferences.set_auto(asked.rest, channel=asked.channel, actor=asked.user), changed=True)


SUBCOMMANDS = {
    "help": Subcommand("help", "this list", _help),
    "people": Subcommand("people", "everyone I know", _people),
    "forget": Subcommand("forget alice", "erase a person, after asking", _forget),
    "threshold": Subcommand("threshold 90", "how similar a face must be in this channel", _threshold),
    "mode": Subcommand("mode users", "compare with user vectors (users) or with single faces (faces)", _mode),
    "auto": Subcommand("auto off", "answer photos in this channel only when asked (off) or every one (on)", _auto),
}


def _by_id(workspace: Workspace, user_id: str) -> Person:
    person = workspace.records.people_by_id([user_id]).get(user_id)
    if person is None:
        raise NotFound("That person is forgotten already.")
    return person


def _send(respond: Respond, message: Message, *, replace: bool = False) -> None:
    blocks = [block.to_dict() for block in message.blocks] or None
    respond(text=message.text, blocks=blocks, replace_original=replace)
