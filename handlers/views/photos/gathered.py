"""The answer to many photos at once: who is in which of them, by their numbers on the sheet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    InteractiveElement,
    Option,
    PlainTextObject,
    StaticSelectElement,
)

from handlers.slack import Message
from handlers.views import rich, words
from handlers.views.photos import corrections, matches
from handlers.views.photos.corrections import Removable
from handlers.views.photos.faces import Face, Shown
from services import texts
from services.pictures import Box
from services.pictures.drawing import annotate
from services.records import Person
from services.search import Identification, Sighting

EACH, WHO, NOT = "each_photo", "who_among_many", "not_them_among_many"
_MOST_LISTED, _MOST_CONCERNED = 50, 80  # people, members: as a message has room for
_MOST_UNKNOWN, _MOST_NAMED = 20, 12  # faces in a menu
_LONGEST_NAME = 40  # characters of an option
_MOST_VALUE = 2_000  # characters of a button's


@dataclass(frozen=True, slots=True)
class Photographed:
    """A photo among many: its number, the message and the file that it is, and who has posted it."""

    number: int
    ts: str
    file_id: str
    poster: str = ""

    def pack(self) -> list[int | str]:
        return [self.number, self.ts, self.file_id, self.poster]

    @classmethod
    def unpack(cls, packed: Sequence[Any]) -> Photographed:
        number, ts, file_id, poster = packed
        return cls(number, ts, file_id, poster)


@dataclass(frozen=True, slots=True)
class Seen:
    """Who is in a photo among many, or a sentence why that cannot be said."""

    photo: Photographed
    found: Identification | None
    problem: str = ""

    @property
    def rings(self) -> tuple[Box, ...]:
        """Around whoever is recognised, as ratios of the photo's sides."""
        found = self.found
        boxes = (each.box for each in found.sightings if each.match) if found else ()
        return tuple(_ratios(box, found.width, found.height) for box in boxes) if found else ()


def answer(
    seen: Sequence[Seen],
    *,
    title: str = "",
    pictures: Sequence[str] = (),
    problem: str = "",
    private: bool = False,
    keeps: bool = False,
    reads: bool = False,
    below: Sequence[Block] = (),
) -> Message:
    """Each person with the numbers of the photos that show them, then what cannot be said of others.

    `pictures` are the ids of sheets to show above, `problem` is why there are none; `private` is for one person's eyes.
    Where it `keeps`, somebody who is named may want to keep which photos show them. Who only `reads` may remove it.
    What else is to stand `below` comes last.
    """
    people = _people(seen)
    head = texts.PEOPLE_IN_PHOTOS.say(len(people), photos=texts.PHOTOS.say(len(seen)))
    head = texts.OF_PHOTO.format(title=title, sentence=head) if title else head
    listed, more = people[:_MOST_LISTED], len(people) - _MOST_LISTED
    rows = [rich.fill(texts.IN_PHOTOS, name=rich.Bold(name), numbers=_numbers(numbers)) for name, numbers in listed]
    rows += [[texts.MORE_IN_PHOTOS.say(more)]] if more > 0 else []
    rows += [*_nameless(seen), *_problems(seen)]
    text = "\n".join([rich.escape(head), *(rich.plain(row) for row in rows)])
    shown: list[Block] = [rich.picture(picture, alt(seen)) for picture in pictures]
    looked = next((each.found for each in seen if each.found), None)
    how: list[Block] = [ContextBlock(elements=[PlainTextObject(text=matches.how(looked))])] if looked else []
    buttons = _removal(seen, pictures) if reads else _buttons(seen, pictures, private=private, keeps=keeps)
    above, rest = [*shown, *matches.trouble(problem)], [*how, buttons, *below]
    return Message(text, rich.listing([rich.Bold(head)], rows, above=above, below=rest))


def digest(day: str, photos: int) -> Message:
    """What the thread of a day hangs from: the day, as in ISO 8601, and of how many photos it is by now."""
    at = texts.DAY.format(at=date.fromisoformat(day))
    text = texts.DIGEST if photos else texts.DIGEST_OF
    return words.sentence(text.format(day=at, photos=texts.PHOTOS.say(photos)))


def alt(seen: Sequence[Seen]) -> str:
    """A sheet in words: its photos, and who is in them."""
    rows = [f"{name}: {_numbers(numbers)}" for name, numbers in _people(seen)]
    return texts.SHEET_ALT.format(photos=texts.PHOTOS.say(len(seen)), people="; ".join(rows))[: annotate.MAX_ALT]


def photos_of(value: str) -> tuple[Photographed, ...]:
    """The photos that *Show each photo* is about."""
    return tuple(
        Photographed(number, ts, file_id, poster)
        for ts, poster, files in json.loads(value)
        for number, file_id in files
    )


def shown_in(value: str) -> Shown:
    """The face that an option of the menu is about."""
    return Shown.unpack(json.loads(value))


def unknown_in(message: Mapping[str, Any]) -> list[Shown]:
    """All faces that the menu of an answer offers."""
    elements = (element for block in message.get("blocks") or () for element in block.get("elements", ()))
    menu: Mapping[str, Any] = next((each for each in elements if each.get("action_id") == WHO), {})
    return [shown_in(option["value"]) for option in menu.get("options") or ()]


