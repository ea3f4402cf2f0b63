"""Modals are opened at once, since what lets one open them lives three seconds, and filled when that is ready."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from handlers import errors
from handlers.slack import Screens
from handlers.views import words

_logger = logging.getLogger(__name__)


class Modal:
    """A modal that is open and says that it loads."""

    def __init__(self, screens: Screens, view_id: str, title: str, user: str) -> None:
        self._screens = screens
        self._view_id = view_id
        self._user = user
        self.title = title

    def show(self, view: View) -> dict[str, str]:
        """Fill it. Pictures that Slack does not show in it go to their direct messages: the copies by what they are of.

        That it was closed meanwhile is no error.
        """
        return self._screens.redraw(self._view_id, view, user=self._user)


@contextmanager
def opened(client: WebClient, trigger: str, title: str, user: str = "") -> Iterator[Modal]:
    """A modal to be filled within; what goes wrong there is said in it. Raises `SlackApiError` if it does not open."""
    screens = Screens(client)
    modal = Modal(screens, screens.open(trigger, words.loading(title)), title, user)
    try:
        yield modal
    except Exception as error:  # noqa: BLE001  # the boundary of a modal: who waits for it is told, the log has the rest
        sentence = errors.in_words(error)
        try:
            modal.show(words.modal(title, sentence))
        except (SlackApiError, OSError, http.client.HTTPException) as another:
            _logger.warning("a modal could not say: %s (%s)", sentence, another)
