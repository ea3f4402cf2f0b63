"""Enrolled people whom photos may not tell apart are named, at their enrolment and among all."""

from collections.abc import Callable

import pytest
from house import RELEASED, SOMEONE, House

from services.people import Request, lookalikes
from services.people.enrolling import admission
from services.people.photos.portraits import GivenPhoto
from services.records import Person
from services.status import status

Given = Callable[[str], GivenPhoto]


@pytest.fixture
def barry(house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch) -> Person:
    """One of two twins whom this workspace knows: of either a photo of Obama, not taken for the other's; and Biden."""
    monkeypatch.setattr(admission, "SAME", 101.0)
    house.enroll("Joe", given_photo("biden.jpg"))
    house.enroll("Barack", given_photo("obama.jpg"))
    given = house.workspace.enrolment.enroll(Request("Barry", SOMEONE, stated=RELEASED), [given_photo("obama2.jpg")])
    assert [person.name for person in given.resembles] == ["Barack"]
    assert given.person is not None
    return given.person


def test_who_resembles_whom(house: House, barry: Person) -> None:
    collection, people = house.workspace.collection, house.workspace.people.all()
    (pair,) = lookalikes.pairs(collection, people, 99)
    assert (pair.one.name, pair.other.name) == ("Barack", "Barry")
    assert pair.similarity > 98
    assert status(collection, 99).alike == (pair,)
    house.workspace.people.forget(barry, actor="U1")
    assert lookalikes.pairs(collection, people, 99) == (), "who is gone meanwhile resembles nobody"


def test_of_many_it_is_not_found_out_while_one_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert status(house.workspace.collection, 99).alike == ()
    monkeypatch.setattr(lookalikes, "MOST_AT_ONCE", -1)
    assert status(house.workspace.collection, 99).alike is None
