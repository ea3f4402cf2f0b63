"""Reactions on a message that show how far the bot is with it."""

from __future__ import annotations

import http.client
import logging

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import refusals

_WORKING, _DONE = "eyes", "white_check_mark"
_AWAY = "reactions.remove"

_logger = logging.getLogger(__name__)


class Reactions:
    """The bot's own, on messages of one workspace."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def working(self, channel: str, ts: str) -> None:
        """Show on a message that it is being worked on."""
        self._reaction("reactions.add", channel, ts, _WORKING)

    def done(self, channel: str, ts: str) -> None:
        """Show on a message that it has been answered. Raises what may pass."""
        self._reaction(_AWAY, channel, ts, _WORKING)
        self._reaction("reactions.add", channel, ts, _DONE)

    def cleared(self, channel: str, ts: str) -> None:
        """Show nothing on a message any more. Raises what may pass."""
        self._reaction(_AWAY, channel, ts, _WORKING)

    def _reaction(self, method: str, channel: str, ts: str, emoji: str) -> None:
        """Show or take away a reaction, a courtesy: that Slack does not let it is no error.

        Raises what may pass where one is taken away: what says that a message is worked on must not stay for good.
        """
        try:
            self._client.api_call(method, json={"channel": channel, "timestamp": ts, "name": emoji})
        except SlackApiError as error:
            if method == _AWAY and refusals.may_pass(error):
                raise
            if refusals.code(error) not in {"already_reacted", "no_reaction", "message_not_found", "too_many_emoji"}:
                _logger.warning("%s failed: %s", method, refusals.code(error))
        except (OSError, http.client.HTTPException) as error:
            if method == _AWAY:
                raise
            _logger.warning("%s failed: %s", method, error)
