"""Enrolment tells the truth, photo by photo, and leaves nothing behind."""

import io
from collections.abc import Callable
from pathlib import Path
from threading import Event, Timer

import pytest
from botocore.exceptions import EndpointConnectionError
from house import RELEASED, SOMEONE, House, jpeg
from PIL import Image, ImageFilter

from services.errors import NotFound, Refusal, Unavailable
from services.people.enrolling.enrolment import Request
from services.people.photos.portraits import Fate, GivenPhoto
from services.pictures import images

Given = Callable[[str], GivenPhoto]


def _given(name: str, data: bytes) -> GivenPhoto:
    return GivenPhoto(name, lambda: data)


def test_good_photos_are_added_and_the_person_is_known(house: House, given_photo: Given) -> None:
    assert house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama3.jpg")) == ["added", "added"]
    person = house.workspace.people.get("barack")
    assert person.faces == 2
    assert len(house.face_ids()) == 2
    assert len(list(house.photos.keys(""))) == 2


def test_one_bad_photo_spoils_none_of_the_others(house: House, given_photo: Given, group: bytes) -> None:
    tiny = Image.open(io.BytesIO(given_photo("obama.jpg").read())).resize((110, 90))

    def gone() -> bytes:
        raise Refusal("The file is gone from Slack. Post it again.")

    fates = house.enroll(
        "Barack",
        given_photo("obama.jpg"),
        _given("notes.jpg", b"no picture at all"),
        _given("wall.jpg", jpeg(Image.new("RGB", (400, 300), "gray"))),
        _given("group.jpg", group),
        _given("tiny.jpg", jpeg(tiny)),
        GivenPhoto("gone.jpg", gone),
        given_photo("biden.jpg"),
        given_photo("obama2.jpg"),
        given_photo("obama.jpg"),
    )
    assert fates == [
        "added",
        "not_an_image",
        "no_face",
        "several_faces",
        "too_small",
        "not_an_image",
        "unlike_the_others",
        "added",
        "already_enrolled",
    ]
    assert len(house.face_ids()) == house.workspace.people.get("Barack").faces == 2


def test_a_blurred_face_is_refused(house: House, given_photo: Given) -> None:
    with Image.open(io.BytesIO(given_photo("obama.jpg").read())) as photo:
        blurred = photo.convert("RGB").filter(ImageFilter.GaussianBlur(14))
    assert house.enroll("Barack", _given("blurred.jpg", jpeg(blurred))) == ["too_blurred"]
    assert house.face_ids() == set()


def test_the_odd_one_out_is_refused_wherever_it_stands(house: House, given_photo: Given) -> None:
    names = ["biden.jpg", "obama.jpg", "obama2.jpg", "obama3.jpg"]
    assert house.enroll("Barack", *map(given_photo, names)) == ["unlike_the_others", "added", "added", "added"]


def test_the_same_file_is_enrolled_once(house: House, given_photo: Given) -> None:
    assert house.enroll("Barack", given_photo("obama.jpg")) == ["added"]
    assert house.enroll("barack", given_photo("obama.jpg")) == ["already_enrolled"]
    (refused,) = house.workspace.enrolment.enroll(
        Request("Joe", SOMEONE, stated=RELEASED), [given_photo("obama.jpg")]
    ).outcomes
    assert refused.fate is Fate.ENROLLED_AS_ANOTHER
    assert "`/facesearch rename`" in refused.sentence, "and nobody is to be forgotten for it"
    assert "forget" not in refused.sentence
    assert [person.name for person in house.workspace.people.all()] == ["Barack"]


def test_a_face_of_somebody_else_is_not_enrolled_again(house: House, given_photo: Given) -> None:
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    with Image.open(io.BytesIO(given_photo("obama2.jpg").read())) as photo:
        again = jpeg(photo.convert("RGB").resize((700, 700)))
    assert house.enroll("Joe", _given("again.jpg", again)) == ["enrolled_as_another"]


def test_a_face_of_a_group_is_chosen_by_its_number(house: House, group: bytes) -> None:
    request = Request("Eileen", SOMEONE, stated=RELEASED)
    asked = house.workspace.enrolment.enroll(request, [_given("group.jpg", group)])
    (outcome,) = asked.outcomes
    assert outcome.fate is Fate.SEVERAL_FACES
    assert asked.person is None
    assert [round(box.center[0] / 428 - 0.5) for box in outcome.faces] == [0, 1, 2]
    chosen = house.workspace.enrolment.enroll(request, [GivenPhoto("group.jpg", lambda: group, face=2)])
    assert chosen.added == 1
    (key,) = house.photos.keys("")
    kept = images.open(house.photos.get(key))
    detected = house.rekognition.client.detect_faces(Image={"Bytes": kept.rekognition_bytes()})["FaceDetails"]
    assert len(detected) == 1, "nobody else's face is kept"


def test_one_group_photo_serves_several_people_a_face_each(house: House, group: bytes) -> None:
    whole, first, last = (GivenPhoto("group.jpg", lambda: group, face) for face in (None, 1, 3))
    assert house.enroll("Barack", first) == ["added"]
    assert house.enroll("Joe", whole) == ["several_faces"]
    assert house.enroll("Joe", first) == ["enrolled_as_another"]
    assert house.enroll("Joe", last) == ["added"]
    assert house.enroll("Joe", whole) == ["already_enrolled"]


