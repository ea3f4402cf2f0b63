"""Enrolling: `/enroll` and its modal, "enroll alice" with photos, and choosing among several faces."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block

from handlers import errors, home, modals
from handlers.desk import Desk
from handlers.people import consent, invited
from handlers.photos import Attached, attached, redrawing
from handlers.slack import (
    Gone,
    Member,
    Message,
    Place,
    Posted,
    Said,
    Slack,
    SlackFile,
    Underway,
    Visitors,
    is_direct,
    mentioned,
    object_in,
    refusals,
    replies,
    unescape,
)
from handlers.views import words
from handlers.views.enroll import Statement, Whom, statement
from handlers.views.enroll import enroll as views
from handlers.views.names import namesakes
from handlers.views.people import consent as consent_views
from handlers.views.photos import no_photos
from services import names, texts
from services.errors import NotFound, Refusal
from services.jobs import Payload, Step
from services.people import Fate, Footing, GivenPhoto, Ground, Outcome, Policy, Request, Result, Standing
from services.pictures import Box, images
from services.pictures.drawing import Label, annotate
from services.records import ConsentRequest, Source
from services.workspace import Workspace

JOB = "enroll"
_FEW = 3  # photos, which are looked at while one waits
_LONGEST_FILE_NAME = 40  # characters: what waits for an answer travels with its buttons
_SAID = re.compile(
    r"^\s*(?:<@(?P<bot>[UW][A-Z0-9]+)>[\s,:]*)?(?P<us>/|/?facesearch\s+)?"
    r"enrol{1,2}(?:(?P<colon>\s*[:,;–—-])|(?=[\s!?.]|$))[\s!?.]*(?P<whom>.*?)\s*$",
    re.IGNORECASE,
)
_MOST_WORDS = 4  # of a name that stands in a message to nobody in particular
_MOST_WORDS_OFFERED = 8  # of what may be a name
_PUNCTUATION = re.compile(r"[,:?!…](?=\s|$)|[，、。：？！،؟।]")
_ABBREVIATED = re.compile(r"\b(?:[^\W\d_]|jr|sr|esq)\.$", re.IGNORECASE)  # «Jr.», «M.», «Ph.D.»


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _enroll))

    @app.command("/enroll")
    @app.command("/enrol")
    def command(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
        ack()
        open_form(desk, client, command, command.get("text", ""))

    @app.view(views.CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        problems, payload = _submission(view, body["user"]["id"], desk.workspace.consent.policy)
        if problems:
            ack(response_action="errors", errors=problems)
            return
        desk.submit(JOB, view["id"], payload, channel=payload["place"][0])
        ack()

    @app.shortcut("enroll_from_photo")
    def shortcut(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        channel, user = body["channel"]["id"], body["user"]["id"]
        files = Posted.of(object_in(body, "message"), channel).shown(asked=True)
        pictures = [file for file in files if file.may_be_picture][: views.MAX_FILES]
        if not pictures:
            others = [(file.name, file.kind.value) for file in files]
            answer = no_photos(others) if others else words.sentence(texts.NO_PHOTO)
            Slack(client).say(Place(channel, only=user), answer)
            return
        with modals.opened(client, body["trigger_id"], texts.ENROL_A_PERSON) as modal:
            desk.workspace.roles.require_included(channel)
            whom = Whom("", None, channel)
            modal.show(views.modal(whom, pictures, stated=_stated(desk, whom, user)))

    @app.action(views.ENROLL_AS)
    def enroll_as(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        (text, pictures), user = views.offer_of(action["value"]), body["user"]["id"]
        with modals.opened(client, body["trigger_id"], texts.ENROL_A_PERSON) as modal:
            channel = body["container"]["channel_id"]
            desk.workspace.roles.require_included(channel)
            whom = _whom(desk.visitors, text, channel, user)
            modal.show(views.modal(whom, pictures, stated=_stated(desk, whom, user)))

    @app.action(views.CHOOSE)
    def chosen(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        user = body["user"]["id"]
        face, stated = views.choice_of(action["selected_option"]["value"], user=user)
        file_id, whom = views.chosen(action["block_id"])
        container = body["container"]
        desk.submit(
            JOB,
            f"{container['channel_id']}-{action['action_ts']}-{face}",
            {
                **_about(whom, user),
                "stated": stated,
                "place": [container["channel_id"], body["message"].get("thread_ts"), None],
                "files": [[file_id, texts.FACE.format(number=face)]],
                "face": face,
            },
            channel=container["channel_id"],
        )
        ack()


def open_form(desk: Desk, client: WebClient, command: Mapping[str, Any], text: str) -> None:
    """Open the form that a command asks for; `text` is whom it names."""
    channel, user = command["channel_id"], command["user_id"]
    with modals.opened(client, command["trigger_id"], texts.ENROL_A_PERSON) as modal:
        desk.workspace.roles.require_included(channel)
        whom = _whom(desk.visitors, text, channel, user)
        modal.show(views.modal(whom, stated=_stated(desk, whom, user)))


def _stated(desk: Desk, whom: Whom, user: str) -> list[Block]:
    """What the form says of consent; nothing where all is said. Who fills in another name is asked then."""
    footing = desk.workspace.consent.footing(member=None, person=None, actor=user)  # of whoever may be filled in
    try:
        if whom.name:
            footing = desk.workspace.enrolment.footing(Request(whom.name, desk.actor(user), whom.member))
    except Refusal:  # which is told once it is tried
        if whom.member is not None:
            return []
    return consent_views.statement(footing, desk.workspace.retention.days)


def said(text: str, bot: str | None, *, direct: bool = False) -> str | None:
    """Whom a message's text enrols: «enroll alice», «/enroll alice», «@Facesearch enroll alice»; else None.

    A sentence that begins with "enroll" enrols nobody, unless it mentions the bot or is a direct message to it.
    """
    match = _begun(text, bot)
    if match is None or not match["whom"]:
        return None
    addressed = direct or match["us"] or f"<@{bot}>" in text
    return match["whom"] if addressed or not _is_sentence(match["whom"], after_colon=bool(match["colon"])) else None


def nearly(text: str, bot: str | None, *, direct: bool = False) -> str | None:
    """Whom a text may be meant to enrol that begins with "enroll" and is not taken for it; else None.

    It is "" where nobody is named whom one could call so.
    """
    match = _begun(text, bot)
    if match is None or said(text, bot, direct=direct) is not None:
        return None
    if len(match["whom"].split()) > _MOST_WORDS_OFFERED:
        return ""
    try:
        return names.clean(names.suggest(unescape(match["whom"])))
    except Refusal:
        return ""


def _begun(text: str, bot: str | None) -> re.Match[str] | None:
    """A text that begins with "enroll", and is to nobody else than the bot."""
    match = _SAID.match(text.strip().partition("\n")[0])
    return None if match is None or (match["bot"] and match["bot"] != bot) else match


def _is_sentence(whom: str, *, after_colon: bool = False) -> bool:
    """Whether what was typed reads as a sentence rather than a name or a mention: «today at the town hall, see»."""
    if "<@" in whom or names.key(whom) == names.ONESELF:
        return False
    if after_colon:
        return True
    words = unescape(whom).split()
    ended = words[-1].endswith(".") and not _ABBREVIATED.search(words[-1])
    return ended or len(words) > _MOST_WORDS or bool(_PUNCTUATION.search(whom))


def submit_message(desk: Desk, posted: Posted, files: Sequence[SlackFile], whom: str) -> None:
    """Store the job of a message that enrols the person in its photos."""
    payload = {
        "said": whom,
        "ts": posted.ts,
        "user": posted.user,
        "place": [posted.channel, posted.thread, None],
        **attached.pack(files),
    }
    desk.submit(JOB, f"{posted.channel}-{posted.ts}", payload, channel=posted.channel)


def submit_reply(desk: Desk, posted: Posted, files: Sequence[SlackFile]) -> bool:
    """Store the job of a reply with more photos, where its author has enrolled somebody in its thread; if it is one."""
    channel, records = posted.channel, desk.workspace.records
    photos = [file for file in files if file.may_be_picture]
    enrolled = records.threads.person(channel, posted.thread, actor=posted.user) if posted.is_reply else None
    person = records.people_by_id([enrolled]).get(enrolled) if enrolled and photos else None
    if person is None:
        return False
    payload = {
        **_about(Whom(person.name, person.member, channel), posted.user),
        "ts": posted.ts,
        "place": [channel, posted.thread, None],
        **attached.pack(files),
    }
    desk.submit(JOB, f"{channel}-{posted.ts}", payload, channel=channel)
    return True


def _submission(view: Mapping[str, Any], user: str, policy: Policy) -> tuple[dict[str, str], dict[str, Any]]:
    """What is wrong with a submitted modal, by block, and the job that it makes where nothing is."""
    whom, given = views.asked(view["private_metadata"])
    filled = views.filled(view["state"]["values"])
    files, profile = given or filled.files, filled.profile and whom.member == user
    try:
        whom = replace(whom, name=names.clean(filled.name))
    except Refusal as refusal:
        return {views.NAME: words.bare(refusal.sentence)}, {}
    is_asked = (
        whom.member not in {None, user} and policy is Policy.MEMBER
    )  # for their profile photo, if for nothing else
    if not (files or profile or is_asked):
        return {views.PHOTOS: texts.GIVE_A_PHOTO}, {}
    return {}, {
        **_about(whom, user),
        "place": [whom.channel, None, None if is_direct(whom.channel) else user],
        "files": [[file.id, file.name] for file in files],
        "profile": profile,
        "stated": filled.stated,
        "form": True,
    }


def _about(whom: Whom, user: str) -> dict[str, Any]:
    return {"whom": whom.pack(), "user": user}


def _enroll(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: enrol, then say of every photo what became of it."""
    slack, channel, ts = desk.slack(), payload["place"][0], payload.get("ts")
    if ts is None:
        added = carry_out(desk, slack, payload, step)
        about = _place(desk, payload).about
        if added and about is not None and _boxes(payload):
            redrawing.redraw_all(desk, step, about, user=payload["user"])
        return
    if step("by a bot", lambda: slack.members.is_bot(payload["user"])):
        return
    slack.reactions.working(channel, ts)
    try:
        conclude = slack.reactions.done if carry_out(desk, slack, payload, step) else slack.reactions.cleared
    except Exception:
        replies.conclude(step, lambda: slack.reactions.cleared(channel, ts))
        raise
    replies.conclude(step, lambda: conclude(channel, ts))


