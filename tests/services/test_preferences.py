from dataclasses import replace
from pathlib import Path

import pytest
from house import records_in

from services.errors import Refusal
from services.preferences import Auto, Preference, Preferences, Tuning, parse_threshold
from services.records import Database, Records, sqlite_url
from services.search import Mode


@pytest.mark.parametrize(("typed", "threshold"), [("90", 90), ("99.5 %", 99.5), (" 99,5", 99.5), ("100", 100)])
def test_a_threshold_is_read_as_people_type_it(typed: str, threshold: float) -> None:
    assert parse_threshold(typed) == threshold


@pytest.mark.parametrize("typed", ["", "high", "49.9", "101", "nan", "inf", "-90", "9 0"])
def test_what_is_no_usable_threshold_is_refused(typed: str) -> None:
    with pytest.raises(Refusal):
        parse_threshold(typed)


def test_a_channel_is_tuned_on_its_own(tmp_path: Path) -> None:
    preferences = Preferences(Records(Database(sqlite_url(tmp_path / "r.sqlite")), "T1"), Tuning(99, Mode.USERS))
    preferences.set_threshold("90", channel="C1", actor="U1")
    assert preferences.tuning("C1") == Tuning(90, Mode.USERS)
    preferences.set_mode(" Faces ", channel="C1", actor="U1")
    assert preferences.tuning("C1") == Tuning(90, Mode.FACES)
    assert preferences.tuning("C2") == Tuning(99, Mode.USERS)
    with pytest.raises(Refusal):
        preferences.set_mode("both", channel="C1", actor="U1")


def test_who_set_what_is_in_the_log(tmp_path: Path) -> None:
    records = Records(records_in(tmp_path), "T1")
    preferences = Preferences(records, Tuning(99, Mode.USERS))
    preferences.set_threshold("90", channel="C1", actor="U1")
    preferences.set_mode("faces", channel="", actor="U2")
    preferences.set_auto("off", channel="C2", actor="U3")
    assert [(entry.actor, entry.action, entry.details) for entry in records.log.all()] == [
        ("U1", "threshold", {"channel": "C1", "threshold": "90.0"}),
        ("U2", "mode", {"channel": "", "mode": "faces"}),
        ("U3", "auto", {"channel": "C2", "auto": "off"}),
    ]


def test_every_photo_is_answered_until_a_channel_turns_it_off(tmp_path: Path) -> None:
    preferences = Preferences(Records(Database(sqlite_url(tmp_path / "r.sqlite")), "T1"), Tuning(99, Mode.USERS))
    assert preferences.auto("C1") is Auto.ON
    preferences.set_auto(" OFF ", channel="C1", actor="U1")
    preferences.set_auto("digest", channel="C3", actor="U1")
    assert [preferences.auto(channel) for channel in ("C1", "C2", "C3")] == [Auto.OFF, Auto.ON, Auto.DIGEST]
    with pytest.raises(Refusal):
        preferences.set_auto("maybe", channel="C1", actor="U1")


def test_only_what_is_other_is_set(tmp_path: Path) -> None:
    preferences = Preferences(Records(Database(sqlite_url(tmp_path / "r.sqlite")), "T1"), Tuning(99, Mode.USERS))
    wanted = Preference(99, Mode.USERS, auto=Auto.OFF)
    shown = preferences.of("C1")
    (change,) = preferences.set(wanted, shown, channel="C1", actor="U1")
    assert change.before == {"name": "auto", "channel": "C1", "value": None, "after": "off"}
    assert preferences.set(wanted, shown, channel="C1", actor="U1") == ()
    preferences.set_threshold("90", channel="", actor="U1")
    assert preferences.of("C1") == Preference(90, Mode.USERS, auto=Auto.OFF)


def test_what_is_left_as_it_was_shown_is_not_set_whatever_it_is_by_now(tmp_path: Path) -> None:
    preferences = Preferences(Records(Database(sqlite_url(tmp_path / "r.sqlite")), "T1"), Tuning(99, Mode.USERS))
    shown = preferences.of("C1")
    preferences.set_threshold("95", channel="", actor="U1")
    preferences.set_mode("faces", channel="C1", actor="U2")
    (change,) = preferences.set(replace(shown, auto=Auto.OFF), shown, channel="C1", actor="U1")
    assert change.before["name"] == "auto"
    assert preferences.of("C1") == Preference(95, Mode.FACES, auto=Auto.OFF)


def test_an_automatic_threshold_follows_who_is_enrolled(tmp_path: Path) -> None:
    records = Records(Database(sqlite_url(tmp_path / "r.sqlite")), "T1")
    preferences = Preferences(records, Tuning(99, Mode.USERS, automatic=True), calibrated=True)
    assert preferences.tuning("C1") == Tuning(99, Mode.USERS, automatic=True, among=0)
    for number in range(101):
        person = records.add_person(f"Person {number}", member=None, added_by="U1")
        for face in range(5):
            records.add_face(person.user_id, face_id=f"f{number}-{face}", photo="p", digest="d", added_by="U1")
    assert preferences.tuning("C1") == Tuning(99.5, Mode.USERS, automatic=True, among=101)
    preferences.set_mode("faces", channel="C1", actor="U1")
    assert preferences.tuning("C1") == Tuning(99.9, Mode.FACES, automatic=True, among=505)
    preferences.set_threshold("90", channel="", actor="U1")
    preferences.set_threshold(" Auto ", channel="C1", actor="U1")
    assert (preferences.tuning("C1").automatic, preferences.tuning("C2").threshold) == (True, 90)
    on_aws = Preferences(records, Tuning(99, Mode.USERS, automatic=True))
    assert on_aws.tuning("C1") == Tuning(99, Mode.FACES, automatic=True, among=None)


def test_a_form_sets_and_unsets_the_automatic_threshold(tmp_path: Path) -> None:
    records = Records(Database(sqlite_url(tmp_path / "r.sqlite")), "T1")
    preferences = Preferences(records, Tuning(99, Mode.USERS, automatic=True), calibrated=True)
    as_it_is = Preference(99, Mode.USERS, auto=Auto.ON, automatic=True)
    fixed = Preference(99, Mode.USERS, auto=Auto.ON)
    assert preferences.set(as_it_is, as_it_is, channel="C1", actor="U1") == ()
    (change,) = preferences.set(fixed, as_it_is, channel="C1", actor="U1")
    assert change.before["after"] == "99.0"
    (change,) = preferences.set(as_it_is, fixed, channel="C1", actor="U1")
    assert change.before["after"] == "auto"
