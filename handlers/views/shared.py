"""What is said of a channel that people of other organisations read."""

from __future__ import annotations

from handlers.slack import Message
from handlers.views import rich, words
from services import texts


def silent(channel: str) -> Message:
    """To the member who invited the bot there."""
    return words.lines(rich.fill(texts.SILENT_IN_SHARED_CHANNEL, channel=rich.Channel(channel)))


def silent_says_little() -> Message:
    """To somebody of another organisation who invited it."""
    return words.sentence(texts.SILENT_SAYS_LITTLE)