def carry_out(desk: Desk, slack: Slack, payload: Payload, step: Step) -> bool:
    """Enrol, and say what became of it; whether anything did: photos were added, or kept for a member's answer."""
    workspace, place, user = desk.workspace, _place(desk, payload), payload["user"]
    answer = Underway(step, slack, desk.aside(place, user, payload.get("ts")), None, user=user)
    try:
        workspace.roles.require_included(place.channel)
        desk.require_heard(place)
        found = attached.sort_out(slack, step, payload)
        if found.others:
            replies.say(step, "say of others", slack, place, no_photos(found.others), user=user)
        if found.others and not found.photos:
            return False
        whom = step("who", lambda: _who(workspace, desk.visitors, payload, place))
        actor = step("actor", lambda: desk.actor(user))
        workspace.roles.require_user(actor)
        request = Request(whom.name, actor, whom.member, stated=frozenset({payload.get("stated", "")}))
        if _whose_name(desk, payload, step, request, whom, found) or _to_state(
            desk, payload, step, request, whom, found
        ):
            return False
        _require_there(workspace, step, payload, place)
        given = _given(slack, payload, found)
        n, done = len(given), count(1)
        # What is for one person's eyes only cannot be taken away again, so there nothing is said until it is done.
        begun = views.underway(whom.name, n) if n > _FEW and place.only is None else None
        answer = Underway(step, slack, place, begun, user=user)
        result = workspace.enrolment.enroll(
            request, given, lambda: answer.show(views.underway(whom.name, n, next(done))), keep=step.work
        )
    except Gone:
        _say_alone(slack, step, payload, words.sentence(texts.ENROLMENT_DELETED))
        return False
    except Exception as error:  # noqa: BLE001  # the boundary of a job: the person is told, the log has the rest
        _answer(slack, step, answer, payload, words.sentence(errors.in_words(error)))
        return False
    _tell(workspace, slack, step, answer, payload, result)
    _tell_namesakes(desk, payload, step, result)
    if result.asked is not None:
        _ask_member(workspace, slack, step, payload, result.asked)
    elif result.ground is Ground.ATTESTED:
        consent.tell_enrolled(workspace, slack, step, result, payload["user"])
    _settle_elsewhere(desk, step, payload, whom, result)
    for (file_id, _), outcome in zip(found.photos, result.outcomes, strict=False):  # a profile photo is no file
        if outcome.fate is Fate.SEVERAL_FACES:
            with suppress(Gone):
                _ask(slack, step, place, whom, file_id, outcome, payload)
    return bool(result.added or result.asked)


