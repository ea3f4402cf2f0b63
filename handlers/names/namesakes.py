"""Whose name it is: what comes of the question that a typed name raises, and a member who takes back their own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers import enroll, errors, home
from handlers.desk import Desk
from handlers.facesearch import ask_to_merge
from handlers.people import consent, person_of
from handlers.slack import Message, Place, Slack, is_member, refusals, replies, reply, thumbnails
from handlers.views import words
from handlers.views.enroll import Whom
from handlers.views.names import Answer
from handlers.views.names import namesakes as views
from handlers.views.people import people as people_views
from services.jobs import Payload, Step
from services.records import ConsentRequest, Person

JOB = "namesake"


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _answered))

    def answer(body: dict[str, Any], action: dict[str, Any], *, somebody_else: bool) -> Answer:
        """Store what is to be done now that it is known whose the name is."""
        given, user, channel = Answer.unpack(action["value"]), body["user"]["id"], body["container"]["channel_id"]
        key = f"{channel}-{body['container']['message_ts']}"
        if given.task["kind"] == "enroll":
            whom = None if somebody_else else _whom(desk, given.members[0], channel)
            enroll.resume(desk, given.task["payload"], key=key, user=user, whom=whom, others=given.members)
        else:
            place = [channel, body["container"].get("thread_ts"), user]
            payload = {**given.task, "members": list(given.members), "user": user, "place": place}
            desk.submit(JOB, key, {**payload, "somebody_else": somebody_else}, channel=channel)
        return given

    @app.action(views.IS)
    def it_is(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        given = answer(body, action, somebody_else=False)
        ack()
        noted = views.noted(given, user=body["user"]["id"], somebody_else=False)
        reply(desk.workspace, client, respond, body).say(noted, replace=True)

    @app.action(views.OTHER)
    def somebody_else(
        ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond
    ) -> None:
        given = answer(body, action, somebody_else=True)
        ack()
        noted = views.noted(given, user=body["user"]["id"], somebody_else=True)
        reply(desk.workspace, client, respond, body).say(noted, replace=True)

    @app.action(views.CLAIM)
    def claim(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        slack, user = Slack(client), body["user"]["id"]
        said = _claim(desk, slack, person_of(desk.workspace, action["value"]), user)
        if "view" in body:
            slack.say(Place(slack.members.direct(user)), said)
            home.publish(desk, client, user)
        else:
            reply(desk.workspace, client, respond, body).say(said)


def tell(client: WebClient, person: Person, members: Sequence[str], *, enroller: str) -> None:
    """Tell members, outside of any job, that somebody of their name was enrolled as somebody else."""
    slack = Slack(client)
    for member in members:
        with suppress(SlackApiError):  # who cannot be told finds them in their App Home
            slack.say(Place(slack.members.direct(member)), views.told(person, enroller))


def _whom(desk: Desk, member: str, channel: str) -> Whom:
    return Whom(desk.visitors.member(member).usable_name, member, channel)


def _claim(desk: Desk, slack: Slack, person: Person, member: str) -> Message:
    """Erase somebody who is the member, as they say, and tell whoever had added them."""
    workspace = desk.workspace
    with consent.erasing(workspace, slack, None):
        receipt = workspace.namesakes.claim(person, desk.called(member), member=member)
    if is_member(person.added_by) and person.added_by != member:
        with suppress(SlackApiError):  # they may have left
            slack.say(Place(slack.members.direct(person.added_by)), views.they_claimed(person.name, member))
    return views.claimed(receipt)


def _answered(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: rename or merge as was asked for, or ask the member whose name it is instead."""
    slack, place = desk.slack(), Place(*payload["place"])
    go_on = _as_asked if payload["somebody_else"] else _ask_member
    try:
        said = go_on(desk, slack, payload, step)
    except Exception as error:  # noqa: BLE001  # the boundary of a job: the person is told, the log has the rest
        step.require_own(error)
        said = words.sentence(errors.in_words(error))
    replies.say(step, "say", slack, place, said, user=payload["user"])


def _as_asked(desk: Desk, slack: Slack, payload: Payload, step: Step) -> Message:
    """Somebody else bears the name: keep that, tell the members, and go on."""
    workspace, actor = desk.workspace, step("actor", lambda: desk.actor(payload["user"]))
    person = step("person", lambda: person_of(workspace, payload["person"]))
    workspace.roles.require_manager(actor, person)
    if payload["kind"] == "rename":
        change = step("rename", lambda: workspace.changes.rename(person, payload["name"], actor=actor).id)
        said = people_views.renamed(person.name, person_of(workspace, person.user_id), change)
    else:
        said = ask_to_merge(workspace, slack, person, person_of(workspace, payload["other"]))
    step("namesakes", lambda: workspace.namesakes.settle(person, payload["members"], actor=actor.id))
    now = person_of(workspace, person.user_id)
    consent.tell_namesakes(step, slack, now, payload["members"], actor.id)
    return said


def _ask_member(desk: Desk, slack: Slack, payload: Payload, step: Step) -> Message:
    """It is the member: they are asked, and until they answer nobody is known by those photos.

    Where they cannot be asked the person stays as they are.
    """
    workspace, member = desk.workspace, payload["members"][0]
    actor = step("actor", lambda: desk.actor(payload["user"]))
    known = step("member", lambda: desk.visitors.member(member))

    person = step("person", lambda: person_of(workspace, payload["person"]))
    name = known.usable_name

    def hand_over() -> ConsentRequest:
        return workspace.namesakes.hand_over(person, member=member, name=name, actor=actor, job=step.key)

    try:
        step("can be asked", lambda: slack.members.direct(member))
        consent.ask_or_drop(workspace, slack, step, step("hand over", hand_over))
    except SlackApiError as error:
        return views.not_handed_over(person.name, member, refusals.reason(error))
    step("left to them", lambda: workspace.namesakes.left(person, actor=actor))
    step("thumbnails", lambda: thumbnails.sweep(slack, workspace))
    return views.handed_over(person.name, member)
