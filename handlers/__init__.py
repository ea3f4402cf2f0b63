"""Slack in, Slack out: read the payload, call one service, render the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from handlers import (
    album,
    boundary,
    channels,
    enroll,
    errors,
    facesearch,
    hints,
    home,
    keeping,
    leaving,
    lookback,
    messages,
    names,
    people,
    photos,
)
from handlers.desk import Desk
from handlers.names import namesakes
from handlers.people import consent
from handlers.slack import Home, JobClient, OwnEvents, Refused, Visitors, Wire, refusals, setback

_NAME = "facesearch"  # left to itself, Bolt looks through all modules for who makes the app


def new_app(client: WebClient, *, authorize: Callable[..., AuthorizeResult] | None = None, **more: Any) -> App:
    """An app to `register` with: it hears its own events, which Bolt would ignore.

    Without `authorize` it is the bot whose token the client has.
    """
    # Where none is given and the environment has SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, be they empty, Bolt looks for
    # installations in files of its own, and refuses everything.
    authorize = authorize or _as_itself(client)
    return App(name=_NAME, client=client, authorize=authorize, ignoring_self_events_enabled=False, **more)


def _as_itself(client: WebClient) -> Callable[..., AuthorizeResult]:
    """Says who the bot is, of which Slack is asked when it first sends something."""

    @cache
    def authorize() -> AuthorizeResult:
        bot = client.auth_test()
        return AuthorizeResult(
            enterprise_id=bot.get("enterprise_id"),
            team_id=bot.get("team_id"),
            bot_id=bot.get("bot_id"),
            bot_user_id=bot.get("user_id"),
            bot_token=client.token,
        )

    return authorize


def register(app: App, desk: Desk) -> None:
    """Make the app answer to everything that `manifest.yml` names."""
    app.use(OwnEvents(desk.shown.tell))
    errors.register(app)
    boundary.register(app, desk)
    channels.register(app, desk)
    enroll.register(app, desk)
    people.register(app, desk)
    keeping.register(app, desk)
    facesearch.register(app, desk)
    album.register(app, desk)
    home.register(app, desk)
    hints.register(app, desk)
    messages.register(app, desk)
    photos.register(app, desk)
    lookback.register(app, desk)
    names.register(app, desk)
    leaving.register(app, desk)
    messages.register_rest(app)


__all__ = [
    "Desk",
    "Home",
    "JobClient",
    "Refused",
    "Visitors",
    "Wire",
    "consent",
    "namesakes",
    "new_app",
    "refusals",
    "register",
    "setback",
]
