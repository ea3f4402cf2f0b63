"""An answer stands, and then others come to read its channel, or an admin excludes it: it is not made anew there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from playground_kit import FAST, Json, eventually
from team import PHOTOS, Photo, Team, element_of, open_team, shown

from engine.vision import Weights
from handlers.views.photos import corrections, gathered
from playground.state import seed
from services.people.roles import OPERATOR

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]

Close = Callable[[], None]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Iterator[Team]:
    with open_team(tmp_path_factory.mktemp("data"), options=replace(FAST, strangers=True), is_painted=True) as opened:
        yield opened


@pytest.fixture
def share(team: Team) -> Iterator[Close]:
    """Has another company read the channel, until the test is over."""

    def close() -> None:
        team.member.do("share", channel=PHOTOS)
        eventually(lambda: team.desk.silent(PHOTOS), "others read it", within=10)

    yield close
    team.member.do("share", channel=PHOTOS, on=False)
    eventually(lambda: not team.desk.silent(PHOTOS), "they are gone again", within=10)


@pytest.fixture
def exclude(team: Team) -> Iterator[Close]:
    yield lambda: _exclude(team, excluded=True)
    _exclude(team, excluded=False)


def _exclude(team: Team, *, excluded: bool) -> None:
    team.workspace.roles.set_excluded(PHOTOS, excluded=excluded, actor=OPERATOR)


@pytest.fixture
def close(request: pytest.FixtureRequest) -> Close:
    """Closes the channel in the way that the test is run with."""
    found: Close = request.getfixturevalue(request.param)
    return found


def _said(team: Team, ts: str) -> list[Json]:
    """What everybody sees in the thread, and anybody of another company too."""
    return [each for each in team.member.messages(PHOTOS, thread_ts=ts)[1:] if not each.get("ephemeral")]


def _answer(team: Team, ts: str, text: str) -> Json:
    return eventually(lambda: next((each for each in _said(team, ts) if text in shown(each)), None), text, within=30)


def _idle(team: Team) -> None:
    with ThreadPoolExecutor(1) as aside:  # in this thread a browser of other tests may have its loop, which DBOS minds
        eventually(lambda: aside.submit(team.desk.jobs.waiting).result() == 0, "no job waits", within=30)


def _ask_alone(team: Team, ts: str) -> Json:
    team.member.news.clear()
    team.member.do("shortcut", callback_id="who_is_in_this", channel=PHOTOS, ts=ts)
    message: Json = team.member.hears("ephemeral", within=30)["message"]
    return message


def _name(team: Team, message: Json, menu: str, name: str) -> None:
    """Say by the menu of an answer, as its first unknown face, who that is."""
    _, element = element_of(message["blocks"], menu)
    team.click(message, menu, selected_option=element["options"][0])
    team.name(team.opens(), name)


@pytest.mark.parametrize(
    ("names", "menu", "standing"),
    [
        (["biden.jpg"], corrections.WHO, "0 of 1 face recognised"),
        (["biden.jpg", "obama.jpg", "obama2.jpg", "obama3.jpg"], gathered.WHO, "recognised in 4 photos"),
    ],
    ids=["one photo", "many photos"],
)
def test_who_is_named_alone_is_not_shown_to_others_who_have_come(
    team: Team, photo: Photo, share: Close, names: list[str], menu: str, standing: str
) -> None:
    ts = team.post("who?", *(photo(name) for name in names))
    answer = _answer(team, ts, standing)
    if menu == gathered.WHO:
        team.click(answer, gathered.EACH)
        _answer(team, ts, f"Photo {len(names)}: ")
    _idle(team)
    before = _said(team, ts)
    share()
    _name(team, _ask_alone(team, ts), menu, "Joe")
    eventually(lambda: team.workspace.people.all(), "somebody is known", within=20)
    _idle(team)
    assert [person.name for person in team.workspace.people.all()] == ["Joe"]
    assert _said(team, ts) == before
    outsider = team.slack.member(seed.OUTSIDER)
    assert "Joe" not in "".join(shown(each) for each in outsider.messages(PHOTOS, thread_ts=ts))


@pytest.mark.parametrize("close", ["share", "exclude"], indirect=True)
def test_an_answer_to_many_goes_with_the_first_that_is_deleted_and_nobody_is_told(
    team: Team, photo: Photo, close: Close
) -> None:
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    photos = [photo(name) for name in ("obama2.jpg", "biden.jpg", "obama3.jpg", "astronaut.png")]
    files = [team.member.upload(*each)["id"] for each in photos]
    ts = team.member.post(PHOTOS, "the day", files=files)
    _answer(team, ts, "Barack: 1, 3")
    sheet = next(each for each in _said(team, ts) if each.get("files"))["files"][0]["id"]
    _idle(team)
    known = set(team.slack.slack.workspaces[0].files)
    close()
    said = [shown(each) for each in team.member.messages(PHOTOS) if each["ts"] != ts]
    team.member.do("remove_file", channel=PHOTOS, ts=ts, file=files[1], delete=True)
    eventually(lambda: _said(team, ts) == [], "all of it goes", within=30)
    _idle(team)
    assert sheet not in team.slack.slack.workspaces[0].files
    assert set(team.slack.slack.workspaces[0].files) < known, "and no new one is made"
    assert [shown(each) for each in team.member.messages(PHOTOS) if each["ts"] != ts] == said
