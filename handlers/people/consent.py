"""Consent in direct messages: a member is asked before they are enrolled, or told that they were, and answers."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers import errors
from handlers.desk import Desk
from handlers.people import invited
from handlers.slack import Message, Place, Slack, is_member, refusals, replies, thumbnails
from handlers.views import words
from handlers.views.names import namesakes
from handlers.views.people import consent as views
from services import texts
from services.errors import Forbidden, NotFound
from services.jobs import Payload, Step
from services.people import Actor, GivenPhoto, Ground, Receipt, Result
from services.pictures.drawing import Cell, contact_sheet
from services.records import ConsentRequest, Person
from services.workspace import Workspace

_logger = logging.getLogger(__name__)

JOB = "consent"
PORTRAITS = "portraits.jpg"
# Slack's words about a member, and about a workspace none of whose members can be told.
_NEVER_TOLD = {"user_not_found", "user_not_visible", "user_disabled", "cannot_dm_bot", *refusals.NO_TOKEN}


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _answered))

    def answer(body: dict[str, Any], action: dict[str, Any], said: str) -> None:
        container = body["container"]
        edited = (body["message"].get("edited") or {}).get("ts", "")
        payload = {
            "request": action["value"],
            "member": body["user"]["id"],
            "said": said,
            "channel": container["channel_id"],
            "ts": container["message_ts"],
        }
        # Two clicks on one question are one answer; a question that had to be put again is another.
        desk.submit(JOB, f"{action['value']}-{edited}", payload, channel=container["channel_id"])

    @app.action(views.ACCEPT)
    def accept(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        answer(body, action, views.ACCEPT)
        ack()

    @app.action(views.ACCEPT_WITH_PROFILE)
    def accept_with_profile(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        answer(body, action, views.ACCEPT_WITH_PROFILE)
        ack()

    @app.action(views.DECLINE)
    def decline(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        answer(body, action, views.DECLINE)
        ack()

    @app.action(views.REMOVE_ME)
    def remove_me(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        slack, container = desk.slack(), body["container"]
        said = forget_oneself(desk, slack, body["user"]["id"])
        place = Place(container["channel_id"], container.get("thread_ts"))
        slack.change(place, container["message_ts"], said)


def profile_photo(slack: Slack, member: str) -> GivenPhoto:
    """A member's own profile photo, to be given by nobody but them."""
    return GivenPhoto(texts.PROFILE_PHOTO_FILE, partial(slack.members.profile_photo, member))


def ask(workspace: Workspace, slack: Slack, step: Step, asked: ConsentRequest) -> None:
    """Ask the member in a direct message, with the portraits that wait for their yes."""
    channel = step("open", lambda: slack.members.direct(asked.member))
    portraits = [portrait.picture for portrait in workspace.requests.portraits(asked)]
    picture, problem = "", ""
    if portraits:
        nobody = Place(channel, only=asked.member)  # sees it but in the question
        alt = texts.ASKED_PORTRAITS_ALT.format(name=asked.name)
        render = partial(contact_sheet, [Cell(portrait) for portrait in portraits])
        picture, problem = replies.show_if_taken(step, "portraits", slack, nobody, render, file=PORTRAITS, alt=alt)
    if picture:  # it is to go with the question, whatever becomes of that
        step("picture kept", lambda: workspace.requests.shown(asked, (channel, "", picture)))
    pictures = (picture,) if picture else ()
    question = views.question(asked, len(portraits), pictures, workspace.retention.days, problem)
    said = replies.say(step, "question", slack, Place(channel), question)
    shown = (channel, said.ts, *pictures, *(copy for _, copy in said.copies))
    if not workspace.requests.shown(asked, shown):  # withdrawn while it was put
        settle(slack, replace(asked, shown=shown), views.withdrawn())


def ask_or_drop(workspace: Workspace, slack: Slack, step: Step, asked: ConsentRequest) -> None:
    """The same; where they cannot be asked, nothing waits for their answer. Raises `SlackApiError`."""
    try:
        ask(workspace, slack, step, asked)
    except Exception as error:  # whatever it is, nobody else goes on with it
        step.require_own(error)
        pictures = step("pictures of it", lambda: _pictures(workspace, asked))
        step("ask nobody", lambda: workspace.requests.erase(asked))
        for picture in pictures:
            step(f"discard {picture}", partial(slack.uploads.discard, picture))
        raise


def _pictures(workspace: Workspace, asked: ConsentRequest) -> list[str]:
    """The pictures of a question, as far as there are some yet."""
    now = workspace.records.consents.request(asked.id)
    return list(now.shown[2:]) if now is not None else []