def _require_there(workspace: Workspace, step: Step, payload: Payload, place: Place) -> None:
    """Raises `Gone` for a message that enrols and was deleted while its job, or an answer, was waited for."""
    about = place.about if "ts" in payload else None
    if about is not None and step("is gone", lambda: workspace.records.answers.is_gone(about)):
        raise Gone


def _given(slack: Slack, payload: Payload, found: Attached) -> list[GivenPhoto]:
    """The photos, or the one face of each, and the profile photo where that may be used."""
    boxes = _boxes(payload) or [None] * len(found.photos)
    face = payload.get("face")
    given = [
        GivenPhoto(name, partial(slack.files.fetch, file_id), face, at)
        for (file_id, name), at in zip(found.photos, boxes, strict=True)
    ]
    if payload.get("profile"):
        given.append(consent.profile_photo(slack, payload["user"]))
    return given


def _boxes(payload: Payload) -> list[Box | None]:
    """Where in the photos the face is that is meant; nothing where they are looked at whole."""
    at = [payload["at"]] if "at" in payload else payload.get("boxes", ())  # the one is an older release's
    return [Box(*box) for box in at]


def _place(desk: Desk, payload: Payload) -> Place:
    """Where the answer goes, and with which photo: its message's, or that of which one face is meant."""
    channel, thread, only = payload["place"]
    files = [file_id for file_id, *_ in payload["files"]]
    if "ts" in payload:
        about = Source(channel, payload["ts"])
    elif _boxes(payload) or "face" in payload:
        about = desk.workspace.records.answers.source_in(channel, files[0])
        about = about if len(set(files)) == 1 else replace(about, file_id="")
    else:
        return Place(channel, thread, only)
    return Place(channel, thread, only, about)


