"""Who is in several photos of one message and known to nobody: one question, after all photos are answered."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from botocore.exceptions import ClientError

from handlers import redrawing
from handlers.desk import Desk
from handlers.slack import Gone, Place, Slack, replies
from handlers.views import corrections
from handlers.views import strangers as views
from handlers.views.corrections import Face
from handlers.views.naming import MOST, Shown
from services.errors import Refusal, Unavailable
from services.jobs import Step
from services.pictures import images
from services.search import Identification

_MOST_FACES = 60  # that are compared with one another: a crowd has no end of strangers
_MOST_ASKED = 5  # people, those in most photos

_logger = logging.getLogger(__name__)


def ask(
    desk: Desk, slack: Slack, step: Step, place: Place, found: Mapping[int, tuple[str, Identification]], *, user: str
) -> None:
    """The steps that ask about each unknown person who is in several of the photos; nothing of them is kept.

    The photos are given by their numbers, with the ids of their files.
    """
    unknown = {number: (file_id, _unknown(each)) for number, (file_id, each) in found.items()}
    unknown = {number: (file_id, faces) for number, (file_id, faces) in unknown.items() if faces}
    if len(unknown) < 2 or sum(len(faces) for _, faces in unknown.values()) > _MOST_FACES:
        return
    for person in step("the same strangers", lambda: _same(desk, slack, step, unknown))[:_MOST_ASKED]:
        faces = [Shown(unknown[number][0], Face.unpack(face), number) for number, face in person[:MOST]]
        packed = views.pack(faces)
        try:
            said = replies.say(step, f"ask {packed}", slack, place, views.question(faces), user=user)
        except Gone:
            return  # the photos are deleted
        redrawing.remember_question(step, desk.workspace.records.answers, said, packed)


def _unknown(found: Identification) -> list[Face]:
    return [Face.of(face) for face in corrections.crowd(found) if face.user_id is None]


def _same(
    desk: Desk, slack: Slack, step: Step, unknown: Mapping[int, tuple[str, Sequence[Face]]]
) -> list[list[tuple[int, str]]]:
    """The faces of each such person, as plain data. Where they cannot be compared now, nobody is asked about."""
    numbers = list(unknown)
    opened = ((images.open(slack.fetch(file)), [face.box for face in faces]) for file, faces in unknown.values())
    try:
        with step.turn():
            people = desk.workspace.strangers.same(opened)
    except (ClientError, Refusal, Unavailable) as error:
        _logger.warning("the strangers of several photos were not compared: %s", error)
        return []
    seen = [[(numbers[each.photo], each.face) for each in person] for person in people]
    return [[(number, unknown[number][1][face].pack()) for number, face in person] for person in seen]
