"""The question who somebody is that is in several photos of one message."""

from __future__ import annotations

import json
from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from handlers.slack import Message
from handlers.views import rich
from handlers.views.photos.faces import Shown
from services import texts

WHO = "who_is_it"


def question(faces: Sequence[Shown]) -> Message:
    """Who is it that has these faces in several photos?"""
    *most, last = (shown.label for shown in faces)
    line = rich.fill(texts.ONE_UNKNOWN_PERSON, faces=texts.AND.format(most=", ".join(most), last=last))
    button = ButtonElement(text=texts.WHO_IS_IT, action_id=WHO, value=pack(faces))
    return Message(rich.plain(line), [rich.lines(line), ActionsBlock(elements=[button])])


def pack(faces: Sequence[Shown]) -> str:
    """Faces as they travel with the button."""
    return json.dumps([shown.pack() for shown in faces], separators=(",", ":"))


def unpack(text: str) -> tuple[Shown, ...]:
    return tuple(map(Shown.unpack, json.loads(text)))
