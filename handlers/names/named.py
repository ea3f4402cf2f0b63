"""What a form about faces comes to: they are learned or unlearned, and the answers are made anew in their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from handlers import enroll, errors, photos
from handlers.desk import Desk
from handlers.photos import Listed, drawn, gathering, redrawing
from handlers.slack import Place, replies
from handlers.views.enroll import Whom
from handlers.views.names import Choice, Kind, Naming
from handlers.views.photos import Answered, Shown
from handlers.views.photos import corrections as answer_views
from services import texts
from services.errors import NotFound
from services.jobs import Part, Payload, Step
from services.people import Correction
from services.records import Person

JOB = "name_faces"


@dataclass(frozen=True, slots=True)
class _Denied:
    """That a face is not a person's: what was unlearned by it, and the list that it was said of, if about one photo."""

    person: Person
    correction: Correction | None
    listed: Listed | None = None


def register(desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, drawn.beside(carry_out)))


def known(desk: Desk, choice: Choice) -> Person:
    """Somebody who was chosen. Raises `NotFound` for whom somebody has erased in the meantime."""
    person = desk.workspace.records.people_by_id([choice.who]).get(choice.who)
    if person is None:
        raise NotFound(texts.SOMEBODY_FORGOTTEN_ALREADY)
    return person


def carry_out(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: unlearn what is wrong, enrol whom the faces are said to be, and answer the photos anew."""
    naming, user = Naming.unpack(payload["naming"]), payload["user"]
    place = drawn.place_beside(desk, payload, naming.fields[0][0].file_id)
    denied = _deny(desk, payload, step, naming, place) if naming.wrong else None
    enrolled = [
        enroll.carry_out(desk, desk.slack(), _enrolment(payload, field, Choice.unpack(chosen)), Part(step, f"{number}"))
        for number, (field, chosen) in enumerate(zip(naming.fields, payload["chosen"], strict=True), start=1)
        if chosen
    ]
    added = any(enrolled)
    if denied is not None:
        _answer_without(desk, payload, step, naming, denied)
    if added and place.only is not None:
        _answer_alone(desk, payload, step, naming, place)
    if place.about is None:
        return
    besides = naming.ts if denied else ""
    if added or (denied is not None and denied.listed is None):
        redrawing.redraw_all(desk, step, place.about, user=user, besides=besides)
    elif denied is not None:
        redrawing.gather_all(desk, step, place.about, user=user, besides=besides)


def _enrolment(payload: Payload, field: Iterable[Shown], choice: Choice) -> Payload:
    """The payload of the enrolment of faces of photos that were posted."""
    whom: dict[Kind, dict[str, Any]] = {
        Kind.PERSON: {"person": choice.who, "unstated": True},
        Kind.MEMBER: {"said": f"<@{choice.who}>"},
        Kind.NAME: {"whom": Whom(choice.who, None, payload["place"][0]).pack()},
    }
    faces = list(field)
    return {
        **whom[choice.kind],
        "stated": payload.get("stated", ""),  # an older release's does not say it, and is asked
        "user": payload["user"],
        "place": payload["place"],
        "files": [[shown.file_id, shown.label] for shown in faces],
        "boxes": [list(shown.face.box) for shown in faces],
    }


def _deny(desk: Desk, payload: Payload, step: Step, naming: Naming, place: Place) -> _Denied:
    """The steps that unlearn a face of somebody whose it is not, if who says so may, and keep what was said of it."""
    workspace, slack, shown = desk.workspace, desk.slack(), naming.fields[0][0]

    def unlearn() -> tuple[Person, Correction | None]:
        person = known(desk, Choice(Kind.PERSON, shown.face.user_id))
        if not workspace.roles.manages(desk.actor(payload["user"]), person):
            return person, None  # the answer is corrected all the same
        data, erase = slack.files.fetch(shown.file_id), payload["erase"]
        return person, workspace.people.unlearn(person, data, shown.face.box, actor=payload["user"], erase=erase)

    person, correction = step("unlearn", unlearn)
    if not naming.answered:
        step("deny", lambda: _deny_among_many(desk, naming, place, shown))
        return _Denied(person, correction)
    listed = Listed(place, naming.ts, Answered.unpack(naming.answered))
    denied = step("deny", lambda: redrawing.deny(desk, listed, shown.face.number, shown.face.user_id))
    return _Denied(person, correction, denied)


def _deny_among_many(desk: Desk, naming: Naming, place: Place, shown: Shown) -> None:
    source = gathering.source_in(desk, place.channel, naming.ts, shown.file_id)
    if source is not None:
        redrawing.keep_denial(desk, source, shown.face.number, shown.face.user_id)


def _answer_without(desk: Desk, payload: Payload, step: Step, naming: Naming, denied: _Denied) -> None:
    """Answer without whom the face is not, and tell who said so what it comes to."""
    place, shown, user = Place(*payload["place"]), naming.fields[0][0], payload["user"]
    hidden = True
    if denied.listed is None:
        seen = gathering.gather_again(desk, step, place.channel, naming.ts, user=user)
        found = next((each.found for each in seen if each.photo.file_id == shown.file_id), None)
    else:
        redrawn = redrawing.redraw(desk, step, denied.listed, user=user)
        found, hidden, place = redrawn.found, redrawn.hidden, denied.listed.place
    if found is not None and shown.face.number <= len(found.sightings):
        sighting = found.sightings[shown.face.number - 1]
        corrected = answer_views.corrected(sighting, denied.person, denied.correction, hidden=hidden)
        replies.say(step, "tell", desk.slack(), Place(place.channel, place.thread_ts, user), corrected)


def _answer_alone(desk: Desk, payload: Payload, step: Step, naming: Naming, place: Place) -> None:
    """Slack lets nobody change what only one may see, so who asked alone is answered once more."""
    about = place.about
    asked = {
        "channel": place.channel,
        "ts": payload["ts"],
        "thread": place.thread_ts,
        "photo": about.ts if about else "",
        "user": payload["user"],
        "only": place.only,
        "files": sorted({(shown.file_id, "") for field in naming.fields for shown in field}),
    }
    photos.answer(desk, asked, Part(step, "alone"))
