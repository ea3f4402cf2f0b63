"""What people type who ask for photos, and which days they mean by it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from services.album import read_span, read_wish
from services.errors import Refusal

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 11, 30, tzinfo=BERLIN)  # a Saturday


def _day(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("typed", "begins", "ends"),
    [
        ("today", _day(11, 28), _day(11, 29)),
        ("yesterday", _day(11, 27), _day(11, 28)),
        ("last monday", _day(11, 23), _day(11, 24)),
        ("monday", _day(11, 23), _day(11, 24)),
        ("last week", _day(11, 16), _day(11, 23)),
        ("3 days ago", _day(11, 25), _day(11, 26)),
        ("2026-10-01", _day(10, 1), _day(10, 2)),
        ("1 oct", _day(10, 1), _day(10, 2)),
        ("October 1st", _day(10, 1), _day(10, 2)),
        ("oct 1 2025", _day(10, 1, 2025), _day(10, 2, 2025)),
        ("october", _day(10, 1), _day(11, 1)),
        ("dec 31", _day(12, 31, 2025), _day(1, 1)),
        ("2025", _day(1, 1, 2025), _day(1, 1)),
        ("last year", _day(1, 1, 2025), _day(1, 1)),
        ("10am", _day(11, 28), _day(11, 29)),
        ("noon", _day(11, 27), _day(11, 28)),
        ("the 5th", _day(11, 5), _day(11, 6)),
        ("28th", _day(11, 28), _day(11, 29)),
        ("The 29th", _day(10, 29), _day(10, 30)),
        ("31st", _day(10, 31), _day(11, 1)),
    ],
)
def test_a_day_as_people_type_it(typed: str, begins: datetime, ends: datetime) -> None:
    span = read_span(typed, NOW)
    assert (span.begins, span.ends) == (begins, ends)


def test_a_day_is_as_long_as_the_clock_on_the_wall_says() -> None:
    span = read_span("2026-10-25", NOW)
    assert span.ends.timestamp() - span.begins.timestamp() == 25 * 3600


@pytest.mark.parametrize("typed", ["", "offsite", "the other day", "monday last week", "#photos", "the 32nd", "0th"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="no day"):
        read_span(typed, NOW)


@pytest.mark.parametrize(
    ("typed", "names", "channel"),
    [
        ("", (), ""),
        ("alice", ("alice",), ""),
        ("of alice", ("alice",), ""),
        ("me and alice", ("me", "alice"), ""),
        ("me & <@U1|bob>, carla", ("me", "<@U1|bob>", "carla"), ""),
        ('"Jo in the Corner" and me', ("Jo in the Corner", "me"), ""),
        ("me in <#C1|offsite> since last monday", ("me",), "<#C1|offsite>"),
        ("in #offsite", (), "#offsite"),
        ("Alice Martin in <#C9|>", ("Alice Martin",), "<#C9|>"),
    ],
)
def test_whom_and_where(typed: str, names: tuple[str, ...], channel: str) -> None:
    wish = read_wish(typed, NOW)
    assert (wish.names, wish.channel) == (names, channel)


@pytest.mark.parametrize(
    ("typed", "since", "before"),
    [
        ("since last monday", _day(11, 23), None),
        ("after last monday", _day(11, 24), None),
        ("alice before 2026-10-01", None, _day(10, 1)),
        ("until 2026-10-01", None, _day(10, 2)),
        ("on 1 oct", _day(10, 1), _day(10, 2)),
        ("in october", _day(10, 1), _day(11, 1)),
        ("me in #x since 1 oct before 1 nov", _day(10, 1), _day(11, 1)),
    ],
)
def test_when(typed: str, since: datetime | None, before: datetime | None) -> None:
    wish = read_wish(typed, NOW)
    assert (wish.since, wish.before) == (since, before)


def test_how_many() -> None:
    assert read_wish("latest 5", NOW).latest == 5
    assert read_wish("alice Latest 5", NOW).names == ("alice",)
    for typed in ("latest", "latest five", "latest 0"):
        with pytest.raises(Refusal, match="how many"):
            read_wish(typed, NOW)


def test_too_many_people_at_once() -> None:
    with pytest.raises(Refusal, match="at most 8"):
        read_wish(" and ".join("abcdefghi"), NOW)
