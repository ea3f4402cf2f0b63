"""A workspace removes the bot, or takes back its token: all that is kept of its people goes, and the token too."""

from __future__ import annotations

from typing import Any

from slack_bolt import App

from handlers.desk import Desk
from handlers.slack import object_in, text_in
from services.collection import erase
from services.jobs import Payload, Step

JOB = "leave"


def register(app: App, desk: Desk) -> None:
    """Answer `app_uninstalled` and `tokens_revoked`."""

    def leave(_payload: Payload, step: Step) -> None:
        """The job. Slack can no longer be asked anything."""
        step("erase", lambda: erase(desk.workspace.collection))
        step("leave", desk.leave)

    desk.register(JOB, leave)

    # Slack sends both when the bot is removed, in either order; the second finds nothing left.
    def left(body: dict[str, Any]) -> None:
        desk.submit(JOB, text_in(body, "event_id"), {}, channel="")

    @app.event("tokens_revoked")
    def revoked(event: dict[str, Any], body: dict[str, Any]) -> None:
        if object_in(event, "tokens").get("bot"):
            left(body)

    app.event("app_uninstalled")(left)
