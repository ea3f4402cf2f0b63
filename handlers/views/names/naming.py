"""The form that asks who a face is: of one unknown face or several, and of one that was taken for somebody else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from anyascii import anyascii
from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextObject,
)
from slack_sdk.models.views import View

from handlers.slack import Member, Place
from handlers.views import rich
from handlers.views.people import consent, people
from handlers.views.photos import Face, Shown
from services import names, texts
from services.errors import Refusal
from services.records import Person

CALLBACK = "name_faces"
CONSENT = consent.CONSENT
NAME, ERASE = "suggest_name", "erase_wrong"
MOST = 8  # faces that one form asks about
_MOST_OF_A_KIND = 40  # people, and as many members, that are suggested at once: Slack takes a hundred
_LONGEST_NAME = 50  # characters of an option
_TITLES = {False: texts.WHO_IS_THIS, True: texts.WHO_ARE_THEY}


@dataclass(frozen=True, slots=True)
class Naming:
    """What a form is about; it travels with it.

    Of each of the `fields`, which may be several faces of one person, it asks who that is. `ts` is the answer that it
    was opened from, and `answered` what that was made of where a face of it is said to be somebody else's.
    """

    place: Place
    ts: str
    fields: tuple[tuple[Shown, ...], ...]
    answered: str = ""

    @property
    def wrong(self) -> Face | None:
        """The face that was taken for somebody else, if it is about one."""
        face = self.fields[0][0].face
        return face if face.user_id else None

    def pack(self) -> str:
        place = [self.place.channel, self.place.thread_ts, self.place.only]
        fields = [[shown.pack() for shown in field] for field in self.fields]
        return json.dumps([place, self.ts, fields, self.answered], separators=(",", ":"))

    @classmethod
    def unpack(cls, text: str) -> Naming:
        place, ts, fields, answered = json.loads(text)
        shown = tuple(tuple(map(Shown.unpack, field)) for field in fields)
        return cls(Place(*place), ts, shown, answered)


class Kind(StrEnum):
    """What a choice of the form names: somebody who is known, a member of this Slack, or a new name."""

    PERSON = "p"
    MEMBER = "m"
    NAME = "n"


@dataclass(frozen=True, slots=True)
class Choice:
    """Who somebody says a face is: `who` is a `user_id`, a member's id, or a name."""

    kind: Kind
    who: str

    def pack(self) -> str:
        return f"{self.kind} {self.who}"

    @classmethod
    def unpack(cls, text: str) -> Choice:
        kind, _, who = text.partition(" ")
        return cls(Kind(kind), who)


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody has filled in: a choice for each field, and what they have ticked.

    `stated` is the version of the statement about people outside Slack, "" where it is not ticked.
    """

    choices: tuple[Choice | None, ...]
    stated: str
    erase: bool


def form(naming: Naming, crops: Mapping[Shown, str] | None = None, *, wrong: str = "", only: bool = False) -> View:
    """Asks who the faces are; `crops` are the ids of their pictures, once there are some.

    `wrong` is the name of whom the first was taken for, of whom it may be the `only` photo.
    """
    blocks: list[Block] = [*_said_wrong(naming, wrong)]
    for number, field in enumerate(naming.fields):
        blocks += [rich.picture(crops[shown], shown.label) for shown in field if crops and shown in crops]
        blocks.append(_who(naming, number))
    if only:
        blocks.append(_erase(wrong))
    return View(
        type="modal",
        callback_id=CALLBACK,
        notify_on_close=True,
        private_metadata=naming.pack(),
        title=PlainTextObject(text=texts.NOT_THIS_PERSON if naming.wrong else _TITLES[len(naming.fields) > 1]),
        submit=PlainTextObject(text=texts.SAVE),
        close=PlainTextObject(text=texts.CANCEL),
        blocks=[*blocks, consent.release_if_outside()],
    )


def filled(values: Mapping[str, Any], naming: Naming) -> Filled:
    """What a submitted form holds, from `view.state.values`."""
    chosen = [values.get(block_id(n), {}).get(NAME, {}).get("selected_option") for n in range(len(naming.fields))]
    choices = tuple(Choice.unpack(option["value"]) if option else None for option in chosen)
    return Filled(choices, consent.ticked(values), _ticked(values, ERASE))


def block_id(number: int) -> str:
    """The block of a field."""
    return f"who-{number}"


def suggestions(typed: str, everyone: Sequence[Person], members: Sequence[Member]) -> list[OptionGroup]:
    """Whom to choose from for what is typed so far: who is known, members who are not, and the typed name as a new one.

    Nobody is both: a member who is known stands among those.
    """
    known = [person for person in everyone if fits(typed, person.name)][:_MOST_OF_A_KIND]
    ours = {person.member for person in everyone if person.member}
    others = [member for member in members if member.id not in ours][:_MOST_OF_A_KIND]
    groups = (
        (texts.PEOPLE_I_KNOW, [_person(person) for person in known]),
        (texts.MEMBERS_HERE, [_member(member) for member in others]),
        (texts.A_NEW_NAME, _new(typed, everyone)),
    )
    return [OptionGroup(label=PlainTextObject(text=label), options=options) for label, options in groups if options]


def fits(typed: str, name: str) -> bool:
    """Whether a name contains what is typed, accents and scripts aside."""
    return any(fold(typed) in fold(name) for fold in (names.key, lambda text: names.key(anyascii(text))))


def _new(typed: str, everyone: Sequence[Person]) -> list[Option]:
    try:
        name = names.clean(names.suggest(typed))
    except Refusal:
        return []
    if any(names.key(person.name) == names.key(name) for person in everyone):
        return []
    return [_option(Choice(Kind.NAME, name), texts.NEW_NAME.format(name=_cut(name)))]


def _person(person: Person) -> Option:
    return _option(Choice(Kind.PERSON, person.user_id), _cut(person.name), people.photos(person.faces))


def _member(member: Member) -> Option:
    real_name = next((name for name in member.names if name != member.name and " " in name), None)
    return _option(Choice(Kind.MEMBER, member.id), _cut(member.name), _cut(real_name) if real_name else None)


def _option(choice: Choice, label: str, more: str | None = None) -> Option:
    description = PlainTextObject(text=more, emoji=False) if more else None
    return Option(value=choice.pack(), text=PlainTextObject(text=label, emoji=False), description=description)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _said_wrong(naming: Naming, wrong: str) -> list[Block]:
    if naming.wrong is None or not wrong:
        return []
    return [rich.lines(rich.fill(texts.IS_NOT, number=naming.wrong.number, name=rich.Bold(wrong)))]


def _who(naming: Naming, number: int) -> InputBlock:
    """The field that asks who it is; only the first has to be filled, and that only where a face is unknown."""
    element = ExternalDataSelectElement(
        action_id=NAME,
        placeholder=PlainTextObject(text=texts.TYPE_A_NAME),
        min_query_length=0,
        focus_on_load=number == 0,
    )
    return InputBlock(
        block_id=block_id(number),
        optional=number > 0 or naming.wrong is not None,
        label=PlainTextObject(text=_label(naming, number)),
        element=element,
    )


def _label(naming: Naming, number: int) -> str:
    if naming.wrong is not None:
        return texts.WHO_INSTEAD
    if len(naming.fields) == 1:
        return texts.NAME
    return naming.fields[number][0].label


def _erase(name: str) -> InputBlock:
    option = Option(value=ERASE, label=texts.ERASE_THIS_PERSON)
    return InputBlock(
        block_id=ERASE,
        optional=True,
        label=PlainTextObject(text=texts.ONLY_PHOTO_OF.format(name=_cut(name))),
        hint=PlainTextObject(text=texts.ERASE_THIS_PERSON_MEANS),
        element=CheckboxesElement(action_id=ERASE, options=[option]),
    )


def _ticked(values: Mapping[str, Any], name: str) -> bool:
    return bool(values.get(name, {}).get(name, {}).get("selected_options"))