def _answer(slack: Slack, step: Step, answer: Underway, payload: Payload, message: Message) -> Said | None:
    """Say what became of it; where it stands, or None where its message is deleted: only who posted that hears it."""
    try:
        return answer.say("say", message)
    except Gone:
        _say_alone(slack, step, payload, message)
        return None


def _say_alone(slack: Slack, step: Step, payload: Payload, message: Message) -> None:
    replies.say(step, "say alone", slack, Place(payload["place"][0], only=payload["user"]), message)


def _whose_name(desk: Desk, payload: Payload, step: Step, request: Request, whom: Whom, found: Attached) -> bool:
    """Ask whoever has typed a member's name whether it is that member, unless they have said; whether it was asked.

    The answer states that the person agreed, too, where that has to be stated: one question is enough.
    """
    if whom.member is not None or "namesakes" in payload:
        return False
    members = step("members of that name", lambda: _called(desk, whom.name))
    if not members:
        return False
    user, task = payload["user"], namesakes.enrolling(_waiting(payload, whom, found))
    place = _place(desk, payload).aside(user, payload.get("ts"))
    footings = step("footings", lambda: _footings(desk, request, members))
    question = namesakes.question(whom.name, members, task, user=user, footings=footings)
    replies.say(step, "whose name", desk.slack(), place, question, user=user)
    return True


def _footings(desk: Desk, request: Request, members: Sequence[Member]) -> dict[str, Footing]:
    """On which footing it would be, if it is this member, or by "" if it is somebody else."""
    footings: dict[str, Footing] = {}
    for each in (None, *members):
        with suppress(Refusal):  # which is told if it is them
            asked = request if each is None else replace(request, name=each.usable_name, member=each.id)
            footings[each.id if each else ""] = desk.workspace.enrolment.footing(asked).after(request.stated)
    return footings


