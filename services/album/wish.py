"""What somebody types who asks for photos: «me and alice in #offsite since last monday», «alice before 2026-10-01».

Whom a name means, and which channel a word, is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from services import texts
from services.album.dates import read_span
from services.errors import Refusal

_CLAUSE = re.compile(r"(?<!\S)(in|on|from|since|after|before|until|till|latest)(?!\S)", re.IGNORECASE)
_CHANNEL = re.compile(r"<#[CG][A-Z0-9]+(?:\|[^>]*)?>|#\S+")
_QUOTED = re.compile(r'["“”„][^"“”„]*["“”„]')
_AND = re.compile(r"\s+(?:and|with)\s+|\s*[,&+]\s*", re.IGNORECASE)
_HIDDEN = "\0"
_MOST_PEOPLE = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """Which photos are wished for: of whom, by name, in which channel as it was typed, and when.

    Nobody named is oneself. `latest` is how many, where that was said.
    """

    names: tuple[str, ...] = ()
    channel: str = ""
    since: datetime | None = None
    before: datetime | None = None
    latest: int | None = None


def read_wish(text: str, now: datetime) -> Wish:
    """What was typed after `photos`; `now` is by the clock of who typed it. Raises `Refusal`."""
    quoted = _QUOTED.findall(text)
    bare = _QUOTED.sub(_HIDDEN, text)
    who, *clauses = _CLAUSE.split(bare)
    names = tuple(_names(who, quoted))
    if len(names) > _MOST_PEOPLE:
        raise Refusal(texts.TOO_MANY_TOGETHER.format(most=_MOST_PEOPLE))
    wish = Wish(names)
    for word, value in zip(clauses[::2], clauses[1::2], strict=True):
        wish = _with(wish, word.lower(), value.strip(), now)
    return wish


def _names(who: str, quoted: list[str]) -> Iterator[str]:
    """The names, with those in quotation marks, in which no word means anything, in their places."""
    hidden = iter(quoted)
    for name in _AND.split(who.strip().removeprefix("of ")):
        whole = re.sub(_HIDDEN, lambda _: next(hidden), name).strip().strip('"“”„').strip()
        if whole:
            yield whole


def _with(wish: Wish, word: str, value: str, now: datetime) -> Wish:
    """The wish with one clause more, whose `word` is any of those that begin one."""
    if word == "latest":
        return replace(wish, latest=_number(value))
    if word in {"in", "from"} and _CHANNEL.fullmatch(value):
        return replace(wish, channel=value)
    span = read_span(value, now)
    match word:
        case "since":
            return replace(wish, since=span.begins)
        case "after":
            return replace(wish, since=span.ends)
        case "before":
            return replace(wish, before=span.begins)
        case "until" | "till":
            return replace(wish, before=span.ends)
        case _:
            return replace(wish, since=span.begins, before=span.ends)


def _number(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 10_000:
        raise Refusal(texts.LATEST_HOW_MANY)
    return int(value)
