from collections.abc import Iterator
from pathlib import Path

import pytest

from services import names
from services.errors import Conflict, NotFound
from services.records import Database, Records, sqlite_url


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(sqlite_url(tmp_path / "records ?#.sqlite"))
    yield database
    database.close()


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database, "T1")


def test_a_person_is_found_in_any_spelling(records: Records) -> None:
    person = records.add_person("Zoë", member="U1", added_by="U9")
    assert records.get("zoË") == person
    assert records.find_member("U1") == person
    assert person.added_at.tzinfo is not None


def test_a_name_that_was_kept_before_all_were_cleaned_alike_is_found(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(names, "key", names.folded)
        kept = [records.add_person(name, member=None, added_by="U9") for name in ("Alice,", "Al\u200dice")]
    assert [records.find(person.name) for person in kept] == kept
    assert records.find("Alice") is None


def test_a_name_is_taken_once_in_a_workspace(database: Database, records: Records) -> None:
    records.add_person("Alice", member=None, added_by="U9")
    with pytest.raises(Conflict):
        records.add_person("ALICE", member=None, added_by="U9")
    Records(database, "T2").add_person("Alice", member=None, added_by="U9")


def test_workspaces_do_not_see_each_other(database: Database, records: Records) -> None:
    person = records.add_person("Alice", member="U1", added_by="U9")
    records.add_face(person.user_id, face_id="f1", photo="p", digest="d", added_by="U9")
    records.set_setting("threshold", "90")
    records.audit("U9", "enroll")
    other = Records(database, "T2")
    assert other.people() == ()
    assert other.find_member("U1") is None
    assert other.people_by_id([person.user_id]) == {}
    assert other.owners_of_photo("d") == ()
    assert other.setting("threshold") is None
    assert other.log.newest() == ()
    with pytest.raises(NotFound):
        other.get("Alice")


def test_a_member_is_one_person(records: Records) -> None:
    records.add_person("Alice", member="U1", added_by="U9")
    with pytest.raises(Conflict):
        records.add_person("Alicia", member="U1", added_by="U9")
    for name in ("Joe", "Jo"):
        records.add_person(name, member=None, added_by="U9")


def test_faces_are_counted_and_recorded_once(records: Records) -> None:
    person = records.add_person("Alice", member=None, added_by="U9")
    for _ in range(2):
        records.add_face(person.user_id, face_id="f1", photo="p1", digest="d1", added_by="U9")
    records.add_face(person.user_id, face_id="f2", photo="p2", digest="d2", added_by="U9")
    assert records.get("Alice").faces == 2
    assert [face.face_id for face in records.faces(person.user_id)] == ["f1", "f2"]
    assert records.owners(["f1", "f2", "f3"]) == {"f1": person.user_id, "f2": person.user_id}
    assert [owner.name for owner in records.owners_of_photo("d2")] == ["Alice"]


def test_removing_a_person_leaves_no_row_about_them(tmp_path: Path, records: Records) -> None:
    person = records.add_person("Alice", member="U1", added_by="U9")
    records.add_face(person.user_id, face_id="f1", photo="p1", digest="d1", added_by="U9")
    records.add_consent(person.user_id, statement="release-1", given_by="U9")
    records.remove_person(person.user_id)
    assert records.people() == ()
    assert records.owners(["f1"]) == {}
    assert records.faces(person.user_id) == ()


def test_a_channel_goes_by_its_own_setting_before_the_workspaces(records: Records) -> None:
    assert records.setting("threshold", "C1") is None
    records.set_setting("threshold", "95")
    assert records.setting("threshold", "C1") == "95"
    records.set_setting("threshold", "90", "C1")
    records.set_setting("threshold", "91", "C1")
    assert records.setting("threshold", "C1") == "91"
    assert records.setting("threshold", "C2") == "95"


def test_settings_move_to_the_new_id_of_a_channel(database: Database, records: Records) -> None:
    elsewhere = Records(database, "elsewhere")
    elsewhere.set_setting("mode", "faces", "C1")
    for name, value, channel in (("mode", "faces", "C1"), ("auto", "off", "C1"), ("auto", "on", "C2")):
        records.set_setting(name, value, channel)
    records.move_settings("C1", "C2")
    assert (records.own_setting("mode", "C2"), records.own_setting("auto", "C2")) == ("faces", "on")
    assert (records.own_setting("mode", "C1"), records.own_setting("auto", "C1")) == (None, None)
    assert elsewhere.own_setting("mode", "C1") == "faces"


def test_the_audit_log_is_newest_first(records: Records) -> None:
    records.audit("U1", "enroll", added=3)
    records.audit("U2", "forget", name="Zoë")
    newest, oldest = records.log.newest()
    assert (newest.actor, newest.action, dict(newest.details)) == ("U2", "forget", {"name": "Zoë"})
    assert oldest.at <= newest.at
