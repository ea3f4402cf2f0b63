"""Slack in, Slack out: read the payload, call one service, render the answer."""

from __future__ import annotations

from slack_bolt import App

from handlers import (
    album,
    answers,
    boundary,
    channels,
    comparing,
    consent,
    digest,
    enroll,
    errors,
    exports,
    facesearch,
    gathering,
    hints,
    home,
    invitations,
    inviting,
    keeping,
    leaving,
    lookback,
    messages,
    named,
    namesakes,
    naming,
    photos,
    redrawing,
    stating,
    teams,
)
from handlers.desk import Desk
from handlers.slack import Home, JobClient, Visitors, Wire, setback


def register(app: App, desk: Desk) -> None:
    """Make the app answer to everything that `manifest.yml` names."""
    errors.register(app)
    boundary.register(app, desk)
    channels.register(app, desk)
    enroll.register(app, desk)
    consent.register(app, desk)
    invitations.register(desk)
    inviting.register(app, desk)
    teams.register(app, desk)
    keeping.register(app, desk)
    facesearch.register(app, desk)
    album.register(app, desk)
    home.register(app, desk)
    hints.register(app, desk)
    messages.register(app, desk)
    photos.register(app, desk)
    lookback.register(app, desk)
    comparing.register(app, desk)
    named.register(desk)
    naming.register(app, desk)
    redrawing.register(desk)
    gathering.register(desk)
    digest.register(desk)
    exports.register(desk)
    namesakes.register(app, desk)
    stating.register(app, desk)
    answers.register(app, desk)
    leaving.register(app, desk)
    messages.register_rest(app)


__all__ = ["Desk", "Home", "JobClient", "Visitors", "Wire", "consent", "namesakes", "register", "setback"]
