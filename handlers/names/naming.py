"""*Who is this?* and *Not Alice*: a form asks who a face is."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.desk import Desk
from handlers.names import named
from handlers.photos import drawn
from handlers.slack import Place, Screens, Slack
from handlers.views import words
from handlers.views.names import Choice, Kind, Naming
from handlers.views.names import naming as views
from handlers.views.photos import Face, Shown, gathered, strangers
from handlers.views.photos import corrections as answer_views
from services import names, texts
from services.errors import Refusal
from services.people import Request, consent
from services.pictures import crops, images
from services.records import Person

_SIDE = 240  # px of a face in the form, which may show several

_logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    _register_questions(app, desk)
    _register_form(app, desk)


def _register_questions(app: App, desk: Desk) -> None:
    """What opens the form: the menus of answers, and the button of a question."""

    @app.action(answer_views.WHO)
    def who(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        file_id, key = answer_views.asked_of(action["block_id"])
        chosen = Face.unpack(action["selected_option"]["value"])
        others = (face for face in _unknown(desk, body, key) if face.number != chosen.number)
        faces = [chosen, *others][: views.MOST]
        _ask(desk, client, body, tuple((Shown(file_id, face),) for face in faces))

    @app.action(gathered.WHO)
    def who_of_many(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        chosen = gathered.shown_in(action["selected_option"]["value"])
        others = (shown for shown in gathered.unknown_in(body.get("message") or {}) if shown != chosen)
        _ask(desk, client, body, tuple((shown,) for shown in [chosen, *others][: views.MOST]))

    @app.action(answer_views.NOT)
    def not_them(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        answered = answer_views.answered_by(body["message"])
        face = Face.unpack(action["selected_option"]["value"])
        _ask(desk, client, body, ((Shown(answered.file_id, face),),), answered.pack())

    @app.action(gathered.NOT)
    def not_them_of_many(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        _ask(desk, client, body, ((gathered.shown_in(action["selected_option"]["value"]),),))

    @app.action(strangers.WHO)
    def who_is_it(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        _ask(desk, client, body, (strangers.unpack(action["value"]),))


def _register_form(app: App, desk: Desk) -> None:
    """What is offered in it and in menus, and what comes of it."""

    @app.options(answer_views.WHO)
    @app.options(answer_views.NOT)
    def offer(ack: Ack, payload: dict[str, Any]) -> None:
        _, key = answer_views.asked_of(payload["block_id"])
        faces = desk.workspace.records.crowds.of(key)
        offered = answer_views.offered(faces, payload["action_id"], payload.get("value") or "")
        ack(options=[option.to_dict() for option in offered])

    @app.options(views.NAME)
    def suggest(ack: Ack, body: dict[str, Any], payload: dict[str, Any]) -> None:
        typed = payload.get("value") or ""
        groups = views.suggestions(typed, desk.workspace.people.all(), _members(desk, body["user"]["id"], typed))
        if groups:
            ack(option_groups=[group.to_dict() for group in groups])
        else:
            ack(options=[])

    @app.view(views.CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        naming = Naming.unpack(view["private_metadata"])
        filled = views.filled(view["state"]["values"], naming)
        problems = _problems(desk, naming, filled, body["user"]["id"])
        if problems:
            ack(response_action="errors", errors=problems)
            return
        chosen = [choice.pack() if choice else "" for choice in filled.choices]
        about = {"naming": view["private_metadata"], "chosen": chosen, "stated": filled.stated, "erase": filled.erase}
        place = [naming.place.channel, naming.place.thread_ts, naming.place.only]
        payload = {**about, "place": place, "ts": naming.ts, "user": body["user"]["id"]}
        desk.submit(named.JOB, view["id"], payload, channel=naming.place.channel)
        ack()
        desk.slack().uploads.discard_shown(view)

    @app.view_closed(views.CALLBACK)
    def closed(ack: Ack, view: dict[str, Any]) -> None:
        ack()
        desk.slack().uploads.discard_shown(view)


# The form


def _ask(
    desk: Desk, client: WebClient, body: Mapping[str, Any], fields: tuple[tuple[Shown, ...], ...], answered: str = ""
) -> None:
    """Open the form at once, since the trigger lives for three seconds; what takes longer is put into it then."""
    where = drawn.where(body)
    naming = Naming(Place(*where["place"]), where["ts"], fields, answered)
    person = _taken_for(desk, naming)
    wrong = person.name if person else ""
    screens, slack = Screens(client), Slack(client)
    view_id = screens.open(body["trigger_id"], views.form(naming, wrong=wrong))
    only = person is not None and _is_only_photo(desk, slack, naming, person, body["user"]["id"])
    cut = _crops(slack, naming)
    if cut and screens.redraw_alone(view_id, views.form(naming, cut, wrong=wrong, only=only)):
        return
    for crop in cut.values():
        slack.uploads.discard(crop)
    if only:
        screens.redraw_alone(view_id, views.form(naming, wrong=wrong, only=only))


def _unknown(desk: Desk, body: Mapping[str, Any], key: str) -> list[Face]:
    """The unknown faces of an answer: its menu says them, or what is kept of a crowd does."""
    shown = answer_views.unknown_in(body.get("message") or {})
    return shown or [Face.of(face) for face in desk.workspace.records.crowds.of(key) if face.user_id is None]


def _taken_for(desk: Desk, naming: Naming) -> Person | None:
    """Whom the face was taken for that is said to be somebody else's, unless they are gone."""
    user_id = naming.wrong.user_id if naming.wrong else ""
    return desk.workspace.records.people_by_id([user_id]).get(user_id) if user_id else None


