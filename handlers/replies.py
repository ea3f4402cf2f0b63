"""Answers of jobs: steps that leave a trace in Slack, which is looked for before they are done a second time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from handlers.slack import Message, Place, Slack
from services.jobs import Step


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
