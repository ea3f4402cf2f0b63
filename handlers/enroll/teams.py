"""A zip of many people's photos: members are asked, whoever is outside Slack is enrolled on a written release."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers import errors, modals
from handlers.desk import Desk
from handlers.people import consent, invited
from handlers.slack import Place, Posted, Slack, SlackFile, Underway, replies
from handlers.views.enroll import teams as views
from handlers.views.enroll.teams import Done, Planned, Question, Stated
from services import names, texts
from services.errors import Refusal
from services.jobs import Part, Payload, Step
from services.people import Actor, Archive, Fate, GivenPhoto, Ground, Request, Somebody, is_address
from services.pictures import images
from services.pictures.drawing import Label, annotate

REVIEW, JOB, FACES = "review_team", "enroll_team", "team_faces"
TEAM = "team"  # whom a message with a zip enrols
_MOST_BYTES = 300 * 1024**2  # of a zip
_ZIPPED = {"application/zip", "application/x-zip-compressed"}
_SIDE = 900  # px of a picture on the page of questions

_logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    desk.register(REVIEW, errors.told(desk, _review))
    desk.register(JOB, errors.told(desk, _enroll))
    desk.register(FACES, errors.told(desk, _enroll_chosen))

    @app.action(views.ENROLL)
    def enroll(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        with modals.opened(client, body["trigger_id"], texts.ENROL_A_TEAM) as modal:
            _require_admin(desk, desk.actor(body["user"]["id"]))
            container = body["container"]
            place = Place(container["channel_id"], container.get("thread_ts"))
            modal.show(views.form(place, container["message_ts"], action["value"], desk.workspace.consent.policy))

    @app.view(views.CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        place, ts, file_id = views.form_of(view["private_metadata"])
        payload = {**_where(place, body), "file": file_id, "stated": views.stated(view["state"]["values"])}
        desk.submit(JOB, f"{place.channel}-{ts}", payload, channel=place.channel)  # once, whoever says so
        ack()

    @app.action(views.FACES)
    def which(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        container = body["container"]
        with modals.opened(client, body["trigger_id"], texts.WHICH_FACES_TITLE) as modal:
            _require_admin(desk, desk.actor(body["user"]["id"]))
            file_id, questions, _ = views.questions_of(action["value"])
            place = Place(container["channel_id"], container.get("thread_ts"))
            pictures = _numbered(desk, _Zip(desk.slack(), file_id), questions)
            modal.show(views.faces(place, action["value"], questions, pictures))

    @app.view(views.FACES_CALLBACK)
    def chosen(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        chosen = views.chosen(view["private_metadata"], view["state"]["values"])
        packed = [[question.pack(), face] for question, face in chosen.picked]
        place = chosen.place
        if packed:
            stated = chosen.stated.by(body["user"]["id"])
            payload = {**_where(place, body), "file": chosen.file_id, "picked": packed, "stated": stated}
            desk.submit(FACES, view["id"], payload, channel=place.channel)
        ack()
        desk.slack().uploads.discard_shown(view)

    @app.view_closed(views.FACES_CALLBACK)
    def closed(ack: Ack, view: dict[str, Any]) -> None:
        ack()
        desk.slack().uploads.discard_shown(view)


def zip_of(files: Sequence[SlackFile]) -> SlackFile | None:
    """The first file of a message that says it is a zip."""
    return next((file for file in files if file.mimetype in _ZIPPED or file.name.lower().endswith(".zip")), None)


def submit(desk: Desk, posted: Posted, file: SlackFile) -> None:
    """Store the job that says who is in a zip."""
    where = {"place": [posted.channel, posted.thread, None], "ts": posted.ts, "user": posted.user}
    desk.submit(REVIEW, f"{posted.channel}-{posted.ts}", {**where, "file": file.id}, channel=posted.channel)


class _Zip:
    """A zip in Slack, fetched once something of it is needed: a job that goes on after a crash may need nothing."""

    def __init__(self, slack: Slack, file_id: str) -> None:
        self._slack = slack
        self._file_id = file_id

    @cached_property
    def archive(self) -> Archive:
        return Archive(self._slack.files.fetch_large(self._file_id, most=_MOST_BYTES))

    def photo(self, path: str, face: int | None = None) -> GivenPhoto:
        return GivenPhoto(path, lambda: self.archive.photo(path).read(), face)


def _where(place: Place, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"place": [place.channel, place.thread_ts, None], "user": body["user"]["id"]}


def _require_admin(desk: Desk, actor: Actor) -> None:
    """Raises `Forbidden` for others than admins: many would be asked at once."""
    desk.workspace.roles.require_admin(actor, texts.ONLY_ADMINS_ENROL_TEAMS)


# Who is in it


def _review(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: say who is in the zip, and what would become of each."""
    slack, place, user = desk.slack(), Place(*payload["place"]), payload["user"]
    if step("by a bot", lambda: slack.members.is_bot(user)):
        return
    desk.workspace.roles.require_included(place.channel)
    desk.require_heard(place)
    _require_admin(desk, step("actor", lambda: desk.actor(user)))
    planned = _plan(desk, step, _zip(desk, payload))
    review = views.review(planned, payload["file"], desk.workspace.consent.policy)
    replies.say(step, "say", slack, place, review, user=user)


def _plan(desk: Desk, step: Step, zipped: _Zip) -> list[Planned]:
    """The steps that say of everybody in a zip who they are; each its own, as Slack lets few be looked up a minute."""
    people = step("read", lambda: [_unknown(somebody) for somebody in zipped.archive.people()])
    return [step(f"match {number}", partial(_planned, desk, each)) for number, each in enumerate(people, start=1)]


def _unknown(somebody: Somebody) -> Planned:
    return Planned(somebody.who, tuple(photo.name for photo in somebody.photos))


