"""Whoever asked for a look back, or an admin, stops it and has it go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from handlers import keeping
from handlers.desk import Desk
from handlers.lookback import looking, turns
from handlers.lookback.turns import begin_next
from handlers.views import lookback as views
from services import texts
from services.errors import Forbidden, NotFound
from services.people import Actor
from services.records import LookBack, Stage


def register(app: App, desk: Desk) -> None:
    desk.register(turns.JOB, partial(looking.look_back, desk))
    desk.register(keeping.TAKE_UP, lambda _payload, _step: begin_next(desk))

    @app.action(views.STOP)
    def stop(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        ack()
        _set(desk, body, action, Stage.STOPPED)

    @app.action(views.GO_ON)
    def go_on(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        ack()
        _set(desk, body, action, Stage.WAITING)


def _set(desk: Desk, body: Mapping[str, Any], action: Mapping[str, Any], stage: Stage) -> None:
    """Stop a look back, or have it go on."""
    look = _own(desk, action["value"], desk.actor(body["user"]["id"]))
    desk.workspace.records.look_backs.set_stage(look.id, stage)
    looking.show(desk.slack(), replace(look, stage=stage))
    begin_next(desk)


def _own(desk: Desk, look_back: str, actor: Actor) -> LookBack:
    """Raises `NotFound` for one that has ended, and `Forbidden` for who is neither whose it is nor an admin."""
    look = desk.workspace.records.look_backs.get(look_back)
    if look is None:
        raise NotFound(texts.LOOKED_BACK_ALREADY)
    if actor.id != look.asked_by and not desk.workspace.roles.is_admin(actor):
        raise Forbidden(texts.ONLY_ASKERS_STOP)
    return look
