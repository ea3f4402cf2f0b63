"""A zip of a team: members are asked, others enrolled on a release, and faces to choose from asked about at once."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from team import PHOTOS, Json, Photo, Team, element_of, eventually, shown

from handlers.views.enroll import teams
from handlers.views.people import consent
from playground.state import seed
from services.people import Actor, GivenPhoto, Request
from services.people.grounds.consent import RELEASE_VERSION

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]


@pytest.fixture(autouse=True)
def nobody_asked(team: Team) -> Iterator[None]:
    yield
    for request in team.workspace.records.consents.requests():
        team.workspace.requests.erase(request)


def _zipped(files: dict[str, bytes]) -> tuple[str, bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return "team.zip", buffer.getvalue()


def _says(team: Team, ts: str, text: str) -> Json:
    def said() -> Json | None:
        replies = team.member.messages(PHOTOS, thread_ts=ts)[1:]
        return next((each for each in replies if text in shown(each)), None)

    return eventually(said, f"{text!r} in the thread", within=60)


def _submit(team: Team, view: Json, *, released: bool = True, **faces: str) -> None:
    values: Json = {}
    if released:
        _, stated = element_of(view["blocks"], consent.CONSENT)
        values[consent.CONSENT] = {consent.CONSENT: {"type": "checkboxes", "selected_options": stated["options"]}}
    for block_id, face in faces.items():
        option = {"value": face, "text": {"type": "plain_text", "text": f"Face {face}"}}
        values[block_id] = {teams.FACES: {"type": "static_select", "selected_option": option}}
    assert team.member.do("view_submit", view_id=view["id"], state={"values": values})["ok"]


def test_members_are_asked_others_enrolled_and_faces_chosen_on_one_page(
    team: Team, photo: Photo, pair: tuple[str, bytes]
) -> None:
    files = {
        "team/Sasha/1.jpg": photo("biden.jpg")[1],
        "team/Barack Obama/1.jpg": photo("obama.jpg")[1],
        "team/Barack Obama/both.jpg": pair[1],
        "team/Joe/both.jpg": pair[1],
        "team/robin@playground.example/1.jpg": photo("obama2.jpg")[1],
    }
    ts = team.post("enroll team", _zipped(files))
    review = _says(team, ts, "4 people in the zip, with 5 photos")
    assert "1 member of this Slack, who is asked" in shown(review)
    assert "2 outside this Slack, on your word: Barack Obama, Joe" in shown(review)
    assert "robin@playground.example: Slack does not tell me addresses" in shown(review)
    team.click(review, teams.ENROLL)
    _submit(team, team.opens())
    done = _says(team, ts, "1 of 4 people asked, 1 known now")
    assert "Barack Obama: 1 of 2 photos added." in shown(done)
    assert [(p.name, p.faces) for p in team.workspace.people.all()] == [("Barack Obama", 1)]
    assert [r.member for r in team.workspace.records.consents.requests()] == [seed.SECOND]
    team.click(done, teams.FACES)
    view = team.opens()
    assert [block["type"] for block in view["blocks"]] == ["image", "input", "image", "input"]
    _submit(team, view, released=False, which_faces0="1", which_faces1="2")
    _says(team, ts, "0 of 2 people asked, 2 known now")
    assert [(p.name, p.faces) for p in team.workspace.people.all()] == [("Barack Obama", 2), ("Joe", 1)]


def test_without_a_release_nobody_from_outside_is_enrolled(team: Team, photo: Photo) -> None:
    ts = team.post("enroll team", _zipped({"Barack/1.jpg": photo("obama.jpg")[1]}))
    team.click(_says(team, ts, "1 person in the zip"), teams.ENROLL)
    _submit(team, team.opens(), released=False)
    _says(team, ts, "Barack: Nobody has stated that they agreed")
    assert team.workspace.people.all() == ()


def test_who_chooses_a_face_states_nothing_by_it(team: Team, photo: Photo, pair: tuple[str, bytes]) -> None:
    request = Request("Barack", Actor(seed.SECOND), stated=frozenset({RELEASE_VERSION}))
    team.workspace.enrolment.enroll(request, [GivenPhoto("a.jpg", lambda: photo("obama.jpg")[1])])
    ts = team.post("enroll team", _zipped({"Barack/both.jpg": pair[1]}))
    team.click(_says(team, ts, "1 person in the zip"), teams.ENROLL)
    _submit(team, team.opens(), released=False)
    done = _says(team, ts, "0 of 1 photo added")
    team.workspace.people.forget(team.workspace.people.get("Barack"), actor=seed.SECOND)
    team.click(done, teams.FACES)
    _submit(team, team.opens(), released=False, which_faces0="1")
    _says(team, ts, "Barack: Nobody has stated that they agreed")
    assert team.workspace.people.all() == ()


def test_a_bomb_is_refused_and_only_admins_enrol_many(team: Team, photo: Photo) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Alice/1.jpg", bytes(30_000_000))
    ts = team.post("enroll team", ("bomb.zip", buffer.getvalue()))
    _says(team, ts, "The zip unpacks to more than")
    sasha = team.slack.member(seed.SECOND)
    file = sasha.upload(*_zipped({"Alice/1.jpg": photo("obama.jpg")[1]}))
    posted = sasha.post(PHOTOS, "enroll team", files=[file["id"]])
    _says(team, posted, "Only an admin can enrol many people")
