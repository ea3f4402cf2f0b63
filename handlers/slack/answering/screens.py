"""Modals and the App Home: opened, filled and published, with pictures where Slack shows them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from handlers.slack import refusals
from handlers.slack.outgoing import Picture, pictured
from handlers.slack.slack import Slack
from handlers.slack.values import Place
from services import texts

_logger = logging.getLogger(__name__)


class Screens:
    """What one workspace's Slack shows beside messages."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def open(self, trigger: str, view: View) -> str:
        """Open a modal without pictures; its id. Raises `SlackApiError`."""
        return str(self._client.views_open(trigger_id=trigger, view=view)["view"]["id"])

    def redraw(self, view_id: str, view: View, *, user: str = "") -> dict[str, str]:
        """Show another view in an open modal; that it is closed meanwhile is no error.

        Pictures that Slack does not show in it go to the direct messages of `user`: the copies by what they are of.
        """
        copies: dict[str, str] = {}

        def instead(pictures: Sequence[Picture]) -> str:
            place = Place("", only=user) if user else Place("")
            sentence, shared = Slack(self._client).uploads.share_aside(place, pictures)
            copies.update(shared)
            return sentence

        def update(blocks: pictured.Blocks) -> None:
            self._client.views_update(view_id=view_id, view={**view.to_dict(), "blocks": blocks})

        try:
            pictured.send(update, view.to_dict()["blocks"], instead)
        except SlackApiError as error:
            if refusals.code(error) != "not_found":
                raise
        return copies

    def redraw_alone(self, view_id: str, view: View) -> bool:
        """Show another view in an open modal, if it is open still and Slack shows its pictures; whether it did."""
        try:
            self._client.views_update(view_id=view_id, view=view)
        except SlackApiError as error:
            _logger.info("a modal stays as it was: %s", error)
            return False
        return True

    def publish(self, user: str, view: View, *, without: str = texts.HOME_WITHOUT_PICTURES) -> None:
        """Show a member their App Home. A courtesy beside what they did: that Slack does not let it is no error.

        Nothing goes to their direct messages instead of pictures: the Home is opened as often as one likes. `without`
        is said in their place.
        """

        def publish(blocks: pictured.Blocks) -> None:
            self._client.views_publish(user_id=user, view={**view.to_dict(), "blocks": blocks})

        try:
            pictured.send(publish, view.to_dict()["blocks"], lambda _: without)
        except SlackApiError as error:
            _logger.warning("a Home could not be published: %s", error)
