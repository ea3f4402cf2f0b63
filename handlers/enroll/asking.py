"""What is asked before somebody is enrolled: whose the name is, whether they agreed, and which face is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from handlers.desk import Desk
from handlers.enroll import stored
from handlers.photos import Attached
from handlers.slack import Member, Place, Slack, replies
from handlers.views.enroll import Statement, Whom, statement
from handlers.views.enroll import enroll as views
from handlers.views.names import namesakes
from services import texts
from services.errors import Refusal
from services.jobs import Payload, Step
from services.people import Footing, Outcome, Request
from services.pictures import images
from services.pictures.drawing import Label, annotate
from services.records import Source


def register(app: App, desk: Desk) -> None:
    @app.action(views.CHOOSE)
    def chosen(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        user = body["user"]["id"]
        face, stated = views.choice_of(action["selected_option"]["value"], user=user)
        file_id, whom = views.chosen(action["block_id"])
        container = body["container"]
        desk.submit(
            stored.JOB,
            f"{container['channel_id']}-{action['action_ts']}-{face}",
            {
                **stored.about(whom, user),
                "stated": stated,
                "place": [container["channel_id"], body["message"].get("thread_ts"), None],
                "files": [[file_id, texts.FACE.format(number=face)]],
                "face": face,
            },
            channel=container["channel_id"],
        )
        ack()


def whose_name(desk: Desk, payload: Payload, step: Step, request: Request, whom: Whom, found: Attached) -> bool:
    """Ask whoever has typed a member's name whether it is that member, unless they have said; whether it was asked.

    The answer states that the person agreed, too, where that has to be stated: one question is enough.
    """
    if whom.member is not None or "namesakes" in payload:
        return False
    members = step("members of that name", lambda: _called(desk, whom.name))
    if not members:
        return False
    user, task = payload["user"], namesakes.enrolling(stored.waiting(payload, whom, found))
    place = stored.place(desk, payload).aside(user, payload.get("ts"))
    footings = step("footings", lambda: _footings(desk, request, members))
    question = namesakes.question(whom.name, members, task, user=user, footings=footings)
    replies.say(step, "whose name", desk.slack(), place, question, user=user)
    return True


def to_state(desk: Desk, payload: Payload, step: Step, request: Request, whom: Whom, found: Attached) -> bool:
    """Ask whoever enrols another person to state that they agreed, unless they have; whether it was asked."""
    version = step("to state", lambda: desk.workspace.enrolment.unstated(request))
    if version is None or version in request.stated:
        return False
    waiting = {name: value for name, value in stored.waiting(payload, whom, found).items() if name != "said"}
    place = stored.place(desk, payload).aside(payload["user"], payload.get("ts"))
    question = statement.question(Statement(version, whom.name, waiting))
    replies.say(step, "has agreed", desk.slack(), place, question, user=payload["user"])
    return True


def which_face(
    slack: Slack, step: Step, place: Place, whom: Whom, file_id: str, outcome: Outcome, payload: Payload
) -> None:
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


def _footings(desk: Desk, request: Request, members: Sequence[Member]) -> dict[str, Footing]:
    """On which footing it would be, if it is this member, or by "" if it is somebody else."""
    footings: dict[str, Footing] = {}
    for each in (None, *members):
        with suppress(Refusal):  # which is told if it is them
            asked = request if each is None else replace(request, name=each.usable_name, member=each.id)
            footings[each.id if each else ""] = desk.workspace.enrolment.footing(asked).after(request.stated)
    return footings


def _called(desk: Desk, name: str) -> list[Member]:
    """The members whose name it is, of whom nobody has said that the person of this name is somebody else."""
    members = desk.visitors.called(name)
    person = desk.workspace.records.find(name)
    unsettled = desk.workspace.namesakes.unsettled(person, [member.id for member in members])
    return [member for member in members if member.id in unsettled]
