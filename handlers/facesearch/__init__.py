"""`/facesearch`: one function a subcommand, in tables that also print the help."""

from __future__ import annotations

import difflib
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from handlers.desk import Desk
from handlers.facesearch import admin, people, tuning
from handlers.facesearch.table import Asked, Subcommand, send
from handlers.slack import Message, Slack, unescape
from handlers.views import facesearch as views
from services import texts
from services.errors import NotFound

_ENROLLING = [
    ("/enroll alice", texts.DOES_ENROLL),
    ("enroll alice", texts.DOES_ENROLL_BY_MESSAGE),
]


def register(app: App, desk: Desk) -> None:
    people.register(app, desk)
    tuning.register(app, desk)

    @app.command("/facesearch")
    def command(ack: Ack, command: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        word, _, rest = unescape(command.get("text", "")).strip().partition(" ")
        slack, workspace, channel = Slack(client), desk.workspace, command["channel_id"]
        actor = desk.actor(command["user_id"])
        if word:
            send(respond, _run(word.lower(), Asked(desk, slack, rest.strip(), channel, actor)))
        else:
            tuning.open_settings(workspace, client, trigger=command["trigger_id"], place=channel, actor=actor)


def _run(word: str, asked: Asked) -> Message:
    if word not in SUBCOMMANDS:
        typed = {**{each: f"/facesearch {each}" for each in SUBCOMMANDS}, "enroll": "/enroll"}
        near = difflib.get_close_matches(word, typed, n=1)
        raise NotFound(texts.NO_SUCH_SUBCOMMAND_BUT.format(near=typed[near[0]]) if near else texts.NO_SUCH_SUBCOMMAND)
    return SUBCOMMANDS[word].run(asked)


def _help(_asked: Asked) -> Message:
    groups = {texts.HELP_ENROLLING: list(_ENROLLING)}
    for subcommand in SUBCOMMANDS.values():
        groups.setdefault(subcommand.group, []).append((f"/facesearch {subcommand.usage}", subcommand.does))
    return views.help_text(groups)


SUBCOMMANDS = {
    **people.SUBCOMMANDS,
    **tuning.SUBCOMMANDS,
    **admin.SUBCOMMANDS,
    "help": Subcommand(texts.HELP_ABOUT_ME, "help", texts.DOES_HELP, _help),
}
