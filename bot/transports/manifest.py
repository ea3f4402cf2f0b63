"""The app's manifest with the addresses that Slack calls, for a bot that is reached over HTTP."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from bot.transports.web import EVENTS, REDIRECT


def over_http(manifest: Mapping[str, Any], url: str) -> dict[str, Any]:
    """The manifest of the same app at `url`. Menus that are filled as one types need the options load URL as well."""
    base = url.rstrip("/")
    addressed: dict[str, Any] = copy.deepcopy(dict(manifest))
    settings, events = addressed["settings"], f"{base}{EVENTS}"
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = events
    settings["interactivity"] |= {"request_url": events, "message_menu_options_url": events}
    for command in addressed["features"]["slash_commands"]:
        command["url"] = events
    addressed["oauth_config"]["redirect_urls"] = [f"{base}{REDIRECT}"]
    return addressed
