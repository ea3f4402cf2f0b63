"""Rebuilding a collection from its photos: nothing is lost, nothing erased comes back, searching goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from house import RELEASED, SOMEONE, House, jpeg, open_house
from PIL import Image

import engine.api
from engine.errors import OtherModelError
from engine.vision import Weights
from services.collection import rekognition
from services.collection.reindex import Reindex
from services.errors import Conflict
from services.people.enrolling.enrolment import Request
from services.people.photos.portraits import GivenPhoto
from services.pictures import images
from services.search import Mode, Strategy

pytestmark = pytest.mark.faces("painted")

Given = Callable[[str], GivenPhoto]


def _nothing() -> None:
    """No enrolment is under way."""


def _names(house: House, photo: bytes, mode: Mode = Mode.USERS) -> list[str | None]:
    found = house.workspace.search.identify(images.open(photo), mode=mode, threshold=99)
    return [sighting.match.person.name if sighting.match else None for sighting in found.sightings]


@pytest.fixture
def team(house: House, given_photo: Given) -> House:
    """Barack with two photos, and Joe."""
    assert house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama3.jpg")) == ["added", "added"]
    assert house.enroll("Joe", given_photo("biden.jpg")) == ["added"]
    return house


def _collections(house: House) -> list[str]:
    return house.rekognition.client.list_collections()["CollectionIds"]


def _is_whole(house: House) -> bool:
    """Whether collection and records agree, face by face and user by user."""
    records = house.workspace.records
    enrolled = {face.face_id: face.user_id for p in records.people() for face in records.faces(p.user_id)}
    pages = house.rekognition.client.get_paginator("list_faces").paginate(CollectionId=house.workspace.collection.id)
    stored = {face["FaceId"]: face.get("UserId") for page in pages for face in page["Faces"]}
    users = house.rekognition.client.list_users(CollectionId=house.workspace.collection.id)["Users"]
    return stored == enrolled and {user["UserId"] for user in users} == set(enrolled.values())


def test_a_rebuilt_collection_takes_over_and_the_old_one_is_gone(team: House, group: bytes) -> None:
    before, seen = team.workspace.collection.id, []
    rebuilt = Reindex(team.workspace.collection, _nothing).run(lambda done, of: seen.append((done, of)))
    assert rebuilt.collection == team.workspace.collection.id != before
    assert (rebuilt.faces, rebuilt.lost) == (3, ())
    assert (seen[0], (3, 3) in seen) == ((0, 3), True)
    assert _collections(team) == [rebuilt.collection]
    assert _is_whole(team)
    for mode in Mode:
        assert _names(team, group, mode) == ["Barack", None, "Joe"]


def test_what_is_done_meanwhile_is_done_in_the_new_one_too(team: House, group: bytes, given_photo: Given) -> None:
    workspace = team.workspace
    pinned = workspace.enrolment  # an enrolment that has begun before and ends after the switch

    times = []

    def meanwhile(done: int, of: int) -> None:
        times.append(done)
        if times == [0, 2]:
            assert _names(team, group) == ["Barack", None, "Joe"], "searching goes on"
            assert team.enroll("Eileen", given_photo("astronaut.png")) == ["added"]
            workspace.people.forget(workspace.people.get("Joe"), actor="U1")

    def at_the_end() -> None:
        assert pinned.enroll(Request("Joe", SOMEONE, stated=RELEASED), [given_photo("biden.jpg")]).added == 1

    Reindex(workspace.collection, at_the_end).run(meanwhile)
    assert _is_whole(team)
    assert _names(team, group) == ["Barack", "Eileen", "Joe"]


def test_an_erasure_after_the_switch_holds(team: House, group: bytes) -> None:
    people = team.workspace.people
    barack = people.get("Barack")
    Reindex(team.workspace.collection, lambda: people.forget(barack, actor="U1") and None).run()
    assert _is_whole(team)
    assert _names(team, group) == [None, None, "Joe"]


def test_a_run_cut_short_goes_on_where_it_was(team: House, group: bytes) -> None:
    class Cut(Exception):
        pass

    def cut(done: int, of: int) -> None:
        if done == 2:
            raise Cut

    with pytest.raises(Cut):
        Reindex(team.workspace.collection, _nothing).run(cut)
    assert _names(team, group) == ["Barack", None, "Joe"]
    done = []
    Reindex(team.workspace.collection, _nothing).run(lambda number, _: done.append(number))
    assert done[0] == 2, "the faces of the first person are not made again"
    assert _is_whole(team)
    assert len(_collections(team)) == 1


def test_a_run_cut_short_after_the_switch_is_finished(team: House) -> None:
    def cut() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        Reindex(team.workspace.collection, cut).run()
    current = team.workspace.collection.id
    assert len(_collections(team)) == 2
    assert Reindex(team.workspace.collection, _nothing).run().collection == current
    assert _collections(team) == [current]
    assert _is_whole(team)


def test_a_photo_that_is_lost_is_told(team: House) -> None:
    records = team.workspace.records
    face = records.faces(team.workspace.people.get("Joe").user_id)[0]
    team.photos.delete(face.photo)
    assert Reindex(team.workspace.collection, _nothing, accept_loss=1).run().lost == (face.photo,)


def test_where_photos_are_missing_nothing_is_touched(team: House, group: bytes) -> None:
    for key in list(team.photos.keys("")):
        team.photos.delete(key)
    before = _collections(team)
    for accepted in (0, 2):
        with pytest.raises(Conflict, match=r"3 of 3 faces would be lost.*accept-loss 3"):
            Reindex(team.workspace.collection, _nothing, accept_loss=accepted).run()
    assert _collections(team) == before
    assert _is_whole(team)
    assert _names(team, group) == ["Barack", None, "Joe"]


def test_where_no_face_is_found_in_photos_the_old_one_stays_and_the_next_run_goes_on(team: House, group: bytes) -> None:
    records = team.workspace.records
    face = records.faces(team.workspace.people.get("Joe").user_id)[0]
    photo = team.photos.get(face.photo)
    team.photos.put(face.photo, jpeg(Image.new("RGB", (200, 200))))
    before = team.workspace.collection.id
    with pytest.raises(Conflict, match="1 of 3 faces would be lost"):
        Reindex(team.workspace.collection, _nothing).run()
    assert team.workspace.collection.id == before
    assert _names(team, group) == ["Barack", None, "Joe"]
    team.photos.put(face.photo, photo)
    assert Reindex(team.workspace.collection, _nothing).run().lost == ()
    assert _is_whole(team)


def test_changes_can_be_undone_afterwards(team: House, given_photo: Given) -> None:
    workspace = team.workspace
    merged = workspace.changes.merge(workspace.people.get("Barack"), workspace.people.get("Joe"), actor=SOMEONE)
    Reindex(workspace.collection, _nothing).run()
    workspace.changes.undo(merged.id, actor=SOMEONE)
    assert {person.name: person.faces for person in workspace.people.all()} == {"Barack": 2, "Joe": 1}
    assert _is_whole(team)


@pytest.mark.faces("real")
def test_a_store_moves_to_the_second_model_and_keeps_it(
    both: Weights, tmp_path: Path, given_photo: Given, group: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_house(tmp_path, Strategy.INDEX) as house:
        house.enroll("Barack", given_photo("obama.jpg"))
        before = house.rekognition.client.describe_collection(CollectionId="facesearch")["FaceModelVersion"]
    monkeypatch.setenv("FACE_MODELS_DIR", str(both.detector.parent))
    monkeypatch.setenv("MODELS", "auto")
    with open_house(tmp_path, Strategy.INDEX) as house:
        assert _names(house, group) == ["Barack", None, None], "of itself it stays as it is"
    with open_house(tmp_path, Strategy.INDEX, open_engine=rekognition.rebuilding) as house:
        Reindex(house.workspace.collection, _nothing).run()
    with open_house(tmp_path, Strategy.INDEX) as house:
        assert _names(house, group) == ["Barack", None, None]
        assert _is_whole(house)
        (collection,) = house.rekognition.client.list_collections()["FaceModelVersions"]
        assert collection != before


@pytest.mark.faces("real")
def test_a_store_of_another_model_is_rebuilt(
    weights: Weights, tmp_path: Path, given_photo: Given, group: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_house(tmp_path, Strategy.INDEX) as house:
        house.enroll("Barack", given_photo("obama.jpg"))
    monkeypatch.setattr(engine.weights, "SFACE_ALONE", "newest/1")
    with pytest.raises(OtherModelError, match="facesearch reindex"), open_house(tmp_path, Strategy.INDEX):
        pass
    with open_house(tmp_path, Strategy.INDEX, open_engine=rekognition.rebuilding) as house:
        Reindex(house.workspace.collection, _nothing).run()
    assert not (tmp_path / "engine" / "rekognition.sqlite").exists()
    with open_house(tmp_path, Strategy.INDEX) as house:
        assert _names(house, group) == ["Barack", None, None]
        assert _is_whole(house)
