"""Albums, invitations and a team's zip as members see them in the page: who may see what, until all of it is erased.

Faces are painted, since it is not asked how well they are told apart; 120 photos are posted beside the page.
"""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

sys.path.append(str(Path(__file__).parents[1] / "handlers"))
from team import FAST, PHOTOS, Member, Team, eventually, open_team, painted, shown

from handlers.album import telling
from handlers.views.people import invitations
from playground.state import Options, seed
from services.people import Actor, GivenPhoto, Request

ROBIN, BIDEN, STRANGER = 1, 4, 8  # faces
HISTORY, THEIRS = 120, 80  # photos that were posted before, and those of Robin among them
MEMBERS = 36  # beside the first three


@pytest.fixture
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    options = Options(**{**{name: getattr(FAST, name) for name in FAST.__dataclass_fields__}, "members": MEMBERS})
    with open_team(tmp_path_factory.mktemp("data"), options=options, is_painted=True) as opened:
        yield opened


class Visit:
    """A member at the page."""

    def __init__(self, browser: Browser, team: Team, user: str, channel: str) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="UTC")
        self.page.set_default_timeout(60_000)
        self.page.goto(f"{team.slack.url}/?user={user}")
        self.go(channel)

    def go(self, name: str) -> None:
        navigation = self.page.get_by_role("navigation", name="Workspace")
        navigation.get_by_role("button", name=re.compile(rf"^{name}\b")).first.click()

    def go_to_the_bot(self) -> None:
        messages = self.page.get_by_role("tab", name="Messages")
        for _ in range(5):  # a busy page may lose a click
            self.go("Facesearch")
            with suppress(AssertionError):
                expect(messages).to_be_visible(timeout=10_000)
                break
        messages.click()

    def say(self, text: str) -> None:
        composer = self.page.locator(".main .composer-input")
        composer.fill(text)
        composer.press("Enter")

    def said(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.locator(".main .message").filter(has_text=text).last

    def asks(self, text: str, answer: str | re.Pattern[str]) -> Locator:
        """What is answered to a command, once it says that."""
        self.say(text)
        found = self.said(answer)
        expect(found).to_be_visible()
        return found

    def picture(self, name: str) -> None:
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=f"{folder}/{name}.png")


def _visit(browser: Browser, team: Team, user: str, channel: str = "photos") -> Visit:
    expect.set_options(timeout=60_000)
    return Visit(browser, team, user, channel)


@pytest.fixture
def robin(browser: Browser, team: Team) -> Iterator[Visit]:
    visit = _visit(browser, team, seed.ADMIN)
    yield visit
    visit.page.close()


@pytest.fixture
def sasha(browser: Browser, team: Team) -> Iterator[Visit]:
    visit = _visit(browser, team, seed.SECOND)
    yield visit
    visit.page.close()


@pytest.fixture
def jules(browser: Browser, team: Team) -> Iterator[Visit]:
    """A member who is not in #photos."""
    team.member.do("command", channel=PHOTOS, command="/remove", text="@jules")
    visit = _visit(browser, team, seed.THIRD, "general")
    yield visit
    visit.page.close()


