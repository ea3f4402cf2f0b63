"""People: who is known, and the question before forgetting."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, ConfirmObject, PlainTextObject

from handlers.slack import Message
from handlers.views import rich, words
from services.people import Receipt
from services.records import Person

FORGET, KEEP = "forget_person", "keep_person"
_MOST_LISTED = 100


def people(everyone: Sequence[Person]) -> Message:
    if not everyone:
        return words.sentence("I know nobody yet. `/enroll alice` teaches me a face.")
    head: rich.Line = [rich.Bold(f"I know {len(everyone)} {'person' if len(everyone) == 1 else 'people'}")]
    rows: list[rich.Line] = [_person(person) for person in everyone[:_MOST_LISTED]]
    if len(everyone) > _MOST_LISTED:
        rows.append([f"and {len(everyone) - _MOST_LISTED} more"])
    return Message(rich.plain(head), [rich.lines(head), rich.bullets(*rows)])


def confirm_forget(person: Person) -> Message:
    """Erasing cannot be undone, so it is asked twice."""
    line: rich.Line = ["Erase ", rich.Bold(person.name), f" with {_photos(person.faces)}? This cannot be undone."]
    sure = ConfirmObject(
        title=PlainTextObject(text="Erase this person?"),
        text=PlainTextObject(text="The user vector, the faces and the enrolment photos are erased at once."),
        confirm=PlainTextObject(text="Erase"),
        deny=PlainTextObject(text="Keep"),
        style="danger",
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
    erased = f" is erased: {_count(receipt.faces, 'face')} and {_photos(receipt.photos)}, none left in the collection."
    line: rich.Line = [rich.Bold(receipt.name), erased]
    return Message(rich.plain(line), [rich.lines(line)])


def kept(person: Person) -> Message:
    line: rich.Line = [rich.Bold(person.name), " stays."]
    return Message(rich.plain(line), [rich.lines(line)])


def _person(person: Person) -> rich.Line:
    member: rich.Line = [" ", rich.User(person.member)] if person.member else []
    return [rich.Bold(person.name), *member, f" — {_photos(person.faces)}"]


def _photos(number: int) -> str:
    return _count(number, "photo")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
