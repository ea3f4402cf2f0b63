"""Days as people type them: «last monday», «1 oct», «2026-10-01», «in october». dateparser reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from services import texts
from services.errors import Refusal

_ORDINAL = re.compile(r"(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)", re.IGNORECASE)  # dateparser takes it for a month
_MONTHS = 3  # of which one at least has a 31st that is past
_MIDNIGHT = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}


@dataclass(frozen=True, slots=True)
class Span:
    """The day, week, month or year that was meant, from its beginning up to the next one's."""

    begins: datetime
    ends: datetime


def read_span(text: str, now: datetime) -> Span:
    """What a text means to whose clock says `now`, in their time zone. Raises `Refusal` for what is no day."""
    ordinal = _ORDINAL.fullmatch(text.strip())
    if ordinal is not None:
        return _whole(_latest(int(ordinal[1]), text, now), "day")
    data = _parser()(
        text,
        languages=["en"],
        settings={
            "RELATIVE_BASE": now.replace(tzinfo=None),
            "PREFER_DATES_FROM": "past",
            "PREFER_DAY_OF_MONTH": "first",
        },
    )
    if data.date_obj is None:
        raise Refusal(texts.NO_SUCH_DAY.format(day=text))
    return _whole(data.date_obj.replace(tzinfo=now.tzinfo, **_MIDNIGHT), data.period)


def _latest(number: int, text: str, now: datetime) -> datetime:
    """The latest day of that number in its month. Raises `Refusal` where no month has one."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(_MONTHS):
        with suppress(ValueError):  # a month may be shorter
            day = first.replace(day=number)
            if day <= now:
                return day
        first = (first - timedelta(days=1)).replace(day=1)
    raise Refusal(texts.NO_SUCH_DAY.format(day=text))


def _whole(day: datetime, period: str) -> Span:
    match period:
        case "year":
            first = day.replace(month=1, day=1)
            return Span(first, first.replace(year=first.year + 1))
        case "month":
            first = day.replace(day=1)
            return Span(first, (first + timedelta(days=32)).replace(day=1))
        case "week":
            monday = day - timedelta(days=day.weekday())
            return Span(monday, monday + timedelta(weeks=1))
        case _:
            return Span(day, day + timedelta(days=1))


@cache
def _parser() -> Callable[..., Any]:
    """Loaded when it is needed first: it brings the names of days in all languages with it."""
    from dateparser.date import DateDataParser

    def parse(text: str, *, languages: list[str], settings: dict[str, Any]) -> Any:
        return DateDataParser(languages=languages, settings=settings).get_date_data(text)

    return parse
