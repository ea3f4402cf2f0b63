"""Below an answer: compare both ways of searching, name an unknown face, or say that a face is somebody else's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ExternalDataSelectElement,
    InteractiveElement,
    Option,
    PlainTextObject,
    StaticSelectElement,
)

from handlers.slack import Message
from handlers.views import changes, rich, words
from handlers.views.album import OFFER
from handlers.views.people import people
from handlers.views.photos import matches
from handlers.views.photos.faces import Face
from services import names, texts
from services.people import Correction, Unlearned, is_large_enough
from services.pictures.drawing import Panel, annotate, exact, percent
from services.records import CrowdFace, Person
from services.search import Comparison, Identification, Mode, Sighting

COMPARE, WHO, NOT, REMOVE = "compare", "who_is_this", "not_them", "remove_answer"
_MOST_OPTIONS = 100  # Slack's limit
_MOST_LISTED = 25  # faces whose options a message has room for
_MOST_DENIED = 40  # what fits into the value of a button
_LONGEST_NAME = 60  # characters of an option


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer was about and how it was searched; it travels with its buttons, as do the denials so far.

    `file_id` is the photo, `picture` the annotated one, `poster` who has posted the photo.
    """

    file_id: str
    title: str
    mode: Mode
    threshold: float
    picture: str
    denied: tuple[tuple[int, str], ...] = ()
    poster: str = ""

    def pack(self) -> str:
        packed = [self.file_id, self.title, self.mode, self.threshold, self.picture, self.denied, self.poster]
        return json.dumps(packed, separators=(",", ":"))

    @classmethod
    def unpack(cls, text: str) -> Answered:
        file_id, title, mode, threshold, picture, denied, *poster = json.loads(text)
        pairs = tuple((number, user_id) for number, user_id in denied)
        return cls(file_id, title, Mode(mode), threshold, picture, pairs, *poster)

    def denying(self, number: int, user_id: str) -> Answered:
        """The same after somebody said that this face is not that person's."""
        return replace(self, denied=(*self.denied, (number, user_id))[-_MOST_DENIED:])

    def forgiving(self, user_id: str) -> Answered:
        """The same without what was said of that person."""
        return replace(self, denied=tuple(pair for pair in self.denied if pair[1] != user_id))

    @property
    def key(self) -> str:
        """What tells the answer from others about the photo."""
        return self.picture or self.file_id

    @property
    def denials(self) -> dict[int, set[str]]:
        by_number: dict[int, set[str]] = {}
        for number, user_id in self.denied:
            by_number.setdefault(number, set()).add(user_id)
        return by_number


@dataclass(frozen=True, slots=True)
class Removable:
    """An answer that can be removed: its annotated picture, and the members who may, the poster and those named."""

    picture: str
    members: frozenset[str]

    @classmethod
    def of(cls, found: Identification, answered: Answered) -> Removable:
        named = {sighting.match.person.member for sighting in found.sightings if sighting.match}
        return cls(answered.picture, frozenset(member for member in {*named, answered.poster} if member))

    def pack(self) -> str:
        return " ".join([self.picture, *sorted(self.members)])

    @classmethod
    def unpack(cls, text: str) -> Removable:
        picture, *members = text.split(" ")
        return cls(picture, frozenset(members))


def buttons(found: Identification, answered: Answered, *, private: bool, keeps: bool = False) -> ActionsBlock:
    """Compare; *Who is this?* for the unknown; *Not Alice* for the named, and *Remove*, where the answer can change.

    Where it `keeps`, somebody who is named may want to keep which photos show them.
    """
    elements: list[InteractiveElement] = [
        ButtonElement(text=texts.COMPARE, action_id=COMPARE, value=answered.pack()),
    ]
    faces = crowd(found)
    unknown = [face for face in faces if face.user_id is None]
    named = [] if private else [face for face in faces if face.user_id is not None]
    for action, label, offered in ((WHO, texts.WHO_IS_THIS, unknown), (NOT, texts.NOT_THIS_PERSON, named)):
        placeholder = PlainTextObject(text=label)
        if offered and is_crowd(found):
            elements.append(ExternalDataSelectElement(action_id=action, placeholder=placeholder, min_query_length=0))
        elif offered:
            options = [_option(face) for face in offered]
            elements.append(StaticSelectElement(action_id=action, placeholder=placeholder, options=options))
    if keeps:
        elements.append(keep())
    if not private:
        elements.append(remove(Removable.of(found, answered)))
    return ActionsBlock(block_id=f"{answered.file_id} {answered.key}", elements=elements)