def follow_up(client: WebClient, workspace: Workspace, result: Result, enroller: str) -> None:
    """Outside of any job, ask a member who has to agree, or tell one who was enrolled on the enroller's word.

    Raises `SlackApiError` where Slack does not let them be asked, or told: then nothing waits for their answer, and
    they are not enrolled.
    """
    slack, days = Slack(client), workspace.retention.days
    if result.asked is not None:
        try:
            workspace.requests.shown(result.asked, _put(workspace, slack, result.asked))
        except SlackApiError:
            pictures = _pictures(workspace, result.asked)
            workspace.requests.erase(result.asked)
            _discard(slack, pictures)
            raise
    elif (member := _to_tell(result)) is not None:
        try:
            slack.say(Place(slack.members.direct(member)), views.enrolled(result, enroller, days))
        except SlackApiError:
            _take_back(workspace, result, enroller)
            raise


def _put(workspace: Workspace, slack: Slack, asked: ConsentRequest) -> tuple[str, ...]:
    """Ask the member; where the question stands, and its pictures."""
    channel = slack.members.direct(asked.member)
    portraits = [portrait.picture for portrait in workspace.requests.portraits(asked)]
    alt = texts.ASKED_PORTRAITS_ALT.format(name=asked.name)
    sheet = contact_sheet([Cell(portrait) for portrait in portraits])
    _discard(slack, _pictures(workspace, asked))  # which a command cut short has left
    picture = slack.uploads.keep(sheet, name=PORTRAITS, alt=alt)
    workspace.requests.shown(asked, (channel, "", picture))  # it is to go with the question, whatever becomes of that
    slack.uploads.wait_until_shown(picture, place=None)
    said = slack.say(Place(channel), views.question(asked, len(portraits), (picture,), workspace.retention.days))
    return channel, said.ts, picture, *(copy for _, copy in said.copies)


def _discard(slack: Slack, pictures: Sequence[str]) -> None:
    for picture in pictures:
        slack.uploads.discard(picture)


def tell_enrolled(workspace: Workspace, slack: Slack, step: Step, result: Result, enroller: str) -> None:
    """Tell a member that somebody has enrolled them on their own word.

    Whom Slack never lets be told is not enrolled so: it is taken back, and `Forbidden` raised.
    """
    member = _to_tell(result)
    if member is None:
        return
    notice = views.enrolled(result, enroller, workspace.retention.days)
    try:
        channel = step("open", lambda: slack.members.direct(member))
        replies.say(step, "notice", slack, Place(channel), notice)
    except SlackApiError as error:
        if refusals.may_pass(error):
            raise
        step("take back", lambda: _take_back(workspace, result, enroller))
        reason = refusals.reason(error)
        raise Forbidden(texts.COULD_NOT_TELL.format(name=result.name, reason=reason)) from error


def _to_tell(result: Result) -> str | None:
    """The member whom somebody has just enrolled on their own word, if it is one."""
    untold = result.added and result.ground is Ground.ATTESTED
    return result.person.member if untold and result.person is not None else None


def _take_back(workspace: Workspace, result: Result, enroller: str) -> None:
    with suppress(NotFound):  # they are erased meanwhile
        workspace.changes.undo(result.change or "", actor=Actor(enroller))


def tell_namesakes(step: Step, slack: Slack, person: Person, members: Sequence[str], enroller: str) -> None:
    """Tell members that somebody of their name was enrolled as somebody else."""
    for member in members:
        if member != enroller:
            tell(step, f"tell {member} of {person.user_id}", slack, member, namesakes.told(person, enroller))


def forget_oneself(desk: Desk, slack: Slack, member: str) -> Message:
    """Erase all that is held of a member as they wish, and say so, and who else may be them."""
    with erasing(desk.workspace, slack, member):
        receipt = desk.workspace.people.forget_member(member)
    return gone(desk, receipt, member)


def gone(desk: Desk, receipt: Receipt | None, member: str) -> Message:
    """To a member who had themselves erased: the receipt, and people outside Slack who bear their name."""
    return namesakes.with_bearers(views.gone(receipt), desk.workspace.namesakes.bearers(desk.called(member)))


@contextmanager
def erasing(workspace: Workspace, slack: Slack, member: str | None) -> Iterator[None]:
    """While a person is erased: what Slack shows of them goes too: a question with its pictures, thumbnails."""
    asked = workspace.records.consents.request_of(member) if member else None
    yield
    clear(workspace, slack, asked)


def clear(workspace: Workspace, slack: Slack, asked: ConsentRequest | None) -> None:
    """Take out of Slack what it shows of whoever was erased, and of what they had been asked."""
    if asked is not None:
        settle(slack, asked, views.withdrawn())
    thumbnails.sweep(slack, workspace)