def _is_only_photo(desk: Desk, slack: Slack, naming: Naming, person: Person, user: str) -> bool:
    """Whether to ask if somebody is to be erased: of whom it is the only photo, and who may be changed by who asks."""
    if person.faces > 1 or not desk.workspace.roles.manages(desk.actor(user), person):
        return False
    shown = naming.fields[0][0]
    try:
        return desk.workspace.people.is_only_photo(person, slack.files.fetch(shown.file_id), shown.face.box)
    except (SlackApiError, Refusal) as error:
        _logger.warning("a photo is not looked at: %s", error)
        return False


def _crops(slack: Slack, naming: Naming) -> dict[Shown, str]:
    """The ids of the faces' pictures, as far as there can be some: each has a number in the answer, too."""
    faces = [shown for field in naming.fields for shown in field]
    uploads: dict[Shown, str] = {}
    try:
        for shown, picture in _cut(slack, faces):
            uploads[shown] = slack.uploads.keep(picture, name="face.jpg", alt=shown.label)
        for crop in uploads.values():  # once all are uploaded, so that Slack looks at them at the same time
            slack.uploads.wait_until_shown(crop, place=None)
    except (SlackApiError, Refusal) as error:
        _logger.warning("a face is not shown: %s", error)
    return uploads


def _cut(slack: Slack, faces: Iterable[Shown]) -> Iterable[tuple[Shown, bytes]]:
    """Pictures of faces. Each file is read once."""
    by_file: dict[str, list[Shown]] = {}
    for shown in faces:
        by_file.setdefault(shown.file_id, []).append(shown)
    for file_id, there in by_file.items():
        photo = images.open(slack.files.fetch(file_id))
        for shown in there:
            picture = crops.cut(photo.image, shown.face.box.scaled(photo.scale))
            picture.thumbnail((_SIDE, _SIDE))
            yield shown, crops.jpeg(picture)


def _members(desk: Desk, user: str, typed: str) -> list[Any]:
    """The members who may be meant: oneself, where that is what is typed."""
    if names.key(typed.strip()) == names.ONESELF:
        return [desk.visitors.member(user)]
    return desk.visitors.whose_name_has(typed)


def _problems(desk: Desk, naming: Naming, filled: views.Filled, user: str) -> dict[str, str]:
    """What is wrong with a submitted form, by block."""
    if naming.wrong is None and not any(filled.choices):
        return {views.block_id(0): texts.CHOOSE_SOMEBODY}
    problems: dict[str, str] = {}
    for number, choice in enumerate(filled.choices):
        try:
            to_state = choice is not None and _is_to_state(desk, choice, user)
        except Refusal as refusal:
            problems[views.block_id(number)] = words.bare(refusal.sentence)
            continue
        if to_state and not filled.stated:
            problems[views.CONSENT] = texts.TICK_FOR_OUTSIDERS
    return problems


def _is_to_state(desk: Desk, choice: Choice, user: str) -> bool:
    """Whether a choice is no member of this Slack, of whom nobody has stated yet that they agreed.

    Raises `Refusal` for whom somebody has erased in the meantime.
    """
    person = named.known(desk, choice) if choice.kind is Kind.PERSON else None
    if choice.kind is Kind.MEMBER or (person is not None and person.member is not None):
        return False
    name = person.name if person is not None else choice.who
    try:
        return desk.workspace.enrolment.unstated(Request(name, desk.actor(user))) == consent.RELEASE_VERSION
    except Refusal:  # which the job tells, after what else the form says is done
        return False
