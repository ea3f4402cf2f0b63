"""The export holds all that is held about a person, for nobody but themselves or those who manage them."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from house import House

from services.enrolment import Request
from services.errors import Forbidden, NotFound
from services.export import Export
from services.portraits import GivenPhoto
from services.roles import Actor

Given = Callable[[str], GivenPhoto]

ME, OTHER, ADMIN = Actor("U1"), Actor("U2"), Actor("U3", admin=True)


def _export(house: House) -> Export:
    return Export(house.workspace.collection, house.workspace.roles)


def _opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_member_gets_all_about_themselves(house: House, given_photo: Given) -> None:
    request = Request("Barack", ME, member=ME.id)
    house.workspace.enrolment.enroll(request, [given_photo("obama.jpg"), given_photo("obama2.jpg")])
    files = _opened(_export(house).oneself(ME.id))
    assert json.loads(files["person.json"])["name"] == "Barack"
    faces = json.loads(files["faces.json"])
    assert {face["photo"] for face in faces} == {name for name in files if name.startswith("photos/")}
    assert all(files[face["photo"]].startswith(b"\xff\xd8") for face in faces)
    (given,) = json.loads(files["consent.json"])["consents"]
    assert given["given_by"] == ME.id
    assert [entry["action"] for entry in json.loads(files["audit.json"])] == ["enroll"]
    assert b"hands them out to nobody" in files["README.txt"]
    assert house.workspace.records.log.newest(1)[0].action == "export"


def test_a_member_who_is_asked_sees_the_question_and_its_photos(house: House, given_photo: Given) -> None:
    house.workspace.enrolment.enroll(Request("Barack", ME, member=OTHER.id), [given_photo("obama.jpg")])
    files = _opened(_export(house).oneself(OTHER.id))
    assert json.loads(files["consent.json"])["asked"]["asked_by"] == ME.id
    assert sum(name.startswith("photos/") for name in files) == 1


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
    with pytest.raises(Forbidden):
        _export(house).of(barack, actor=OTHER)
