"""Answers to commands and clicks by the address that comes with them: for that person's eyes only."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookResponse

from handlers.slack import refusals
from handlers.slack.answering import thumbnails
from handlers.slack.client import Refused
from handlers.slack.outgoing import Instead, parts, pictured
from handlers.slack.slack import Slack
from handlers.slack.values import Message, Place
from services.workspace import Workspace

_logger = logging.getLogger(__name__)


class Reply:
    """The answer to one command or click; `place` is where it was made, and by whom.

    `instead` is what is done with pictures that Slack does not show in it.
    """

    def __init__(self, respond: Respond, slack: Slack, place: Place, instead: Instead) -> None:
        self._respond = respond
        self._slack = slack
        self._place = place
        self._instead = instead

    def say(self, message: Message, *, replace: bool = False) -> None:
        """Answer, perhaps in the place of what was clicked on; as a message of its own where Slack takes no answer."""
        try:
            self._say(message, replace=replace)
        except SlackApiError as error:
            _logger.warning("Slack took no answer: %s", error)
            self._slack.say(self._place, message)

    def _say(self, message: Message, *, replace: bool) -> None:
        blocks = [block.to_dict() for block in message.blocks]
        first, *more = parts.parts(blocks)
        try:
            pictured.send(lambda given: self._post(message.text, given, replace=replace), first, self._instead)
        except SlackApiError as error:
            if not refusals.is_of_content(error):
                raise
            self._post(message.text, [], replace=replace)
            return
        for part in more:
            self._post(parts.text_of(part), part, replace=False)

    def _post(self, text: str, blocks: pictured.Blocks, *, replace: bool) -> None:
        answer = self._respond(text=parts.cut(text), blocks=blocks or None, replace_original=replace)
        if answer.status_code != 200:
            raise Refused(_code(answer), answer.status_code)


def reply(workspace: Workspace, client: WebClient, respond: Respond, body: Mapping[str, Any]) -> Reply:
    """The answer to a command or a click, for that person's eyes only."""
    user = str(body.get("user_id") or body["user"]["id"])
    channel = str(body.get("channel_id") or body["channel"]["id"])
    slack = Slack(client)
    place = Place(channel, (body.get("container") or {}).get("thread_ts"), only=user)
    return Reply(respond, slack, place, partial(thumbnails.aside, slack, workspace, user))


def _code(answer: WebhookResponse) -> str:
    """Slack's word for what is wrong: in JSON, or plainly."""
    try:
        return str(json.loads(answer.body)["error"])
    except (ValueError, KeyError, TypeError):
        return answer.body.strip()
