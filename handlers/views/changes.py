"""What was changed, with a button to undo it, and what was undone."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from handlers.slack import Message
from handlers.views import rich
from services.changes import Undone
from services.records import Change

UNDO = "undo_change"


def undoable(said: Message, change: str) -> Message:
    """The message that says what was changed, with the button that undoes it below; `change` is its id."""
    button = ActionsBlock(elements=[ButtonElement(text="Undo", action_id=UNDO, value=change)])
    return Message(said.text, [*said.blocks, button])


def undone(undone: Undone) -> Message:
    line: rich.Line = ["Undone: ", *_what(undone), "."]
    return Message(rich.plain(line), [rich.lines(line)])


def _what(undone: Undone) -> rich.Line:
    change, person = undone.change, undone.person
    if change.kind == "setting":
        return _setting(change)
    if person is None:
        return [rich.Bold(undone.name), " had no other photo and is erased again"]
    name = rich.Bold(person.name)
    match change.kind:
        case "rename":
            return ["they are called ", name, " again"]
        case "merge":
            return [name, " and ", rich.Bold(change.before["person"]["name"]), " are two people again"]
        case "remove":
            return [f"{_photos(change)} of ", name, " put back"]
        case _:
            return [f"{_photos(change)} of ", name, " removed again"]


def _setting(change: Change) -> rich.Line:
    where = "in this workspace" if not change.before["channel"] else "in that channel"
    return [f"the {change.before['name']} {where} is as before"]


def _photos(change: Change) -> str:
    count = len(change.before["faces"])
    return "one photo" if count == 1 else f"{count} photos"
