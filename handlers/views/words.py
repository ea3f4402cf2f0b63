"""A sentence on its own, such as a refusal."""

from __future__ import annotations

from handlers.slack import Message
from handlers.views import rich

NO_PHOTO = "I see no photo in this message."
NOTHING_ASKED = "I see no photo here. Mention me with a photo or in its thread, and I say who is in it."


def sentence(text: str) -> Message:
    """A sentence in which only `commands` between backticks are styled, whatever names it holds."""
    line = rich.sentence(text)
    return Message(rich.plain(line), [rich.lines(line)])
