"""A workspace removes the bot, or takes back its token: all that is kept of its people goes, and the token too."""

from __future__ import annotations

import time
from typing import Any

from slack_bolt import App

from handlers.desk import Desk
from handlers.slack import number_in, object_in, text_in
from services.collection import erase
from services.jobs import Payload, Step

JOB = "leave"


def register(app: App, desk: Desk) -> None:
    """Answer `app_uninstalled` and `tokens_revoked`."""

    def leave(payload: Payload, step: Step) -> None:
        """The job. Slack can no longer be asked anything."""
        at = payload.get("at", time.time())  # of jobs that an older release stored it is not known
        for name, do in (("erase", lambda: erase(desk.workspace.collection)), ("leave", desk.leave)):
            if desk.installed_since(at):
                return
            step(name, do)

    desk.register(JOB, leave)

    # Slack sends both when the bot is removed, in either order; the second finds nothing left. What could not be
    # delivered it sends again, and the bot may have been installed anew meanwhile: that is another beginning.
    def left(body: dict[str, Any]) -> None:
        at = number_in(body, "event_time") or time.time()
        if not desk.installed_since(at):
            desk.submit(JOB, text_in(body, "event_id"), {"at": at}, channel="")

    @app.event("tokens_revoked")
    def revoked(event: dict[str, Any], body: dict[str, Any]) -> None:
        if object_in(event, "tokens").get("bot"):
            left(body)

    app.event("app_uninstalled")(left)
