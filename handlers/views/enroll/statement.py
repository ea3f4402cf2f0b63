"""What whoever enrols another person by a message is asked to state before anything is kept, as the form asks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from handlers.slack import Message
from handlers.views import rich, words
from services import texts
from services.people import consent

STATE, CANCEL = "state_consent", "state_nothing"


@dataclass(frozen=True, slots=True)
class Statement:
    """Which version of a statement is asked for, about whom, and the enrolment that waits for it, as its job has it.

    It travels with the button.
    """

    version: str
    name: str
    payload: Mapping[str, Any]

    def pack(self) -> str:
        return json.dumps([self.version, self.name, self.payload], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def unpack(cls, text: str) -> Statement:
        version, name, payload = json.loads(text)
        return cls(version, name, payload)


def question(asked: Statement) -> Message:
    """Have they agreed?"""
    released = asked.version == consent.RELEASE_VERSION
    statement = texts.RELEASE if released else texts.THEY_AGREED
    line = rich.fill(texts.HAS_AGREED, name=rich.Bold(asked.name), statement=statement)
    more: list[rich.Line] = [[texts.FOR_PEOPLE_OUTSIDE]] if released else []
    agreed = ButtonElement(text=texts.THEY_AGREED_ENROL, action_id=STATE, value=asked.pack(), style="primary")
    cancel = ButtonElement(text=texts.CANCEL, action_id=CANCEL, value=CANCEL)
    asking = rich.lines(line, *more, [texts.NOTHING_KEPT_BEFORE])
    return Message(rich.plain(line), [asking, ActionsBlock(block_id=STATE, elements=[agreed, cancel])])


def noted(asked: Statement) -> Message:
    """In the place of the question, once it is stated."""
    return words.lines(rich.fill(texts.YOU_HAVE_STATED_IT, name=rich.Bold(asked.name)))


def cancelled() -> Message:
    """In the place of the question, where it is not."""
    return words.sentence(texts.NOT_STATED)
