"""How a channel is searched, in words."""

from __future__ import annotations

from handlers.slack import Message
from handlers.views import rich
from services.preferences import Tuning


def tuning(tuning: Tuning, *, changed: bool) -> Message:
    verb = "is now" if changed else "is"
    how = "user vectors" if tuning.mode == "users" else "single faces"
    line: rich.Line = [f"The threshold in this channel {verb} ", rich.Bold(f"{tuning.threshold:g} %"), "."]
    meaning = [f"I compare with {how}. {_meaning(tuning.threshold)}"]
    return Message(f"{rich.plain(line)} {meaning[0]}", [rich.lines(line, meaning)])


def auto(auto: bool, *, changed: bool) -> Message:
    """Whether every photo of the channel is answered, and if not how to ask."""
    when = "every photo" if auto else "a photo only when asked"
    line: rich.Line = [f"In this channel I {'now ' if changed else ''}answer ", rich.Bold(when), "."]
    how: rich.Line = ["Mention me with a photo or in its thread, or choose “Who is in this?” in the message's menu."]
    said = [line] if auto else [line, how]
    return Message(" ".join(rich.plain(each) for each in said), [rich.lines(*said)])


def _meaning(threshold: float) -> str:
    """What a threshold means; similarity is 100 · (1 − 100 · FAR)."""
    rate = (100 - threshold) / 10_000
    if rate <= 0:
        return "Hardly anybody will reach it."
    return f"A stranger passes it about once in {round(1 / rate):,} comparisons."