def removal(found: Identification, answered: Answered) -> ActionsBlock:
    """*Remove* alone, to who may do nothing else about it."""
    return ActionsBlock(block_id=f"{answered.file_id} {answered.key}", elements=[remove(Removable.of(found, answered))])


def keep() -> ButtonElement:
    """*Keep my photos*."""
    return ButtonElement(text=texts.KEEP_MY_PHOTOS, action_id=OFFER, value="me")


def is_crowd(found: Identification) -> bool:
    """Whether there are so many faces that the menus fetch what they offer, since a message has no room for it."""
    return len(found.sightings) > _MOST_LISTED


def crowd(found: Identification) -> list[CrowdFace]:
    """The faces as menus offer them: of those that nobody was found for, those that are large enough to be learned."""
    clear = (sighting for sighting in found.sightings if not sighting.unclear)
    return [
        _crowd_face(sighting)
        for sighting in clear
        if sighting.match or is_large_enough(sighting.box, found.width, found.height)
    ]


def unknown_in(message: Mapping[str, Any]) -> list[Face]:
    """The unknown faces that the menu of an answer offers, where it has room for them itself."""
    elements = (element for block in message.get("blocks") or () for element in block.get("elements", ()))
    menu: Mapping[str, Any] = next((each for each in elements if each.get("action_id") == WHO), {})
    return [Face.unpack(option["value"]) for option in menu.get("options") or ()]


def asked_of(block_id: str) -> tuple[str, str]:
    """The photo that the menus of a block are about, and the key of the answer."""
    file_id, _, key = block_id.partition(" ")
    return file_id, key


def offered(faces: Iterable[CrowdFace], action: str, typed: str) -> list[Option]:
    """What the menu of a crowd offers for what is typed into it: the unknown faces, or the named ones."""
    wanted = (face for face in faces if (face.user_id is None) == (action == WHO))
    return [_option(face) for face in wanted if names.key(typed) in names.key(_label(face))][:_MOST_OPTIONS]


def remove(removable: Removable) -> ButtonElement:
    """*Remove*, for those whom the answer concerns."""
    confirm = ConfirmObject(
        title=PlainTextObject(text=texts.REMOVE_ANSWER),
        text=PlainTextObject(text=texts.REMOVE_ANSWER_MEANS),
        confirm=PlainTextObject(text=texts.REMOVE),
        deny=PlainTextObject(text=texts.CANCEL),
    )
    return ButtonElement(text=texts.REMOVE_ANSWER, action_id=REMOVE, value=removable.pack(), confirm=confirm)


def answered_by(message: Mapping[str, Any]) -> Answered:
    """What the answer in a message of Slack's was about."""
    elements = (element for block in message["blocks"] for element in block.get("elements", ()))
    return Answered.unpack(next(e["value"] for e in elements if e.get("action_id") == COMPARE))


def comparison(compared: Comparison, title: str = "", *, picture: str | None = None, problem: str = "") -> Message:
    """Every face by single faces and by user vectors, and by how many the one finds more.

    `picture` is the id of a file to show above, `problem` why there is none.
    """
    found = _found(compared)
    head = texts.OF_PHOTO.format(title=title, sentence=found) if title else found
    rows = [_row(*pair) for pair in zip(compared.faces.sightings, compared.users.sightings, strict=True)]
    text = "\n".join(rich.plain(line) for line in ([head], *rows))
    shown: list[Block] = [rich.picture(picture, compared_alt(compared))] if picture else []
    listing = rich.listing([rich.Bold(head)], rows, bulleted=True)
    return Message(text, [*shown, *matches.trouble(problem), *listing])


