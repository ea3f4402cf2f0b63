"""Searching a group photo, by both strategies and in both modes, on the real engine."""

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from house import House, jpeg
from PIL import Image

from engine.vision.pictures import images as pictures
from services.people.photos.portraits import GivenPhoto
from services.pictures import images
from services.search import Identification, Mode

Given = Callable[[str], GivenPhoto]


def _names(found: Identification) -> list[str | None]:
    return [sighting.match.person.name if sighting.match else None for sighting in found.sightings]


@pytest.mark.parametrize("mode", list(Mode))
def test_the_known_are_named_and_the_rest_is_unknown(searched: House, group: bytes, mode: Mode) -> None:
    before = searched.face_ids()
    found = searched.workspace.search.identify(images.open(group), mode=mode, threshold=99)
    assert _names(found) == ["Barack", None, "Joe"]
    assert [sighting.number for sighting in found.sightings] == [1, 2, 3]
    assert found.recognised == 2
    assert all(99 <= sighting.match.similarity <= 100 for sighting in found.sightings if sighting.match)
    assert searched.face_ids() == before, "a searched photo leaves nothing in the collection"


def test_boxes_are_in_the_photos_own_pixels(searched: House, group: bytes) -> None:
    photo = images.open(group)
    found = searched.workspace.search.identify(photo, mode=Mode.USERS, threshold=99)
    assert (found.width, found.height) == (1280, 480)
    assert [int(sighting.box.center[0] // 428) for sighting in found.sightings] == [0, 1, 2]
    assert [label.name for label in found.labels()] == ["Barack", None, "Joe"]


def test_half_of_a_large_photo_is_decoded_once(searched: House, group: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with Image.open(io.BytesIO(group)) as picture:
        large = jpeg(picture.resize((4080, 1530)))
    asked: list[tuple[int, ...]] = []
    decode = pictures._fast
    monkeypatch.setattr(pictures, "_fast", lambda data, *how: asked.append(how) or decode(data, *how))
    halved = (cv2.IMREAD_REDUCED_COLOR_2,)
    whole = searched.workspace.search.identify(images.open(large), mode=Mode.USERS, threshold=99)
    assert asked.count(halved) == 1, "what is at hand is the whole of it"
    photo = searched.workspace.search.opened(large)
    found = searched.workspace.search.identify(photo, mode=Mode.USERS, threshold=99)
    assert asked.count(halved) == (1 if photo.image.width < photo.width else 2), "of the whole its faces are cut out"
    assert _names(found) == ["Barack", None, "Joe"]
    assert found == whole


def test_a_person_is_named_at_most_once(searched: House, photos: dict[str, Path]) -> None:
    twice = Image.new("RGB", (1000, 500))
    with Image.open(photos["obama.jpg"]) as photo:
        picture = photo.convert("RGB").resize((480, 480))
    twice.paste(picture, (0, 0))
    twice.paste(picture.resize((300, 300)), (600, 50))
    found = searched.workspace.search.identify(images.open(jpeg(twice)), mode=Mode.USERS, threshold=90)
    assert sorted(_names(found), key=str) == ["Barack", None]


def test_a_photo_without_a_face_has_no_sightings(searched: House) -> None:
    blank = images.open(jpeg(Image.new("RGB", (640, 480), "gray")))
    assert searched.workspace.search.identify(blank, mode=Mode.USERS, threshold=99).sightings == ()


def test_nobody_is_found_after_being_forgotten(searched: House, group: bytes) -> None:
    people = searched.workspace.people
    people.forget(people.get("Barack"), actor="U1")
    found = searched.workspace.search.identify(images.open(group), mode=Mode.FACES, threshold=80)
    assert "Barack" not in _names(found)


def test_strays_of_an_interrupted_search_are_swept(
    searched: House, group: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.operations.faces.is_question", lambda _: False)  # as AWS, which keeps every face
    before = searched.face_ids()
    for age in ("1700000000", "9999999999"):
        searched.rekognition.client.index_faces(
            CollectionId="facesearch", Image={"Bytes": group}, ExternalImageId=f"query:{age}-abc"
        )
    assert searched.workspace.search.sweep() == 3
    assert len(searched.face_ids() - before) == 3, "a search that may still be running is left alone"


def test_who_a_face_is_denied_to_be_is_not_named(searched: House, group: bytes) -> None:
    barack = searched.workspace.people.get("Barack")
    found = searched.workspace.search.identify(
        images.open(group), mode=Mode.USERS, threshold=99, denied={1: {barack.user_id}}
    )
    assert _names(found) == [None, None, "Joe"]


def test_a_runner_up_passes_the_threshold_and_takes_over_when_the_first_is_denied(
    searched: House, group: bytes, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Or the same face is not enrolled under two names.
    monkeypatch.setattr("services.people.enrolling.admission.SAME", 101)
    assert searched.enroll("Double", given_photo("obama_partial_face.jpg")) == ["added"]
    search, photo = searched.workspace.search, images.open(group)
    first, _, joe = search.identify(photo, mode=Mode.USERS, threshold=80).sightings
    assert first.match is not None
    assert first.runner_up is not None
    assert first.match.similarity >= first.runner_up.similarity >= 80
    assert {first.match.person.name, first.runner_up.person.name} == {"Barack", "Double"}
    assert joe.runner_up is None
    denied = {1: {first.match.person.user_id}}
    again = search.identify(photo, mode=Mode.USERS, threshold=80, denied=denied).sightings[0]
    assert (again.match, again.runner_up) == (first.runner_up, None)


def test_people_are_named_as_they_are_when_it_is_said(searched: House, group: bytes) -> None:
    people, search = searched.workspace.people, searched.workspace.search
    found = search.identify(images.open(group), mode=Mode.USERS, threshold=99)
    assert search.as_known(found) == found
    searched.workspace.collection.records.rename(people.get("Joe").user_id, "Joseph")
    assert _names(search.as_known(found)) == ["Barack", None, "Joseph"]
    people.forget(people.get("Barack"), actor="U1")
    assert _names(search.as_known(found)) == [None, None, "Joseph"]


def test_a_comparison_has_the_same_faces_both_ways(searched: House, group: bytes) -> None:
    compared = searched.workspace.search.compare(images.open(group), threshold=99)
    assert (compared.faces.mode, compared.users.mode) == (Mode.FACES, Mode.USERS)
    assert _names(compared.faces) == _names(compared.users) == ["Barack", None, "Joe"]
    assert [s.box for s in compared.faces.sightings] == [s.box for s in compared.users.sightings]
