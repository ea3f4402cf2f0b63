"""The buttons of an answer: *Compare*, *Who is this?* and *Not Alice*. All they need to know travels with them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers import enroll, errors, photos
from handlers.desk import Desk
from handlers.slack import Gone, Place, Screens, Slack, replies
from handlers.views import corrections as views
from handlers.views import enroll as enroll_views
from handlers.views import words
from handlers.views.corrections import Answered, Face, Naming
from handlers.views.enroll import Whom
from services import names, texts
from services.errors import NotFound, Refusal
from services.jobs import Payload, Step
from services.people import Unlearned
from services.pictures import crops, images
from services.pictures.drawing import annotate, beside
from services.records import Standing
from services.search import Comparison, Identification

COMPARE_JOB = "compare"
NOT_JOB = "not_them"
COMPARED = "single-faces-and-user-vectors.jpg"
_TOGETHER = 60  # seconds

_logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    desk.register(COMPARE_JOB, errors.told(desk, _compare))
    desk.register(NOT_JOB, errors.told(desk, _not_them))

    @app.action(views.COMPARE)
    def compare(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        payload = {**_where(body), "user": body["user"]["id"], "answered": action["value"]}
        desk.submit(COMPARE_JOB, _once(body), payload, channel=payload["place"][0])
        ack()

    @app.action(views.NOT)
    def not_them(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        face = action["selected_option"]["value"]
        answered = views.answered_by(body["message"])
        payload = {**_where(body), "user": body["user"]["id"], "face": face, "answered": answered.pack()}
        desk.submit(NOT_JOB, _once(body), payload, channel=payload["place"][0])
        ack()

    @app.action(views.WHO)
    def who(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        place = Place(*_where(body)["place"])
        file_id, _ = views.asked_of(action["block_id"])
        naming = Naming(file_id, Face.unpack(action["selected_option"]["value"]), place)
        # The trigger lives for three seconds, so the picture comes when it is cut.
        screens = Screens(client)
        view_id = screens.open(body["trigger_id"], views.modal(naming))
        crop = _crop(Slack(client), naming)
        if crop and not screens.redraw_alone(view_id, views.modal(naming, crop)):
            Slack(client).discard(crop)

    @app.options(views.WHO)
    @app.options(views.NOT)
    def offer(ack: Ack, payload: dict[str, Any]) -> None:
        _, key = views.asked_of(payload["block_id"])
        faces = desk.workspace.records.crowds.of(key)
        offered = views.offered(faces, payload["action_id"], payload.get("value") or "")
        ack(options=[option.to_dict() for option in offered])

    @app.view(views.CALLBACK)
    def named(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        naming = Naming.unpack(view["private_metadata"])
        try:
            name = names.clean(view["state"]["values"][enroll_views.NAME][enroll_views.NAME]["value"] or "")
        except Refusal as refusal:
            ack(response_action="errors", errors={enroll_views.NAME: refusal.sentence})
            return
        enroll.submit_face(
            desk, naming, Whom(name, None, naming.place.channel), key=view["id"], user=body["user"]["id"]
        )
        ack()
        _discard_crop(desk.slack(), view)

    @app.view_closed(views.CALLBACK)
    def closed(ack: Ack, view: dict[str, Any]) -> None:
        ack()
        _discard_crop(desk.slack(), view)


def _crop(slack: Slack, naming: Naming) -> str:
    """The id of the face's picture, or "" where there can be none: the face has a number in the answer, too."""
    try:
        photo = images.open(slack.fetch(naming.file_id))
        picture = crops.cut(photo.image, naming.face.box.scaled(photo.scale))
        crop = slack.keep(crops.jpeg(picture), name="face.jpg", alt=texts.FACE.format(number=naming.face.number))
        return slack.wait_until_shown(crop, place=None)
    except (SlackApiError, Refusal) as error:
        _logger.warning("a face is not shown: %s", error)
        return ""


def _discard_crop(slack: Slack, view: Mapping[str, Any]) -> None:
    """Nothing is kept of an unknown face: its picture goes with the modal that showed it."""
    for block in view["blocks"]:
        if block["type"] == "image":
            slack.discard(block["slack_file"]["id"])


def _where(body: Mapping[str, Any]) -> dict[str, Any]:
    """The message with the buttons, and where to answer: beside it, for those who see it."""
    container = body["container"]
    only = body["user"]["id"] if container.get("is_ephemeral") else None
    return {"ts": container["message_ts"], "place": [container["channel_id"], container.get("thread_ts"), only]}


