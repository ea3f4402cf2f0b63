"""What crashes and failures leave between collection, records and photos is found, and nothing else is touched."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import postgres
import pytest
from house import RELEASED, House, jpeg
from PIL import Image

from services.collection.collection import Collection
from services.collection.comparison import Mended, reconcile
from services.errors import Conflict, NotFound, Unavailable
from services.people.enrolling.enrolment import Request
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor
from services.records import Database, Records, sqlite_url

pytestmark = pytest.mark.faces("painted")

Given = Callable[[str], GivenPhoto]
ME = Actor("U1")


def _index(house: House, photo: GivenPhoto, name: str) -> str:
    collection = house.workspace.collection
    answer = collection.client.index_faces(
        CollectionId=collection.id, Image={"Bytes": photo.read()}, ExternalImageId=name, MaxFaces=1
    )
    return answer["FaceRecords"][0]["Face"]["FaceId"]


def _associated(house: House) -> dict[str, str | None]:
    return {face.face_id: face.user_id for face in house.workspace.collection.faces()}


def test_what_nobody_has_goes_and_what_others_keep_stays(house: House, given_photo: Given) -> None:
    collection = house.workspace.collection
    house.enroll("Barack", given_photo("obama.jpg"))
    before, photos = _associated(house), set(house.photos.keys(""))
    theirs = _index(house, given_photo("biden.jpg"), "somebody-elses")
    stray = _index(house, given_photo("biden.jpg"), "u-nobody")
    collection.client.create_user(CollectionId=collection.id, UserId="u-nobody")
    collection.client.create_user(CollectionId=collection.id, UserId="somebody-elses")
    collection.client.associate_faces(CollectionId=collection.id, UserId="u-nobody", FaceIds=[stray])
    house.photos.put("home/u-nobody/a.jpg", b"\xff\xd8")
    house.photos.put("elsewhere/u-nobody/a.jpg", b"\xff\xd8")
    assert reconcile(collection) == Mended(faces=1, users=1, photos=1)
    assert _associated(house) == {**before, theirs: None}
    assert "somebody-elses" in set(collection.users())
    assert set(house.photos.keys("")) == photos | {"elsewhere/u-nobody/a.jpg"}
    assert reconcile(collection) == Mended()


def test_photos_of_a_question_that_is_asked_no_more_go(house: House, given_photo: Given) -> None:
    collection = house.workspace.collection
    house.workspace.enrolment.enroll(Request("Barack", ME, "U2"), [given_photo("obama.jpg")])
    photos = set(house.photos.keys(""))
    house.photos.put("home/q-nobody/a.jpg", b"\xff\xd8")
    assert reconcile(collection) == Mended(photos=1)
    assert set(house.photos.keys("")) == photos


def test_what_another_bot_keeps_in_the_same_bucket_is_left_to_it(house: House, given_photo: Given) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    theirs = {f"home/u-{number}/a.jpg" for number in range(11)}
    for key in theirs:
        house.photos.put(key, b"\xff\xd8")
    stray = _index(house, given_photo("biden.jpg"), "u-nobody")
    with pytest.raises(Conflict, match="12 people whom the records do not know"):
        reconcile(house.workspace.collection)
    assert theirs < set(house.photos.keys(""))
    assert stray in house.face_ids()


def test_a_face_is_given_back_to_whom_the_records_say_it_is_of(house: House, given_photo: Given) -> None:
    collection = house.workspace.collection
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    before = _associated(house)
    barack, joe = (house.workspace.people.get(name) for name in ("Barack", "Joe"))
    first, second = (face.face_id for face in house.workspace.records.faces(barack.user_id))
    collection.disassociate(barack.user_id, [first, second])
    collection.associate(joe.user_id, [second])
    assert reconcile(collection) == Mended(associated=2)
    assert _associated(house) == before


def test_an_enrolment_under_way_loses_nothing(house: House, given_photo: Given) -> None:
    mended = []
    result = house.workspace.enrolment.enroll(
        Request("Barack", ME, stated=RELEASED),
        [given_photo("obama.jpg"), given_photo("obama2.jpg")],
        progress=lambda: mended.append(reconcile(house.workspace.collection)),
    )
    assert result.added == 2
    assert mended == [Mended(), Mended()]


def test_who_is_erased_during_their_enrolment_is_erased(house: House, given_photo: Given) -> None:
    people = house.workspace.people

    def forget() -> None:
        if people.all():
            people.forget(people.get("Barack"), actor="U1")

    with pytest.raises(NotFound, match="“Barack” was forgotten, or merged, while"):
        house.workspace.enrolment.enroll(
            Request("Barack", ME, stated=RELEASED),
            [given_photo("obama.jpg"), given_photo("obama2.jpg")],
            progress=forget,
        )
    assert house.face_ids() == set()
    assert not set(house.photos.keys(""))
    assert list(house.workspace.collection.users()) == []


def test_to_erase_somebody_finds_what_a_crash_has_left_of_them(house: House, given_photo: Given) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    barack = house.workspace.people.get("Barack")
    _index(house, given_photo("obama2.jpg"), barack.user_id)
    house.enroll("Joe", given_photo("biden.jpg"))
    of_joe = _index(house, given_photo("astronaut.png"), house.workspace.people.get("Joe").user_id)
    assert house.workspace.people.forget(barack, actor="U1").faces == 2
    assert of_joe in house.face_ids(), "nobody else's are taken along"
    assert len(house.face_ids()) == 2


def test_a_face_that_was_made_for_somebody_and_is_anothers_now_stays_when_they_go(
    house: House, given_photo: Given
) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    barack, joe = (house.workspace.people.get(name) for name in ("Barack", "Joe"))
    moved = _index(house, given_photo("astronaut.png"), barack.user_id)
    house.workspace.records.add_face(joe.user_id, face_id=moved, photo="k", digest="d", added_by="U1")
    assert house.workspace.people.forget(barack, actor="U1").faces == 1
    assert moved in house.face_ids()


def test_what_rekognition_does_not_delete_is_not_said_to_be_erased(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    people = house.workspace.people
    barack = people.get("Barack")
    kept = max(house.face_ids())
    delete = house.rekognition.client.delete_faces

    def delete_but_one(*, FaceIds: list[str], **more: Any) -> Any:  # noqa: N803
        return delete(FaceIds=[each for each in FaceIds if each != kept], **more)

    with monkeypatch.context() as patched:
        patched.setattr(house.rekognition.client, "delete_faces", delete_but_one)
        with pytest.raises(RuntimeError, match=f"still lists 1 faces of {barack.user_id} after"):
            people.forget(barack, actor="U1")
    assert people.get("Barack") == barack, "who asks again finishes it"
    assert people.forget(barack, actor="U1").name == "Barack"
    assert house.face_ids() == set()
    with pytest.raises(NotFound, match="Barack"):
        people.forget(barack, actor="U1")


def test_a_merge_that_rekognition_refuses_leaves_two_people(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Barry", given_photo("biden.jpg"))
    before, barack = _associated(house), people.get("Barack")
    associate = Collection.associate

    def fail_once(self: Collection, user_id: str, face_ids: list[str]) -> None:
        if user_id == barack.user_id:
            raise Unavailable("not now")
        associate(self, user_id, face_ids)

    monkeypatch.setattr(Collection, "associate", fail_once)
    with pytest.raises(Unavailable):
        changes.merge(barack, people.get("Barry"), actor=ME)
    assert _associated(house) == before
    assert {person.faces for person in people.all()} == {1}


def test_a_merge_stands_when_what_is_left_of_the_other_cannot_be_erased(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Barry", given_photo("biden.jpg"))
    barack, barry = people.get("Barack"), people.get("Barry")

    def fail(self: Collection, user_id: str) -> None:
        raise OSError("no way to it")

    with monkeypatch.context() as broken:
        broken.setattr(Collection, "delete_user", fail)
        changes.merge(barack, barry, actor=ME)
    assert [person.faces for person in people.all()] == [2]
    assert reconcile(house.workspace.collection) == Mended(users=1, photos=1)
    undone = changes.undo(changes.latest(ME).id, actor=ME)
    assert undone.change.kind == "merge"
    assert {person.name: person.faces for person in people.all()} == {"Barack": 1, "Barry": 1}


def test_a_removed_photo_that_shows_nobody_any_more_does_not_come_back(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    barack = people.get("Barack")
    first, second = house.workspace.records.faces(barack.user_id)
    change = changes.remove(barack, first.face_id, actor=ME)
    house.photos.put(first.photo, jpeg(Image.new("RGB", (200, 200), "gray")))
    with pytest.raises(Conflict, match="gone meanwhile"):
        changes.undo(change.id, actor=ME)
    assert house.face_ids() == {second.face_id}


def _takes_turns(one: Records, other: Records) -> None:
    entered, leave, seen = Event(), Event(), []

    def hold() -> None:
        with one.alone(), one.alone():
            entered.set()
            leave.wait(10)
            seen.append("one")

    def follow() -> None:
        entered.wait(10)
        with other.alone():
            seen.append("other")

    threads = [Thread(target=hold), Thread(target=follow)]
    for thread in threads:
        thread.start()
    entered.wait(10)
    threads[1].join(0.5)
    assert seen == []
    leave.set()
    for thread in threads:
        thread.join(10)
    assert seen == ["one", "other"]


def test_two_processes_on_one_sqlite_take_turns(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "records.sqlite")
    one, other = Database(url), Database(url)
    _takes_turns(Records(one, "home"), Records(other, "home"))


def test_two_processes_on_one_postgresql_take_turns() -> None:
    with postgres.running() as url:
        one, other = Database(url, migrate=True), Database(url)
        try:
            _takes_turns(Records(one, "home"), Records(other, "home"))
            with Records(one, "home").alone(), Records(other, "another").alone():
                pass  # another workspace waits for nobody
        finally:
            one.close()
            other.close()
