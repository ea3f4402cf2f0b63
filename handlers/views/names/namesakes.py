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
from handlers.views import activity, rich, words
from handlers.views.people import people
from services import texts
from services.people import Footing, Ground, Receipt, consent
from services.records import Person

IS, OTHER, CLAIM = "namesake_is", "namesake_other", "namesake_claim"
MOST = 5  # members whom one question is about

Task = dict[str, Any]
Footings = Mapping[str, Footing]  # by the member, or "" for somebody else


@dataclass(frozen=True, slots=True)
class Answer:
    """What a click on the question says: of whom, and what was to be done; it travels with the button."""

    members: tuple[str, ...]
    task: Task

    @property
    def asks(self) -> bool:
        """Whether the member is asked, if it is them."""
        return self.task["kind"] != "enroll" or "asks" in self.task

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
    name: str, members: Sequence[Member], task: Task, *, user: str, footings: Footings | None = None
) -> Message:
    """Is it one of these members, who may be whoever is asked, or somebody else of that name?

    `footings` say on which footing each choice would enrol whom it names: that they agreed is stated by it, too, and
    not asked about once more. Without any, each member is asked.
    """
    shown = members[:MOST]
    footings = {member.id: Footing(Ground.NONE) for member in shown} if footings is None else footings
    line = rich.fill(_ask(shown, user), name=rich.Bold(name), member=rich.User(shown[0].id))
    ids, footing = tuple(member.id for member in shown), _footing(footings, "")
    label = texts.SOMEBODY_ELSE_AGREED if footing.unstated else texts.SOMEBODY_ELSE
    other = ButtonElement(text=label, action_id=OTHER, value=Answer(ids, _stating(task, footing)).pack())
    choices = [_choice(member, task, _footing(footings, member.id), user) for member in shown]
    head, last = rich.lines(line, *_means(shown, footings, user)), ActionsBlock(block_id=OTHER, elements=[other])
    return Message(rich.plain(line), [head, *choices, last])


def noted(answer: Answer, *, user: str, somebody_else: bool) -> Message:
    """In the place of the question, what follows from the answer."""
    if somebody_else:
        return words.lines(rich.fill(texts.ENROLLING_SOMEBODY_ELSE, member=_users(answer.members)))
    if user in answer.members:
        return words.sentence(texts.ENROLLING_YOU)
    if answer.task.get("payload", {}).get("stated") == consent.ATTESTATION_VERSION:
        return words.lines(rich.fill(texts.YOU_HAVE_STATED_IT, name=_users(answer.members)))
    text = texts.ASKING_THEM if answer.asks else texts.ENROLLING_THEM
    return words.lines(rich.fill(text, member=_users(answer.members)))


def handed_over(name: str, member: str) -> Message:
    return words.lines(rich.fill(texts.HANDED_OVER, name=rich.Bold(name), member=rich.User(member)))


def not_handed_over(name: str, member: str, reason: str) -> Message:
    """That the member could not be asked, so that nothing has changed."""
    who, why = rich.User(member), rich.sentence(reason)
    return words.lines(rich.fill(texts.NOT_HANDED_OVER, name=rich.Bold(name), member=who, reason=why))


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
    faces = texts.FACES.say(receipt.faces)
    photos = people.photos(receipt.photos)
    return words.lines(rich.fill(texts.CLAIMED, name=rich.Bold(receipt.name), faces=faces, photos=photos))


def they_claimed(name: str, member: str) -> Message:
    """To whoever had added them."""
    return words.lines(rich.fill(texts.THEY_CLAIMED, member=rich.User(member), name=rich.Bold(name)))


def _footing(footings: Footings, whom: str) -> Footing:
    """That of a choice; of one that will be refused, which says why, one on which nothing is stated or asked."""
    return footings.get(whom, Footing(Ground.ACCEPTED))


def _stating(task: Task, footing: Footing) -> Task:
    """The task, with what is stated by its choice, or that the member is asked."""
    if footing.ground is Ground.NONE:
        return {**task, "asks": True}
    return {**task, "payload": {**task["payload"], "stated": footing.unstated}} if footing.unstated else task


def _means(members: Sequence[Member], footings: Footings, user: str) -> list[rich.Line]:
    """What the choices mean, beside what their buttons say."""
    others = [_footing(footings, member.id) for member in members if member.id != user]
    lines: list[rich.Line] = []
    if any(footing.unstated for footing in others):
        lines.append(rich.fill(texts.BY_CHOICE_YOU_STATE, choice=texts.IT_IS_AND_AGREED, statement=texts.THEY_AGREED))
    if any(footing.ground is Ground.NONE for footing in others):
        lines.append([texts.MEMBERS_ARE_ASKED])
    if _footing(footings, "").unstated:
        choice = texts.SOMEBODY_ELSE_AGREED
        lines.append(rich.fill(texts.BY_CHOICE_YOU_STATE, choice=choice, statement=texts.RELEASE))
    return lines


def _ask(members: Sequence[Member], user: str) -> str:
    if len(members) > 1:
        return texts.IS_IT_ONE_OF_THESE
    return texts.IS_IT_YOU if members[0].id == user else texts.IS_IT_THIS_MEMBER


def _choice(member: Member, task: Task, footing: Footing, user: str) -> SectionBlock:
    label = texts.IT_IS_ME if member.id == user else _label(footing)
    button = ButtonElement(text=label, action_id=IS, value=Answer((member.id,), _stating(task, footing)).pack())
    return SectionBlock(text=PlainTextObject(text=_called(member), emoji=False), accessory=button)


def _label(footing: Footing) -> str:
    if footing.ground is Ground.NONE:
        return texts.IT_IS_ASK_THEM
    return texts.IT_IS_AND_AGREED if footing.unstated else texts.IT_IS


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
