"""Whom the doctor looks at, and what is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot import app
from bot.settings import Settings

_MOST_NAMED = 5  # photos or faces
_TIMEOUT = 10  # seconds that Slack has to answer


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and where it is not well what to do."""

    check: str
    well: bool
    detail: str
    fix: str = ""


class Unwell(Exception):
    """A check fails: what was found, and what to do."""

    def __init__(self, detail: str, fix: str) -> None:
        super().__init__(detail)
        self.fix = fix


class Patient:
    """The settings, and Slack's answer about the bot's token, asked for once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def slack(self, token: str | None = None) -> WebClient:
        return WebClient(token=token, base_url=self.settings.slack_api_url, timeout=_TIMEOUT)

    @cached_property
    def identity(self) -> SlackResponse:
        token = self.settings.slack_bot_token
        if token is None:
            return self.slack().api_test()
        return self.slack(token.get_secret_value()).auth_test()

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        parsed: Mapping[str, Any] = yaml.safe_load(app.MANIFEST.read_text())
        return parsed


Check = Callable[[Patient], str]
"""Says what is well, or raises."""


def some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