def _planned(desk: Desk, plain: Planned) -> Planned:
    """Which member it is, or else somebody outside Slack; where that is not clear, why."""
    try:
        member = desk.visitors.at(plain.who) if is_address(plain.who) else desk.visitors.called_in_full(plain.who)
        if member is not None:
            return replace(plain, who=member.usable_name, member=member.id)
        name = names.clean(plain.who)
        if _called(desk, name):
            return replace(plain, problem=texts.FIRST_NAME_OF_A_MEMBER)
        return replace(plain, who=name)
    except Refusal as refusal:
        return replace(plain, problem=refusal.sentence)


def _called(desk: Desk, name: str) -> frozenset[str]:
    """The members whose first name it is, of whom nobody has said that it is somebody else."""
    members = [member.id for member in desk.visitors.called(name)]
    return frozenset(desk.workspace.namesakes.unsettled(desk.workspace.records.find(name), members))


# Enrolling them


def _enroll(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: enrol or ask everybody in the zip, and say of each what became of it."""
    slack, place, user, zipped = desk.slack(), Place(*payload["place"]), payload["user"], _zip(desk, payload)
    actor = step("actor", lambda: desk.actor(user))
    _require_admin(desk, actor)
    planned = _plan(desk, step, zipped)
    answer = Underway(step, slack, place, views.underway(0, len(planned)), user=user)
    done: list[Done] = []
    for number, each in enumerate(planned, start=1):
        given = [zipped.photo(path) for path in each.photos]
        done.append(_enroll_one(desk, Part(step, f"{number}"), each, given, actor, _stated(payload)))
        answer.show(views.underway(number, len(planned)))
    stated = Stated(user, tuple(sorted(_stated(payload))))
    questions = views.fitting(payload["file"], _questions(done), stated)
    answer.say("say", views.result(done, payload["file"], questions, stated))


def _enroll_chosen(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: enrol the faces that were chosen on the page of questions."""
    slack, place, user, zipped = desk.slack(), Place(*payload["place"]), payload["user"], _zip(desk, payload)
    actor = step("actor", lambda: desk.actor(user))
    _require_admin(desk, actor)
    by_person: dict[tuple[str, str | None], list[GivenPhoto]] = {}
    for packed, face in payload["picked"]:
        question = Question.unpack(packed)
        by_person.setdefault((question.who, question.member), []).append(zipped.photo(question.photo, face))
    done: list[Done] = []
    for number, ((who, member), given) in enumerate(by_person.items(), start=1):
        planned = Planned(who, tuple(photo.name for photo in given), member)
        done.append(_enroll_one(desk, Part(step, f"{number}"), planned, given, actor, _stated(payload)))
    replies.say(step, "say", slack, place, views.result(done, payload["file"], ()), user=user)


def _zip(desk: Desk, payload: Payload) -> _Zip:
    return _Zip(desk.slack(), payload["file"])


def _stated(payload: Payload) -> frozenset[str]:
    """The versions of what whoever submitted a form has stated; an older release's job does not say."""
    return frozenset(payload.get("stated", ()))


def _enroll_one(
    desk: Desk, step: Step, planned: Planned, given: Sequence[GivenPhoto], actor: Actor, stated: frozenset[str]
) -> Done:
    """The steps that enrol somebody, or ask them; what fails with one spoils nothing for the others."""
    if planned.problem:
        return Done(planned, None, planned.problem)
    workspace, request = desk.workspace, Request(planned.who, actor, planned.member, stated=stated, job=step.key)
    try:
        result = workspace.enrolment.enroll(request, given, keep=step.work)
        if result.asked is not None:
            consent.ask_or_drop(workspace, desk.slack(), step, result.asked)
        elif result.ground is Ground.ATTESTED:
            consent.tell_enrolled(workspace, desk.slack(), step, result, actor.id)
        if result.person is not None and planned.member is not None:
            invited.settled(desk, step, planned.member)
    except Exception as error:  # noqa: BLE001  # the boundary of a person: the list says it, the log has the rest
        step.require_own(error)
        return Done(planned, None, errors.in_words(error))
    return Done(planned, result)


def _questions(done: Sequence[Done]) -> list[Question]:
    """The photos with several faces, but not of members who are asked with others of theirs already."""
    return [
        Question.of(each.planned, outcome)
        for each in done
        if each.result is not None and each.result.asked is None
        for outcome in each.result.outcomes
        if outcome.fate is Fate.SEVERAL_FACES
    ]


# The page of questions


def _numbered(desk: Desk, zipped: _Zip, questions: Sequence[Question]) -> list[str]:
    """The ids of pictures with the faces numbered; "" where there is none to be had."""
    slack, enrolment = desk.slack(), desk.workspace.enrolment
    pictures: list[str] = []
    for question in questions:
        photo = zipped.photo(question.photo)
        try:
            picture = _drawn(photo.read(), enrolment.faces(photo))
            alt = texts.NUMBERED_ALT.format(n=question.faces)
            pictures.append(slack.uploads.keep(picture, name="faces.jpg", alt=alt))
        except (SlackApiError, Refusal) as error:
            _logger.warning("faces to choose from are not shown: %s", error)
            pictures.append("")
    for picture_id in filter(None, pictures):  # once all are uploaded, so that Slack looks at them at the same time
        slack.uploads.wait_until_shown(picture_id, place=None)
    return pictures


def _drawn(data: bytes, boxes: Sequence[tuple[float, float, float, float]]) -> bytes:
    image = images.open(data).image
    scale = min(1.0, _SIDE / max(image.size))
    labels = [annotate.scaled(Label(number, box, None, None), scale) for number, box in enumerate(boxes, start=1)]
    small = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    return annotate.encode(annotate.draw(small, labels))
