"""A workspace that is erased leaves its audit log and nothing else, and takes nothing of another along."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError
from house import RELEASED, SOMEONE, House

from services.collection import erasure
from services.errors import Unavailable
from services.people.enrolling.enrolment import Request
from services.people.photos.portraits import GivenPhoto

pytestmark = pytest.mark.faces("painted")

Given = Callable[[str], GivenPhoto]


def _collections(house: House) -> list[str]:
    return house.rekognition.client.list_collections()["CollectionIds"]


def test_faces_photos_and_people_are_gone_and_the_log_says_so(house: House, given_photo: Given) -> None:
    other = house.workspaces.open("T2")
    for workspace in (house.workspace, other):
        workspace.enrolment.enroll(Request("Barack", SOMEONE, stated=RELEASED), [given_photo("obama.jpg")])
    theirs = set(other.collection.photos.keys("T2/"))
    erasure.erase(house.workspace.collection)
    assert house.workspace.people.all() == ()
    assert _collections(house) == [other.collection.id]
    assert set(house.photos.keys("")) == theirs != set()
    assert other.people.get("Barack").faces == 1
    entry = house.workspace.records.log.newest(1)[0]
    assert (entry.actor, entry.action) == ("Slack", "erase")


def test_the_photos_of_who_is_being_asked_go_with_their_workspace(house: House, given_photo: Given) -> None:
    other = house.workspaces.open("T2")
    for workspace in (house.workspace, other):
        asked = workspace.enrolment.enroll(Request("Barack", SOMEONE, "U2"), [given_photo("obama.jpg")]).asked
        assert asked is not None
    erasure.erase(house.workspace.collection)
    assert house.workspace.records.consents.requests() == ()
    (left,) = house.photos.keys("")
    assert left.startswith("T2/")
    assert other.requests.portraits(asked)


def test_what_a_crash_left_is_erased_the_next_time(house: House, given_photo: Given) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    house.rekognition.client.delete_collection(CollectionId=house.workspace.collection.id)
    erasure.erase(house.workspace.collection)
    erasure.erase(house.workspace.collection)
    assert (house.workspace.people.all(), list(house.photos.keys(""))) == ((), [])


def test_a_rebuilding_under_way_is_erased_too(house: House, given_photo: Given) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    house.workspace.records.generations.begin("facesearch-next")
    house.rekognition.client.create_collection(CollectionId="facesearch-next")
    erasure.erase(house.workspace.collection)
    assert _collections(house) == []


def test_nothing_is_forgotten_while_rekognition_cannot_be_asked(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))

    def busy(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "DeleteCollection")

    monkeypatch.setattr(house.rekognition.client, "delete_collection", busy)
    with pytest.raises(Unavailable):
        erasure.erase(house.workspace.collection)
    assert house.workspace.people.get("Barack").faces == 1
    assert len(list(house.photos.keys(""))) == 1
