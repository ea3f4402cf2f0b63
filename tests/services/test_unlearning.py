"""Taking back a face that was enrolled: that very face of that very file, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from house import SOMEONE, House

from services.people.enrolling.enrolment import Request
from services.people.known.directory import Unlearned
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor
from services.pictures import images
from services.pictures.crops import Box
from services.search import Mode

pytestmark = pytest.mark.faces("painted")

Given = Callable[[str], GivenPhoto]


def _boxes(house: House, photo: bytes) -> list[Box]:
    found = house.workspace.search.identify(images.open(photo), mode=Mode.USERS, threshold=99)
    return [sighting.box for sighting in found.sightings]


def test_a_face_is_enrolled_by_the_place_it_was_seen_at(house: House, group: bytes) -> None:
    boxes = _boxes(house, group)
    given = GivenPhoto("group.jpg", lambda: group)
    assert house.enroll("Joe", replace(given, at=boxes[2])) == ["added"]
    assert house.enroll("Nobody", replace(given, at=Box(0, 470, 9, 9))) == ["no_face"]
    found = house.workspace.search.identify(images.open(group), mode=Mode.USERS, threshold=99)
    assert [s.match.person.name if s.match else None for s in found.sightings] == [None, None, "Joe"]


def test_only_the_very_face_is_unlearned(house: House, group: bytes, given_photo: Given) -> None:
    people = house.workspace.people
    boxes = _boxes(house, group)
    house.enroll("Barack", given_photo("obama.jpg"))
    assert house.enroll("Barack", GivenPhoto("group.jpg", lambda: group, at=boxes[0])) == ["added"]
    barack = people.get("Barack")
    assert people.unlearn(barack, group, boxes[1], actor="U1").unlearned is Unlearned.NOTHING
    assert people.unlearn(barack, group + b" ", boxes[0], actor="U1").unlearned is Unlearned.NOTHING
    assert people.get("Barack").faces == 2
    assert not people.is_only_photo(barack, group, boxes[0])
    taken = people.unlearn(barack, group, boxes[0], actor="U1")
    assert taken.unlearned is Unlearned.FACE
    assert people.get("Barack").faces == 1
    assert len(house.face_ids()) == 1
    house.workspace.changes.undo(taken.change, actor=SOMEONE)
    assert people.get("Barack").faces == 2
    taken = people.unlearn(people.get("Barack"), group, boxes[0], actor="U1")
    house.workspace.changes.purge(datetime.now(UTC) + timedelta(minutes=11))
    assert len(list(house.photos.keys(""))) == 1
    assert house.workspace.records.log.newest()[0].action == "unlearn"


def test_whoever_has_no_other_face_is_erased_only_by_who_was_asked(house: House, group: bytes) -> None:
    people = house.workspace.people
    box = _boxes(house, group)[2]
    house.enroll("Joe", GivenPhoto("group.jpg", lambda: group, at=box))
    joe = people.get("Joe")
    assert people.is_only_photo(joe, group, box)
    assert people.unlearn(joe, group, box, actor="U1").unlearned is Unlearned.ONLY
    assert people.get("Joe").faces == 1
    assert people.unlearn(joe, group, box, actor="U1", erase=True).unlearned is Unlearned.PERSON
    assert people.all() == ()
    assert house.face_ids() == set()


def test_a_member_whose_only_face_was_wrong_has_not_objected(house: House, group: bytes) -> None:
    people, member = house.workspace.people, Actor("U2")
    box = _boxes(house, group)[2]
    given = GivenPhoto("group.jpg", lambda: group, at=box)
    house.workspace.enrolment.enroll(Request("Joe", member, member=member.id), [given])
    assert people.unlearn(people.get("Joe"), group, box, actor=member.id, erase=True).unlearned is Unlearned.PERSON
    assert not house.workspace.records.consents.objects(member.id)


def test_what_is_unlearned_is_in_the_log(house: House, group: bytes, given_photo: Given) -> None:
    people, box = house.workspace.people, _boxes(house, group)[0]
    house.enroll("Barack", given_photo("obama.jpg"), GivenPhoto("group.jpg", lambda: group, at=box))
    barack = people.get("Barack")
    people.unlearn(barack, group, box, actor="U2")
    newest = house.workspace.records.log.newest()[0]
    assert (newest.actor, newest.action, newest.details) == ("U2", "unlearn", {"user_id": barack.user_id, "faces": 1})
