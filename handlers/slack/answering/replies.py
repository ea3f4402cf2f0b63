"""Answers of jobs: steps that leave a trace in Slack, which is looked for before they are done a second time."""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial

from slack_sdk.errors import SlackApiError

from handlers.slack import refusals
from handlers.slack.outgoing import Picture
from handlers.slack.slack import Slack
from handlers.slack.values import Message, Place, Said
from services import texts
from services.errors import Refusal
from services.jobs import Step
from services.records import Standing

_SHOWN_EVERY = 1.0  # seconds, so that Slack lets every change through

_logger = logging.getLogger(__name__)


def say(step: Step, name: str, slack: Slack, place: Place, message: Message, *, user: str | None = None) -> Said:
    """The step that says something; to `user` in a direct message, where Slack does not let it be said in the place.

    What is for one person's eyes only leaves no trace: cut short by a crash, it may be said twice. Raises `Gone` where
    what it is about, or what the thread hangs from, is deleted.
    """
    mark = f"{step.key}:{name}"
    done: Said | str = step.once(
        name, lambda: slack.say(place, message, mark, user=user), find=lambda: slack.said(place, mark)
    )
    said = Said(place, done) if isinstance(done, str) else done  # of an older release: the `ts` alone
    _stand_by(step, name, slack, replace(said.place, about=place.about), said.ts)
    return said


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
    upload = step(f"{name}, announced", lambda: slack.uploads.expect(picture(), name=file, alt=alt))

    def put() -> str:
        return slack.uploads.put(upload, picture(), name=file, place=where)

    file_id = step.once(name, put, find=lambda: slack.uploads.put_before(upload))
    step(f"{name}, shown", lambda: slack.uploads.wait_until_shown(file_id, place=where))
    _stand_by(step, name, slack, place, file_id)
    return file_id


def put(step: Step, slack: Slack, place: Place, ts: str, message: Message, *, user: str) -> tuple[Said, list[str]]:
    """The step that puts a message in the place of another that stands about a photo; where it stands.

    Pictures that Slack does not show in it are shared in the thread: then their ids. Raises `Gone` as `say` does.
    """

    def change(*, at_last: bool = False) -> tuple[Said, list[str]]:
        shared: list[str] = []

        def instead(pictures: Sequence[Picture]) -> str:
            sentence, copies = slack.uploads.share_there(place, pictures)
            shared.extend(copies.values())
            return sentence

        slack.require_standing(place)
        return slack.change(place, ts, message, user=user, at_last=at_last, instead=instead), shared

    try:
        return step("change", change)
    except SlackApiError:
        return step("change at last", partial(change, at_last=True))


def withdraw(step: Step, slack: Slack, standing: Iterable[Standing]) -> bool:
    """The steps that take back what was posted about a photo; whether Slack let all of it go."""
    gone = [_withdrawn(step, slack, each) for each in standing]
    return all(gone)


def _withdrawn(step: Step, slack: Slack, standing: Standing) -> bool:
    """The step that takes back a picture, or a message, or at last what stands in it."""
    channel, posted = standing.channel, standing.posted
    try:
        return step(f"withdraw {channel} {posted}", partial(slack.withdraw, standing))
    except SlackApiError:
        if standing.is_picture:
            raise
        return step(f"withdraw {channel} {posted} at last", partial(slack.withdraw, standing, at_last=True))


def _stand_by(step: Step, name: str, slack: Slack, place: Place, posted: str) -> None:
    """The step that records what was posted about a photo, so that it goes with it."""
    if place.about is not None and place.only is None:
        step(f"{name}, kept", lambda: slack.stand_by(place, posted))


def show_if_taken(
    step: Step, name: str, slack: Slack, place: Place, render: Callable[[], bytes], *, file: str, alt: str
) -> tuple[str, str]:
    """The same where the answer can do without its picture: the file id, or "" and a sentence why there is none."""
    try:
        return show(step, name, slack, place, render, file=file, alt=alt), ""
    except SlackApiError as error:
        if refusals.code(error) in refusals.GONE:
            raise
        _logger.warning("a picture was not taken: %s", error)
        return "", texts.PICTURE_NOT_SHOWN.format(reason=refusals.reason(error))
    except Refusal as refusal:
        return "", texts.PICTURE_NOT_SHOWN.format(reason=refusal.sentence)


def conclude(step: Step, do: Callable[[], None]) -> None:
    """The step that shows on a message that no work on it is under way any more, and tries until Slack lets it."""
    try:
        step("conclude", do)
    except (SlackApiError, OSError, http.client.HTTPException) as error:
        _logger.warning("a reaction could not be taken away: %s", error)


class Underway:
    """Work that somebody waits for: a message says how far it has come, and in the end becomes the answer.

    What is for one person's eyes only cannot be changed: there the answer is a message of its own, as it is where
    nothing was `begun` with. `user` is who waits.
    """

    def __init__(self, step: Step, slack: Slack, place: Place, begun: Message | None, *, user: str) -> None:
        self._step = step
        self._slack = slack
        self._place = place
        self._user = user
        said = say(step, "underway", slack, place, begun, user=user) if begun else None
        self._said = said if place.only is None else None
        self._shown = time.monotonic()

    def show(self, message: Message) -> None:
        """Say how far it has come, unless that was said a moment ago. A courtesy: that it fails is no error."""
        if self._said is None or time.monotonic() < self._shown + _SHOWN_EVERY:
            return
        self._shown = time.monotonic()
        with suppress(SlackApiError, OSError, http.client.HTTPException):
            self._slack.try_to_change(self._said.place, self._said.ts, message)

    def say(self, name: str, message: Message) -> Said:
        """The step that answers; where the answer stands."""
        said = self._said
        if said is None:
            return say(self._step, name, self._slack, self._place, message, user=self._user)

        def change(*, at_last: bool = False) -> Said:
            self._slack.require_standing(self._place)
            return self._slack.change(said.place, said.ts, message, user=self._user, at_last=at_last)

        try:
            now: Said = self._step(name, change) or said
        except SlackApiError:
            now = self._step(f"{name}, at last", partial(change, at_last=True))
        if now != said:
            _stand_by(self._step, name, self._slack, replace(now.place, about=self._place.about), now.ts)
        return now
