"""What comes of the question whether somebody has agreed whom another enrols: their statement, or nothing."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from handlers.desk import Desk
from handlers.enroll import stored
from handlers.slack import reply
from handlers.views.enroll import Statement
from handlers.views.enroll import statement as views


def register(app: App, desk: Desk) -> None:
    @app.action(views.STATE)
    def stated(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        asked = Statement.unpack(action["value"])
        stored.submit_stated(desk, asked, user=body["user"]["id"], question=body["container"]["message_ts"])
        ack()
        reply(desk.workspace, client, respond, body).say(views.noted(asked), replace=True)

    @app.action(views.CANCEL)
    def cancelled(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        reply(desk.workspace, client, respond, body).say(views.cancelled(), replace=True)
