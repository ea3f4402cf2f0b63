"""The answer to a photo, drawn and listed: where it stands, what it says, and what is kept to make it once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from handlers import album
from handlers.desk import Desk
from handlers.photos import kept
from handlers.photos.kept import Listed
from handlers.slack import Gone, Message, Place, Said, Slack, replies
from handlers.views import words
from handlers.views.photos import Answered, corrections, matches
from services import texts
from services.jobs import Payload, Step
from services.pictures import Photo
from services.pictures.drawing import annotate
from services.records import Answers
from services.search import Identification

PICTURE = "who-is-in-it.jpg"


def where(body: Mapping[str, Any]) -> dict[str, Any]:
    """The message with the buttons, and where to answer: beside it, for those who see it."""
    container = body["container"]
    only = body["user"]["id"] if container.get("is_ephemeral") else None
    return {"ts": container["message_ts"], "place": [container["channel_id"], container.get("thread_ts"), only]}


def place_beside(desk: Desk, payload: Payload, file_id: str) -> Place:
    """Where an answer about a photo of another answer goes: beside that one, and with the photo."""
    channel, thread, only = payload["place"]
    answers = desk.workspace.records.answers
    about = answers.source_of(channel, payload["ts"]) or answers.source_in(channel, file_id)
    return Place(channel, thread, only, about)


def beside(work: Callable[[Desk, Payload, Step], None]) -> Callable[[Desk, Payload, Step], None]:
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


def draw(photo: Photo, found: Identification) -> bytes:
    """The annotated photo, as a JPEG."""
    return annotate.encode(annotate.draw(photo.image, found.labels(photo.scale)))


def show(
    step: Step, name: str, slack: Slack, place: Place, drawn: Callable[[], bytes], found: Identification
) -> tuple[str, str]:
    """The steps that put the annotated photo in a place; its file id, or "" and a sentence why there is none."""
    return replies.show_if_taken(step, name, slack, place, drawn, file=PICTURE, alt=matches.alt(found))


def answer(
    desk: Desk,
    step: Step,
    found: Identification,
    answered: Answered,
    place: Place,
    problem: str,
    *,
    inside: bool,
    below: Sequence[Block] = (),
) -> Message:
    """The list of who is in a photo, with its buttons, and with the picture `inside` where it does not stand above.

    `problem` is why there is no picture, if there is none; what else is to stand `below` comes last. Of a crowd it is
    a step, which keeps what the menus offer.
    """
    if corrections.is_crowd(found):
        crowds = desk.workspace.records.crowds
        step(f"keep the menus {answered.file_id}", lambda: crowds.remember(answered.key, corrections.crowd(found)))
    if desk.only_reads(step, place, answered.poster, answered.file_id):
        buttons = corrections.removal(found, answered)
    else:
        keeps = album.may_keep(desk, [found])
        buttons = corrections.buttons(found, answered, private=place.only is not None, keeps=keeps)
    picture = answered.picture if inside else None
    return matches.answer(found, answered.title, picture=picture, buttons=buttons, below=below, problem=problem)


def remember(step: Step, answers: Answers, said: Said, answered: Answered) -> None:
    """The step that keeps with a list what it takes to make it once more."""
    how = Listed(said.place, said.ts, answered).how
    step(f"how {answered.file_id}", lambda: answers.note(said.place.channel, said.ts, how))


def remember_question(step: Step, answers: Answers, said: Said, packed: str) -> None:
    """The step that keeps with a question which faces it is about."""
    step(f"how {said.ts}", lambda: answers.note(said.place.channel, said.ts, kept.of_question(packed)))
