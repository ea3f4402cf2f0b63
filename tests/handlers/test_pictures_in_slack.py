"""Where Slack does not show a picture the answer is said all the same, and the picture is in the direct messages."""

from collections.abc import Iterator

import pytest
from playground_kit import Member
from team import PHOTOS, Json, Photo, Team, element_of, eventually, open_team, shown

from engine.vision import Weights
from handlers.people import consent
from handlers.slack import Slack
from handlers.slack.outgoing import pictured
from handlers.views import home
from handlers.views.names import naming
from handlers.views.people import consent as consent_views
from handlers.views.photos import corrections
from playground.state import seed
from services import texts
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import RELEASE_VERSION
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor

RELEASED = frozenset({RELEASE_VERSION})

pytestmark = pytest.mark.faces("painted")

DIRECT = {seed.ADMIN: "D0ROBINAPP", seed.SECOND: "D0SASHAAPP"}


@pytest.fixture(scope="module", params=["none", "shared"])
def team(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Iterator[Team]:
    """A Slack that shows no picture in blocks, or only those that are shared somewhere."""
    with open_team(tmp_path_factory.mktemp("data"), is_painted=True) as opened:
        opened.slack.slack.workspaces[0].pictures = request.param
        yield opened


@pytest.fixture(autouse=True)
def sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictured, "_AGAIN_AFTER", 0.05)


@pytest.fixture(autouse=True)
def nothing_kept(team: Team) -> Iterator[None]:
    yield
    for person in team.workspace.people.all():
        team.workspace.people.forget(person, actor="test")
    for member in DIRECT:
        consent.forget_oneself(team.desk, Slack(team.slack.client), member)
        team.workspace.records.consents.withdraw_objection(member)


def _enrolled(team: Team, photo: Photo, name: str, *photos: str) -> None:
    given = [GivenPhoto(each, lambda each=each: photo(each)[1]) for each in photos]  # type: ignore[misc]
    assert team.workspace.enrolment.enroll(Request(name, Actor(team.member.id), stated=RELEASED), given).added == len(
        photos
    )


def _files(member: Member) -> list[str]:
    """The files that stand in a member's direct messages with the bot."""
    messages = member.messages(DIRECT[member.id])
    return [f["id"] for message in messages for f in message.get("files", ()) if f.get("mode") != "tombstone"]


def _more_files(member: Member, before: list[str], number: int) -> list[str]:
    def more() -> list[str] | None:
        files = [each for each in _files(member) if each not in before]
        return files if len(files) >= number else None

    return eventually(more, f"{number} more files", within=20)


def _has_picture(message: Json) -> bool:
    return "slack_file" in str(message["blocks"])


def test_an_album_is_shown_without_and_its_copies_go_with_the_person(team: Team, photo: Photo) -> None:
    _enrolled(team, photo, "Barack", "obama.jpg", "obama2.jpg")
    before = _files(team.member)
    album = team.ask("show barack")
    assert "Photo 2 of 2" in shown(album)
    assert "They are in our direct messages" in shown(album)
    assert not _has_picture(album)
    copies = _more_files(team.member, before, 2)
    known = team.workspace.records.thumbnails
    assert all(known.face(copy) for copy in copies)
    assert "is erased" in shown(_forget(team, "barack"))
    eventually(lambda: not set(copies) & set(_files(team.member)) or None, "the copies are gone", within=20)


def _forget(team: Team, name: str) -> Json:
    question = team.ask(f"forget {name}")
    team.click(question, "forget_person")
    return team.becomes(question, "is erased")


def test_a_question_whether_two_are_one_is_asked(team: Team, photo: Photo) -> None:
    _enrolled(team, photo, "Barack", "obama.jpg")
    _enrolled(team, photo, "Joe", "biden.jpg")
    before = _files(team.member)
    question = team.ask("merge barack joe")
    assert "Are Barack and Joe one person?" in shown(question)
    assert not _has_picture(question)
    _more_files(team.member, before, 2)


def test_an_answer_for_one_is_said_and_its_picture_is_in_their_direct_messages(team: Team, photo: Photo) -> None:
    _enrolled(team, photo, "Barack", "obama.jpg")
    ts = team.post("look", photo("obama3.jpg"))
    team.thread(ts, 2)
    before = _files(team.member)
    team.member.news.clear()
    team.member.do("shortcut", callback_id="who_is_in_this", channel=PHOTOS, ts=ts)
    message = team.member.hears("ephemeral", within=30)["message"]
    assert "Barack" in shown(message)
    assert "It is in our direct messages" in shown(message)
    assert not _has_picture(message)
    _more_files(team.member, before, 1)


