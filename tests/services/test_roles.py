"""Everyone manages themselves and those they added, admins everybody; whoever is refused learns who can."""

from collections.abc import Callable
from pathlib import Path

import pytest
from house import records_in

from services.errors import Conflict, Forbidden, NotFound, Refusal
from services.people.roles import OPERATOR, Actor, Roles
from services.people.roles.standing import Standing
from services.records import Person, Records

ADMIN, ADDER, HERSELF, OTHER = Actor("U1", admin=True), Actor("U2"), Actor("U3"), Actor("U4")


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(records_in(tmp_path), "home")


@pytest.fixture
def roles(records: Records) -> Roles:
    return Roles(records)


@pytest.fixture
def alice(records: Records) -> Person:
    return records.add_person("Alice", member="U3", added_by="U2")


def test_a_person_is_managed_by_themselves_their_adder_and_admins(roles: Roles, alice: Person) -> None:
    for actor in (HERSELF, ADDER, ADMIN, OPERATOR):
        roles.require_manager(actor, alice)
    with pytest.raises(Forbidden, match="they themselves, whoever added “Alice”, or an admin"):
        roles.require_manager(OTHER, alice)


def test_who_is_no_member_is_not_named_among_those_who_manage_them(roles: Roles, records: Records) -> None:
    joe = records.add_person("Joe", member=None, added_by="U2")
    with pytest.raises(Forbidden) as refused:
        roles.require_manager(OTHER, joe)
    assert "they themselves" not in refused.value.sentence
    assert "whoever added “Joe”" in refused.value.sentence


def test_admins_make_admins_and_unmake_them(roles: Roles, records: Records, alice: Person) -> None:
    with pytest.raises(Forbidden, match="Only an admin can make somebody an admin"):
        roles.add_admin("U4", actor=OTHER)
    roles.add_admin("U4", actor=ADMIN)
    with pytest.raises(Conflict):
        roles.add_admin("U4", actor=ADMIN)
    assert roles.admins() == ("U4",)
    roles.require_manager(OTHER, alice)
    assert Roles(Records(records._database, "elsewhere")).admins() == ()
    roles.remove_admin("U4", actor=OTHER)
    with pytest.raises(NotFound):
        roles.remove_admin("U4", actor=ADMIN)
    assert not roles.manages(OTHER, alice)


@pytest.mark.parametrize(
    ("do", "sentence"),
    [
        (lambda roles: roles.add_admin("U5", actor=OTHER), "Only an admin can make somebody an admin"),
        (lambda roles: roles.remove_admin("U7", actor=OTHER), "Only an admin can take that from somebody"),
        (lambda roles: roles.remove_admin("U7", actor=Actor("U7", standing=Standing.GUEST)), "take that from somebody"),
        (lambda roles: roles.set_excluded("C1", excluded=True, actor=OTHER), "Only an admin can exclude"),
        (lambda roles: roles.set_guests("on", actor=OTHER), "Only an admin can say what guests may do"),
        (lambda roles: roles.set_shared("on", channel="C1", actor=OTHER), "Only an admin can have me answer"),
    ],
)
def test_who_is_no_admin_is_told_so_and_changes_nothing(
    roles: Roles, records: Records, do: Callable[[Roles], object], sentence: str
) -> None:
    roles.add_admin("U7", actor=ADMIN)
    with pytest.raises(Forbidden, match=sentence):
        do(roles)
    assert roles.admins() == ("U7",)
    assert not (roles.excluded("C1") or roles.guests() or roles.shared("C1"))
    assert [entry.action for entry in records.log.all()] == ["admin added"]


def test_what_cannot_be_is_said(roles: Roles) -> None:
    roles.add_admin("U4", actor=ADMIN)
    with pytest.raises(Conflict, match="an admin already"):
        roles.add_admin("U4", actor=ADMIN)
    with pytest.raises(NotFound, match="not made an admin here"):
        roles.remove_admin("U5", actor=ADMIN)
    with pytest.raises(Refusal, match="shared on"):
        roles.set_shared("perhaps", channel="C1", actor=ADMIN)


def test_who_was_made_an_admin_and_what_was_set_is_in_the_log(roles: Roles, records: Records) -> None:
    roles.add_admin("U4", actor=ADMIN)
    roles.remove_admin("U4", actor=OTHER)
    roles.set_excluded("C1", excluded=True, actor=ADMIN)
    roles.set_excluded("C1", excluded=False, actor=ADMIN)
    roles.set_guests("on", actor=ADMIN)
    roles.set_shared("on", channel="C1", actor=ADMIN)
    roles.unshare("C1", actor="slack")
    assert [(entry.actor, entry.action, entry.details) for entry in records.log.all()] == [
        ("U1", "admin added", {"member": "U4"}),
        ("U4", "admin removed", {"member": "U4"}),
        ("U1", "channel excluded", {"channel": "C1"}),
        ("U1", "channel included", {"channel": "C1"}),
        ("U1", "guests", {"channel": "", "guests": "on"}),
        ("U1", "shared", {"channel": "C1", "shared": "on"}),
        ("slack", "shared", {"channel": "C1", "shared": "off"}),
    ]


