"""The people that the workspace knows: listing and forgetting them."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, Respond

from handlers.desk import Desk
from handlers.facesearch.table import Asked, Subcommand, send
from handlers.slack import Message
from handlers.views import people as views
from services.errors import NotFound
from services.records import Person
from services.workspace import Workspace


def register(app: App, desk: Desk) -> None:
    @app.action(views.FORGET)
    def forget(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        ack()
        workspace = desk.workspaces.open()
        receipt = workspace.people.forget(_by_id(workspace, action["value"]), actor=body["user"]["id"])
        send(respond, views.forgotten(receipt), replace=True)

    @app.action(views.KEEP)
    def keep(ack: Ack, action: dict[str, Any], respond: Respond) -> None:
        ack()
        send(respond, views.kept(_by_id(desk.workspaces.open(), action["value"])), replace=True)


def _people(asked: Asked) -> Message:
    return views.people(asked.workspace.people.all())


def _forget(asked: Asked) -> Message:
    if not asked.rest:
        raise NotFound("Say whom to forget, as in `/facesearch forget alice`.")
    return views.confirm_forget(asked.workspace.people.get(asked.rest))


_GROUP = "People"

SUBCOMMANDS = {
    "people": Subcommand(_GROUP, "people", "everyone I know", _people),
    "forget": Subcommand(_GROUP, "forget alice", "erase a person, after asking", _forget),
}


def _by_id(workspace: Workspace, user_id: str) -> Person:
    person = workspace.records.people_by_id([user_id]).get(user_id)
    if person is None:
        raise NotFound("That person is forgotten already.")
    return person
