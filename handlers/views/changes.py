"""What was changed, with a button to undo it, and what was undone."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from handlers.slack import Message
from handlers.views import rich, words
from services import texts
from services.people import Undone
from services.records import Change

UNDO = "undo_change"

_SETTINGS = {
    "threshold": (texts.UNDONE_THRESHOLD, texts.UNDONE_THRESHOLD_OF_CHANNEL),
    "mode": (texts.UNDONE_MODE, texts.UNDONE_MODE_OF_CHANNEL),
}
_SWITCHES = {
    ("auto", "on"): (texts.UNDONE_AUTO_ON, texts.UNDONE_AUTO_ON_OF_CHANNEL),
    ("auto", "off"): (texts.UNDONE_AUTO_OFF, texts.UNDONE_AUTO_OFF_OF_CHANNEL),
    ("auto", "digest"): (texts.UNDONE_AUTO_DIGEST, texts.UNDONE_AUTO_DIGEST_OF_CHANNEL),
    ("auto", None): (texts.UNDONE_AUTO_ON, texts.UNDONE_AUTO_AS_ELSEWHERE),
    ("excluded", "yes"): (texts.UNDONE_EXCLUDED, texts.UNDONE_EXCLUDED),
    ("excluded", None): (texts.UNDONE_INCLUDED, texts.UNDONE_INCLUDED),
    ("guests", "on"): (texts.UNDONE_GUESTS_ON, texts.UNDONE_GUESTS_ON),
    ("guests", None): (texts.UNDONE_GUESTS_OFF, texts.UNDONE_GUESTS_OFF),
    ("shared", "on"): (texts.UNDONE_SHARED_ON, texts.UNDONE_SHARED_ON),
    ("shared", None): (texts.UNDONE_SHARED_OFF, texts.UNDONE_SHARED_OFF),
}
"""By what a switch is turned back to; None where that is what it is by itself, and stands for its other value."""

_ADMINS = {"admin added": texts.UNDONE_ADMIN, "admin removed": texts.UNDONE_NO_ADMIN}


def undoable(said: Message, change: str) -> Message:
    """The message that says what was changed, with the button that undoes it below; `change` is its id."""
    button = ActionsBlock(elements=[ButtonElement(text=texts.UNDO, action_id=UNDO, value=change)])
    return Message(said.text, [*said.blocks, button])


def undone(undone: Undone) -> Message:
    return words.lines(_what(undone))


def _what(undone: Undone) -> rich.Line:
    change, person = undone.change, undone.person
    if change.kind == "setting":
        return [_setting(change)]
    if change.kind in _ADMINS:
        return rich.fill(_ADMINS[change.kind], member=rich.User(change.before["member"]))
    if person is None:
        return rich.fill(texts.UNDONE_PERSON, name=rich.Bold(undone.name))
    name = rich.Bold(person.name)
    match change.kind:
        case "rename":
            return rich.fill(texts.UNDONE_RENAME, name=name)
        case "merge":
            return rich.fill(texts.UNDONE_MERGE, name=name, other=rich.Bold(change.before["person"]["name"]))
        case _:
            count = len(change.before["faces"])
            counted = texts.UNDONE_REMOVE if change.kind == "remove" else texts.UNDONE_ENROLL
            return rich.fill(counted.of(count), n=count, name=name)


def _setting(change: Change) -> str:
    name = change.before["name"]
    back = change.before["value"]
    everywhere, in_channel = _SETTINGS.get(name) or _SWITCHES.get((name, back)) or _SWITCHES[name, None]
    return in_channel if change.before["channel"] else everywhere
