"""What a modal shows instead of itself to who may not submit it."""

from __future__ import annotations

from slack_sdk.models.blocks import PlainTextObject
from slack_sdk.models.views import View

from handlers.views import rich
from services import texts


def refused(sentence: str) -> View:
    return View(
        type="modal",
        title=PlainTextObject(text=texts.NOT_DONE),
        close=PlainTextObject(text=texts.CLOSE),
        blocks=[rich.lines(rich.sentence(sentence))],
    )
