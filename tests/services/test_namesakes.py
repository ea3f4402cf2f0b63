"""People outside Slack who bear a member's name: found, said to be somebody else, or handed over to the member."""

from collections.abc import Callable

import pytest
from house import RELEASED, House

from services.errors import Conflict, Forbidden
from services.people.enrolling.enrolment import Request
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor
from services.records import Person

pytestmark = pytest.mark.faces("painted")

ADDER, OTHER, SASHA = Actor("U1"), Actor("U2"), "U3"
NAMES = ("Sash", "Sasha Quill", "Sasha")
GivePhoto = Callable[[str], GivenPhoto]


@pytest.fixture
def sasha(house: House, given_photo: GivePhoto) -> Person:
    """Enrolled as somebody outside Slack."""
    photos = [given_photo("obama.jpg"), given_photo("obama2.jpg")]
    result = house.workspace.enrolment.enroll(Request("Quill, Sаsha", ADDER, stated=RELEASED), photos)  # a Cyrillic а
    assert result.person is not None
    return result.person


def test_those_who_bear_a_members_name_are_found_unless_they_are_a_member(house: House, sasha: Person) -> None:
    records = house.workspace.records
    records.add_person("Sash", member="U9", added_by="U9")
    records.add_person("Alice", member=None, added_by="U1")
    assert house.workspace.namesakes.bearers(NAMES) == (sasha,)
    assert house.workspace.namesakes.bearers(()) == ()
    assert house.workspace.namesakes.bearers(["😀"]) == ()


def test_who_is_new_is_told_apart_from_those_whose_name_is_easily_taken_for_theirs(
    house: House, sasha: Person, given_photo: GivePhoto
) -> None:
    """«Sasha» with a Latin a beside «Sаsha» with a Cyrillic one."""
    enroll = house.workspace.enrolment.enroll
    first = enroll(Request("Quill, Sasha", ADDER, stated=RELEASED), [given_photo("biden.jpg")])
    assert [each.user_id for each in first.twins] == [sasha.user_id]
    assert first.person is not None
    assert first.person.user_id != sasha.user_id
    assert enroll(Request("Al\u200dice", ADDER, stated=RELEASED), [given_photo("astronaut.png")]).twins == ()
    assert house.workspace.records.get("A\u200blice").name == "Alice"


def test_who_is_said_to_be_somebody_else_is_not_asked_about_again(house: House, sasha: Person) -> None:
    namesakes, records = house.workspace.namesakes, house.workspace.records
    assert namesakes.unsettled(None, ["U3", "U4"]) == ["U3", "U4"]
    namesakes.settle(sasha, ["U3"], actor="U1")
    assert namesakes.unsettled(sasha, ["U3", "U4"]) == ["U4"]
    (entry,) = [entry for entry in records.log.all() if entry.action == "namesake"]
    assert (entry.actor, entry.details) == ("U1", {"member": "U3", "user_id": sasha.user_id})
    assert namesakes.unsettled(records.add_person("Sash", member="U3", added_by="U3"), ["U3"]) == []


def test_what_is_handed_over_waits_for_the_members_yes_and_nothing_else_is_left(house: House, sasha: Person) -> None:
    workspace = house.workspace
    with pytest.raises(Forbidden):
        workspace.namesakes.hand_over(sasha, member=SASHA, name="Sasha", actor=OTHER)
    asked = workspace.namesakes.hand_over(sasha, member=SASHA, name="Sasha", actor=ADDER)
    assert workspace.people.all() == (sasha,), "until the member is asked"
    workspace.namesakes.left(sasha, actor=ADDER)
    workspace.namesakes.left(sasha, actor=ADDER)
    assert workspace.people.all() == ()
    assert house.face_ids() == set()
    assert len(workspace.requests.portraits(asked)) == 2
    result = workspace.enrolment.accept(asked)
    assert result.person is not None
    assert (result.person.name, result.person.member, result.added) == ("Sasha", SASHA, 2)


def test_nothing_is_handed_over_to_who_said_no_or_is_being_asked(house: House, sasha: Person) -> None:
    workspace = house.workspace
    asked = workspace.records.consents.ask(member=SASHA, name="Sasha", asked_by="U2")
    with pytest.raises(Conflict):
        workspace.namesakes.hand_over(sasha, member=SASHA, name="Sasha", actor=ADDER)
    workspace.people.decline(asked)
    with pytest.raises(Forbidden, match="do not want to be recognised"):
        workspace.namesakes.hand_over(sasha, member=SASHA, name="Sasha", actor=ADDER)
    assert workspace.people.all() == (sasha,)


def test_a_member_erases_who_bears_their_name_and_nobody_else(house: House, sasha: Person) -> None:
    workspace = house.workspace
    with pytest.raises(Forbidden, match="not your name"):
        workspace.namesakes.claim(sasha, ["Jules Arbor"], member="U4")
    receipt = workspace.namesakes.claim(sasha, NAMES, member=SASHA)
    assert (receipt.faces, receipt.photos) == (2, 2)
    assert house.face_ids() == set()
    actions = [(entry.actor, entry.action) for entry in workspace.records.log.all()]
    assert actions[-2:] == [(SASHA, "claim"), (SASHA, "forget")]
    assert not workspace.records.consents.objects(SASHA)
