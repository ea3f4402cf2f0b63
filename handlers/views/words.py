"""A sentence or lines on their own, such as a refusal."""

from __future__ import annotations

from handlers.slack import Message
from handlers.views import rich


def sentence(text: str) -> Message:
    """A sentence in which only `commands` between backticks are styled, whatever names it holds."""
    return lines(rich.sentence(text))


def lines(*content: rich.Line) -> Message:
    """Lines below one another."""
    return Message("\n".join(rich.plain(line) for line in content), [rich.lines(*content)])
