"""Answers of jobs: steps that leave a trace in Slack, which is looked for before they are done a second time."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from slack_sdk.errors import SlackApiError

from handlers.slack.slack import Slack
from handlers.slack.values import Message, Place
from services.jobs import Step

_SHOWN_EVERY = 1.0  # seconds, so that Slack lets every change through


def say(step: Step, name: str, slack: Slack, place: Place, message: Message) -> str:
    """The step that says something; the message's `ts`.

    What is for one person's eyes only leaves no trace: cut short by a crash, it may be said twice.
    """
    mark = f"{step.key}:{name}"
    return step.once(name, lambda: slack.say(place, message, mark), find=lambda: slack.said(place, mark))


def show(step: Step, name: str, slack: Slack, place: Place, render: Callable[[], bytes], *, file: str, alt: str) -> str:
    """The steps that show a picture in a place, or for one person's eyes give it to Slack for blocks; its file id.

    Slack names the file before anybody sees it, and that name is kept: by it the picture is found again.
    """

    @cache
    def picture() -> bytes:
        with step.turn():
            return render()

    where = place if place.only is None else None
    upload = step(f"{name}, announced", lambda: slack.expect(picture(), name=file, alt=alt))

    def put() -> str:
        return slack.put(upload, picture(), name=file, place=where)

    file_id = step.once(name, put, find=lambda: slack.put_before(upload))
    return step(f"{name}, shown", lambda: slack.wait_until_shown(file_id, place=where))


class Underway:
    """Work that somebody waits for: a message says how far it has come, and in the end becomes the answer.

    What is for one person's eyes only cannot be changed: there the answer is a message of its own, as it is where
    nothing was `begun` with.
    """

    def __init__(self, step: Step, slack: Slack, place: Place, begun: Message | None) -> None:
        self._step = step
        self._slack = slack
        self._place = place
        ts = say(step, "underway", slack, place, begun) if begun else None
        self._ts = ts if place.only is None else None
        self._shown = time.monotonic()

    def show(self, message: Message) -> None:
        """Say how far it has come, unless that was said a moment ago. A courtesy: that it fails is no error."""
        if self._ts is None or time.monotonic() < self._shown + _SHOWN_EVERY:
            return
        self._shown = time.monotonic()
        with suppress(SlackApiError, OSError, http.client.HTTPException):
            self._slack.change(self._place.channel, self._ts, message)

    def say(self, name: str, message: Message) -> str:
        """The step that answers; the message's `ts`."""
        ts = self._ts
        if ts is None:
            return say(self._step, name, self._slack, self._place, message)
        self._step(name, lambda: self._slack.change(self._place.channel, ts, message))
        return ts
