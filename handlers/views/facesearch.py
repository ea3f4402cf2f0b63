"""What `/facesearch` answers: help, people, tuning, and the question before forgetting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, ConfirmObject, PlainTextObject

from handlers.slack import Message
from handlers.views import rich, words
from services.people import Receipt
from services.preferences import Tuning
from services.records import Person

FORGET, KEEP = "forget_person", "keep_person"
_MOST_LISTED = 100


def help_text(usages: Iterable[tuple[str, str]]) -> Message:
    """Every command with what it does; `usages` are pairs of these."""
    rows: list[rich.Line] = [[rich.Code(usage), f"  {does}"] for usage, does in usages]
    head: rich.Line = ["Post a photo and I answer in its thread with who is in it."]
    text = "\n".join(rich.plain(row) for row in (head, *rows))
    return Message(text, [rich.lines(head), rich.bullets(*rows)])


def people(everyone: Sequence[Person]) -> Message:
    if not everyone:
        return words.sentence("I know nobody yet. `/enroll alice` teaches me a face.")
    head: rich.Line = [rich.Bold(f"I know {len(everyone)} {'person' if len(everyone) == 1 else 'people'}")]
    rows: list[rich.Line] = [_person(person) for person in everyone[:_MOST_LISTED]]
    if len(everyone) > _MOST_LISTED:
        rows.append([f"and {len(everyone) - _MOST_LISTED} more"])
    return Message(rich.plain(head), [rich.lines(head), rich.bullets(*rows)])


def tuning(tuning: Tuning, *, changed: bool) -> Message:
    verb = "is now" if changed else "is"
    how = "user vectors" if tuning.mode == "users" else "single faces"
    line: rich.Line = [f"The threshold in this channel {verb} ", rich.Bold(f"{tuning.threshold:g} %"), "."]
    meaning = [f"I compare with {how}. {_meaning(tuning.threshold)}"]
    return Message(f"{rich.plain(line)} {meaning[0]}", [rich.lines(line, meaning)])


def auto(auto: bool, *, changed: bool) -> Message:
    """Whether every photo of the channel is answered, and if not how to ask."""
    when = "every photo" if auto else "a photo only when asked"
    line: rich.Line = [f"In this channel I {'now ' if changed else ''}answer ", rich.Bold(when), "."]
    how: rich.Line = ["Mention me with a photo or in its thread, or choose “Who is in this?” in the message's menu."]
    said = [line] if auto else [line, how]
    return Message(" ".join(rich.plain(each) for each in said), [rich.lines(*said)])


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


def _meaning(threshold: float) -> str:
    """What a threshold means; similarity is 100 · (1 − 100 · FAR)."""
    rate = (100 - threshold) / 10_000
    if rate <= 0:
        return "Hardly anybody will reach it."
    return f"A stranger passes it about once in {round(1 / rate):,} comparisons."