def _photo(number: int, *faces: int) -> tuple[str, bytes]:
    """A small photo, a file of its own."""
    return f"IMG_{number}.png", painted.picture(*faces, side=60 + number % 40) + b"\0" * (number // 40)


def _post(member: Member, number: int, *faces: int) -> str:
    return member.post(PHOTOS, "", files=[member.upload(*_photo(number, *faces))["id"]])


def _enrol(team: Team, name: str, member: str, face: int) -> None:
    given = [GivenPhoto("a.png", lambda: painted.picture(face, side=200))]
    assert team.workspace.enrolment.enroll(Request(name, Actor(member), member=member), given).person


@pytest.mark.timeout(500)
def test_three_members_and_the_photos_of_one(
    robin: Visit, sasha: Visit, jules: Visit, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "QUIET", timedelta(seconds=3))
    other = team.slack.member(seed.SECOND)
    _enrol(team, "Robin", seed.ADMIN, ROBIN)
    team.workspace.preferences.set_auto("off", channel=PHOTOS, actor="test")
    posted = [_post(other, number, ROBIN if number < THEIRS else STRANGER) for number in range(HISTORY)]
    team.workspace.preferences.set_auto("on", channel=PHOTOS, actor="test")

    # A yes, and what was posted before is looked at while others post.
    robin.asks("/facesearch photos", "Shall I keep which photos show you?").get_by_role(
        "button", name="Look back too"
    ).click()
    expect(robin.said("From now on I keep which photos show you")).to_be_visible()
    meanwhile = [_post(other, HISTORY + number, ROBIN) for number in range(3)]
    robin.go_to_the_bot()
    expect(robin.said("I have looked back over")).to_be_visible()
    told = team.hears("I have looked back over", channel="D0ROBINAPP")
    assert re.search(r"1[12]\d photos looked at", shown(told))
    n = THEIRS + len(meanwhile)
    kept = team.workspace.records.appearances
    person = team.workspace.people.get("Robin")
    eventually(lambda: kept.count_of(person.user_id) == n or None, f"{n} photos kept", within=60)
    assert all(len(team.thread(ts, 2)) >= 2 for ts in meanwhile), "live photos are answered meanwhile"
    assert not any(team.member.messages(PHOTOS, thread_ts=ts)[1:] for ts in posted[:3]), "nothing is posted there"

    # The sheet, the next one, and all of it as a zip.
    robin.go("photos")
    found = robin.asks("/facesearch photos", f"{n} photos of you")
    expect(found.get_by_role("img", name=re.compile("photos of you"))).to_be_visible()
    expect(found).to_contain_text(f"1–12 of {n}")
    robin.picture("sheet")
    found.get_by_role("button", name="More").click()
    expect(robin.said(f"13–24 of {n}")).to_be_visible()
    robin.said(f"13–24 of {n}").get_by_role("button", name="Download").click()
    robin.go_to_the_bot()
    expect(robin.said(f"Here are {n} photos, as they were posted")).to_be_visible()
    robin.picture("download")
    with robin.page.expect_download() as downloading:
        robin.page.locator(".main a.file-card").last.click()
    entries = _entries(Path(downloading.value.path()))
    assert len(entries) == n
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d photos \d+\.png", name) for name in entries)
    assert sorted(entries.values()) == sorted(
        _photo(number, ROBIN)[1] for number in (*range(THEIRS), *range(HISTORY, HISTORY + 3))
    )

    # Shared with one, asked by another, and by somebody who is not in the channel.
    robin.go("photos")
    robin.asks(f"/facesearch photos share <@{seed.SECOND}>", "can ask for photos of you")
    sasha.asks("/facesearch photos robin", f"{n} photos of Robin")
    jules.asks("/facesearch photos robin", "Robin shares no photos with you")
    robin.asks("/facesearch photos share everyone", "All members can ask for photos of you")
    jules.asks("/facesearch photos robin", "0 photos of Robin")
    expect(jules.said("0 photos of Robin").get_by_role("img", name=re.compile("photos of"))).to_have_count(0)

    # Told of a new one; what is deleted is in no answer, and the download that has it goes.
    robin.asks("/facesearch tell me on", "I tell you in our direct messages")
    new = _post(other, HISTORY + 3, ROBIN)
    robin.go_to_the_bot()
    expect(robin.said("1 new photo of you")).to_be_visible()
    robin.go("photos")
    robin.asks("/facesearch photos", f"{n + 1} photos of you")
    other.do("delete", channel=PHOTOS, ts=new)
    other.do("delete", channel=PHOTOS, ts=posted[0])
    eventually(lambda: kept.count_of(person.user_id) == n - 1 or None, "both are gone", within=30)
    robin.asks("/facesearch photos latest 3", "3 photos of you")
    sasha.asks("/facesearch photos robin", f"{n - 1} photos of Robin")
    robin.go_to_the_bot()
    expect(robin.page.locator(".main a.file-card")).to_have_count(0)

    # Erased, with a receipt.
    robin.go("photos")
    robin.asks("/facesearch forget me", "Erase").get_by_role("button", name="Erase").click()
    robin.page.get_by_role("dialog").get_by_role("button", name="Erase").click()
    expect(robin.said(f"So is the album, which had {n - 1} photos")).to_be_visible()
    robin.picture("receipt")
    sasha.asks("/facesearch photos robin", re.compile("I know nobody called"))
    assert kept.channels() == frozenset()


def _entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as unpacked:
        return {name: unpacked.read(name) for name in unpacked.namelist()}


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_twelve_are_invited_and_say_yes_no_and_nothing(browser: Browser, robin: Visit, team: Team) -> None:
    everyone = [seed.SECOND, seed.THIRD, *(f"U0MEMBER{n:03}" for n in range(1, 11))]
    robin.say("/facesearch invite " + " ".join(f"<@{each}>" for each in everyone))
    robin.go_to_the_bot()
    progress = robin.said("You invited 12 members")
    expect(progress).to_contain_text("no answer yet: 12")
    for number, member in enumerate(everyone[:8]):
        _answers(browser if number in {0, 4} else None, team, member, yes=number < 4, face=number)
    expect(progress).to_contain_text("yes: 4")
    expect(progress).to_contain_text("no: 4")
    expect(progress).to_contain_text("no answer yet: 4")
    robin.picture("invited")
    known = {person.member for person in team.workspace.people.all()}
    assert set(everyone[:4]) <= known
    assert not set(everyone[4:]) & known


def _answers(browser: Browser | None, team: Team, user: str, *, yes: bool, face: int) -> None:
    """An invited member says yes, with a photo on their profile, or no: in the page, or beside it."""
    member = team.slack.member(user)
    if yes:
        picture = painted.picture(face, side=150)
        member.do("profile_photo", file=member.upload("me.png", picture)["id"])
    if browser is None:
        _click(member, invitations.PROFILE if yes else invitations.NO)
        return
    visit = _visit(browser, team, user, "general")
    visit.go_to_the_bot()
    question = visit.said("would like me to know you")
    question.get_by_role("button", name="Use my profile photo" if yes else "No").click()
    expect(visit.said(re.compile("I know you as|You said no"))).to_be_visible()
    visit.page.close()


def _click(member: Member, action_id: str) -> None:
    channel = next(each["id"] for each in member.get("boot")["channels"] if each["is_im"])
    (asked,) = (each for each in member.messages(channel) if action_id in str(each.get("blocks")))
    (block,) = (each for each in asked["blocks"] if each["type"] == "actions")
    container = {"type": "message", "channel": channel, "ts": asked["ts"]}
    action = {"block_id": block["block_id"], "action_id": action_id, "type": "button", "value": "me"}
    member.do("action", container=container, action=action, state={"values": {}})


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_forty_people_come_in_a_zip(robin: Visit, team: Team) -> None:
    members = [f"@Member Number {n}" for n in range(1, MEMBERS + 1)]
    outside = {"Barack": 9, "Joe": 10, "Eileen": 11, "Nobody Special": 7}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for number, who in enumerate(members):
            made.writestr(f"team/{who}/1.png", painted.picture(5, side=60 + number))
        for who, face in outside.items():
            made.writestr(f"team/{who}/1.png", painted.picture(face, side=120))
    zipped = {"name": "team.zip", "mimeType": "application/zip", "buffer": buffer.getvalue()}
    robin.page.locator(".main input[type=file]").set_input_files(zipped)  # type: ignore[arg-type]
    expect(robin.page.locator(".main .tray-done")).to_have_count(1)
    robin.say("enroll team")
    posted = robin.page.locator(".main .message").filter(has_text="enroll team").last
    posted.get_by_role("button", name=re.compile("1 reply")).click()
    thread = robin.page.get_by_role("region", name="Thread")
    expect(thread).to_contain_text("40 people in the zip, with 40 photos")
    thread.get_by_role("button", name="Enrol them").click()
    form = robin.page.get_by_role("dialog")
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Enrol", exact=True).click()
    expect(thread).to_contain_text(re.compile(r"\d+ of 40 people asked, 4 known now"))
    robin.picture("team")
    names = {person.name for person in team.workspace.people.all()}
    assert outside.keys() <= names