def _to_state(desk: Desk, payload: Payload, step: Step, request: Request, whom: Whom, found: Attached) -> bool:
    """Ask whoever enrols another person to state that they agreed, unless they have; whether it was asked."""
    version = step("to state", lambda: desk.workspace.enrolment.unstated(request))
    if version is None or version in request.stated:
        return False
    waiting = {name: value for name, value in _waiting(payload, whom, found).items() if name != "said"}
    place = _place(desk, payload).aside(payload["user"], payload.get("ts"))
    question = statement.question(Statement(version, whom.name, waiting))
    replies.say(step, "has agreed", desk.slack(), place, question, user=payload["user"])
    return True


def _waiting(payload: Payload, whom: Whom, found: Attached) -> dict[str, Any]:
    """The job of an enrolment as it waits in a button: its files have been settled, and others been spoken of."""
    photos = [[file_id, name[:_LONGEST_FILE_NAME]] for file_id, name in found.photos]
    return {**payload, "whom": whom.pack(), "files": photos, "unsettled": [], "others": []}


def _called(desk: Desk, name: str) -> list[Member]:
    """The members whose name it is, of whom nobody has said that the person of this name is somebody else."""
    members = desk.visitors.called(name)
    person = desk.workspace.records.find(name)
    unsettled = desk.workspace.namesakes.unsettled(person, [member.id for member in members])
    return [member for member in members if member.id in unsettled]


def _tell_namesakes(desk: Desk, payload: Payload, step: Step, result: Result) -> None:
    """Keep that whoever was enrolled is said to be somebody else than these members, and tell them."""
    members, person = payload.get("namesakes") or (), result.person
    if not members or person is None or not result.added:
        return
    step("namesakes", lambda: desk.workspace.namesakes.settle(person, members, actor=payload["user"]))
    consent.tell_namesakes(step, desk.slack(), person, members, payload["user"])


def resume(desk: Desk, payload: Payload, *, key: str, user: str, whom: Whom | None, others: Sequence[str]) -> None:
    """Store the job of an enrolment again, now that it is known whose the name is: `whom`, or none of the `others`."""
    rest = {name: value for name, value in payload.items() if name not in {"said", "person"}}
    about: dict[str, Any] = {"whom": whom.pack()} if whom else {"namesakes": list(others)}
    if whom is not None:  # no form has told them what they agree to, if it is themselves
        about["unstated"] = True
    desk.submit(JOB, key, {**rest, **about, "user": user}, channel=payload["place"][0])


def submit_stated(desk: Desk, stated: Statement, *, user: str, question: str) -> None:
    """Store the job of an enrolment again, now that `user` has stated that the person agreed.

    A question may have been put twice, but its message enrols once; `question` is the `ts` of it, for what is none.
    """
    payload = stated.payload
    channel = payload["place"][0]
    key = f"{channel}-{payload.get('ts') or question}-{stated.version}"
    desk.submit(JOB, key, {**payload, "stated": stated.version, "user": user}, channel=channel)


def _ask_member(workspace: Workspace, slack: Slack, step: Step, payload: Payload, asked: ConsentRequest) -> None:
    """Ask the member; where Slack does not let them be asked, nothing waits for their answer."""
    try:
        consent.ask_or_drop(workspace, slack, step, asked)
    except SlackApiError as error:
        if refusals.may_pass(error):
            raise
        place = Place(*payload["place"])
        said = views.not_asked(asked, refusals.reason(error))
        replies.say(step, "not asked", slack, place, said, user=payload["user"])


def _settle_elsewhere(desk: Desk, step: Step, payload: Payload, whom: Whom, result: Result) -> None:
    """Who was invited has answered; and who has enrolled themselves by the form may look at their App Home still."""
    if result.person is not None and whom.member is not None:
        invited.settled(desk, step, whom.member)
    if "form" in payload and whom.member == payload["user"]:
        home.publish(desk, desk.client, payload["user"])


