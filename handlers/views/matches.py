"""The answer to a photo: the list of who is in it."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock, PlainTextObject

from handlers.slack import Message
from handlers.views import rich, words
from services import annotate
from services.percent import likelihood, percent
from services.search import Candidate, Identification, Mode, Sighting

_BY_MODE = {Mode.USERS: "user vectors", Mode.FACES: "single faces"}


def answer(
    found: Identification, title: str = "", *, picture: str | None = None, buttons: ActionsBlock | None = None
) -> Message:
    """How many were recognised, each face with name and similarity, the threshold and the mode.

    `title` tells the photo from its neighbours when a message has several. `picture` is the id of a file to show above,
    `buttons` stand below.
    """
    head = f"{title}: {_count(found)}" if title else _count(found)
    listed = [_line(sighting) for sighting in found.sightings]
    how = f"Threshold {found.threshold:g} % · compared with {_BY_MODE[found.mode]}"
    context = ContextBlock(elements=[PlainTextObject(text=how)])
    text = "\n".join([rich.escape(head), *(rich.plain(line) for line in listed)])
    shown: list[Block] = [rich.picture(picture, alt(found))] if picture else []
    below = [buttons] if buttons else []
    return Message(text, [*shown, rich.lines([rich.Bold(head)], *listed), context, *below])


def no_face(title: str = "") -> Message:
    sentence = "I see no face in this photo. A face needs some 20 pixels, and to be turned towards the camera."
    return words.sentence(f"{title}: {sentence}" if title else sentence)


def alt(found: Identification) -> str:
    """The annotated picture in words."""
    return annotate.describe(found.labels(), (found.width, found.height))


def _count(found: Identification) -> str:
    faces = len(found.sightings)
    return f"{found.recognised} of {faces} {'face' if faces == 1 else 'faces'} recognised"


def _line(sighting: Sighting) -> rich.Line:
    if sighting.match is None:
        return [f"{sighting.number} · unknown"]
    return [f"{sighting.number} · ", *candidate(sighting.match), *_or_else(sighting)]


def candidate(candidate: Candidate) -> rich.Line:
    """A name, the similarity, and how sure that makes one."""
    similarity = candidate.similarity
    return [rich.Bold(candidate.person.name), f" — {percent(similarity)}, {likelihood(similarity)}"]


def _or_else(sighting: Sighting) -> rich.Line:
    if sighting.runner_up is None:
        return []
    return ["; or ", sighting.runner_up.person.name, f" — {percent(sighting.runner_up.similarity)}"]
