"""Slack in, Slack out: read the payload, call one service, render the answer."""

from __future__ import annotations

from typing import Any

from slack_bolt import App

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
from handlers.slack import Home, JobClient, OwnEvents, Visitors, Wire, setback

_NAME = "facesearch"  # left to itself, Bolt looks through all modules for who makes the app


def new_app(**more: Any) -> App:
    """An app to `register` with: it hears its own events, which Bolt would ignore."""
    return App(name=_NAME, ignoring_self_events_enabled=False, **more)


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
    "Visitors",
    "Wire",
    "consent",
    "namesakes",
    "new_app",
    "register",
    "setback",
]
