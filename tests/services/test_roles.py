"""Everyone manages themselves and those they added, admins everybody; whoever is refused learns who can."""

from pathlib import Path

import pytest

from services.errors import Conflict, Forbidden, NotFound
from services.people.roles import OPERATOR, Actor, Roles
from services.records import Database, Person, Records, sqlite_url

ADMIN, ADDER, HERSELF, OTHER = Actor("U1", admin=True), Actor("U2"), Actor("U3"), Actor("U4")


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(Database(sqlite_url(tmp_path / "records.sqlite")), "home")


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
