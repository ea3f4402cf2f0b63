"""While faces are missing nobody is called unknown, and they come back from the photos."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from house import House, Open

from services.collection import Collection, Completeness, Reindex, begin, restore
from services.collection.completeness import Restored
from services.errors import Unavailable
from services.people.photos.portraits import GivenPhoto
from services.pictures import images
from services.search import Mode, Strategy

pytestmark = pytest.mark.faces("painted")

Given = Callable[[str], GivenPhoto]


@pytest.fixture
def team(house: House, given_photo: Given) -> House:
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama3.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    return house


def _names(house: House, photo: bytes) -> list[str | None]:
    found = house.workspace.search.identify(images.open(photo), mode=Mode.USERS, threshold=99)
    return [sighting.match.person.name if sighting.match else None for sighting in found.sightings]


def _lose(house: House, *names: str) -> None:
    """Delete people's faces behind the bot's back."""
    collection = house.workspace.collection
    for name in names:
        person = house.workspace.people.get(name)
        faces = [face.face_id for face in house.workspace.records.faces(person.user_id)]
        collection.disassociate(person.user_id, faces)
        collection.delete_faces(faces)


def test_a_collection_that_is_gone_is_not_silently_begun_anew(team: House, group: bytes) -> None:
    collection, asked = team.workspace.collection, []
    team.workspace.completeness.on_lack(lambda: asked.append(1))
    collection.client.delete_collection(CollectionId=collection.id)
    for _ in range(2):
        with pytest.raises(Unavailable, match="faces are being rebuilt"):
            _names(team, group)
    assert len(asked) == 2
    assert restore(collection) == Restored(faces=3)
    assert Completeness(collection).demand() is None
    assert restore(collection) == Restored()


def test_an_engine_that_fails_as_it_is_asked_first_is_tried_again(
    open_house: Open, tmp_path: Path, group: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_collection: Collection) -> None:
        raise ClientError({"Error": {"Code": "InternalServerError"}}, "DescribeCollection")

    with open_house(tmp_path, Strategy.INDEX) as house:
        with monkeypatch.context() as patch:
            patch.setattr("services.workspace.begin", fails)
            with pytest.raises(Unavailable):
                _names(house, group)
        assert _names(house, group)


def test_a_store_that_lost_faces_is_noticed_when_a_workspace_is_opened(
    open_house: Open, tmp_path: Path, group: bytes, given_photo: Given
) -> None:
    with open_house(tmp_path, Strategy.INDEX) as before:
        before.enroll("Barack", given_photo("obama.jpg"), given_photo("obama3.jpg"))
        before.enroll("Joe", given_photo("biden.jpg"))
        _lose(before, "Barack")
    with open_house(tmp_path, Strategy.INDEX) as after:
        with pytest.raises(Unavailable, match="faces are being rebuilt"):
            _names(after, group)
        assert restore(after.workspace.collection) == Restored(faces=2)
    with open_house(tmp_path, Strategy.INDEX) as mended:
        assert _names(mended, group) == ["Barack", None, "Joe"]
        mended.workspace.people.forget(mended.workspace.people.get("Barack"), actor="U1")
        assert _names(mended, group) == [None, None, "Joe"]


def test_faces_whose_photos_are_lost_too_keep_nobody_waiting(team: House, group: bytes) -> None:
    records = team.workspace.records
    _lose(team, "Joe")
    for face in records.faces(team.workspace.people.get("Joe").user_id):
        team.photos.delete(face.photo)
    begin(team.workspace.collection)
    with pytest.raises(Unavailable):
        team.workspace.completeness.demand()
    assert restore(team.workspace.collection) == Restored(lost=1)
    assert Completeness(team.workspace.collection).demand() is None
    assert _names(team, group) == ["Barack", None, None]


def test_what_has_been_rebuilt_is_left_to_that(team: House) -> None:
    collection = team.workspace.collection
    _lose(team, "Joe")
    team.workspace.records.generations.switch(collection.id, {}, old="the-old")
    assert restore(collection) == Restored()


def test_a_rebuilding_that_was_refused_keeps_nothing_from_being_put_back(team: House) -> None:
    _lose(team, "Joe")
    team.workspace.records.generations.begin("the-next")
    assert restore(team.workspace.collection) == Restored(faces=1)


def test_what_one_process_finds_missing_no_other_calls_unknown(team: House) -> None:
    collection = team.workspace.collection
    here, there = Completeness(collection), Completeness(collection)
    collection.client.delete_collection(CollectionId=collection.id)
    here.gone()
    with pytest.raises(Unavailable):
        there.demand()
    begin(collection)
    with pytest.raises(Unavailable):
        here.demand()
    assert restore(collection) == Restored(faces=3)
    there.demand()


def test_without_the_photos_nobody_is_searched_for_until_somebody_accepts_that(team: House) -> None:
    collection = team.workspace.collection
    collection.client.delete_collection(CollectionId=collection.id)
    for key in list(team.photos.keys("")):
        team.photos.delete(key)
    assert restore(collection) == Restored(lost=3)
    with pytest.raises(Unavailable):
        team.workspace.completeness.demand()
    Reindex(collection, lambda: None, accept_loss=3).run()
    team.workspace.completeness.demand()


def test_an_erasure_undone_is_not_taken_for_a_loss(team: House) -> None:
    team.workspace.people.forget(team.workspace.people.get("Joe"), actor="U1")
    team.workspace.changes.purge(datetime.now(UTC))
    assert Completeness(team.workspace.collection).demand() is None
