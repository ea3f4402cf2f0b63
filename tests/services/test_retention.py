"""Whoever was not recognised for long is warned, then erased, and neither too soon."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from house import House
from sqlalchemy import Engine

from services.people.known.retention import WARNING, Retention
from services.people.photos.portraits import GivenPhoto
from services.pictures import images
from services.records import Person
from services.search import Mode

pytestmark = pytest.mark.faces("painted")

Given = Callable[[str], GivenPhoto]

DAY = timedelta(days=1)


@pytest.fixture
def barack(house: House, given_photo: Given) -> Person:
    house.enroll("Barack", given_photo("obama.jpg"))
    return house.workspace.people.get("Barack")


def _due(retention: Retention, now: datetime) -> list[bool]:
    return [due.warned for due in retention.due(now)]


def test_a_person_is_warned_once_and_due_two_weeks_later(house: House, barack: Person) -> None:
    retention = house.workspace.retention
    end = barack.added_at + timedelta(days=retention.days)
    assert _due(retention, end - WARNING - DAY) == []
    assert _due(retention, end - WARNING + DAY) == [False]
    retention.warned(barack.user_id, end - WARNING + DAY)
    assert _due(retention, end - WARNING + DAY) == []
    assert _due(retention, end) == []
    assert _due(retention, end + DAY) == [True]
    entry = house.workspace.records.log.newest(1)[0]
    assert (entry.actor, entry.action, entry.details) == ("retention", "warn", {"user_id": barack.user_id})


def test_to_the_moment_nobody_is_warned_or_erased_too_soon(house: House, barack: Person) -> None:
    retention, moment = house.workspace.retention, timedelta(microseconds=1)
    house.workspace.records.add_person("Aaron, who comes before", member=None, added_by="U1")
    (face,) = house.workspace.records.faces(barack.user_id)
    end = face.added_at + timedelta(days=retention.days)
    assert _due(retention, end - WARNING - moment) == []
    (due,) = retention.due(end - WARNING)
    assert (due.person, due.erased_at, due.warned) == (barack, end, False)
    retention.warned(barack.user_id, end - WARNING)
    assert barack not in [due.person for due in retention.due(end - moment)]
    due = next(due for due in retention.due(end) if due.person == barack)
    assert (due.erased_at, due.warned) == (end, True)


def test_after_a_standstill_the_warning_comes_first_all_the_same(house: House, barack: Person) -> None:
    retention = house.workspace.retention
    late = barack.added_at + timedelta(days=1000)
    (due,) = retention.due(late)
    assert (due.warned, due.erased_at) == (False, late + WARNING)
    retention.warned(barack.user_id, late)
    assert _due(retention, late + WARNING - DAY) == []
    assert _due(retention, late + WARNING) == [True]


def test_being_recognised_starts_the_time_anew(house: House, barack: Person, given_photo: Given) -> None:
    retention, search = house.workspace.retention, house.workspace.search
    end = barack.added_at + timedelta(days=retention.days)
    retention.warned(barack.user_id, end - WARNING)
    house.workspace.records.sightings.see([barack.user_id], end - DAY)
    assert _due(retention, end + DAY) == []
    assert _due(retention, end + timedelta(days=retention.days) - WARNING) == [False]
    found = search.identify(images.open(given_photo("obama.jpg").read()), mode=Mode.USERS, threshold=99)
    search.note(found, actor="U1", channel="C1")
    entry = house.workspace.records.log.newest(1)[0]
    assert (entry.action, entry.actor) == ("identify", "U1")
    assert entry.details == {
        "channel": "C1",
        "mode": "users",
        "threshold": 99,
        "faces": 1,
        "recognised": [barack.user_id],
    }


def test_a_sighting_is_recorded_at_most_once_a_day(house: House, barack: Person) -> None:
    sightings = house.workspace.records.sightings
    first = datetime.now(UTC)
    for hours in (0, 1, 23):
        sightings.see([barack.user_id], first + timedelta(hours=hours))
    assert sightings.all()[barack.user_id].seen_at == first
    sightings.see([barack.user_id, "u-gone"], first + DAY)
    assert sightings.all()[barack.user_id].seen_at == first + DAY
    assert set(sightings.all()) == {barack.user_id}


def test_new_photos_start_the_time_anew(house: House, barack: Person, given_photo: Given) -> None:
    retention = house.workspace.retention
    before = barack.added_at
    house.enroll("Barack", given_photo("obama2.jpg"))
    added = house.workspace.records.faces(barack.user_id)[-1].added_at
    assert added > before
    assert _due(retention, before + timedelta(days=retention.days) - WARNING) == []
    assert _due(retention, added + timedelta(days=retention.days) - WARNING) == [False]


def test_one_person_can_be_asked_about(house: House, barack: Person) -> None:
    retention, records = house.workspace.retention, house.workspace.records
    end = barack.added_at + timedelta(days=retention.days)
    other = records.add_person("Somebody else", member=None, added_by="U1")
    assert retention.due_of(barack.user_id, end - WARNING - DAY) is None
    retention.warned(barack.user_id, end - DAY)
    assert [retention.due_of(barack.user_id, end + WARNING)] == [
        due for due in retention.due(end + WARNING) if due.person.user_id == barack.user_id
    ]
    records.sightings.see([barack.user_id], end)
    assert retention.due_of(barack.user_id, end + WARNING) is None
    assert retention.due_of(other.user_id, end + WARNING) is not None
    assert retention.due_of("u-nobody", end + WARNING) is None


def test_many_people_are_as_few_questions_to_the_database_as_one(house: House, barack: Person) -> None:
    retention, records = house.workspace.retention, house.workspace.records
    end = barack.added_at + timedelta(days=retention.days)

    def asked() -> int:
        statements: list[str] = []

        def count(*args: object) -> None:
            statements.append(str(args[2]))

        sa.event.listen(Engine, "before_cursor_execute", count)
        try:
            retention.due(end)
        finally:
            sa.event.remove(Engine, "before_cursor_execute", count)
        return len(statements)

    for_one = asked()
    for number in range(20):
        records.add_person(f"Person {number}", member=None, added_by="U1")
    assert for_one > 0
    assert asked() == for_one
    assert len(retention.due(end + DAY)) == 21
