"""How photos are searched in a channel or everywhere: threshold, mode, and every photo or only when asked."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers import home, modals
from handlers.desk import Desk
from handlers.facesearch import places
from handlers.facesearch.table import Asked, Subcommand
from handlers.slack import Message, Place, Slack
from handlers.views import home as home_views
from handlers.views.changes import undoable
from handlers.views.facesearch import tuning as views
from handlers.views.facesearch.tuning import CHANNEL, WORKSPACE, Form
from services import status, texts
from services.errors import Refusal
from services.people import Actor
from services.workspace import Workspace


def register(app: App, desk: Desk) -> None:
    @app.view(views.CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        ack()
        slack, user = Slack(client), body["user"]["id"]
        form = Form.unpack(view["private_metadata"])
        count = _save(desk.workspace, view["state"]["values"], form, desk.actor(user))
        if form.place:
            slack.say(Place(form.place, only=user), views.saved(count))
        else:
            home.publish(desk, client, user)

    @app.action(home_views.SETTINGS)
    def change(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        open_settings(desk, client, trigger=body["trigger_id"], place="", user=body["user"]["id"])


def open_settings(desk: Desk, client: WebClient, *, trigger: str, place: str, user: str) -> None:
    """Open the settings modal; `place` is the channel it is opened in, if any."""
    with modals.opened(client, trigger, texts.HOW_I_SEARCH) as modal:
        workspace, actor = desk.workspace, desk.actor(user)
        channel = workspace.preferences.of(place) if place else None
        everywhere = workspace.preferences.of() if workspace.roles.is_admin(actor) else None
        modal.show(views.modal(Form(place, channel, everywhere)))


def _save(workspace: Workspace, values: dict[str, Any], form: Form, actor: Actor) -> int:
    """Set what was filled in otherwise than the form showed it; how many settings that changed."""
    count = 0
    for scope, channel, shown in ((WORKSPACE, "", form.workspace), (CHANNEL, form.place, form.channel)):
        wanted = views.filled(values, scope)
        if wanted is None or shown is None:
            continue
        if scope == WORKSPACE:
            workspace.roles.require_admin(actor, texts.ONLY_ADMINS_SET_FOR_ALL)
        count += len(workspace.preferences.set(wanted, shown, channel=channel, actor=actor.id))
    return count


def _threshold(asked: Asked) -> Message:
    text, channel = _scope(asked)
    preferences, everywhere = asked.workspace.preferences, not channel
    if not text:
        return views.threshold(preferences.tuning(channel), changed=False, everywhere=everywhere)
    change = preferences.set_threshold(text, channel=channel, actor=asked.user)
    return undoable(views.threshold(preferences.tuning(channel), changed=True, everywhere=everywhere), change.id)


def _mode(asked: Asked) -> Message:
    text, channel = _scope(asked)
    preferences, everywhere = asked.workspace.preferences, not channel
    if not text:
        return views.mode(preferences.tuning(channel), changed=False, everywhere=everywhere)
    change = preferences.set_mode(text, channel=channel, actor=asked.user)
    return undoable(views.mode(preferences.tuning(channel), changed=True, everywhere=everywhere), change.id)


def _auto(asked: Asked) -> Message:
    text, channel = _scope(asked)
    if not text:
        return views.auto(asked.workspace.preferences.auto(channel), changed=False, everywhere=not channel)
    change = asked.workspace.preferences.set_auto(text, channel=channel, actor=asked.user)
    said = views.auto(asked.workspace.preferences.auto(channel), changed=True, everywhere=not channel)
    return undoable(said, change.id)


def _status(asked: Asked) -> Message:
    preferences = asked.workspace.preferences
    here, everywhere = preferences.tuning(asked.channel), preferences.tuning()
    return views.status(status.status(asked.workspace.collection, here.threshold), here, everywhere)


def _scope(asked: Asked) -> tuple[str, str]:
    """What is to be set, and for which channel: this one, or after «workspace», which admins may say, for all.

    Raises `Refusal` for another channel: who is not in it has no say there.
    """
    if places.names_channel(asked.rest):
        raise Refusal(texts.SET_IN_THE_CHANNEL)
    text, _, last = asked.rest.rpartition(" ")
    if last.lower() != WORKSPACE:
        return asked.rest, asked.channel
    if text:
        asked.workspace.roles.require_admin(asked.actor, texts.ONLY_ADMINS_SET_FOR_ALL)
    return text.strip(), ""


SUBCOMMANDS = {
    "threshold": Subcommand(texts.HELP_SEARCHING, "threshold 90", texts.DOES_THRESHOLD, _threshold),
    "mode": Subcommand(texts.HELP_SEARCHING, "mode users", texts.DOES_MODE, _mode),
    "auto": Subcommand(texts.HELP_SEARCHING, "auto off", texts.DOES_AUTO, _auto),
    "status": Subcommand(texts.HELP_ABOUT_ME, "status", texts.DOES_STATUS, _status, alone=True),
}
