"""The job of an enrolment: everything is asked that has to be, and of every photo it is said what became of it."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import count

from slack_sdk.errors import SlackApiError

from handlers import errors, home
from handlers.desk import Desk
from handlers.enroll import asking, stored, typed
from handlers.people import consent, invited
from handlers.photos import Attached, attached, redrawing
from handlers.slack import Gone, Message, Place, Said, Slack, Underway, Visitors, refusals, replies
from handlers.views import words
from handlers.views.enroll import Whom
from handlers.views.enroll import enroll as views
from handlers.views.photos import no_photos
from services import texts
from services.errors import Forbidden, NotFound
from services.jobs import Payload, Step
from services.people import Fate, GivenPhoto, Ground, Request, Result
from services.records import ConsentRequest
from services.workspace import Workspace

_FEW = 3  # photos, which are looked at while one waits


def register(desk: Desk) -> None:
    desk.register(stored.JOB, errors.told(desk, _enroll))


def carry_out(desk: Desk, slack: Slack, payload: Payload, step: Step) -> bool:
    """Enrol, and say what became of it; whether anything did: photos were added, or kept for a member's answer."""
    workspace, place, user = desk.workspace, stored.place(desk, payload), payload["user"]
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
        stated = frozenset({payload.get("stated", "")})
        request = Request(whom.name, actor, whom.member, stated=stated, job=step.key)
        if asking.whose_name(desk, payload, step, request, whom, found) or asking.to_state(
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
    elif result.ground is Ground.ATTESTED and not _told(workspace, slack, step, payload, result):
        return False
    _settle_elsewhere(desk, step, payload, whom, result)
    if result.asked is None:  # who is asked with others of the photos is asked nothing more meanwhile
        _ask_which(slack, step, payload, whom, found, result)
    return bool(result.added or result.asked)


def _enroll(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: enrol, then say of every photo what became of it."""
    slack, channel, ts = desk.slack(), payload["place"][0], payload.get("ts")
    if ts is None:
        added = carry_out(desk, slack, payload, step)
        about = stored.place(desk, payload).about
        if added and about is not None and stored.boxes(payload):
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


def _require_there(workspace: Workspace, step: Step, payload: Payload, place: Place) -> None:
    """Raises `Gone` for a message that enrols and was deleted while its job, or an answer, was waited for."""
    about = place.about if "ts" in payload else None
    if about is not None and step("is gone", lambda: workspace.records.answers.is_gone(about)):
        raise Gone


def _given(slack: Slack, payload: Payload, found: Attached) -> list[GivenPhoto]:
    """The photos, or the one face of each, and the profile photo where that may be used."""
    boxes = stored.boxes(payload) or [None] * len(found.photos)
    face = payload.get("face")
    given = [
        GivenPhoto(name, partial(slack.files.fetch, file_id), face, at)
        for (file_id, name), at in zip(found.photos, boxes, strict=True)
    ]
    if payload.get("profile"):
        given.append(consent.profile_photo(slack, payload["user"]))
    return given


def _who(workspace: Workspace, visitors: Visitors, payload: Payload, place: Place) -> Whom:
    if "said" in payload:
        return typed.whom(visitors, payload["said"], place.channel, payload["user"])
    if "person" in payload:
        return _known(workspace, payload["person"], place.channel)
    return Whom.unpack(payload["whom"])


def _known(workspace: Workspace, user_id: str, channel: str) -> Whom:
    person = workspace.records.people_by_id([user_id]).get(user_id)
    if person is None:
        raise NotFound(texts.SOMEBODY_FORGOTTEN_ALREADY)
    return Whom(person.name, person.member, channel)


def _answer(slack: Slack, step: Step, answer: Underway, payload: Payload, message: Message) -> Said | None:
    """Say what became of it; where it stands, or None where its message is deleted: only who posted that hears it."""
    try:
        return answer.say("say", message)
    except Gone:
        _say_alone(slack, step, payload, message)
        return None


def _say_alone(slack: Slack, step: Step, payload: Payload, message: Message) -> None:
    replies.say(step, "say alone", slack, Place(payload["place"][0], only=payload["user"]), message)


def _tell_namesakes(desk: Desk, payload: Payload, step: Step, result: Result) -> None:
    """Keep that whoever was enrolled is said to be somebody else than these members, and tell them."""
    members, person = payload.get("namesakes") or (), result.person
    if not members or person is None or not result.added:
        return
    step("namesakes", lambda: desk.workspace.namesakes.settle(person, members, actor=payload["user"]))
    consent.tell_namesakes(step, desk.slack(), person, members, payload["user"])


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


def _ask_which(slack: Slack, step: Step, payload: Payload, whom: Whom, found: Attached, result: Result) -> None:
    """Ask whose face is meant in each photo that has several."""
    place = Place(*payload["place"])
    for (file_id, _), outcome in zip(found.photos, result.outcomes, strict=False):  # a profile photo is no file
        if outcome.fate is Fate.SEVERAL_FACES:
            with suppress(Gone):
                asking.which_face(slack, step, place, whom, file_id, outcome, payload)


def _told(workspace: Workspace, slack: Slack, step: Step, payload: Payload, result: Result) -> bool:
    """Whether the member could be told that they are enrolled; whoever has enrolled one who cannot hears that."""
    try:
        consent.tell_enrolled(workspace, slack, step, result, payload["user"])
    except Forbidden as refusal:
        said = words.sentence(refusal.sentence)
        replies.say(step, "not told", slack, Place(*payload["place"]), said, user=payload["user"])
        return False
    return True


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
    # Where the job says which face of a photo is meant, the thread is that photo's.
    threaded = result.person is not None and place.only is None and not stored.boxes(payload)
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