def settle(slack: Slack, asked: ConsentRequest, message: Message, *, at_last: bool = False) -> None:
    """Put what came of a question in its place, and take its pictures out of Slack.

    What Slack does not let be deleted is named: nobody may be told that all is erased while it is not. Raises what may
    pass, where it is the question that cannot be changed unless this is `at_last`.
    """
    if not asked.shown:
        return
    channel, ts, *pictures = asked.shown
    if asked.is_put:
        slack.change(Place(channel), ts, message, at_last=at_last)
    left = sum(not slack.uploads.hide(channel, picture) for picture in pictures)
    if left:
        slack.say(Place(channel), words.sentence(texts.PICTURES_STAY.say(left)))


def tell(step: Step, name: str, slack: Slack, member: str, message: Message) -> Place | None:
    """The steps that tell a member in a direct message: its thread, or None for who can never be told.

    Raises what else keeps them from being told: nobody may be taken for told who was not.
    """
    if not is_member(member):
        return None
    try:
        channel = step(f"{name}, open", lambda: slack.members.direct(member))
        return replies.say(step, name, slack, Place(channel), message).thread
    except SlackApiError as error:
        if refusals.code(error) not in _NEVER_TOLD:
            raise
        return None


def _answered(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: enrol or erase as the member says, and tell both."""
    slack, workspace = desk.slack(), desk.workspace
    place = Place(payload["channel"])
    try:
        asked = step("find", lambda: workspace.requests.get(payload["request"], member=payload["member"]))
    except NotFound as refusal:
        replies.say(step, "settled", slack, place, words.sentence(refusal.sentence))
        return
    try:
        came_of_it = step("answer", lambda: _carry_out(desk, slack, asked, payload["said"]))
    except Exception as error:  # noqa: BLE001  # the boundary of a job: the member is told, the log has the rest
        again = _again(workspace, asked, errors.in_words(error))
        step("ask again", lambda: slack.change(place, payload["ts"], again))
        return
    result = came_of_it if isinstance(came_of_it, Result) else None
    taken = _taken(workspace, asked, result)
    answer = views.accepted(came_of_it, taken) if isinstance(came_of_it, Result) else views.declined(came_of_it)
    try:
        step("settle", lambda: settle(slack, asked, answer))
    except SlackApiError:
        step("settle at last", lambda: settle(slack, asked, answer, at_last=True))
    if result is None:
        step("thumbnails", lambda: thumbnails.sweep(slack, workspace))
    invited.settled(desk, step, asked.member, answer)  # they may have been invited as well
    _tell_enroller(workspace, slack, step, asked, result, taken)


def _tell_enroller(
    workspace: Workspace, slack: Slack, step: Step, asked: ConsentRequest, result: Result | None, taken: str
) -> None:
    """Tell the enroller what came of it, in a message whose thread takes more photos of whom they have enrolled."""
    try:
        told = tell(step, "tell", slack, asked.asked_by, views.outcome(asked, result, taken))
    except SlackApiError as error:  # what the member said is done all the same, and they have been told
        _logger.warning("the enroller could not be told: %s", error)
        return
    if told is not None and told.thread_ts is not None and result is not None and result.person is not None:
        user_id = result.person.user_id
        workspace.records.threads.remember(told.channel, told.thread_ts, actor=asked.asked_by, user_id=user_id)


def _again(workspace: Workspace, asked: ConsentRequest, problem: str) -> Message:
    """The question once more, with what came between."""
    number = len(workspace.requests.portraits(asked))
    return views.question(asked, number, asked.shown[2:], workspace.retention.days, problem)


def _carry_out(desk: Desk, slack: Slack, asked: ConsentRequest, said: str) -> Result | Receipt | None:
    """Do as the member says; the result where they said yes, else what was erased of them."""
    workspace = desk.workspace
    if said == views.DECLINE:
        return workspace.people.decline(asked)
    profile = [profile_photo(slack, asked.member)] if said == views.ACCEPT_WITH_PROFILE else []
    called = (name for name in desk.called(asked.member))  # Slack is asked where it comes to that
    return workspace.enrolment.accept(asked, profile, called)


def _taken(workspace: Workspace, asked: ConsentRequest, result: Result | None) -> str:
    """The name that a member was asked about, where they are known by another as it is somebody else's; else ""."""
    if result is None or result.person is None or result.name == asked.name:
        return ""
    bearer = workspace.records.find(asked.name)
    return bearer.name if bearer is not None and bearer.member != asked.member else ""