def test_what_an_admin_has_set_is_a_change_of_theirs_that_knows_what_was_before(roles: Roles, records: Records) -> None:
    changes = [
        roles.add_admin("U4", actor=ADMIN),
        roles.remove_admin("U4", actor=ADMIN),
        roles.set_excluded("C1", excluded=True, actor=ADMIN),
        roles.set_excluded("C1", excluded=False, actor=ADMIN),
        roles.set_guests("on", actor=ADMIN),
        roles.set_guests(" OFF ", actor=ADMIN),
        roles.set_shared("on", channel="C1", actor=ADMIN),
    ]
    assert [(change.actor, change.user_id) for change in changes] == [("U1", None)] * 7
    assert [(change.kind, dict(change.before)) for change in changes] == [
        ("admin added", {"member": "U4"}),
        ("admin removed", {"member": "U4"}),
        ("setting", {"name": "excluded", "channel": "C1", "value": None, "after": "yes"}),
        ("setting", {"name": "excluded", "channel": "C1", "value": "yes", "after": "no"}),
        ("setting", {"name": "guests", "channel": "", "value": None, "after": "on"}),
        ("setting", {"name": "guests", "channel": "", "value": "on", "after": "off"}),
        ("setting", {"name": "shared", "channel": "C1", "value": None, "after": "on"}),
    ]
    assert records.changes.latest("U1") == changes[-1]
    kept = {name: records.own_setting(name, where) for name, where in (("excluded", "C1"), ("guests", ""))}
    assert kept == {"excluded": "no", "guests": "off"}, "which an undoing compares with what it was set to"


def test_only_admins_exclude_a_channel(roles: Roles) -> None:
    with pytest.raises(Forbidden):
        roles.set_excluded("C1", excluded=True, actor=OTHER)
    roles.require_included("C1")
    roles.set_excluded("C1", excluded=True, actor=ADMIN)
    assert not roles.excluded("C2")
    with pytest.raises(Forbidden, match="/facesearch include"):
        roles.require_included("C1")
    roles.set_excluded("C1", excluded=False, actor=ADMIN)
    roles.require_included("C1")


def test_guests_do_nothing_but_post_until_an_admin_says_otherwise(roles: Roles, records: Records) -> None:
    guest = Actor("U2", standing=Standing.GUEST)
    joe = records.add_person("Joe", member=None, added_by="U2")
    with pytest.raises(Forbidden, match="As a guest"):
        roles.require_user(guest)
    assert not roles.manages(guest, joe)  # added when they were a member
    with pytest.raises(Forbidden):
        roles.set_guests("on", actor=OTHER)
    with pytest.raises(Refusal, match="guests on"):
        roles.set_guests("perhaps", actor=ADMIN)
    roles.set_guests("on", actor=ADMIN)
    roles.require_user(guest)
    assert roles.manages(guest, joe)
    roles.set_guests("off", actor=ADMIN)
    assert not roles.may_use(Standing.GUEST)


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.OUTSIDER])
def test_only_members_are_admins_whatever_they_are_elsewhere(roles: Roles, alice: Person, standing: Standing) -> None:
    roles.set_guests("on", actor=ADMIN)
    roles.add_admin("U4", actor=ADMIN)
    for actor in (Actor("U4", standing=standing), Actor("U5", admin=True, standing=standing)):
        assert not roles.is_admin(actor)
        assert not roles.manages(actor, alice)


def test_an_outsider_may_use_nothing_and_manages_but_themselves(roles: Roles, alice: Person) -> None:
    roles.set_guests("on", actor=ADMIN)
    with pytest.raises(Forbidden, match="another organisation"):
        roles.require_user(Actor("U5", standing=Standing.OUTSIDER))
    assert roles.manages(Actor("U3", standing=Standing.OUTSIDER), alice)


def test_a_shared_channel_is_turned_on_by_admins_and_off_when_others_come(roles: Roles, records: Records) -> None:
    with pytest.raises(Forbidden):
        roles.set_shared("on", channel="C1", actor=OTHER)
    roles.set_shared("on", channel="C1", actor=ADMIN)
    assert roles.shared("C1")
    assert not roles.shared("C2")
    roles.unshare("C1", actor="slack")
    roles.unshare("C1", actor="slack")
    assert not roles.shared("C1")
    assert [(e.actor, e.details["shared"]) for e in records.log.all()] == [("U1", "on"), ("slack", "off")]
