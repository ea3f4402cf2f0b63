"""`/facesearch people`, `show`, `rename`, `merge`, `forget` and `undo`, as they are typed and clicked."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from slack_sdk import WebClient
from team import PHOTOS, Photo, Team, element_of, eventually, shown

from handlers.slack import Files
from handlers.views import changes
from handlers.views.enroll import enroll
from handlers.views.people import people
from playground.state import ResponseUrls, SlackError, seed
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import RELEASE_VERSION
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor

RELEASED = frozenset({RELEASE_VERSION})

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]


Enrolled = Callable[..., None]


@pytest.fixture
def enrolled(team: Team, photo: Photo) -> Enrolled:
    """Enrols somebody in the member's name."""

    def enroll(name: str, *photos: str, by: str = "") -> None:
        given = [GivenPhoto(each, lambda each=each: photo(each)[1]) for each in photos]  # type: ignore[misc]
        result = team.workspace.enrolment.enroll(Request(name, Actor(by or team.member.id), stated=RELEASED), given)
        assert result.added == len(photos)

    return enroll


def test_a_person_is_shown_and_a_photo_removed_and_put_back(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg", "obama2.jpg")
    album = team.ask("show barack")
    assert "Photo 2 of 2" in shown(album)
    assert sum("accessory" in block for block in album["blocks"]) == 2
    files = team.workspace.records.thumbnails
    face_ids = [face.face_id for face in team.workspace.records.faces(team.workspace.people.get("barack").user_id)]
    assert files.of(face_ids).keys() == set(face_ids)
    _, menu = element_of(album["blocks"], people.REMOVE)
    team.click(album, people.REMOVE, selected_option=menu["options"][1])
    removed = team.becomes(album, "is removed; 1 photo stays")
    eventually(lambda: len(files.of(face_ids)) == 1 or None, "its thumbnail is taken back")
    assert team.workspace.people.get("barack").faces == 1
    team.click(removed, changes.UNDO)
    team.becomes(album, "Undone: one photo of Barack put back")
    assert team.workspace.people.get("barack").faces == 2


def test_a_photo_whose_copy_slack_has_let_go_is_shown_all_the_same(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg")
    team.ask("show barack")
    _let_go(team, "barack")
    assert "Photo 1 of 1" in shown(team.ask("show barack"))


def test_a_picture_that_slack_does_not_have_any_more_is_left_out(
    team: Team, enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled("Barack", "obama.jpg")
    team.ask("show barack")
    _let_go(team, "barack")
    monkeypatch.setattr(Files, "has", lambda *_: True)
    album = team.ask("show barack")
    assert "Slack does not show the picture here." in shown(album)
    assert "Photo 1 of 1" in shown(album)


def test_an_answer_that_the_address_for_answers_does_not_take_is_said_without_it(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ResponseUrls, "use", _expired)
    assert "I know nobody yet" in shown(team.ask("people"))


def _expired(*_: object) -> None:
    raise SlackError("expired_url")


def test_portraits_are_for_the_person_whoever_added_them_and_admins(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg", "obama2.jpg", by=seed.SECOND)
    jules, sasha = team.slack.member(seed.THIRD), team.slack.member(seed.SECOND)
    album = team.ask("show barack", jules)
    assert "Barack — 2 photos" in shown(album)
    assert "slack_file" not in str(album["blocks"])
    assert seed.SECOND not in str(album["blocks"])
    for member in (sasha, team.member):
        assert "Photo 2 of 2" in shown(team.ask("show barack", member))


@pytest.mark.parametrize("word", ["enroll", "Enrol"])
def test_enrolling_is_a_subcommand_too(team: Team, word: str) -> None:
    team.member.do("command", channel=PHOTOS, command="/facesearch", text=f"{word} Alice & Bob")
    view = team.opens()
    _, name = element_of(view["blocks"], enroll.NAME)
    assert name["initial_value"] == "Alice & Bob"
    team.member.do("view_close", view_id=view["id"])
    team.member.do("command", channel=PHOTOS, command="/facesearch", text=f"{word} <@{seed.SECOND}|sasha>")
    assert "Sasha" in str(team.opens())


def test_what_keeps_a_form_from_being_filled_is_said_in_it(team: Team) -> None:
    team.member.do("command", channel=PHOTOS, command="/enroll", text="@nobody")
    assert "Mention one member and nothing else" in shown(team.opens())


def _let_go(team: Team, name: str) -> None:
    """Slack deletes the copies of somebody's photos."""
    client = WebClient(token=team.slack.options.bot_token, base_url=f"{team.slack.url}/api/")
    faces = team.workspace.records.faces(team.workspace.people.get(name).user_id)
    for file_id in team.workspace.records.thumbnails.of([face.face_id for face in faces]).values():
        client.files_delete(file=file_id)


def test_the_list_leads_to_the_photos(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg")
    enrolled("Joe", "biden.jpg")
    listed = team.ask("people")
    assert "I know 2 people" in shown(listed)
    found = team.ask("people BAR")
    assert "1 person like “BAR”" in shown(found)
    _, select = element_of(found["blocks"], people.SHOW)
    before = {message["ts"] for message in team.member.messages(PHOTOS)}
    team.click(found, people.SHOW, selected_option=select["options"][0])
    eventually(
        lambda: (
            [m for m in team.member.messages(PHOTOS) if m["ts"] not in before and "Photo 1 of 1" in shown(m)] or None
        ),
        "the album",
        within=20,
    )


def test_a_person_is_renamed_and_that_is_undone(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack Obama", "obama.jpg")
    assert "Barack Obama is called Bob now" in shown(team.ask("rename barack obama Bob"))
    assert team.workspace.people.get("bob").faces == 1
    assert "they are called Barack Obama again" in shown(team.ask("undo"))
    assert "nothing to undo" in shown(team.ask("undo")) or team.workspace.people.all() == ()


def test_one_renames_oneself(team: Team, photo: Photo) -> None:
    given = [GivenPhoto("obama.jpg", lambda: photo("obama.jpg")[1])]
    team.workspace.enrolment.enroll(Request("Robin", Actor(team.member.id), member=team.member.id), given)
    assert "Robin is called Roberta now" in shown(team.ask("rename me to Roberta"))
    assert "Roberta" in shown(team.ask("show me"))


def test_a_mention_names_the_person_who_is_that_member(team: Team, photo: Photo, enrolled: Enrolled) -> None:
    mention = f"<@{team.member.id}|robin>"
    assert "That member is not enrolled" in shown(team.ask(f"show {mention}"))
    given = [GivenPhoto("obama.jpg", lambda: photo("obama.jpg")[1])]
    team.workspace.enrolment.enroll(Request("Robin", Actor(team.member.id), member=team.member.id), given)
    enrolled("Joe", "biden.jpg")
    assert "Robin <" not in shown(team.ask(f"show {mention}"))
    assert "Photo 1 of 1" in shown(team.ask(f"show {mention}"))
    assert "Are Robin and Joe one person?" in shown(team.ask(f"merge {mention} joe"))
    assert "Robin is called Roberta now" in shown(team.ask(f"rename {mention} Roberta"))
    assert "direct messages" in shown(team.ask(f"export {mention}"))
    assert "Erase Roberta" in shown(team.ask(f"forget {mention}"))


def test_a_second_name_that_is_missing_is_asked_for(team: Team, enrolled: Enrolled) -> None:
    enrolled("Joe", "biden.jpg")
    for text in ("rename joe", "merge joe"):
        said = shown(team.ask(text))
        assert said.startswith("Say")
        assert "I know nobody" not in said
    for text in ("rename barack bob", "merge joe barack"):
        assert "I know nobody by that name" in shown(team.ask(text))


def test_who_has_no_photo_yet_is_not_asked_about_as_one(team: Team, enrolled: Enrolled) -> None:
    enrolled("barack", "obama.jpg")
    person = team.workspace.records.add_person("Joe", member=None, added_by=seed.ADMIN)
    assert "I have no photo of “Joe”" in shown(team.ask("merge barack joe"))
    team.workspace.records.remove_person(person.user_id)


def test_two_people_are_merged_after_asking(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg")
    enrolled("Joe", "biden.jpg")
    question = team.ask("merge barack joe")
    assert "Are Barack and Joe one person?" in shown(question)
    assert sum(block["type"] == "image" for block in question["blocks"]) == 2
    team.click(question, people.MERGE)
    merged = team.becomes(question, "Joe is Barack now, with 2 photos")
    assert [person.name for person in team.workspace.people.all()] == ["Barack"]
    team.click(merged, changes.UNDO)
    team.becomes(question, "Barack and Joe are two people again")
    question = team.ask("merge barack joe")
    team.click(question, people.APART)
    team.becomes(question, "stay two people")


def test_others_people_are_left_alone(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg", "obama2.jpg")
    somebody = team.slack.member(seed.SECOND)
    assert "whoever added “Barack”" in shown(team.ask("rename barack bob", somebody))
    assert "whoever added “Barack”" in shown(team.ask("forget barack", somebody))
    assert "Remove a photo" not in shown(team.ask("show barack", somebody))


def test_who_is_refused_a_click_in_a_thread_reads_it_there(team: Team, photo: Photo) -> None:
    ts = team.enrol("barack", photo("obama.jpg"))
    (result,) = team.thread(ts, 1)
    somebody = team.slack.member(seed.SECOND)
    replace(team, member=somebody).click(result, changes.UNDO)
    eventually(
        lambda: any("Only whoever made this change" in shown(m) for m in somebody.messages(PHOTOS, thread_ts=ts)),
        "the refusal in the thread",
        within=10,
    )


def test_who_is_forgotten_leaves_no_thumbnail(team: Team, enrolled: Enrolled) -> None:
    enrolled("Barack", "obama.jpg")
    team.ask("show barack")
    (face,) = team.workspace.records.faces(team.workspace.people.get("barack").user_id)
    assert team.workspace.records.thumbnails.of([face.face_id])
    question = team.ask("forget barack")
    team.click(question, people.FORGET)
    team.becomes(question, "Barack is erased")
    eventually(lambda: not team.workspace.records.thumbnails.of([face.face_id]) or None, "the thumbnail is gone")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("show", "Say whom"),
        ("show me", "I do not know you"),
        ("show nobody", "I know nobody called “nobody”"),
        ("rename", "Say whom to rename"),
        ("rename alice", "I know nobody by that name. Say whom to rename"),
        ("merge alice", "Say which two people"),
        ("people zzz", "I know nobody yet"),
        ("peple", "Did you mean /facesearch people?"),
        ("enrlo bob", "Did you mean /facesearch enrol bob?"),
    ],
)
def test_what_cannot_be_done_is_explained(team: Team, text: str, said: str) -> None:
    assert said in shown(team.ask(text))
