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
from services import names, poses
from services.people import Receipt
from services.poses import Advice, Pose
from services.records import EnrolledFace, Person

FORGET, KEEP = "forget_person", "keep_person"
PREVIOUS, NEXT = "people_previous", "people_next"
SHOW, PHOTOS_PREVIOUS, PHOTOS_NEXT, REMOVE = "show_person", "photos_previous", "photos_next", "remove_photo"
MERGE, APART = "merge_people", "leave_apart"

PAGE = 20  # people
PHOTOS_PAGE = 5
_LONGEST_NAME = 70  # characters of an option, of the 75 that Slack takes

_LOOKING = {
    Pose.STRAIGHT: "from the front",
    Pose.LEFT: "looking left",
    Pose.RIGHT: "looking right",
    Pose.UP: "looking up",
    Pose.DOWN: "looking down",
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
        return words.sentence("I know nobody yet. `/enroll alice` teaches me a face.")
    found = [person for person in everyone if names.key(page.query) in names.key(person.name)]
    if not found:
        return words.sentence(f"Nobody I know is called anything like “{page.query}”.")
    last = (len(found) - 1) // PAGE
    number = min(max(page.number, 0), last)
    shown = found[number * PAGE : (number + 1) * PAGE]
    head: rich.Line = [rich.Bold(_heading(len(found), page.query)), f" · page {number + 1} of {last + 1}" * bool(last)]
    rows = [_person(person) for person in shown]
    elements: list[InteractiveElement] = [_show(actions.show, shown)]
    elements += _turns(actions.previous, actions.following, number, last, lambda at: Page(page.query, at).pack())
    text = "\n".join(rich.plain(line) for line in (head, *rows))
    return Message(text, [rich.lines(head), rich.bullets(*rows), ActionsBlock(block_id="people", elements=elements)])


@dataclass(frozen=True, slots=True)
class Album:
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
        return album_page(self.faces, self.number)


def album_page(faces: Sequence[EnrolledFace], number: int) -> Sequence[EnrolledFace]:
    """The faces of a page of an album."""
    return faces[number * PHOTOS_PAGE : (number + 1) * PHOTOS_PAGE]


def exported() -> Message:
    return words.sentence("I have sent it to you in our direct messages.")


def album(album: Album) -> Message:
    """Who it is, from which sides they are known, and each photo with who added it and when."""
    person = album.person
    head: rich.Line = [*_person(person), "."]
    added: rich.Line = ["Added by ", activity.actor(person.added_by), f" on {_day(person.added_at)}."]
    advice = advice_line(poses.advise(album.faces))
    blocks: list[Block] = [rich.lines(head, added, advice)]
    blocks += [photo(album, face) for face in album.shown]
    last = (len(album.faces) - 1) // PHOTOS_PAGE
    turns = _turns(PHOTOS_PREVIOUS, PHOTOS_NEXT, album.number, last, lambda at: f"{person.user_id} {at}")
    if elements := [*remove(album), *turns]:
        blocks.append(ActionsBlock(block_id="photos", elements=elements))
    return Message("\n".join(rich.plain(line) for line in (head, added, advice)), blocks)


def advice_line(advice: Advice) -> rich.Line:
    """From which sides somebody is known, and which photos would help."""
    if not advice.present:
        return ["From which sides was not measured when they were enrolled."]
    known = f"Known {_sides(advice.present, 'and')}"
    if not advice.missing:
        return [f"{known}: from all sides that help."]
    return [f"{known}; a photo {_sides(advice.missing, 'or')} would help."]


def _sides(sides: Sequence[Pose], conjunction: str) -> str:
    """«from the front, or looking left, up or down»."""
    front = [_LOOKING[Pose.STRAIGHT]] if Pose.STRAIGHT in sides else []
    looking = [side.value for side in sides if side is not Pose.STRAIGHT]
    return f", {conjunction} ".join([*front, *([f"looking {_listed(looking, conjunction)}"] if looking else [])])


def confirm_merge(into: Person, other: Person, pictures: Sequence[tuple[Person, str]]) -> Message:
    """Asks whether two people are one; `pictures` are the ids of a thumbnail of each."""
    question: rich.Line = ["Are ", rich.Bold(into.name), " and ", rich.Bold(other.name), " one person? "]
    then: rich.Line = [f"{photos(other.faces)} of ", rich.Bold(other.name), " would become ", rich.Bold(into.name)]
    what: rich.Line = [*then, f"’s, who has {into.faces}."]
    shown = [
        ImageBlock(slack_file=SlackFile(id=file_id), alt_text=person.name, title=PlainTextObject(text=person.name))
        for person, file_id in pictures
    ]
    value = f"{into.user_id} {other.user_id}"
    buttons = ActionsBlock(
        block_id="merge",
        elements=[
            ButtonElement(text="Merge", action_id=MERGE, value=value, style="primary"),
            ButtonElement(text="Leave apart", action_id=APART, value=value),
        ],
    )
    return Message(rich.plain([*question, *what]), [rich.lines(question, what), *shown, buttons])


def merged(into: Person, other: str, change: str) -> Message:
    line: rich.Line = [rich.Bold(other), " is ", rich.Bold(into.name), " now, with ", photos(into.faces), "."]
    return changes.undoable(_said(line), change)


def renamed(before: str, person: Person, change: str) -> Message:
    line: rich.Line = [rich.Bold(before), " is called ", rich.Bold(person.name), " now."]
    return changes.undoable(_said(line), change)


def removed(person: Person, change: str) -> Message:
    left = f"{photos(person.faces)} {'stays' if person.faces == 1 else 'stay'}"
    line: rich.Line = ["One photo of ", rich.Bold(person.name), f" is removed; {left}."]
    return changes.undoable(_said(line, ["It is erased for good in ten minutes."]), change)


def confirm_forget(person: Person) -> Message:
    """Erasing cannot be undone, so it is asked twice."""
    line: rich.Line = ["Erase ", rich.Bold(person.name), f" with {photos(person.faces)}? This cannot be undone."]
    sure = _confirm(
        "Erase this person?", "The user vector, the faces and the enrolment photos are erased at once.", "Erase"
    )
    buttons = ActionsBlock(
        block_id="forget",
        elements=[
            ButtonElement(text="Erase", action_id=FORGET, value=person.user_id, style="danger", confirm=sure),
            ButtonElement(text="Keep", action_id=KEEP, value=person.user_id),
        ],
    )
    return Message(rich.plain(line), [rich.lines(line), buttons])


def forgotten(receipt: Receipt) -> Message:
    erased = f" is erased: {_count(receipt.faces, 'face')} and {photos(receipt.photos)}, none left in the collection."
    line: rich.Line = [rich.Bold(receipt.name), erased]
    return _said(line)


def kept(person: Person) -> Message:
    line: rich.Line = [rich.Bold(person.name), " stays."]
    return _said(line)


def apart(into: Person, other: Person) -> Message:
    line: rich.Line = [rich.Bold(into.name), " and ", rich.Bold(other.name), " stay two people."]
    return _said(line)


def _said(*lines: rich.Line) -> Message:
    return Message(" ".join(rich.plain(line) for line in lines), [rich.lines(*lines)])


def _heading(number: int, query: str) -> str:
    count = _count(number, "person", "people")
    return f"{count} like “{query}”" if query else f"I know {count}"


def _show(action: str, shown: Sequence[Person]) -> StaticSelectElement:
    options = [
        Option(text=PlainTextObject(text=person.name[:_LONGEST_NAME], emoji=False), value=person.user_id)
        for person in shown
    ]
    return StaticSelectElement(
        action_id=action, placeholder=PlainTextObject(text="Show the photos of …"), options=options
    )


def _turns(previous: str, following: str, number: int, last: int, value: Callable[[int], str]) -> list[ButtonElement]:
    turns = [("Previous", previous, number - 1), ("Next", following, number + 1)]
    return [
        ButtonElement(text=text, action_id=action, value=value(at)) for text, action, at in turns if 0 <= at <= last
    ]


def photo(album: Album, face: EnrolledFace) -> SectionBlock:
    """A photo with where it looks, who added it and when."""
    pose = poses.of(face)
    parts = [
        f"{_numbered(album, face)} of {len(album.faces)}",
        *([_LOOKING[pose]] if pose else []),
        f"added by {album.adders.get(face.added_by, face.added_by)} on {_day(face.added_at)}",
    ]
    file = SlackFile(id=album.thumbnails[face.face_id])
    picture = ImageElement(slack_file=file, alt_text=f"{_numbered(album, face)} of {album.person.name}")
    return SectionBlock(text=PlainTextObject(text=" · ".join(parts), emoji=False), accessory=picture)


def remove(album: Album, action: str = REMOVE) -> list[InteractiveElement]:
    """The menu that removes one of the photos shown, for those who may; the only photo stays."""
    if not album.managed or len(album.faces) <= 1:
        return []
    sure = _confirm(
        "Remove this photo?", "I no longer recognise them by it. You can undo it for ten minutes.", "Remove"
    )
    options = [
        Option(value=f"{album.person.user_id} {face.face_id}", label=_numbered(album, face)) for face in album.shown
    ]
    placeholder = PlainTextObject(text="Remove a photo …")
    return [StaticSelectElement(action_id=action, placeholder=placeholder, options=options, confirm=sure)]


def _numbered(album: Album, face: EnrolledFace) -> str:
    return f"Photo {list(album.faces).index(face) + 1}"


def _confirm(title: str, text: str, confirm: str) -> ConfirmObject:
    return ConfirmObject(
        title=PlainTextObject(text=title),
        text=PlainTextObject(text=text),
        confirm=PlainTextObject(text=confirm),
        deny=PlainTextObject(text="Keep"),
        style="danger",
    )


def _person(person: Person) -> rich.Line:
    member: rich.Line = [" ", rich.User(person.member)] if person.member else []
    return [rich.Bold(person.name), *member, f" — {photos(person.faces)}"]


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _listed(items: Sequence[str], conjunction: str) -> str:
    *most, last = items
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def photos(number: int) -> str:
    """«1 photo», «2 photos»."""
    return _count(number, "photo")


def _count(number: int, what: str, many: str = "") -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {many or f'{what}s'}"