def _row(faces: Sighting, users: Sighting) -> rich.Line:
    """One face both ways; a name that both find is written once."""
    one, other = faces.match, users.match
    if users.unclear:
        return matches.nameless(users)
    if one is None and other is None:
        return rich.fill(texts.UNKNOWN_EITHER_WAY, number=faces.number)
    if one is not None and other is not None and one.person.user_id == other.person.user_id:
        return rich.fill(
            texts.SAME_EITHER_WAY,
            number=faces.number,
            name=rich.Bold(other.person.name),
            by_faces=percent(one.similarity),
            by_users=percent(other.similarity),
        )
    return rich.fill(texts.EITHER_WAY, number=faces.number, by_faces=_who(faces), by_users=_who(users))


def panels(compared: Comparison, scale: float) -> tuple[Panel, Panel]:
    """What to draw of a comparison: the captions, and the labels on a copy of the photo `scale` times as large."""
    return (
        (texts.OVER_FACES.format(found=_of(compared.faces)), compared.faces.labels(scale)),
        (texts.OVER_USERS.format(found=_of(compared.users)), compared.users.labels(scale)),
    )


def compared_alt(compared: Comparison) -> str:
    """The comparison's picture in words."""
    size = compared.users.width, compared.users.height
    both = ((texts.OVER_FACES, compared.faces), (texts.OVER_USERS, compared.users))
    half = annotate.MAX_ALT // 2 - max(len(text) for text, _ in both)
    return " ".join(text.format(found=annotate.describe(f.labels(), size, most=half)) for text, f in both)


_UNLEARNED = {
    Unlearned.FACE: texts.UNLEARNED_FACE,
    Unlearned.ONLY: texts.UNLEARNED_NOTHING_YET,
    Unlearned.PERSON: texts.UNLEARNED_PERSON,
}


def corrected(sighting: Sighting, person: Person, correction: Correction | None, *, hidden: bool = True) -> Message:
    """Who the face is instead, and what is gone with it; None where whoever says so may not take anything away.

    What can be taken back has a button for it, and whether somebody is erased of whom it was the only photo is asked.
    `hidden` says that the picture of the answer before is gone.
    """
    name = rich.Bold(person.name)
    corrected = texts.CORRECTED if sighting.match else texts.CORRECTED_UNKNOWN
    line = rich.fill(corrected, number=sighting.number, name=name, who=_who(sighting))
    text = texts.NOT_UNLEARNED if correction is None else _UNLEARNED.get(correction.unlearned)
    gone = [rich.fill(text, name=name)] if text else []
    left = [] if hidden else [[texts.PICTURES_STAY.one]]
    said = words.lines(line, *gone, *left)
    if correction is not None and correction.unlearned is Unlearned.ONLY:
        question = people.confirm_forget(person)
        return Message(f"{said.text}\n{question.text}", [*said.blocks, *question.blocks])
    return changes.undoable(said, correction.change) if correction is not None and correction.change else said


def _found(compared: Comparison) -> str:
    return texts.COMPARED.format(
        threshold=exact(compared.users.threshold), by_faces=_of(compared.faces), by_users=compared.users.recognised
    )


def _of(found: Identification) -> str:
    return texts.SO_MANY_OF.format(recognised=found.recognised, n=len(found.sightings))


def _who(sighting: Sighting) -> rich.Line:
    return matches.candidate(sighting.match) if sighting.match else [texts.UNKNOWN]


def _crowd_face(sighting: Sighting) -> CrowdFace:
    left, top, width, height = (round(side) for side in sighting.box)
    person = sighting.match.person if sighting.match else None
    box = left, top, width, height
    return CrowdFace(sighting.number, box, person.user_id if person else None, person.name if person else "")


def _option(face: CrowdFace) -> Option:
    return Option(text=PlainTextObject(text=_label(face), emoji=False), value=Face.of(face).pack())


def _label(face: CrowdFace) -> str:
    if face.user_id is None:
        return texts.FACE.format(number=face.number)
    return texts.IS_NOT.format(number=face.number, name=face.name[:_LONGEST_NAME])
