"""Who is in several photos of one message and known to nobody: one question, after all photos are answered."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Mapping, Sequence

from botocore.exceptions import ClientError
from slack_sdk.errors import SlackApiError

from handlers.desk import Desk
from handlers.photos import drawn
from handlers.slack import Gone, Place, Slack, replies
from handlers.views.names.naming import MOST
from handlers.views.photos import Face, Shown, corrections
from handlers.views.photos import strangers as views
from services.errors import Refusal, Unavailable
from services.jobs import Step
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
    try:
        people = step("the same strangers", lambda: _same(desk, slack, step, unknown))[:_MOST_ASKED]
        for each, person in enumerate(people, start=1):
            faces = [Shown(unknown[number][0], Face.unpack(face), number) for number, face in person[:MOST]]
            said = replies.say(step, f"ask {each}", slack, place, views.question(faces), user=user)
            drawn.remember_question(step, desk.workspace.records.answers, said, views.pack(faces))
    except Gone:  # the photos are deleted
        return
    except (SlackApiError, OSError, http.client.HTTPException) as error:  # the photos are answered all the same
        _logger.warning("it could not be asked who is in several photos: %s", error)


def _unknown(found: Identification) -> list[Face]:
    return [Face.of(face) for face in corrections.crowd(found) if face.user_id is None]


def _same(
    desk: Desk, slack: Slack, step: Step, unknown: Mapping[int, tuple[str, Sequence[Face]]]
) -> list[list[tuple[int, str]]]:
    """The faces of each such person, as plain data. Where they cannot be compared now, nobody is asked about."""
    numbers = list(unknown)
    photos = ((slack.files.fetch(file_id), [face.box for face in faces]) for file_id, faces in unknown.values())
    try:
        people = desk.workspace.strangers.same(photos, step.turn)
    except (ClientError, Refusal, Unavailable) as error:
        _logger.warning("the strangers of several photos were not compared: %s", error)
        return []
    seen = [[(numbers[each.photo], each.face) for each in person] for person in people]
    return [[(number, unknown[number][1][face].pack()) for number, face in person] for person in seen]
