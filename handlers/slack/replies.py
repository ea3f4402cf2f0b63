"""Answers of jobs: steps that leave a trace in Slack, which is looked for before they are done a second time."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, partial

from slack_sdk.errors import SlackApiError

from handlers.slack.slack import Slack
from handlers.slack.values import Message, Place
from services.jobs import Step
from services.records import Standing

_SHOWN_EVERY = 1.0  # seconds, so that Slack lets every change through


def say(step: Step, name: str, slack: Slack, place: Place, message: Message) -> str:
    """The step that says something; the message's `ts`.

    What is for one person's eyes only leaves no trace: cut short by a crash, it may be said twice. Raises `Gone` where
    what it is about, or what the thread hangs from, is deleted.
    """
    mark = f"{step.key}:{name}"
    ts = step.once(name, lambda: slack.say(place, message, mark), find=lambda: slack.said(place, mark))
    _stand_by(step, name, slack, place, ts)
    return ts


def show(step: Step, name: str, slack: Slack, place: Place, render: Callable[[], bytes], *, file: str, alt: str) -> str:
    """The steps that show a picture in a place, or for one person's eyes give it to Slack for blocks; its file id.

    Slack names the file before anybody sees it, and that name is kept: by it the picture is found again. Raises `Gone`
    as `say` does.
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
    step(f"{name}, shown", lambda: slack.wait_until_shown(file_id, place=where))
    _stand_by(step, name, slack, place, file_id)
    return file_id


def withdraw(step: Step, slack: Slack, standing: Iterable[Standing]) -> bool:
    """The steps that take back what was posted about a photo; whether Slack let all of it go."""
    gone = [step(f"withdraw {each.channel} {each.posted}", partial(slack.withdraw, each)) for each in standing]
    return all(gone)


def _stand_by(step: Step, name: str, slack: Slack, place: Place, posted: str) -> None:
    """The step that records what was posted about a photo, so that it goes with it."""
    if place.about is not None and place.only is None:
        step(f"{name}, kept", lambda: slack.stand_by(place, posted))


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

        def become() -> None:
            self._slack.require_standing(self._place)
            self._slack.change(self._place.channel, ts, message)

        self._step(name, become)
        return ts