def test_a_member_is_asked_below_their_picture_and_a_no_takes_both_away(team: Team, photo: Photo) -> None:
    sasha = team.slack.member(seed.SECOND)
    before = _files(sasha)
    team.thread(team.post(f"enroll <@{seed.SECOND}>", photo("obama.jpg")), 1)
    (copy,) = _more_files(sasha, before, 1)

    def asked() -> Json | None:
        request = team.workspace.records.consents.request_of(sasha.id)
        stands = request.shown[1] if request and request.shown else ""
        return next((m for m in sasha.messages(DIRECT[sasha.id]) if m["ts"] == stands), None)

    question = eventually(asked, "the question", within=20)
    assert "It stands above" in shown(question)
    assert not _has_picture(question)
    block_id, element = element_of(question["blocks"], consent_views.DECLINE)
    action = {"block_id": block_id, "action_id": consent_views.DECLINE, "type": "button", "value": element["value"]}
    container = {"type": "message", "channel": DIRECT[sasha.id], "ts": question["ts"]}
    sasha.do("action", container=container, action=action, state={"values": {}})
    eventually(lambda: copy not in _files(sasha) or None, "the picture is gone", within=20)
    eventually(lambda: "You said no" in shown(asked_now(sasha, question)) or None, "it is settled", within=20)


def asked_now(member: Member, question: Json) -> Json:
    return next(m for m in member.messages(DIRECT[member.id]) if m["ts"] == question["ts"])


def test_the_home_is_published_and_its_modal_is_filled(team: Team, photo: Photo) -> None:
    given = [GivenPhoto("a.jpg", lambda: photo("obama.jpg")[1])]
    team.workspace.enrolment.enroll(Request("Robin", Actor(team.member.id), member=team.member.id), given)
    team.member.news.clear()
    team.member.do("open_home")

    def published() -> Json | None:
        views = [news["view"] for news in team.member.news if news["type"] == "home"]
        return next((view for view in views if "I know you as Robin" in shown(view)), None)

    view = eventually(published, "a Home", within=20)
    assert "`/facesearch show me`" in str(view) or "/facesearch show me" in shown(view)
    assert not _has_picture(view)
    before = _files(team.member)
    _, menu = element_of(view["blocks"], home.SHOW)
    block_id, _ = element_of(view["blocks"], home.SHOW)
    action = {"block_id": block_id, "action_id": home.SHOW, "type": "static_select"}
    container = {"type": "view", "view_id": view["id"]}
    choice = {"selected_option": menu["options"][0]}
    team.member.do("action", container=container, action=action | choice, state={"values": {}})

    def filled() -> Json | None:
        views = [news["view"] for news in team.member.news if news["type"] == "view_update"]
        return next((each for each in views if "Photo 1 of 1" in shown(each)), None)

    assert "direct messages" in shown(eventually(filled, "the album", within=20))
    _more_files(team.member, before, 1)


def test_a_face_is_named_without_its_picture_of_which_nothing_is_kept(team: Team, photo: Photo) -> None:
    ts = team.post("look", photo("biden.jpg"))
    answer = team.thread(ts, 2)[1]
    before = _files(team.member)
    team.member.news.clear()
    _, menu = element_of(answer["blocks"], corrections.WHO)
    team.click(answer, corrections.WHO, selected_option=menu["options"][0])
    view = team.member.hears("view_open", within=10)["view"]
    assert "Who is this?" in str(view["title"])

    def gone() -> bool | None:
        files = team.slack.slack.workspaces[0].files.values()
        return not any(file.name == "face.jpg" for file in files) or None

    eventually(gone, "nothing of the face is kept", within=20)
    assert _files(team.member) == before


def test_where_a_list_may_show_no_picture_the_redrawn_one_stands_below(team: Team, photo: Photo) -> None:
    ts = team.post("who?", photo("obama.jpg"))
    picture, answer = team.thread(ts, 2)
    team.member.news.clear()
    _, menu = element_of(answer["blocks"], corrections.WHO)
    team.click(answer, corrections.WHO, selected_option=menu["options"][0])
    view = team.member.hears("view_open", within=10)["view"]
    asked = {"block_id": naming.block_id(0), "action_id": naming.NAME, "value": "barack"}
    answered = team.member.do("suggest", container={"type": "view", "view_id": view["id"]}, **asked)
    choice = {"type": "external_select", "selected_option": answered["option_groups"][-1]["options"][-1]}
    stated = {"type": "checkboxes", "selected_options": view["blocks"][-1]["element"]["options"]}
    values = {naming.block_id(0): {naming.NAME: choice}, naming.CONSENT: {naming.CONSENT: stated}}
    team.member.do("view_submit", view_id=view["id"], state={"values": values})

    def redrawn() -> list[Json] | None:
        there = team.member.messages(PHOTOS, thread_ts=ts)[1:]
        lists = [each for each in there if "1 of 1 face recognised" in shown(each)]
        pictures = [each for each in there if each.get("files") and each["ts"] != picture["ts"]]
        return [*lists, *pictures] if lists and pictures and picture["ts"] not in str(there) else None

    listed, new = eventually(
        redrawn, "the list says who it is, and the new picture has taken the old one's place", within=30
    )
    assert listed["ts"] == answer["ts"]
    assert texts.PICTURES_ARE_BELOW.one in shown(listed)
    assert float(new["ts"]) > float(listed["ts"])
    team.member.do("delete", channel=PHOTOS, ts=ts)
    eventually(
        lambda: not team.slack.api("files.info", file=new["files"][0]["id"])["ok"], "it goes with the photo", within=10
    )
