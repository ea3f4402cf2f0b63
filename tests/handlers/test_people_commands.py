"""`/facesearch people`, `show`, `rename`, `merge`, `forget` and `undo`, as they are typed and clicked."""

from collections.abc import Callable
from typing import Any

import pytest
from team import PHOTOS, Json, Member, Photo, Team, eventually, shown

from handlers.views import changes, people
from playground import seed
from services.enrolment import Request
from services.portraits import GivenPhoto
from services.roles import Actor

pytestmark = pytest.mark.usefixtures("nobody_known")

Enrolled = Callable[..., None]


@pytest.fixture
def enrolled(team: Team, photo: Photo) -> Enrolled:
    """Enrols somebody in the member's name."""

    def enroll(name: str, *photos: str, by: str = "") -> None:
        given = [GivenPhoto(each, lambda each=each: photo(each)[1]) for each in photos]  # type: ignore[misc]
        result = team.workspace.enrolment.enroll(Request(name, Actor(by or team.member.id)), given)
        assert result.added == len(photos)

    return enroll


def _ask(team: Team, text: str, member: Member | None = None) -> Json:
    """The answer to a subcommand."""
    asking = member or team.member
    before = {message["ts"] for message in asking.messages(PHOTOS)}
    asking.do("command", channel=PHOTOS, command="/facesearch", text=text)

    def new() -> Json | None:
        return next((m for m in asking.messages(PHOTOS) if m["ts"] not in before), None)

    return eventually(new, f"an answer to {text!r}", within=20)


def _element(message: Json, action_id: str) -> tuple[str, Json]:
    """An element of a message by its action, the last one of several, and the block that it is in."""
    found = [
        (block["block_id"], element)
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == action_id
    ]
    assert found, f"no {action_id} in {message['blocks']}"
    return found[-1]


def _click(team: Team, message: Json, action_id: str, **choice: Any) -> None:
    block_id, element = _element(message, action_id)
    action = {"block_id": block_id, "action_id": action_id, "type": element["type"], **choice}
    if "value" in element:
        action["value"] = element["value"]
    container = {"type": "message", "channel": PHOTOS, "ts": message["ts"]}
    team.member.do("action", container=container, action=action, state={"values": {}})


def _becomes(team: Team, message: Json, text: str) -> Json:
    """The message once it has that text."""

    def changed() -> Json | None:
        return next((m for m in team.member.messages(PHOTOS) if m["ts"] == message["ts"] and text in shown(m)), None)

    return eventually(changed, f"{text!r} in place of {shown(message)!r}", within=20)


def test_a_person_is_shown_and_a_photo_removed_and_put_back(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg", "obama2.jpg")
    album = _ask(team, "show barack")
    assert "Photo 2 of 2" in shown(album)
    assert sum("accessory" in block for block in album["blocks"]) == 2
    files = team.workspace.records.thumbnails
    face_ids = [face.face_id for face in team.workspace.records.faces(team.workspace.people.get("barack").user_id)]
    assert files.of(face_ids).keys() == set(face_ids)
    _click(team, album, people.REMOVE)
    removed = _becomes(team, album, "is removed; 1 photo stay")
    eventually(lambda: len(files.of(face_ids)) == 1 or None, "its thumbnail is taken back")
    assert team.workspace.people.get("barack").faces == 1
    _click(team, removed, changes.UNDO)
    _becomes(team, album, "Undone: one photo of Barack put back")
    assert team.workspace.people.get("barack").faces == 2


def test_the_list_leads_to_the_photos(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg")
    enrolled("Joe", "biden.jpg")
    listed = _ask(team, "people")
    assert "I know 2 people" in shown(listed)
    found = _ask(team, "people BAR")
    assert "1 person like “BAR”" in shown(found)
    _, select = _element(found, people.SHOW)
    before = {message["ts"] for message in team.member.messages(PHOTOS)}
    _click(team, found, people.SHOW, selected_option=select["options"][0])
    eventually(
        lambda: (
            [m for m in team.member.messages(PHOTOS) if m["ts"] not in before and "Photo 1 of 1" in shown(m)] or None
        ),
        "the album",
        within=20,
    )


def test_a_person_is_renamed_and_that_is_undone(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack Obama", "obama.jpg")
    assert "Barack Obama is called Bob now" in shown(_ask(team, "rename barack obama Bob"))
    assert team.workspace.people.get("bob").faces == 1
    assert "they are called Barack Obama again" in shown(_ask(team, "undo"))
    assert "nothing to undo" in shown(_ask(team, "undo")) or team.workspace.people.all() == ()


def test_two_people_are_merged_after_asking(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg")
    enrolled("Joe", "biden.jpg")
    question = _ask(team, "merge barack joe")
    assert "Are Barack and Joe one person?" in shown(question)
    assert sum(block["type"] == "image" for block in question["blocks"]) == 2
    _click(team, question, people.MERGE)
    merged = _becomes(team, question, "Joe is Barack now, with 2 photos")
    assert [person.name for person in team.workspace.people.all()] == ["Barack"]
    _click(team, merged, changes.UNDO)
    _becomes(team, question, "Barack and Joe are two people again")
    question = _ask(team, "merge barack joe")
    _click(team, question, people.APART)
    _becomes(team, question, "stay two people")


def test_others_people_are_left_alone(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg", "obama2.jpg")
    somebody = team.slack.member(seed.SECOND)
    assert "whoever added “Barack”" in shown(_ask(team, "rename barack bob", somebody))
    assert "whoever added “Barack”" in shown(_ask(team, "forget barack", somebody))
    album = _ask(team, "show barack", somebody)
    assert "Photo 2 of 2" in shown(album)
    assert "Remove" not in shown(album)


def test_who_is_forgotten_leaves_no_thumbnail(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg")
    _ask(team, "show barack")
    (face,) = team.workspace.records.faces(team.workspace.people.get("barack").user_id)
    assert team.workspace.records.thumbnails.of([face.face_id])
    question = _ask(team, "forget barack")
    _click(team, question, people.FORGET)
    _becomes(team, question, "Barack is erased")
    eventually(lambda: not team.workspace.records.thumbnails.of([face.face_id]) or None, "the thumbnail is gone")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("show", "Say whom"),
        ("show me", "I do not know you"),
        ("show nobody", "I know nobody called “nobody”"),
        ("rename alice", "Say whom to rename"),
        ("merge alice", "Say which two people"),
        ("people zzz", "I know nobody yet"),
        ("peple", "Did you mean"),
    ],
)
def test_what_cannot_be_done_is_explained(team: Team, text: str, said: str) -> None:
    assert said in shown(_ask(team, text))
