"""A zip of many people: what is in it, what becomes of each of them, and which face is theirs, on one page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InputBlock,
    Option,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from handlers.slack import Message, Place
from handlers.views import rich, words
from handlers.views.people import consent
from services import texts
from services.people import MIN_FACE, Fate, Outcome, Policy, Result

ENROLL, FACES = "enroll_team", "which_faces"
CALLBACK, FACES_CALLBACK = "enroll_team_form", "which_faces_form"
MOST_QUESTIONS = 20  # on the one page, with their pictures
_MOST_NAMED = 60  # people in a line
_MOST_VALUE = 2_000  # characters of a button's
_NOBODY = "0"


@dataclass(frozen=True, slots=True)
class Planned:
    """Somebody in the zip, by the path of each photo: a member to be asked, somebody outside Slack, or a problem."""

    who: str
    photos: tuple[str, ...]
    member: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A photo in the zip with several faces: which is theirs, but for those that are too `small` to be enrolled?"""

    who: str
    member: str | None
    photo: str
    faces: int
    small: tuple[int, ...] = ()

    @classmethod
    def of(cls, planned: Planned, outcome: Outcome) -> Question:
        numbered = enumerate(outcome.faces, start=1)
        small = tuple(number for number, box in numbered if min(box.width, box.height) < MIN_FACE)
        return cls(planned.who, planned.member, outcome.file, len(outcome.faces), small)

    @property
    def choices(self) -> list[int]:
        """The numbers of the faces that can be chosen."""
        return [number for number in range(1, self.faces + 1) if number not in self.small]

    def pack(self) -> list[Any]:
        """Of a crowd most faces are too small: then the others are kept, by negative numbers."""
        others = [-number for number in self.choices] or [0]
        shorter = others if len(others) < len(self.small) else self.small
        return [self.who, self.member or "", self.photo, self.faces, *shorter]

    @classmethod
    def unpack(cls, packed: Sequence[Any]) -> Question:
        who, member, photo, faces, *numbers = packed
        if any(number <= 0 for number in numbers):
            numbers = [number for number in range(1, faces + 1) if -number not in numbers]
        return cls(who, member or None, photo, faces, tuple(numbers))


@dataclass(frozen=True, slots=True)
class Stated:
    """Who has submitted a zip's form, and the versions of what they have stated by it; it travels with the questions.

    What one has stated another has not, who may answer the questions.
    """

    who: str = ""
    versions: tuple[str, ...] = ()

    def by(self, user: str) -> list[str]:
        """What somebody has stated."""
        return list(self.versions) if user == self.who else []


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was submitted on the page of questions: the face of each photo that somebody has chosen one of."""

    place: Place
    file_id: str
    picked: list[tuple[Question, int]]
    stated: Stated


@dataclass(frozen=True, slots=True)
class Done:
    """What became of somebody: of their photos, or a sentence why nothing did."""

    planned: Planned
    result: Result | None
    problem: str = ""


def review(planned: Sequence[Planned], file_id: str, policy: Policy) -> Message:
    """Who is in the zip, and what will be done with each once somebody says so."""
    members = [each for each in planned if each.member]
    outside = [each for each in planned if not each.member and not each.problem]
    head = texts.IN_ZIP.say(len(planned), photos=texts.PHOTOS.say(sum(len(e.photos) for e in planned)))
    rows: list[rich.Line] = []
    if members:
        of_members = texts.ZIP_MEMBERS if policy is Policy.MEMBER else texts.ZIP_MEMBERS_ATTESTED
        rows.append(rich.fill(of_members.of(len(members)), n=len(members), members=_users(members)))
    if outside:
        rows.append(rich.fill(texts.ZIP_OUTSIDE.of(len(outside)), n=len(outside), names=_names(outside)))
    rows += _problems(planned)
    text = "\n".join([head, *(rich.plain(row) for row in rows)])
    blocks: list[Block] = rich.listing([rich.Bold(head)], rows, bulleted=True)
    if members or outside:
        button = ButtonElement(text=texts.ENROL_THEM, action_id=ENROLL, value=file_id, style="primary")
        blocks.append(ActionsBlock(elements=[button]))
    return Message(text, blocks)


def form(place: Place, ts: str, file_id: str, policy: Policy) -> View:
    """Asks for the release of whoever is outside Slack, and of members, if they are not asked, whether they agreed.

    `ts` is the message that said who is in the zip.
    """
    packed = json.dumps([place.channel, place.thread_ts, ts, file_id])
    blocks: list[Block] = [rich.lines([texts.ZIP_MEMBERS_ARE_ASKED]), consent.release_if_outside()]
    if policy is Policy.ATTEST:
        head = rich.lines([texts.ZIP_MEMBERS_ARE_TOLD])
        blocks = [head, consent.attestation_if_members(), consent.release_if_outside()]
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=packed,
        title=PlainTextObject(text=texts.ENROL_A_TEAM),
        submit=PlainTextObject(text=texts.ENROL),
        close=PlainTextObject(text=texts.CANCEL),
        blocks=blocks,
    )


def form_of(private_metadata: str) -> tuple[Place, str, str]:
    """Where the answer stands, its `ts`, and the zip."""
    channel, thread, ts, file_id = json.loads(private_metadata)
    return Place(channel, thread), ts, file_id


def stated(values: Mapping[str, Any]) -> list[str]:
    """The versions of what was stated."""
    return consent.all_ticked(values)


def underway(done: int, n: int) -> Message:
    return words.sentence(texts.TEAM_UNDERWAY.format(done=done, n=n))


def result(done: Sequence[Done], file_id: str, questions: Sequence[Question], stated: Stated = Stated()) -> Message:
    """What became of everybody, and a button for the photos with several faces."""
    asked = sum(each.result is not None and each.result.asked is not None for each in done)
    known = sum(each.result is not None and each.result.person is not None for each in done)
    head = texts.TEAM_DONE.format(asked=asked, known=known, n=len(done))
    rows = [_row(each) for each in done]
    text = "\n".join([head, *(rich.plain(row) for row in rows)])
    blocks = rich.listing([rich.Bold(head)], rows, bulleted=True)
    value = _packed(file_id, questions, stated)
    if questions:
        label = texts.WHICH_FACES.say(len(questions))
        blocks.append(ActionsBlock(elements=[ButtonElement(text=label, action_id=FACES, value=value)]))
    return Message(text, blocks)


def fitting(file_id: str, questions: Sequence[Question], stated: Stated) -> list[Question]:
    """As many questions as one page and the button to it have room for."""
    fit = list(questions[:MOST_QUESTIONS])
    while fit and len(_packed(file_id, fit, stated)) > _MOST_VALUE:
        fit.pop()
    return fit


def questions_of(value: str) -> tuple[str, list[Question], Stated]:
    """The zip, the photos that are asked about, and what was stated; an older release's button does not say that."""
    file_id, packed, *stated = json.loads(value)
    who, *versions = stated or [""]
    return file_id, list(map(Question.unpack, packed)), Stated(who, tuple(versions))