def test_several_photos_of_a_group_ask_for_nothing_when_the_largest_will_do(house: House, group: bytes) -> None:
    assert house.enroll("Somebody", _given("group.jpg", group), largest=True) == ["added"]


def test_a_photo_more_than_a_person_can_have_is_refused_and_the_others_stay(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.operations.users.MAX_FACES_OF_USER", 1)
    assert house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg")) == ["added", "too_many"]
    assert house.enroll("Barack", given_photo("obama3.jpg")) == ["too_many"]
    (barack,) = house.workspace.people.all()
    assert barack.faces == 1
    assert len(house.face_ids()) == 1
    assert len(list(house.photos.keys(""))) == 1


@pytest.mark.parametrize("name", ["李小龍", "<channel>", "*bold* & <b>", "Zoë 🦊", "x" * 80])
def test_any_name_can_be_enrolled(house: House, given_photo: Given, name: str) -> None:
    assert house.enroll(name, given_photo("obama.jpg")) == ["added"]
    assert house.workspace.people.get(name).name == name


def test_a_failure_on_the_way_leaves_nothing_behind(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(type(house.photos), "put", full)
    with pytest.raises(OSError, match="No space"):
        house.enroll("Barack", given_photo("obama.jpg"))
    assert house.face_ids() == set()
    assert house.workspace.people.all() == ()
    assert list(house.photos.keys("")) == []


def test_photos_looked_at_side_by_side_are_told_of_in_order(house: House, given_photo: Given) -> None:
    looked: list[int] = []
    files = ["obama.jpg", "text.png", "obama2.jpg", "obama3.jpg"]
    given = [given_photo(file) if file != "text.png" else _given(file, b"none") for file in files]
    request = Request("Barack", SOMEONE, stated=RELEASED)
    result = house.workspace.enrolment.enroll(request, given, lambda: looked.append(1), threads=3)
    assert [outcome.file for outcome in result.outcomes] == files
    assert [outcome.fate.value for outcome in result.outcomes] == ["added", "not_an_image", "added", "added"]
    assert len(looked) == len(files)


def test_what_was_looked_at_beside_a_failure_is_not_left_behind(house: House, given_photo: Given) -> None:
    beside = Event()

    def fails() -> bytes:
        assert beside.wait(60)
        raise OSError("the disk is gone")

    def seen() -> bytes:
        data = given_photo("obama.jpg").read()
        Timer(1.0, beside.set).start()
        return data

    given = [GivenPhoto("first.jpg", fails), GivenPhoto("beside.jpg", seen), given_photo("obama2.jpg")]
    with pytest.raises(OSError, match="disk is gone"):
        house.workspace.enrolment.enroll(Request("Barack", SOMEONE, stated=RELEASED), given, threads=2)
    assert house.face_ids() == set()
    assert house.workspace.people.all() == ()
    assert list(house.photos.keys("")) == []


def test_nobody_is_known_whom_rekognition_would_not_have(house: House, given_photo: Given) -> None:
    def cut(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://rekognition.eu-west-1.amazonaws.com")

    events = house.workspace.collection.client.meta.events
    events.register("before-call.rekognition.CreateUser", cut)
    try:
        with pytest.raises(Unavailable, match="cannot reach AWS"):
            house.enroll("Barack", given_photo("obama.jpg"))
    finally:
        events.unregister("before-call.rekognition.CreateUser", cut)
    assert house.workspace.people.all() == ()


def test_forgetting_erases_everything_and_proves_it(house: House, given_photo: Given) -> None:
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    people = house.workspace.people
    receipt = people.forget(people.get("Barack"), actor="U1")
    assert (receipt.name, receipt.faces, receipt.photos) == ("Barack", 2, 2)
    assert [person.name for person in people.all()] == ["Joe"]
    assert len(house.face_ids()) == len(list(house.photos.keys(""))) == 1
    assert len(house.rekognition.client.list_users(CollectionId="facesearch")["Users"]) == 1
    with pytest.raises(NotFound):
        people.get("Barack")
    assert "Barack" not in str(house.workspace.records.log.newest())


def test_photos_are_kept_without_metadata(house: House, photos: dict[str, Path]) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    buffer = io.BytesIO()
    with Image.open(photos["obama.jpg"]) as photo:
        photo.save(buffer, "JPEG", exif=exif)
    house.enroll("Barack", _given("home.jpg", buffer.getvalue()))
    (key,) = house.photos.keys("")
    assert b"taken at home" not in house.photos.get(key)


def test_of_a_photo_that_lacks_its_end_it_is_said(house: House, photos: dict[str, Path]) -> None:
    data = photos["obama.jpg"].read_bytes()
    early = data[: data.rindex(b"\xff\xda") + 1000]
    given = [GivenPhoto("cut.jpg", lambda: data[:-2]), GivenPhoto("early.jpg", lambda: early)]
    outcomes = house.workspace.enrolment.enroll(Request("Barack", SOMEONE, stated=RELEASED), given).outcomes
    assert [outcome.fate.value for outcome in outcomes] == ["added", "no_face"]
    assert all("cut short, so I have seen only a part" in outcome.sentence for outcome in outcomes)
    (whole,) = house.workspace.enrolment.enroll(
        Request("Barack", SOMEONE, stated=RELEASED), [GivenPhoto("b", lambda: data)]
    ).outcomes
    assert "cut short" not in whole.sentence