def _remember(workspace: Workspace, place: Place, result: Result, user: str) -> None:
    """More photos may follow in the thread."""
    if result.person is not None and place.thread_ts is not None:
        workspace.records.threads.remember(place.channel, place.thread_ts, actor=user, user_id=result.person.user_id)


def _tell(workspace: Workspace, slack: Slack, step: Step, answer: Underway, payload: Payload, result: Result) -> None:
    """Say what became of the photos, and see that more of them can follow in a thread."""
    place = Place(*payload["place"])
    threaded = result.person is not None and place.only is None and not _boxes(payload)  # that thread is a photo's
    days = workspace.retention.days
    unstated = not {"said", "face", "unstated"}.isdisjoint(payload)  # no modal has said what they agree to
    told = views.result(result, by_message=unstated, retention_days=days, threaded=threaded)
    said = _answer(slack, step, answer, payload, told)
    if threaded and said is not None:
        _remember(workspace, said.thread, result, payload["user"])
    elif "form" in payload and result.person is not None:
        _offer_thread(workspace, slack, step, result, payload["user"])


def _offer_thread(workspace: Workspace, slack: Slack, step: Step, result: Result, user: str) -> None:
    """What only one may see has no thread, so one in their direct messages takes more photos."""
    direct = step("direct to enroller", lambda: slack.members.direct(user))
    said = replies.say(step, "offer a thread", slack, Place(direct), views.more(result))
    _remember(workspace, said.thread, result, user)


def _who(workspace: Workspace, visitors: Visitors, payload: Payload, place: Place) -> Whom:
    if "said" in payload:
        return _whom(visitors, payload["said"], place.channel, payload["user"])
    if "person" in payload:
        return _known(workspace, payload["person"], place.channel)
    return Whom.unpack(payload["whom"])


def _known(workspace: Workspace, user_id: str, channel: str) -> Whom:
    person = workspace.records.people_by_id([user_id]).get(user_id)
    if person is None:
        raise NotFound(texts.SOMEBODY_FORGOTTEN_ALREADY)
    return Whom(person.name, person.member, channel)


def _whom(visitors: Visitors, text: str, channel: str, user: str) -> Whom:
    """A name as typed, or the member that is mentioned; «me» is whoever says it, and who is not named has no name yet.

    Raises `Refusal` for what cannot be a name, for an @ that mentions nobody, since a member must not be enrolled as
    somebody outside Slack, and for a mention of a bot, or of somebody of another organisation, whom nobody here can
    ask.
    """
    text = text.strip(" ,:")
    member = user if names.key(text) == names.ONESELF else mentioned(text)
    if member is not None:
        known = visitors.member(member)
        if known.is_bot:
            raise Refusal(texts.NO_BOT_ENROLLED)
        if known.standing(visitors.home) is Standing.OUTSIDER:
            raise Refusal(texts.NO_OUTSIDER_ENROLLED)
        return Whom(known.usable_name, member, channel)
    if "<@" in text or text.startswith("@"):
        raise Refusal(texts.MENTION_ONE)
    return Whom(names.clean(names.suggest(unescape(text))) if text else "", None, channel)


def _ask(slack: Slack, step: Step, place: Place, whom: Whom, file_id: str, outcome: Outcome, payload: Payload) -> None:
    """Show the faces numbered and let the enroller choose; what only they may see goes to their direct messages."""
    only, about = place.only, place.about or Source("", "")
    if only is not None:
        place = Place(step("direct", lambda: slack.members.direct(only)))
    place = replace(place, about=replace(about, file_id=file_id))
    labels = [Label(number, box, None, None) for number, box in enumerate(outcome.faces, start=1)]

    def numbered() -> bytes:
        return annotate.encode(annotate.draw(images.open(slack.files.fetch(file_id)).image, labels))

    alt = texts.NUMBERED_ALT.format(n=len(labels))
    _, problem = replies.show_if_taken(step, f"show {file_id}", slack, place, numbered, file="faces.jpg", alt=alt)
    user, version = payload["user"], payload.get("stated")
    choice = views.choice(whom, file_id, outcome, problem, stated=(user, version) if version else ())
    replies.say(step, f"ask {file_id}", slack, place, choice, user=user)
