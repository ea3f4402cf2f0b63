"""Of which face somebody said that it is not whose: kept with the photo, whatever becomes of the answer to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))
import postgres

from services.records import Database, Person, Records, Source, sqlite_url

PHOTO, OTHER = Source("C0A", "1.000100", "F1"), Source("C0A", "1.000100", "F2")


@pytest.fixture(params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    if request.param == "sqlite":
        yield Records(Database(sqlite_url(tmp_path / "records.sqlite")), "home")
        return
    with postgres.running() as url:
        database = Database(url, migrate=True)
        yield Records(database, "home")
        database.close()


@pytest.fixture
def alice(records: Records) -> Person:
    return records.add_person("Alice", member=None, added_by="U0BRUNO")


@pytest.fixture
def bruno(records: Records) -> Person:
    return records.add_person("Bruno", member="U0BRUNO", added_by="U0BRUNO")


def test_what_is_said_twice_is_kept_once_and_for_that_photo(records: Records, alice: Person, bruno: Person) -> None:
    for number, person in ((1, alice), (1, alice), (1, bruno), (2, alice)):
        records.denials.add(PHOTO, number, person.user_id)
    assert records.denials.of(PHOTO) == {1: {alice.user_id, bruno.user_id}, 2: {alice.user_id}}
    assert records.denials.of(OTHER) == {}
    records.denials.add(PHOTO, 1, "u-gone")
    assert "u-gone" not in records.denials.of(PHOTO)[1]


def test_of_a_file_it_is_what_was_said_in_any_message_of_the_channel(
    records: Records, alice: Person, bruno: Person
) -> None:
    again, elsewhere = Source("C0A", "2.000100", "F1"), Source("C0B", "3.000100", "F1")
    for photo, person in ((PHOTO, alice), (again, bruno), (OTHER, bruno)):
        records.denials.add(photo, 1, person.user_id)
    records.denials.add(elsewhere, 2, alice.user_id)
    assert records.denials.of_file("C0A", "F1") == {1: {alice.user_id, bruno.user_id}}


GOING: dict[str, Callable[[Records, Person], object]] = {
    "the photo is deleted": lambda records, _: records.denials.remove(PHOTO),
    "its message": lambda records, _: records.denials.remove(Source("C0A", "1.000100")),
    "its file": lambda records, _: records.denials.remove(Source("", "", "F1")),
    "the channel is left": lambda records, _: records.denials.remove_channel("C0A"),
    "the person is erased": lambda records, alice: records.remove_person(alice.user_id),
    "it is taken back": lambda records, alice: records.denials.forgive("C0A", "1.000100", alice.user_id),
    "its time is over": lambda records, _: records.denials.purge(datetime.now(UTC) + timedelta(seconds=1)),
}


@pytest.mark.parametrize("what", GOING)
def test_it_goes(records: Records, alice: Person, what: str) -> None:
    records.denials.add(PHOTO, 1, alice.user_id)
    records.denials.remove(Source("C0B", "1.000100", "F1"))
    records.denials.remove(OTHER)
    assert records.denials.of(PHOTO)
    GOING[what](records, alice)
    assert records.denials.of(PHOTO) == {}


def test_it_moves_with_a_channel_that_gets_another_id(records: Records, alice: Person) -> None:
    records.denials.add(PHOTO, 1, alice.user_id)
    records.denials.move("C0A", "C0NEW")
    assert records.denials.of(PHOTO) == {}
    assert records.denials.of(Source("C0NEW", PHOTO.ts, PHOTO.file_id)) == {1: {alice.user_id}}


def test_what_was_said_under_both_ids_of_a_channel_is_kept_once_and_nothing_stays_behind(
    records: Records, alice: Person
) -> None:
    old, new = Source("C0OLD", "1.000100", "F1"), Source("C0NEW", "1.000100", "F1")
    for photo in (old, new):
        records.denials.add(photo, 1, alice.user_id)
    records.denials.add(old, 2, alice.user_id)
    records.denials.move("C0OLD", "C0NEW")
    assert records.denials.of(old) == {}
    assert records.denials.of(new) == {1: {alice.user_id}, 2: {alice.user_id}}