def _once(body: Mapping[str, Any]) -> str:
    """The same for clicks on one answer within a minute: who clicks again later asks again."""
    container, clicked = body["container"], float(body["actions"][0]["action_ts"])
    return f"{container['channel_id']}-{container['message_ts']}-{clicked // _TOGETHER:.0f}"


def _beside(work: Callable[[Desk, Payload, Step], None]) -> Callable[[Desk, Payload, Step], None]:
    """A job that answers beside an answer: not where others have come to read, and not about what is deleted."""

    def job(desk: Desk, payload: Payload, step: Step) -> None:
        try:
            desk.workspace.roles.require_included(payload["place"][0])
            desk.require_heard(Place(*payload["place"]))
            work(desk, payload, step)
        except Gone:  # the answer goes with the photo
            alone = Place(payload["place"][0], only=payload["user"])
            replies.say(step, "say alone", desk.slack(), alone, words.sentence(texts.PHOTO_DELETED))

    return job


def _place(desk: Desk, payload: Payload, answered: Answered) -> Place:
    """Where an answer about a photo of another answer goes: beside that one, and with the photo."""
    channel, thread, only = payload["place"]
    answers = desk.workspace.records.answers
    about = answers.source_of(channel, payload["ts"]) or answers.source_in(channel, answered.file_id)
    return Place(channel, thread, only, about)


@_beside
def _compare(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: search the photo both ways, and show side by side what each finds, in picture and list."""
    slack, answered = desk.slack(), Answered.unpack(payload["answered"])
    place = _place(desk, payload, answered)
    search = desk.workspace.search

    def look() -> Comparison:
        data = slack.fetch(answered.file_id)
        with step.turn():
            return search.compare(images.open(data, closely=True), threshold=answered.threshold)

    def render() -> bytes:
        photo = images.open(slack.fetch(answered.file_id))
        return annotate.encode(beside.draw(photo.image, *views.panels(compared, photo.scale)))

    def note(found: Identification) -> None:
        search.note(found, actor=payload["user"], channel=place.channel, action="compare")

    compared = step("look", look)
    step("note faces", lambda: note(compared.faces))
    step("note users", lambda: note(compared.users))
    alt = views.compared_alt(compared)
    shown, problem = replies.show_if_taken(step, "show", slack, place, render, file=COMPARED, alt=alt)
    message = views.comparison(compared, answered.title, picture=shown if place.only else None, problem=problem)
    replies.say(step, "say", slack, place, message, user=payload["user"])


def _not_them(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: unlearn the face where it was enrolled, search again without that person, and answer anew.

    Of two who correct one answer at the same time only the first does, else one would undo the other.
    """
    slack, workspace = desk.slack(), desk.workspace
    face = Face.unpack(payload["face"])
    answered = Answered.unpack(payload["answered"]).denying(face.number, face.user_id)
    place = _place(desk, payload, answered)

    def unlearn() -> tuple[str, Unlearned | None]:
        person = workspace.records.people_by_id([face.user_id]).get(face.user_id)
        if person is None:
            raise NotFound(texts.SOMEBODY_FORGOTTEN_ALREADY)
        if not workspace.roles.manages(desk.actor(payload["user"]), person):
            return person.name, None  # the answer is corrected all the same
        data = slack.fetch(answered.file_id)
        return person.name, workspace.people.unlearn(person, data, face.box, actor=payload["user"])

    def look() -> Identification:
        data = slack.fetch(answered.file_id)
        with step.turn():
            return workspace.search.identify(
                images.open(data, closely=True),
                mode=answered.mode,
                threshold=answered.threshold,
                denied=answered.denials,
            )

    def draw() -> bytes:
        return photos.draw(images.open(slack.fetch(answered.file_id)), found)

    name, unlearned = step("unlearn", unlearn)
    found = step("look", look)
    step("note", lambda: workspace.search.note(found, actor=payload["user"], channel=place.channel))
    shown, problem = photos.show(step, "show", slack, place, draw, found)
    message = photos.answer(desk, step, found, replace(answered, picture=shown), place, problem)
    replies.say(step, "say", slack, place, message, user=payload["user"])
    assert place.about is not None  # noqa: S101
    replies.withdraw(step, slack, [Standing(place.channel, payload["ts"], place.about)])
    picture = [Standing(place.channel, answered.picture, place.about)] if answered.picture else []
    hidden = replies.withdraw(step, slack, picture)
    corrected = views.corrected(found.sightings[face.number - 1], name, unlearned, hidden=hidden)
    replies.say(step, "tell", slack, Place(place.channel, place.thread_ts, payload["user"]), corrected)
