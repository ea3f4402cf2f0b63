"""What whoever invites the bot into a channel is told, also of one that people of other organisations read."""

from __future__ import annotations

from handlers.slack import Message
from handlers.views import rich, words
from services import texts
from services.preferences import Auto

_GREETINGS = {
    Auto.ON: texts.INVITED_TO_ANSWER,
    Auto.DIGEST: texts.INVITED_TO_DIGEST,
    Auto.OFF: texts.INVITED_TO_BE_ASKED,
}


def greeting(channel: str, *, auto: Auto, excluded: bool, guest: bool = False) -> Message:
    """In three lines: what it does there, whom it knows, and how to keep it quiet; to a guest, what guests may do."""
    place = rich.Channel(channel)
    if excluded:
        return words.lines(
            rich.fill(texts.CHANNEL_IS_EXCLUDED, channel=place, left_alone=rich.Bold(texts.LEFT_ALONE)),
            rich.sentence(texts.INVITED_TO_BE_QUIET),
        )
    answers = rich.fill(_GREETINGS[auto], channel=place)
    if guest:
        return words.lines(answers, rich.sentence(texts.GUESTS_ONLY_POST))
    return words.lines(
        answers,
        rich.sentence(texts.INVITED_TO_LEARN),
        rich.sentence(texts.KEEP_ME_AWAY if auto is Auto.OFF else texts.KEEP_ME_QUIET),
    )


def silent(channel: str) -> Message:
    """To the member who invited the bot there."""
    return words.lines(rich.fill(texts.SILENT_IN_SHARED_CHANNEL, channel=rich.Channel(channel)))


def silent_says_little() -> Message:
    """To somebody of another organisation who invited it."""
    return words.sentence(texts.SILENT_SAYS_LITTLE)
