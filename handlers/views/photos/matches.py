"""The answer to a photo: the list of who is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock, PlainTextObject

from handlers.slack import Message
from handlers.views import odds, rich, words
from services import texts
from services.pictures.drawing import annotate, exact, likelihood, percent
from services.search import Candidate, Identification, Mode, Sighting, Unclear

_BY_MODE = {Mode.USERS: texts.BY_USERS, Mode.FACES: texts.BY_FACES}
_FEW = 6  # faces, each of which has a line whether it is known or not
_GATHERED = {
    None: texts.UNKNOWN_FACES,
    Unclear.CROWDED: texts.CROWDED_FACES,
    Unclear.POOR: texts.POOR_FACES,
}
_NAMELESS = {
    None: texts.UNKNOWN_FACE,
    Unclear.CROWDED: texts.CROWDED_FACE,
    Unclear.POOR: texts.POOR_FACE,
}


def answer(
    found: Identification,
    title: str = "",
    *,
    picture: str | None = None,
    buttons: ActionsBlock | None = None,
    below: Sequence[Block] = (),
    problem: str = "",
) -> Message:
    """How many were recognised, each face with name and similarity, threshold and mode, and what they mean.

    `title` tells the photo from its neighbours when a message has several. `picture` is the id of a file to show above,
    `problem` why there is none, and `buttons` stand below, with what else is to stand `below` them.
    """
    head = _titled(title, _count(found))
    listed = _listed(found.sightings)
    context = ContextBlock(elements=[PlainTextObject(text=how(found))])
    text = "\n".join([rich.escape(head), *(rich.plain(line) for line in listed)])
    shown: list[Block] = [rich.picture(picture, alt(found))] if picture else []
    above = [*shown, *trouble(problem)]
    rest = [context, *([buttons] if buttons else []), *below]
    return Message(text, rich.listing([rich.Bold(head)], listed, above=above, below=rest))


def trouble(problem: str) -> list[Block]:
    """Why there is no picture, if there is none."""
    return [rich.lines(rich.sentence(problem))] if problem else []


def no_face(found: Identification, title: str = "") -> Message:
    return words.sentence(_titled(title, texts.NO_FACE.format(least=found.least_face)))


def alt(found: Identification) -> str:
    """The annotated picture in words."""
    return annotate.describe(found.labels(), (found.width, found.height))


def candidate(candidate: Candidate) -> rich.Line:
    """A name, the similarity, and how sure that makes one."""
    similarity = candidate.similarity
    return rich.fill(
        texts.CANDIDATE,
        name=rich.Bold(candidate.person.name),
        similarity=percent(similarity),
        likelihood=likelihood(similarity),
    )


def nameless(sighting: Sighting) -> rich.Line:
    """A face that nobody was found for, or somebody who is in the photo already, or that cannot be told from others."""
    if sighting.also is not None:
        name, similarity = rich.Bold(sighting.also.person.name), percent(sighting.also.similarity)
        return rich.fill(texts.ALSO_FACE, number=sighting.number, name=name, similarity=similarity)
    return rich.fill(_NAMELESS[sighting.unclear], number=sighting.number)


def _titled(title: str, sentence: str) -> str:
    return texts.OF_PHOTO.format(title=title, sentence=sentence) if title else sentence


def _count(found: Identification) -> str:
    faces = len(found.sightings)
    return texts.RECOGNISED.say(faces, recognised=found.recognised)


def how(found: Identification) -> str:
    """The threshold and the mode it was searched in, and what that means."""
    how = texts.COMPARED_HOW.format(threshold=exact(found.threshold), mode=_BY_MODE[found.mode])
    strangers = odds.strangers(found.threshold, found.among)
    return texts.HOW_AND_STRANGERS.format(how=how, strangers=strangers) if strangers else how


def _listed(sightings: Sequence[Sighting]) -> list[rich.Line]:
    """A line for each face; of many, the known come first, and the rest in a line for each reason."""
    if len(sightings) <= _FEW:
        return [_line(sighting) for sighting in sightings]
    known = [_line(sighting) for sighting in sightings if sighting.match]
    nameless = [sighting for sighting in sightings if not sighting.match]
    gathered = {why: [each.number for each in nameless if each.unclear is why] for why in _GATHERED}
    return [*known, *(_gathered(_GATHERED[why], numbers) for why, numbers in gathered.items() if numbers)]


def _gathered(text: str, numbers: Sequence[int]) -> rich.Line:
    """«unknown: 3, 5, 9–14»."""
    return rich.fill(text, numbers=", ".join(runs(numbers)))


def runs(numbers: Sequence[int]) -> Iterator[str]:
    """Numbers in order, three or more that follow one another as from the first to the last."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        together = [number for _, number in run]
        if len(together) > 2:
            yield texts.FROM_TO.format(first=together[0], last=together[-1])
        else:
            yield from map(str, together)


def _line(sighting: Sighting) -> rich.Line:
    if sighting.match is None:
        return nameless(sighting)
    match, other = candidate(sighting.match), sighting.runner_up
    if other is None:
        return rich.fill(texts.RECOGNISED_FACE, number=sighting.number, candidate=match)
    return rich.fill(
        texts.RECOGNISED_FACE_OR,
        number=sighting.number,
        candidate=match,
        name=other.person.name,
        similarity=percent(other.similarity),
    )
