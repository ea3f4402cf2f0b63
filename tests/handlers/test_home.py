"""The App Home: who one is to the bot, people, settings, activity, and what each of its buttons does."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from playground_kit import Member
from team import Json, Photo, Team, element_of, eventually, shown

from handlers.people.exports import LIFE
from handlers.views import changes, home
from handlers.views.enroll import enroll
from handlers.views.facesearch import tuning
from handlers.views.people import consent, people
from playground.state import seed
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import RELEASE_VERSION
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]

Enrolled = Callable[..., None]


@pytest.fixture
def enrolled(team: Team, photo: Photo) -> Enrolled:
    """Enrols somebody, in their own name where they are a member."""

    def enroll(name: str, *photos: str, member: str | None = None) -> None:
        given = [GivenPhoto(each, lambda each=each: photo(each)[1]) for each in photos]  # type: ignore[misc]
        stated = frozenset({RELEASE_VERSION})
        request = Request(name, Actor(member or team.member.id), member=member, stated=stated)
        assert team.workspace.enrolment.enroll(request, given).added == len(photos)

    return enroll


@pytest.fixture(autouse=True)
def as_before(team: Team) -> Iterator[None]:
    yield
    team.workspace.records.set_setting("threshold", None)
    team.workspace.records.consents.withdraw_objection(team.member.id)


def _open(member: Member, text: str = "How it works") -> Json:
    """The member's App Home once it has that text."""
    member.news.clear()
    member.do("open_home")
    return _published(member, text)


def _published(member: Member, text: str) -> Json:
    """The App Home that was published last, once it has that text."""

    def published() -> Json | None:
        views: list[Json] = [news["view"] for news in member.news if news["type"] == "home"]
        return views[-1] if views and text in shown(views[-1]) else None

    return eventually(published, f"a Home with {text!r}", within=20)


def _click(member: Member, view: Json, action_id: str, **choice: object) -> None:
    block_id, element = element_of(view["blocks"], action_id)
    action = {"block_id": block_id, "action_id": action_id, "type": element["type"], **choice}
    if "value" in element:
        action["value"] = element["value"]
    container = {"type": "view", "view_id": view["id"]}
    member.do("action", container=container, action=action, state={"values": {}})


def _direct(member: Member) -> str:
    return next(str(c["id"]) for c in member.get("boot")["channels"] if c["is_im"])


def test_a_stranger_is_offered_to_enrol_and_sees_what_is_stored(team: Team, photo: Photo) -> None:
    view = _open(team.member)
    said = shown(view)
    assert "I do not know you" in said
    assert "What is stored" in said
    assert "I know nobody yet" in said
    team.member.news.clear()
    _click(team.member, view, home.ENROLL_ME)
    modal = team.opens()
    assert "Robin" in str(modal)
    file = team.member.upload(*photo("obama.jpg"))
    _, agreed = element_of(modal["blocks"], consent.CONSENT)
    values = {
        enroll.NAME: {enroll.NAME: {"type": "plain_text_input", "value": "Robin"}},
        enroll.PHOTOS: {enroll.PHOTOS: {"type": "file_input", "files": [file]}},
        consent.CONSENT: {consent.CONSENT: {"type": "checkboxes", "selected_options": agreed["options"]}},
    }
    assert team.member.do("view_submit", view_id=modal["id"], state={"values": values})["ok"]
    _published(team.member, "I know you as Robin, by 1 photo.")


def test_one_sees_by_which_photos_one_is_known_and_removes_one(team: Team, enrolled: Enrolled) -> None:
    enrolled("Robin", "obama.jpg", "obama2.jpg", member=team.member.id)
    view = _open(team.member, "I know you as Robin, by 2 photos")
    assert sum("accessory" in block for block in view["blocks"]) == 2
    _, menu = element_of(view["blocks"], home.REMOVE_MINE)
    _click(team.member, view, home.REMOVE_MINE, selected_option=menu["options"][0])
    _published(team.member, "I know you as Robin, by 1 photo.")
    direct = _direct(team.member)
    told = team.hears("One photo of Robin is removed", channel=direct)
    team.click(told, changes.UNDO, channel=direct)
    team.becomes(told, "Undone", channel=direct)
    _open(team.member, "I know you as Robin, by 2 photos")


def test_forget_me_erases_at_once_and_is_remembered(team: Team, enrolled: Enrolled) -> None:
    enrolled("Robin", "obama.jpg", member=team.member.id)
    view = _open(team.member, "I know you as Robin")
    _click(team.member, view, home.FORGET_ME)
    _published(team.member, "nobody but you can enrol your Slack account, as you wished")
    assert team.workspace.people.all() == ()
    assert team.workspace.records.thumbnails.orphans() == ()


