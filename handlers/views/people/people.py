"""People: who is known, their photos, and the questions before merging and forgetting."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ImageBlock,
    ImageElement,
    InteractiveElement,
    Option,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from handlers.slack import Message
from handlers.views import activity, changes, rich, words
from services import names, texts
from services.people import Advice, Pose, Receipt, poses
from services.records import EnrolledFace, Person

FORGET, KEEP = "forget_person", "keep_person"
PREVIOUS, NEXT = "people_previous", "people_next"
SHOW, PHOTOS_PREVIOUS, PHOTOS_NEXT, REMOVE = "show_person", "photos_previous", "photos_next", "remove_photo"
MERGE, APART = "merge_people", "leave_apart"

PAGE = 20  # people
PHOTOS_PAGE = 5
_MOST_TWINS = 3  # people who are named as having a name like that
_LONGEST_NAME = 70  # characters of an option, of the 75 that Slack takes

_LOOKING = {
    Pose.STRAIGHT: texts.STRAIGHT,
    Pose.LEFT: texts.LEFT,
    Pose.RIGHT: texts.RIGHT,
    Pose.UP: texts.UP,
    Pose.DOWN: texts.DOWN,
}


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of which people: `query` is what their names contain. It travels with the buttons."""

    query: str = ""
    number: int = 0

    def pack(self) -> str:
        return json.dumps([self.query, self.number], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def unpack(cls, text: str) -> Page:
        query, number = json.loads(text)
        return cls(str(query), int(number))


@dataclass(frozen=True, slots=True)
class ListActions:
    """The actions of a list's buttons and menu; they differ by where the list stands."""

    previous: str = PREVIOUS
    following: str = NEXT
    show: str = SHOW


_FIRST = Page()
_IN_MESSAGES = ListActions()


def people(everyone: Sequence[Person], page: Page = _FIRST, actions: ListActions = _IN_MESSAGES) -> Message:
    """A page of those whose names contain what is searched for, with buttons to the pages beside it."""
    if not everyone:
        return words.sentence(texts.NOBODY_YET)
    found = [person for person in everyone if names.key(page.query) in names.key(person.name)]
    if not found:
        return words.sentence(texts.NOBODY_LIKE.format(query=names.quoted(page.query)))
    last = (len(found) - 1) // PAGE
    number = min(max(page.number, 0), last)
    shown = found[number * PAGE : (number + 1) * PAGE]
    heading = rich.Bold(_heading(len(found), page.query))
    head = rich.fill(texts.PAGE_OF, heading=heading, page=number + 1, n=last + 1) if last else [heading]
    rows = [_person(person) for person in shown]
    elements: list[InteractiveElement] = [_show(actions.show, shown)]
    elements += _turns(actions.previous, actions.following, number, last, lambda at: Page(page.query, at).pack())
    text = "\n".join(rich.plain(line) for line in (head, *rows))
    menu = ActionsBlock(block_id=rich.fresh("people", elements), elements=elements)
    return Message(text, [rich.lines(head), rich.bullets(*rows), menu])


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A person's photos as they are shown: a page of them, and whether who looks may change them.

    `thumbnails` are the ids of files by face, `adders` the names of those who added the photos by id.
    """

    person: Person
    faces: Sequence[EnrolledFace]
    thumbnails: Mapping[str, str]
    adders: Mapping[str, str]
    number: int
    managed: bool

    @property
    def shown(self) -> Sequence[EnrolledFace]:
        return portfolio_page(self.faces, self.number)


def portfolio_page(faces: Sequence[EnrolledFace], number: int) -> Sequence[EnrolledFace]:
    """The faces of a page of a portfolio."""
    return faces[number * PHOTOS_PAGE : (number + 1) * PHOTOS_PAGE]


def exported() -> Message:
    return words.sentence(texts.EXPORTED)


def portfolio(portfolio: Portfolio) -> Message:
    """Who it is, from which sides they are known, and each photo with who added it and when.

    Whoever may not change it sees the name and how many photos there are.
    """
    person = portfolio.person
    head = rich.fill(texts.PORTFOLIO_OF, person=_person(person))
    if not portfolio.managed:
        return words.lines(head, [texts.PHOTOS_ARE_FOR])
    added = rich.fill(texts.ADDED_BY, adder=activity.actor(person.added_by), day=_day(person.added_at))
    advice = advice_line(poses.advise(portfolio.faces))
    blocks: list[Block] = [rich.lines(head, added, advice)]
    blocks += [photo(portfolio, face) for face in portfolio.shown]
    last = (len(portfolio.faces) - 1) // PHOTOS_PAGE
    turns = _turns(PHOTOS_PREVIOUS, PHOTOS_NEXT, portfolio.number, last, lambda at: f"{person.user_id} {at}")
    if elements := [*remove(portfolio), *turns]:
        blocks.append(ActionsBlock(block_id=rich.fresh("photos", elements), elements=elements))
    return Message("\n".join(rich.plain(line) for line in (head, added, advice)), blocks)


def advice_line(advice: Advice) -> rich.Line:
    """From which sides somebody is known, and which photos would help."""
    if not advice.present:
        return [texts.SIDES_UNKNOWN]
    known = _sides(advice.present, texts.AND)
    if not advice.missing:
        return rich.fill(texts.KNOWN_FROM_ALL, known=known)
    return rich.fill(texts.KNOWN_FROM, known=known, missing=_sides(advice.missing, texts.OR))


def _sides(sides: Sequence[Pose], several: str) -> str:
    """«straight ahead, left, up or down»; `several` joins the last to the others."""
    *most, last = [_LOOKING[side] for side in sides]
    return several.format(most=", ".join(most), last=last) if most else last


def confirm_merge(
    into: Person, other: Person, pictures: Sequence[tuple[Person, str]], ended: Sequence[Person] = ()
) -> Message:
    """Asks whether two people are one; `pictures` are the ids of a thumbnail of each, `ended` whose album ends."""
    one, two = rich.Bold(into.name), rich.Bold(other.name)
    question = rich.fill(texts.ARE_THEY_ONE, into=one, other=two)
    what = rich.fill(texts.MERGE_MEANS.of(other.faces), into=one, other=two, n=other.faces, faces=into.faces)
    albums = [rich.fill(texts.MERGE_ENDS_ALBUM, name=rich.Bold(person.name)) for person in ended]
    shown = [
        ImageBlock(slack_file=SlackFile(id=file_id), alt_text=person.name, title=PlainTextObject(text=person.name))
        for person, file_id in pictures
    ]
    value = f"{into.user_id} {other.user_id}"
    buttons = ActionsBlock(
        block_id="merge",
        elements=[
            ButtonElement(text=texts.MERGE, action_id=MERGE, value=value, style="primary"),
            ButtonElement(text=texts.LEAVE_APART, action_id=APART, value=value),
        ],
    )
    text = " ".join(map(rich.plain, [question, what, *albums]))
    return Message(text, [rich.lines(question, what, *albums), *shown, buttons])


def merged(into: Person, other: str, change: str) -> Message:
    line = rich.fill(texts.MERGED.of(into.faces), other=rich.Bold(other), into=rich.Bold(into.name), n=into.faces)
    return changes.undoable(words.lines(line), change)


def renamed(before: str, person: Person, change: str, twins: Sequence[Person] = ()) -> Message:
    """That they are called otherwise now, and by which names of others that is easily taken."""
    line = rich.fill(texts.RENAMED, before=rich.Bold(before), name=rich.Bold(person.name))
    return changes.undoable(
        words.lines(line, *(alike_named(person.name, each) for each in twins[:_MOST_TWINS])), change
    )


def alike_named(name: str, other: Person) -> rich.Line:
    """A warning that two people's names are easily taken for one."""
    return rich.fill(texts.NAMES_ALIKE, one=rich.Bold(name), other=rich.Bold(other.name))


def removed(person: Person, change: str) -> Message:
    line = rich.fill(texts.PHOTO_REMOVED.of(person.faces), name=rich.Bold(person.name), n=person.faces)
    return changes.undoable(words.lines(line, [texts.ERASED_IN_TEN_MINUTES]), change)


def confirm_forget(person: Person) -> Message:
    """Erasing cannot be undone, so it is asked twice."""
    line = rich.fill(texts.ERASE_WHOM.of(person.faces), name=rich.Bold(person.name), n=person.faces)
    sure = _confirm(texts.ERASE_THEM, texts.ERASE_THEM_MEANS, texts.ERASE)
    buttons = ActionsBlock(
        block_id="forget",
        elements=[
            ButtonElement(text=texts.ERASE, action_id=FORGET, value=person.user_id, style="danger", confirm=sure),
            ButtonElement(text=texts.KEEP, action_id=KEEP, value=person.user_id),
        ],
    )
    return Message(rich.plain(line), [rich.lines(line), buttons])


def forgotten(receipt: Receipt) -> Message:
    return words.lines(
        rich.fill(
            texts.THEY_ARE_ERASED,
            name=rich.Bold(receipt.name),
            faces=texts.FACES.say(receipt.faces),
            photos=photos(receipt.photos),
        ),
        *of_album(receipt),
    )


def of_album(receipt: Receipt) -> list[rich.Line]:
    """What was erased of their album, if they kept one that had anything in it."""
    n = receipt.appearances
    return [rich.fill(texts.ALBUM_ERASED.of(n), n=n)] if n else []


def kept(person: Person) -> Message:
    return words.lines(rich.fill(texts.STAYS, name=rich.Bold(person.name)))


def apart(into: Person, other: Person) -> Message:
    return words.lines(rich.fill(texts.STAY_TWO, into=rich.Bold(into.name), other=rich.Bold(other.name)))


def _heading(number: int, query: str) -> str:
    if query:
        return texts.PEOPLE_LIKE.say(number, query=query)
    return texts.PEOPLE_KNOWN.say(number)


def _show(action: str, shown: Sequence[Person]) -> StaticSelectElement:
    options = [
        Option(text=PlainTextObject(text=person.name[:_LONGEST_NAME], emoji=False), value=person.user_id)
        for person in shown
    ]
    return StaticSelectElement(
        action_id=action, placeholder=PlainTextObject(text=texts.SHOW_PHOTOS_OF), options=options
    )


def _turns(previous: str, following: str, number: int, last: int, value: Callable[[int], str]) -> list[ButtonElement]:
    turns = [(texts.PREVIOUS, previous, number - 1), (texts.NEXT, following, number + 1)]
    return [
        ButtonElement(text=text, action_id=action, value=value(at)) for text, action, at in turns if 0 <= at <= last
    ]


def photo(portfolio: Portfolio, face: EnrolledFace) -> SectionBlock:
    """A photo with where it looks, who added it and when: below one another, to be as high as the picture."""
    pose = poses.of(face)
    told = (texts.PHOTO_LINES if pose else texts.PHOTO_LINES_WITHOUT_SIDE).format(
        photo=_of_all(portfolio, face),
        side=_LOOKING[pose] if pose else "",
        adder=portfolio.adders.get(face.added_by, face.added_by),
        day=_day(face.added_at),
    )
    file = SlackFile(id=portfolio.thumbnails[face.face_id])
    alt = texts.PHOTO_ALT.format(photo=_numbered(portfolio, face), name=portfolio.person.name)
    picture = ImageElement(slack_file=file, alt_text=alt)
    return SectionBlock(text=PlainTextObject(text=told, emoji=False), accessory=picture)


def remove(portfolio: Portfolio, action: str = REMOVE) -> list[InteractiveElement]:
    """The menu that removes one of the photos shown, for those who may; the only photo stays."""
    if not portfolio.managed or len(portfolio.faces) <= 1:
        return []
    sure = _confirm(texts.REMOVE_PHOTO, texts.REMOVE_PHOTO_MEANS, texts.REMOVE)
    options = [
        Option(value=f"{portfolio.person.user_id} {face.face_id}", label=_numbered(portfolio, face))
        for face in portfolio.shown
    ]
    placeholder = PlainTextObject(text=texts.REMOVE_A_PHOTO)
    return [StaticSelectElement(action_id=action, placeholder=placeholder, options=options, confirm=sure)]


def _of_all(portfolio: Portfolio, face: EnrolledFace) -> str:
    return texts.PHOTO_OF.format(number=list(portfolio.faces).index(face) + 1, n=len(portfolio.faces))


def _numbered(portfolio: Portfolio, face: EnrolledFace) -> str:
    return texts.PHOTO.format(number=list(portfolio.faces).index(face) + 1)


def _confirm(title: str, text: str, confirm: str) -> ConfirmObject:
    return ConfirmObject(
        title=PlainTextObject(text=title),
        text=PlainTextObject(text=text),
        confirm=PlainTextObject(text=confirm),
        deny=PlainTextObject(text=texts.KEEP),
        style="danger",
    )


def _person(person: Person) -> rich.Line:
    count = photos(person.faces)
    if person.member is None:
        return rich.fill(texts.PERSON, name=rich.Bold(person.name), photos=count)
    return rich.fill(texts.MEMBER, name=rich.Bold(person.name), member=rich.User(person.member), photos=count)


def _day(moment: datetime) -> str:
    return texts.DAY.format(at=moment)


def photos(number: int) -> str:
    """«1 photo», «2 photos»."""
    return texts.PHOTOS.say(number)
