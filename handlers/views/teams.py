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
from handlers.views import consent, rich, words
from services import texts
from services.people import MIN_FACE, Fate, Outcome, Result

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
        return [self.who, self.member or "", self.photo, self.faces, *self.small]

    @classmethod
    def unpack(cls, packed: Sequence[Any]) -> Question:
        who, member, photo, faces, *small = packed
        return cls(who, member or None, photo, faces, tuple(small))


@dataclass(frozen=True, slots=True)
class Done:
    """What became of somebody: of their photos, or a sentence why nothing did."""

    planned: Planned
    result: Result | None
    problem: str = ""


def review(planned: Sequence[Planned], file_id: str) -> Message:
    """Who is in the zip, and what will be done with each once somebody says so."""
    members = [each for each in planned if each.member]
    outside = [each for each in planned if not each.member and not each.problem]
    head = texts.IN_ZIP.of(len(planned)).format(n=len(planned), photos=_photos(sum(len(e.photos) for e in planned)))
    rows: list[rich.Line] = []
    if members:
        rows.append(rich.fill(texts.ZIP_MEMBERS.of(len(members)), n=len(members), members=_users(members)))
    if outside:
        rows.append(rich.fill(texts.ZIP_OUTSIDE.of(len(outside)), n=len(outside), names=_names(outside)))
    rows += _problems(planned)
    text = "\n".join([head, *(rich.plain(row) for row in rows)])
    blocks: list[Block] = rich.listing([rich.Bold(head)], rows, bulleted=True)
    if members or outside:
        button = ButtonElement(text=texts.ENROL_THEM, action_id=ENROLL, value=file_id, style="primary")
        blocks.append(ActionsBlock(elements=[button]))
    return Message(text, blocks)


def form(place: Place, ts: str, file_id: str) -> View:
    """Asks for the release of whoever is outside Slack; `ts` is the message that said who is in the zip."""
    packed = json.dumps([place.channel, place.thread_ts, ts, file_id])
    blocks: list[Block] = [rich.lines([texts.ZIP_MEMBERS_ARE_ASKED]), consent.release_if_outside()]
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


def released(values: Mapping[str, Any]) -> bool:
    """Whether the release was stated."""
    return bool((values.get(consent.CONSENT, {}).get(consent.CONSENT, {}).get("selected_options")) or ())


def underway(done: int, n: int) -> Message:
    return words.sentence(texts.TEAM_UNDERWAY.format(done=done, n=n))


def result(done: Sequence[Done], file_id: str, questions: Sequence[Question]) -> Message:
    """What became of everybody, and a button for the photos with several faces."""
    asked = sum(each.result is not None and each.result.asked is not None for each in done)
    known = sum(each.result is not None and each.result.person is not None for each in done)
    head = texts.TEAM_DONE.format(asked=asked, known=known, n=len(done))
    rows = [_row(each) for each in done]
    text = "\n".join([head, *(rich.plain(row) for row in rows)])
    blocks = rich.listing([rich.Bold(head)], rows, bulleted=True)
    value = _packed(file_id, questions)
    if questions:
        label = texts.WHICH_FACES.of(len(questions)).format(n=len(questions))
        blocks.append(ActionsBlock(elements=[ButtonElement(text=label, action_id=FACES, value=value)]))
    return Message(text, blocks)


def fitting(file_id: str, questions: Sequence[Question]) -> list[Question]:
    """As many questions as one page and the button to it have room for."""
    fit = list(questions[:MOST_QUESTIONS])
    while fit and len(_packed(file_id, fit)) > _MOST_VALUE:
        fit.pop()
    return fit


def questions_of(value: str) -> tuple[str, list[Question]]:
    """The zip, and the photos that are asked about."""
    file_id, packed = json.loads(value)
    return file_id, list(map(Question.unpack, packed))


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
        private_metadata=json.dumps([place.channel, place.thread_ts, value]),
        title=PlainTextObject(text=texts.WHICH_FACES_TITLE),
        submit=PlainTextObject(text=texts.SAVE),
        close=PlainTextObject(text=texts.CANCEL),
        notify_on_close=True,
        blocks=blocks,
    )


def chosen(private_metadata: str, values: Mapping[str, Any]) -> tuple[Place, str, list[tuple[Question, int]]]:
    """Where to answer, the zip, and the face of each photo that somebody has chosen one of."""
    channel, thread, value = json.loads(private_metadata)
    file_id, questions = questions_of(value)
    picked: list[tuple[Question, int]] = []
    for number, question in enumerate(questions):
        option = (values.get(f"{FACES}{number}", {}).get(FACES) or {}).get("selected_option") or {}
        if option.get("value", _NOBODY) != _NOBODY:
            picked.append((question, int(option["value"])))
    return Place(channel, thread), file_id, picked


def _packed(file_id: str, questions: Sequence[Question]) -> str:
    packed = [file_id, [question.pack() for question in questions]]
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":"))


def _row(done: Done) -> rich.Line:
    """«Alice — is asked», «Bruno — 2 of 3 photos added: photo.jpg shows no face»."""
    member = done.planned.member
    name: rich.Piece = rich.User(member) if member else rich.Bold(done.planned.who)
    result = done.result
    if result is None:
        return rich.fill(texts.TEAM_ROW, name=name, sentence=rich.sentence(done.problem))
    n = len(result.outcomes)
    added = texts.TEAM_ADDED.of(n).format(added=result.added, n=n)
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


def _photos(n: int) -> str:
    return texts.PHOTOS.of(n).format(n=n)