def test_export_gives_a_zip_in_the_direct_messages(team: Team, enrolled: Enrolled) -> None:
    enrolled("Robin", "obama.jpg", member=team.member.id)
    _click(team.member, _open(team.member, "I know you as Robin"), home.EXPORT_ME)
    direct = _direct(team.member)

    def handed_over() -> Json | None:
        files = [file for message in team.member.messages(direct) for file in message.get("files", [])]
        return next((file for file in files if file.get("name", "").endswith(".zip")), None)

    file = eventually(handed_over, "a zip", within=20)
    url = file.get("url_private") or file["url"]
    data = requests.get(
        url if url.startswith("http") else team.slack.url + url, params={"user": team.member.id}, timeout=9
    )
    with zipfile.ZipFile(io.BytesIO(data.content)) as archive:
        assert "person.json" in archive.namelist()
    assert "stays there for a day" in shown(team.ask("export me"))
    assert handed_over() is not None
    exports = team.workspace.records.exports
    assert len(exports.over(datetime.now(UTC))) == 2
    assert exports.over(datetime.now(UTC) - LIFE) == ()
    _click(team.member, _open(team.member, "I know you as Robin"), home.FORGET_ME)
    _published(team.member, "nobody but you can enrol your Slack account, as you wished")
    eventually(lambda: handed_over() is None or None, "the exports gone with whom they are about", within=20)


def test_an_export_is_taken_back_after_a_day(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.people.exports.LIFE", timedelta(seconds=1))
    assert "stays there for a day" in shown(team.ask("export me"))
    exports = team.workspace.records.exports
    assert exports.over(datetime.now(UTC))
    eventually(lambda: not exports.over(datetime.now(UTC)) or None, "it is taken back", within=30)


def test_people_are_listed_in_pages_and_shown(team: Team, enrolled: Enrolled) -> None:
    enrolled("Joe", "biden.jpg")
    records = team.workspace.records
    for number in range(people.PAGE):
        records.add_person(f"Person {number:02}", member=None, added_by="test")
    view = _open(team.member, "page 1 of 2")
    team.member.news.clear()
    _, menu = element_of(view["blocks"], home.SHOW)
    _click(team.member, view, home.SHOW, selected_option=menu["options"][0])
    assert "Photo 1 of 1" in shown(team.opens())
    _click(team.member, view, home.NEXT)
    turned = eventually(
        lambda: next(
            (n["view"] for n in team.member.news if n["type"] == "home" and "page 2" in shown(n["view"])), None
        ),
        "the second page",
        within=10,
    )
    assert "Person 19" in shown(turned)


def test_an_admin_changes_the_settings_and_the_home_follows(team: Team) -> None:
    view = _open(team.member)
    team.member.news.clear()
    _click(team.member, view, home.SETTINGS)
    modal = team.opens()
    values = {
        f"{tuning.WORKSPACE}_threshold": {"threshold": {"type": "number_input", "value": "91"}},
        f"{tuning.WORKSPACE}_mode": {"mode": {"type": "radio_buttons", "selected_option": {"value": "users"}}},
        f"{tuning.WORKSPACE}_auto": {"auto": {"type": "radio_buttons", "selected_option": {"value": "on"}}},
    }
    team.member.do("view_submit", view_id=modal["id"], state={"values": values})
    assert "set the threshold of the workspace to 91 %" in shown(_published(team.member, "from 91 % on"))


def test_others_see_their_own_activity_and_no_settings_button(team: Team, enrolled: Enrolled) -> None:
    enrolled("Joe", "biden.jpg")
    sasha = team.slack.member(seed.SECOND)
    view = _open(sasha, "what you did and what concerns you")
    assert "enrolled Joe" not in shown(view)
    assert home.SETTINGS not in str(view)
    assert "enrolled Joe" in shown(_open(team.member, "You see everything"))


def test_who_is_being_asked_is_told_so(team: Team, photo: Photo) -> None:
    sasha = team.slack.member(seed.SECOND)
    team.workspace.enrolment.enroll(
        Request("Sasha", Actor(team.member.id), member=sasha.id), [GivenPhoto("a.jpg", lambda: photo("obama.jpg")[1])]
    )
    assert "I have asked you in our direct messages" in shown(_open(sasha, "would like to enrol you"))
    team.workspace.people.forget_member(sasha.id)
    team.workspace.records.consents.withdraw_objection(sasha.id)