def _people(seen: Sequence[Seen]) -> list[tuple[str, list[int]]]:
    """Everyone by name with the numbers of their photos, those in most photos first."""
    numbers: dict[str, list[int]] = {}
    people: dict[str, Person] = {}
    for each in seen:
        for sighting in each.found.sightings if each.found else ():
            if sighting.match:
                person = sighting.match.person
                people[person.user_id] = person
                numbers.setdefault(person.user_id, []).append(each.photo.number)
    order = sorted(numbers, key=lambda user_id: (-len(numbers[user_id]), people[user_id].name))
    return [(people[user_id].name, numbers[user_id]) for user_id in order]


def _nameless(seen: Sequence[Seen]) -> list[rich.Line]:
    """Faces without a name, and photos without a face, in a line for each kind."""
    faces = [(each.photo.number, face) for each in seen if each.found for face in each.found.sightings]
    unknown = [number for number, face in faces if not (face.match or face.also or face.unclear)]
    unclear = [number for number, face in faces if face.unclear]
    empty = [each.photo.number for each in seen if each.found and not each.found.sightings]
    kinds = ((texts.UNKNOWN_IN_PHOTOS, unknown), (texts.UNCLEAR_IN_PHOTOS, unclear), (texts.NO_FACE_IN_PHOTOS, empty))
    return [rich.fill(text.of(len(each)), n=len(each), numbers=_numbers(each)) for text, each in kinds if each]


def _problems(seen: Sequence[Seen]) -> list[rich.Line]:
    return [
        rich.fill(texts.PROBLEM_OF_PHOTO, number=each.photo.number, sentence=rich.sentence(each.problem))
        for each in seen
        if each.problem
    ]


def _buttons(seen: Sequence[Seen], pictures: Sequence[str], *, private: bool, keeps: bool) -> ActionsBlock:
    elements: list[InteractiveElement] = []
    value = _packed([each.photo for each in seen])
    if len(value) <= _MOST_VALUE:
        elements.append(ButtonElement(text=texts.SHOW_EACH_PHOTO, action_id=EACH, value=value))
    unknown = [_option(shown) for each in seen for shown in _unknown(each)][:_MOST_UNKNOWN]
    named = [] if private else _named(seen)
    for action, label, options in ((WHO, texts.WHO_IS_THIS, unknown), (NOT, texts.NOT_THIS_PERSON, named)):
        if options:
            placeholder = PlainTextObject(text=label)
            elements.append(StaticSelectElement(action_id=action, placeholder=placeholder, options=options))
    if keeps:
        elements.append(corrections.keep())
    if not private:
        elements.append(corrections.remove(_removable(seen, pictures)))
    return ActionsBlock(block_id=rich.fresh("many", elements), elements=elements)


def _removal(seen: Sequence[Seen], pictures: Sequence[str]) -> ActionsBlock:
    elements = [corrections.remove(_removable(seen, pictures))]
    return ActionsBlock(block_id=rich.fresh("many", elements), elements=elements)


def _packed(photos: Iterable[Photographed]) -> str:
    by_message = groupby(photos, key=lambda photo: (photo.ts, photo.poster))
    packed = [[ts, poster, [[each.number, each.file_id] for each in group]] for (ts, poster), group in by_message]
    return json.dumps(packed, separators=(",", ":"))


def _unknown(seen: Seen) -> list[Shown]:
    faces = corrections.crowd(seen.found) if seen.found else []
    return [Shown(seen.photo.file_id, Face.of(face), seen.photo.number) for face in faces if face.user_id is None]


def _named(seen: Sequence[Seen]) -> list[Option]:
    """The faces that have a name, in the order of the photos: those that are least sure, where there are many."""
    named = [(each, face) for each in seen if each.found for face in each.found.sightings if face.match]
    doubtful = sorted(named, key=lambda pair: pair[1].match.similarity if pair[1].match else 0)[:_MOST_NAMED]
    return [_not(*pair) for pair in named if any(pair is one for one in doubtful)]


def _not(seen: Seen, sighting: Sighting) -> Option:
    """«Face 1 in photo 3 is not Alice»."""
    person = sighting.match.person if sighting.match else None
    face = Face(sighting.number, sighting.box, person.user_id if person else "")
    shown = Shown(seen.photo.file_id, face, seen.photo.number)
    name = person.name[:_LONGEST_NAME] if person else ""
    return _option(shown, texts.IS_NOT.format(number=shown.label, name=name))


def _option(shown: Shown, text: str = "") -> Option:
    label = text or shown.label
    label = label[:1].upper() + label[1:]
    value = json.dumps(shown.pack(), separators=(",", ":"))
    return Option(text=PlainTextObject(text=label, emoji=False), value=value)


def _removable(seen: Sequence[Seen], pictures: Sequence[str]) -> Removable:
    """Whoever has posted a photo, and those named, as many as a button has room for."""
    faces = [face for each in seen if each.found for face in each.found.sightings]
    named = [face.match.person.member for face in faces if face.match]
    members = dict.fromkeys(member for member in (*(each.photo.poster for each in seen), *named) if member)
    return Removable(pictures[0] if pictures else "", frozenset(list(members)[:_MOST_CONCERNED]))


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(matches.runs(sorted(set(numbers))))


def _ratios(box: Box, width: int, height: int) -> Box:
    return Box(box.left / width, box.top / height, box.width / width, box.height / height)
