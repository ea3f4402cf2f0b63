"""What whoever invites the bot into a channel is told."""

from __future__ import annotations

from handlers.slack import Message
from handlers.views import rich, words
from services import texts


def greeting(channel: str, *, auto: bool, excluded: bool, guest: bool = False) -> Message:
    """In three lines: what it does there, whom it knows, and how to keep it quiet; to a guest, what guests may do."""
    place = rich.Channel(channel)
    if excluded:
        return words.lines(
            rich.fill(texts.CHANNEL_IS_EXCLUDED, channel=place, left_alone=rich.Bold(texts.LEFT_ALONE)),
            rich.sentence(texts.INVITED_TO_BE_QUIET),
        )
    answers = rich.fill(texts.INVITED_TO_ANSWER if auto else texts.INVITED_TO_BE_ASKED, channel=place)
    if guest:
        return words.lines(answers, rich.sentence(texts.GUESTS_ONLY_POST))
    return words.lines(
        answers,
        rich.sentence(texts.INVITED_TO_LEARN),
        rich.sentence(texts.KEEP_ME_QUIET if auto else texts.KEEP_ME_AWAY),
    )
