"""A sentence or lines on their own, such as a refusal."""

from __future__ import annotations

import re

from slack_sdk.models.blocks import PlainTextObject
from slack_sdk.models.views import View

from handlers.slack import Message
from handlers.views import rich
from services import texts


def sentence(text: str) -> Message:
    """A sentence in which only `commands` between backticks are styled, whatever names it holds."""
    return lines(rich.sentence(text))


def lines(*content: rich.Line) -> Message:
    """Lines below one another."""
    return Message("\n".join(rich.plain(line) for line in content), [rich.lines(*content)])


def bare(text: str) -> str:
    """A sentence for where Slack styles nothing, such as the errors of a form: `commands` are quoted instead."""
    return re.sub("`([^`]*)`", r"“\1”", text)


def loading(title: str) -> View:
    """A modal that is going to be filled."""
    return modal(title, texts.LOADING)


def modal(title: str, text: str) -> View:
    """A modal that says a sentence."""
    return View(
        type="modal",
        title=PlainTextObject(text=title),
        close=PlainTextObject(text=texts.CLOSE),
        blocks=[rich.lines(rich.sentence(text))],
    )
