"""The export holds all that is held about a person, for nobody but themselves or those who manage them."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from house import RELEASED, House

from services.errors import Forbidden, NotFound
from services.people.enrolling.enrolment import Request
from services.people.known.export import Export
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor
from services.pictures import images
from services.records import Invited, Source
from services.search import Mode

pytestmark = pytest.mark.faces("painted")

Given = Callable[[str], GivenPhoto]

ME, OTHER, ADMIN = Actor("U1"), Actor("U2"), Actor("U3", admin=True)


def _export(house: House) -> Export:
    return Export(house.workspace.collection, house.workspace.roles)


def _opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _is_now(written: str) -> bool:
    return abs(datetime.now(UTC) - datetime.fromisoformat(written)) < timedelta(minutes=5)


def test_a_member_gets_all_about_themselves(house: House, given_photo: Given) -> None:
    request = Request("Barack", ME, member=ME.id)
    house.workspace.enrolment.enroll(request, [given_photo("obama.jpg"), given_photo("obama2.jpg")])
    files = _opened(_export(house).oneself(ME.id))
    assert json.loads(files["person.json"])["name"] == "Barack"
    faces = json.loads(files["faces.json"])
    assert {face["photo"] for face in faces} == {name for name in files if name.startswith("photos/")}
    assert all(files[face["photo"]].startswith(b"\xff\xd8") for face in faces)
    assert json.loads(files["album.json"]) == {}
    assert json.loads(files["not_them.json"]) == []
    assert all(face["pose"] for face in faces)
    consent = json.loads(files["consent.json"])
    assert set(consent) == {"consents"}
    assert [given["given_by"] for given in consent["consents"]] == [ME.id]
    assert [entry["action"] for entry in json.loads(files["audit.json"])] == ["enroll"]
    assert b"hands them out to nobody" in files["README.txt"]
    entry = house.workspace.records.log.newest(1)[0]
    assert (entry.actor, entry.action, entry.details) == (ME.id, "export oneself", {"member": ME.id})


def test_an_album_is_exported_and_erased_with_its_person_and_the_receipt_says_so(
    house: House, group: bytes, given_photo: Given
) -> None:
    house.workspace.enrolment.enroll(Request("Barack", ME, member=ME.id), [given_photo("obama.jpg")])
    barack = house.workspace.people.get("Barack")
    house.workspace.album.keep(barack, actor=ME)
    house.workspace.album.share(barack, {OTHER.id}, actor=ME)
    found = house.workspace.search.identify(images.open(group), mode=Mode.USERS, threshold=90)
    house.workspace.album.take_in(Source("C1", "1.000100", "F1"), found)
    house.workspace.records.denials.add(Source("C1", "2.000100", "F2"), 3, barack.user_id)
    files = _opened(_export(house).oneself(ME.id))
    album, (denied,) = json.loads(files["album.json"]), json.loads(files["not_them.json"])
    assert (denied["channel"], denied["file_id"], denied["face"]) == ("C1", "F2", 3)
    assert _is_now(denied["at"])
    (photo,) = album["photos"]
    assert (album["shared_with"], album["told"]) == ([OTHER.id], False)
    assert _is_now(album["since"])
    assert _is_now(photo["kept_at"])
    assert 90 <= photo["similarity"] <= 100
    assert (photo["channel"], photo["ts"], photo["file_id"]) == ("C1", "1.000100", "F1")
    assert all(0 < side < 1 for side in photo["box"])
    assert house.workspace.people.forget(barack, actor=ME.id).appearances == 1


def test_a_member_who_is_asked_sees_the_question_and_its_photos(house: House, given_photo: Given) -> None:
    house.workspace.enrolment.enroll(Request("Barack", ME, member=OTHER.id), [given_photo("obama.jpg")])
    files = _opened(_export(house).oneself(OTHER.id))
    assert json.loads(files["consent.json"])["asked"]["asked_by"] == ME.id
    assert sum(name.startswith("photos/") for name in files) == 1


def test_it_is_written_so_that_people_can_read_it(house: House, given_photo: Given) -> None:
    house.workspace.enrolment.enroll(Request("Zoë", ME, member=ME.id), [given_photo("obama.jpg")])
    seen = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)
    house.workspace.records.sightings.see([house.workspace.people.get("Zoë").user_id], seen)
    data = _export(house).oneself(ME.id)
    lines = _opened(data)["person.json"].decode().splitlines()
    assert '  "name": "Zoë",' in lines
    assert f'  "seen_at": "{seen.isoformat()}"' in lines
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}


def test_who_objects_gets_that_though_nothing_else_is_held(house: House) -> None:
    house.workspace.records.consents.add_objection("U5")
    files = _opened(_export(house).oneself("U5"))
    assert json.loads(files["consent.json"]) == {"objects": True}
    assert json.loads(files["audit.json"]) == []
    assert "person.json" not in files
    with pytest.raises(NotFound):
        _export(house).oneself("U6")


def test_who_was_invited_gets_by_whom_and_what_came_of_it(house: House) -> None:
    invitations = house.workspace.records.invitations
    invitations.begin("round", OTHER.id)
    assert invitations.claim("U5", "round")
    asked = json.loads(_opened(_export(house).oneself("U5"))["consent.json"])
    invitations.settle("U5", Invited.NO)
    settled = json.loads(_opened(_export(house).oneself("U5"))["consent.json"])
    assert asked["invited"]["by"] == settled["invited"]["by"] == OTHER.id
    assert (asked["invited"]["state"], settled["invited"]["state"]) == (Invited.ASKING.value, Invited.NO.value)


def test_whose_face_it_was_is_told_to_them_alone(house: House, given_photo: Given) -> None:
    house.workspace.enrolment.enroll(Request("Barack", ME, member=ME.id), [given_photo("obama.jpg")])
    house.enroll("Joe", given_photo("biden.jpg"))
    mine, joe = (house.workspace.people.get(name).user_id for name in ("Barack", "Joe"))
    house.workspace.records.audit(ME.id, "remove photo", user_id=joe, face="face-of-joe")
    house.workspace.records.audit(OTHER.id, "remove photo", user_id=mine, face="face-of-mine")
    of_mine, of_joe = json.loads(_opened(_export(house).oneself(ME.id))["audit.json"])[:2]
    assert (of_mine["actor"], of_mine["details"]) == (OTHER.id, {"user_id": mine, "face": "face-of-mine"})
    assert (of_joe["actor"], of_joe["details"]) == (ME.id, {})
    assert _is_now(of_mine["at"])


def test_nobody_gets_a_members_data_but_they(house: House, given_photo: Given) -> None:
    house.workspace.enrolment.enroll(Request("Barack", ME, member=ME.id), [given_photo("obama.jpg")])
    barack = house.workspace.people.get("Barack")
    with pytest.raises(Forbidden, match="export me"):
        _export(house).of(barack, actor=ADMIN)
    assert "person.json" in _opened(_export(house).of(barack, actor=ME))
    with pytest.raises(NotFound, match="nothing about you"):
        _export(house).oneself("U9")


def test_whoever_is_outside_slack_is_exported_by_those_who_manage_them(house: House, given_photo: Given) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    barack = house.workspace.people.get("Barack")
    for actor in (ME, ADMIN):
        assert "person.json" in _opened(_export(house).of(barack, actor=actor))
        entry = house.workspace.records.log.newest(1)[0]
        assert (entry.actor, entry.action, entry.details) == (actor.id, "export", {"user_id": barack.user_id})
    with pytest.raises(Forbidden):
        _export(house).of(barack, actor=OTHER)


def test_of_others_nothing_is_in_the_log_that_is_exported(house: House, group: bytes, given_photo: Given) -> None:
    enrolment, people, search = house.workspace.enrolment, house.workspace.people, house.workspace.search
    enrolment.enroll(Request("Barack", ME, member=ME.id), [given_photo("obama.jpg")])
    enrolment.enroll(Request("Joe", OTHER, stated=RELEASED), [given_photo("biden.jpg")])
    enrolment.enroll(Request("Eileen", ME, stated=RELEASED), [given_photo("astronaut.png")])
    enrolment.enroll(Request("Robin", ME, member="U7"), [given_photo("obama3.jpg")])
    found = search.identify(images.open(group), mode=Mode.USERS, threshold=90)
    search.note(found, actor=ME.id, channel="C1")
    search.note(found, actor=OTHER.id, channel="C2")
    house.workspace.records.audit("U7", "accept", member="U7", asked_by=ME.id)  # what U7 says is theirs alone
    mine, joe, eileen = (people.get(name).user_id for name in ("Barack", "Joe", "Eileen"))
    files = _opened(_export(house).oneself(ME.id))
    written = "".join(content.decode() for name, content in files.items() if name.endswith((".json", ".txt")))
    assert mine in written
    assert not [each for each in (joe, eileen, "U7") if each in written]
    log = json.loads(files["audit.json"])
    assert [(entry["actor"], entry["action"]) for entry in log] == [
        ("U2", "identify"),
        ("U1", "identify"),
        ("U1", "ask"),
        ("U1", "enroll"),
        ("U1", "enroll"),
    ]
    assert [entry["details"]["recognised"] for entry in log[:2]] == [[mine], [mine]]
    assert log[0]["details"]["faces"] == 3
    of_joe = json.loads(_opened(_export(house).of(people.get("Joe"), actor=OTHER))["audit.json"])
    assert [entry["details"].get("recognised") for entry in of_joe] == [[joe], [joe], None]
