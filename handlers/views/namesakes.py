"""A typed name that is a member's: the question whose it is, what the member is told, and what they can take back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    PlainTextObject,
    SectionBlock,
)

from handlers.slack import Member, Message
from handlers.views import activity, people, rich, words
from services import texts
from services.people import Receipt, consent
from services.records import Person

IS, OTHER, CLAIM = "namesake_is", "namesake_other", "namesake_claim"
MOST = 5  # members whom one question is about

Task = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a click on the question says: of whom, and what was to be done; it travels with the button."""

    members: tuple[str, ...]
    task: Task

    def pack(self) -> str:
        return json.dumps([self.members, self.task], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def unpack(cls, text: str) -> Answer:
        members, task = json.loads(text)
        return cls(tuple(members), task)


def enrolling(payload: Task) -> Task:
    """The task of an enrolment's job."""
    return {"kind": "enroll", "payload": payload}


def renaming(person: Person, name: str) -> Task:
    return {"kind": "rename", "person": person.user_id, "name": name}


def merging(into: Person, other: Person) -> Task:
    return {"kind": "merge", "person": into.user_id, "other": other.user_id}


def question(
    name: str, members: Sequence[Member], task: Task, *, user: str, states: Mapping[str, str] | None = None
) -> Message:
    """Is it one of these members, who may be whoever is asked, or somebody else of that name?

    `states` are the versions of what each choice states about whom it names, by the member, or "" for somebody else:
    that they agreed is not asked about once more.
    """
    shown, states = members[:MOST], states or {}
    line = rich.fill(_ask(shown, user), name=rich.Bold(name), member=rich.User(shown[0].id))
    ids, stated = tuple(member.id for member in shown), "" in states
    label = texts.SOMEBODY_ELSE_AGREED if stated else texts.SOMEBODY_ELSE
    other = ButtonElement(text=label, action_id=OTHER, value=Answer(ids, _stating(task, states, "")).pack())
    choices = [_choice(member, _stating(task, states, member.id), user) for member in shown]
    blocks = [rich.lines(line, *_means(shown, states, user)), *choices, ActionsBlock(block_id=OTHER, elements=[other])]
    return Message(rich.plain(line), blocks)


def noted(answer: Answer, *, user: str, somebody_else: bool) -> Message:
    """In the place of the question, what follows from the answer."""
    if somebody_else:
        return words.lines(rich.fill(texts.ENROLLING_SOMEBODY_ELSE, member=_users(answer.members)))
    if user in answer.members:
        return words.sentence(texts.ENROLLING_YOU)
    if _is_attested(answer.task):
        return words.lines(rich.fill(texts.YOU_HAVE_STATED_IT, name=_users(answer.members)))
    return words.lines(rich.fill(texts.ASKING_THEM, member=_users(answer.members)))


def handed_over(name: str, member: str) -> Message:
    return words.lines(rich.fill(texts.HANDED_OVER, name=rich.Bold(name), member=rich.User(member)))


def told(person: Person, enroller: str) -> Message:
    """To a member: that somebody of their name was enrolled, and how to say that it is them."""
    line = rich.fill(texts.SOMEBODY_BEARS_YOUR_NAME, who=activity.actor(enroller), name=rich.Bold(person.name))
    return Message(rich.plain(line), [rich.lines(line), ActionsBlock(elements=[_claim(person)])])


def bearers(found: Sequence[Person]) -> list[Block]:
    """The people outside Slack who bear one's name, each with the button that erases them."""
    if not found:
        return []
    head = rich.lines(rich.fill(texts.OTHERS_BEAR_YOUR_NAME.of(len(found)), n=len(found)))
    return [head, *(_bearer(person) for person in found[:MOST])]


def with_bearers(said: Message, found: Sequence[Person]) -> Message:
    """The message, with them below."""
    return Message(said.text, [*said.blocks, *bearers(found)])


def claimed(receipt: Receipt) -> Message:
    """To the member who said that it was them."""
    faces = texts.FACES.of(receipt.faces).format(n=receipt.faces)
    photos = people.photos(receipt.photos)
    return words.lines(rich.fill(texts.CLAIMED, name=rich.Bold(receipt.name), faces=faces, photos=photos))


def they_claimed(name: str, member: str) -> Message:
    """To whoever had added them."""
    return words.lines(rich.fill(texts.THEY_CLAIMED, member=rich.User(member), name=rich.Bold(name)))


def _stating(task: Task, states: Mapping[str, str], whom: str) -> Task:
    """The task of an enrolment, with what is stated by the choice of `whom`."""
    if whom not in states:
        return task
    return {**task, "payload": {**task["payload"], "stated": states[whom]}}


def _is_attested(task: Task) -> bool:
    return bool(task.get("payload", {}).get("stated") == consent.ATTESTATION_VERSION)


def _means(members: Sequence[Member], states: Mapping[str, str], user: str) -> list[rich.Line]:
    """What the choices mean, beside what their buttons say."""
    others = [member.id for member in members if member.id != user]
    lines: list[rich.Line] = []
    if any(member in states for member in others):
        lines.append(rich.fill(texts.BY_CHOICE_YOU_STATE, choice=texts.IT_IS_AND_AGREED, statement=texts.THEY_AGREED))
    elif others:
        lines.append([texts.MEMBERS_ARE_ASKED])
    if "" in states:
        choice = texts.SOMEBODY_ELSE_AGREED
        lines.append(rich.fill(texts.BY_CHOICE_YOU_STATE, choice=choice, statement=texts.RELEASE))
    return lines


def _ask(members: Sequence[Member], user: str) -> str:
    if len(members) > 1:
        return texts.IS_IT_ONE_OF_THESE
    return texts.IS_IT_YOU if members[0].id == user else texts.IS_IT_THIS_MEMBER


def _choice(member: Member, task: Task, user: str) -> SectionBlock:
    other = texts.IT_IS_AND_AGREED if _is_attested(task) else texts.IT_IS_ASK_THEM
    label = texts.IT_IS_ME if member.id == user else other
    button = ButtonElement(text=label, action_id=IS, value=Answer((member.id,), task).pack())
    return SectionBlock(text=PlainTextObject(text=_called(member), emoji=False), accessory=button)


def _called(member: Member) -> str:
    real_name = next((name for name in member.names if name != member.name and " " in name), "")
    return texts.ALSO_CALLED.format(name=member.name, real_name=real_name) if real_name else member.name


def _bearer(person: Person) -> SectionBlock:
    day = texts.DAY.format(at=person.added_at)
    text = texts.BEARER.format(name=person.name, photos=people.photos(person.faces), day=day)
    return SectionBlock(text=PlainTextObject(text=text, emoji=False), accessory=_claim(person))


def _claim(person: Person) -> ButtonElement:
    sure = ConfirmObject(
        title=PlainTextObject(text=texts.IS_THIS_YOU),
        text=PlainTextObject(text=texts.IS_THIS_YOU_MEANS),
        confirm=PlainTextObject(text=texts.ERASE),
        deny=PlainTextObject(text=texts.KEEP),
        style="danger",
    )
    return ButtonElement(text=texts.THIS_IS_ME, action_id=CLAIM, value=person.user_id, style="danger", confirm=sure)


def _users(members: Sequence[str]) -> rich.Line:
    pieces: list[rich.Piece] = []
    for member in members:
        pieces += [", ", rich.User(member)] if pieces else [rich.User(member)]
    return pieces
