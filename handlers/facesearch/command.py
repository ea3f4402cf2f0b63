"""`/facesearch`: one function a subcommand, in tables that also print the help."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from handlers import enroll
from handlers.desk import Desk
from handlers.facesearch import admin, inviting, meant, people, photos, tuning
from handlers.facesearch.table import Asked, Subcommand
from handlers.slack import Message, Slack, reply, unescape
from handlers.views.facesearch import usage as views
from services import texts
from services.errors import NotFound, Refusal

_ENROLLING = [
    ("/enroll alice", texts.DOES_ENROLL),
    ("/facesearch enroll alice", texts.DOES_ENROLL_TOO),
    ("enroll alice", texts.DOES_ENROLL_BY_MESSAGE),
]


def register(app: App, desk: Desk) -> None:
    people.register(app, desk)
    photos.register(app, desk)
    tuning.register(app, desk)

    @app.command("/facesearch")
    def command(ack: Ack, command: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        word, _, rest = command.get("text", "").strip().partition(" ")
        user, channel = command["user_id"], command["channel_id"]
        if not word:
            tuning.open_settings(desk, client, trigger=command["trigger_id"], place=channel, user=user)
        elif word.lower() in meant.ENROLL:
            enroll.open_form(desk, client, command, rest)
        else:
            asked = Asked(desk, Slack(client), unescape(rest).strip(), channel, desk.actor(user))
            reply(desk.workspace, client, respond, command).say(_run(unescape(word).lower(), asked))


def _run(word: str, asked: Asked) -> Message:
    subcommand = SUBCOMMANDS.get(word)
    if subcommand is None:
        raise NotFound(meant.answer(word, asked.rest, SUBCOMMANDS))
    if subcommand.alone and asked.rest:
        raise Refusal(texts.TAKES_NOTHING.format(word=word))
    return subcommand.run(asked)


def _help(asked: Asked) -> Message:
    """All of them, or the one that is asked about."""
    about = asked.rest.lower().removeprefix("/facesearch").strip()
    if about in {*meant.ENROLL, "/enroll"}:
        return views.help_text({texts.HELP_ENROLLING: _ENROLLING})
    if about and about not in SUBCOMMANDS:
        raise NotFound(meant.answer(about, "", SUBCOMMANDS))
    groups = {} if about else {texts.HELP_ENROLLING: list(_ENROLLING)}
    for word, subcommand in SUBCOMMANDS.items():
        if about in {"", word}:
            groups.setdefault(subcommand.group, []).append((f"/facesearch {subcommand.usage}", subcommand.does))
    return views.help_text(groups)


SUBCOMMANDS = {
    **people.SUBCOMMANDS,
    **inviting.SUBCOMMANDS,
    **photos.SUBCOMMANDS,
    **tuning.SUBCOMMANDS,
    **admin.SUBCOMMANDS,
    "help": Subcommand(texts.HELP_ABOUT_ME, "help", texts.DOES_HELP, _help),
}
