"""*Compare*: a photo searched both ways, side by side. All that the button needs to know travels with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from handlers import errors
from handlers.desk import Desk
from handlers.photos import drawn, kept
from handlers.slack import replies
from handlers.views.photos import Answered
from handlers.views.photos import corrections as views
from services.jobs import Payload, Step
from services.pictures.drawing import annotate, beside
from services.search import Comparison, Identification

JOB = "compare"
COMPARED = "single-faces-and-user-vectors.jpg"
_TOGETHER = 60  # seconds


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, drawn.beside(_compare)))

    @app.action(views.COMPARE)
    def compare(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        payload = {**drawn.where(body), "user": body["user"]["id"], "answered": action["value"]}
        desk.submit(JOB, _once(body), payload, channel=payload["place"][0])
        ack()


def _once(body: Mapping[str, Any]) -> str:
    """The same for clicks on one answer within a minute: who clicks again later asks again."""
    container, clicked = body["container"], float(body["actions"][0]["action_ts"])
    return f"{container['channel_id']}-{container['message_ts']}-{clicked // _TOGETHER:.0f}"


def _compare(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: search the photo both ways, and show side by side what each finds, in picture and list."""
    slack, answered = desk.slack(), Answered.unpack(payload["answered"])
    place = drawn.place_beside(desk, payload, answered.file_id)
    search = desk.workspace.search

    def look() -> Comparison:
        data = slack.files.fetch(answered.file_id)
        with step.turn():
            denied = kept.denied(desk.workspace.records, place.about, answered)
            return search.compare(search.opened(data), threshold=answered.threshold, denied=denied)

    def as_known(before: Comparison) -> Comparison:
        return Comparison(faces=search.as_known(before.faces), users=search.as_known(before.users))

    def render() -> bytes:
        photo = search.opened(slack.files.fetch(answered.file_id), closely=False)
        return annotate.encode(beside.draw(photo.image, *views.panels(as_known(compared), photo.scale)))

    def note(found: Identification) -> None:
        search.note(found, actor=payload["user"], channel=place.channel, action="compare")

    compared = as_known(step("look", look))
    step("note faces", lambda: note(compared.faces))
    step("note users", lambda: note(compared.users))
    alt = views.compared_alt(compared)
    shown, problem = replies.show_if_taken(step, "show", slack, place, render, file=COMPARED, alt=alt)
    compared = as_known(compared)
    message = views.comparison(compared, answered.title, picture=shown if place.only else None, problem=problem)
    replies.say(step, "say", slack, place, message, user=payload["user"])