def faces(place: Place, value: str, questions: Sequence[Question], pictures: Sequence[str]) -> View:
    """One page with every photo, its faces numbered, and a menu of them; a photo may have no picture."""
    blocks: list[Block] = []
    for number, question in enumerate(questions):
        picture = pictures[number] if number < len(pictures) else ""
        blocks += [rich.picture(picture, texts.NUMBERED_ALT.format(n=question.faces))] if picture else []
        options = [Option(value=str(n), label=texts.FACE.format(number=n)) for n in question.choices]
        menu = StaticSelectElement(
            action_id=FACES,
            placeholder=PlainTextObject(text=texts.CHOOSE_A_FACE),
            options=[*options[:99], Option(value=_NOBODY, label=texts.NONE_OF_THEM)],
        )
        label = PlainTextObject(text=texts.WHICH_IS.format(name=question.who)[:2000], emoji=False)
        blocks.append(InputBlock(block_id=f"{FACES}{number}", label=label, element=menu, optional=True))
    return View(
        type="modal",
        callback_id=FACES_CALLBACK,
        private_metadata=_dumped([place.channel, place.thread_ts, value]),
        title=PlainTextObject(text=texts.WHICH_FACES_TITLE),
        submit=PlainTextObject(text=texts.SAVE),
        close=PlainTextObject(text=texts.CANCEL),
        notify_on_close=True,
        blocks=blocks,
    )


def chosen(private_metadata: str, values: Mapping[str, Any]) -> Chosen:
    channel, thread, value = json.loads(private_metadata)
    file_id, questions, stated = questions_of(value)
    picked: list[tuple[Question, int]] = []
    for number, question in enumerate(questions):
        option = (values.get(f"{FACES}{number}", {}).get(FACES) or {}).get("selected_option") or {}
        if option.get("value", _NOBODY) != _NOBODY:
            picked.append((question, int(option["value"])))
    return Chosen(Place(channel, thread), file_id, picked, stated)


def _packed(file_id: str, questions: Sequence[Question], stated: Stated) -> str:
    return _dumped([file_id, [question.pack() for question in questions], stated.who, *stated.versions])


def _dumped(packed: Sequence[Any]) -> str:
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":"))


def _row(done: Done) -> rich.Line:
    """«Alice — is asked», «Bruno — 2 of 3 photos added: photo.jpg shows no face»."""
    member = done.planned.member
    name: rich.Piece = rich.User(member) if member else rich.Bold(done.planned.who)
    result = done.result
    if result is None:
        return rich.fill(texts.TEAM_ROW, name=name, sentence=rich.sentence(done.problem))
    n = len(result.outcomes)
    added = texts.TEAM_ADDED.say(n, added=result.added)
    sentence = added if result.asked is None else texts.TEAM_ASKED
    failed = [each for each in result.outcomes if each.fate not in {Fate.ADDED, Fate.WAITING}]
    why = " ".join(each.sentence for each in failed[:2])
    return rich.fill(texts.TEAM_ROW, name=name, sentence=rich.sentence(f"{sentence} {why}".strip()))


def _problems(planned: Sequence[Planned]) -> list[rich.Line]:
    return [
        rich.fill(texts.TEAM_ROW, name=rich.Bold(each.who), sentence=rich.sentence(each.problem))
        for each in planned
        if each.problem
    ]


def _users(planned: Sequence[Planned]) -> rich.Line:
    return _listed([rich.User(each.member) for each in planned if each.member])


def _names(planned: Sequence[Planned]) -> rich.Line:
    return _listed([rich.Bold(each.who) for each in planned])


def _listed(pieces: Sequence[rich.Piece]) -> rich.Line:
    line: list[rich.Piece] = []
    for piece in pieces[:_MOST_NAMED]:
        line += [", ", piece] if line else [piece]
    return [*line, " …"] if len(pieces) > _MOST_NAMED else line
