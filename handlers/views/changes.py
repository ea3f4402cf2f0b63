"""What was changed, with a button to undo it, and what was undone."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from handlers.slack import Message
from handlers.views import rich
from services.changes import Undone
from services.records import Change

UNDO = "undo_change"


def changed(*lines: rich.Line, change: str) -> Message:
    """Says what was changed, above the button that undoes it; `change` is its id."""
    return Message(" ".join(rich.plain(line) for line in lines), [rich.lines(*lines), undo(change)])


def undo(change: str) -> ActionsBlock:
    """The button."""
    return ActionsBlock(elements=[ButtonElement(text="Undo", action_id=UNDO, value=change)])


def undone(undone: Undone) -> Message:
    line: rich.Line = ["Undone: ", *_what(undone), "."]
    return Message(rich.plain(line), [rich.lines(line)])


def _what(undone: Undone) -> rich.Line:
    change, person = undone.change, undone.person
    if change.kind == "setting":
        return _setting(change)
    if person is None:
        return ["that person had no other photo and is erased again"]
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
