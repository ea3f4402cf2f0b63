"""Albums in Slack: kept after a yes, shown to whom they are shared with, and gone with what is deleted."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playground_kit import Member
from small_slack import OneStep
from team import PHOTOS, Json, Photo, Team, element_of, eventually, shown

from handlers.album import answering, gone, taking, telling
from handlers.lookback import looking
from handlers.slack import Leaf, Past, Visitors
from handlers.slack.archive import Archive
from handlers.views import album, changes
from handlers.views import lookback as lookback_views
from handlers.views.photos import corrections
from playground.state import File, seed
from services.people.enrolling.enrolment import Request
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor
from services.pictures import Box
from services.pictures.drawing import Cell, contact_sheet
from services.records import Person, Source
from services.search import Candidate, Identification, Mode, Sighting

DIRECT = "D0ROBINAPP"

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]


@pytest.fixture
def robin(team: Team, photo: Photo) -> Person:
    """The member who talks to the bot, with Obama's face."""
    return _enrolled(team, photo, "Robin", seed.ADMIN, "obama.jpg", "obama2.jpg")


@pytest.fixture
def sasha(team: Team, photo: Photo) -> Person:
    return _enrolled(team, photo, "Sasha", seed.SECOND, "biden.jpg")


@pytest.fixture
def jules_out(team: Team) -> Iterator[Member]:
    """A member who is not in #photos, and until then has asked for nothing."""
    jules = team.slack.member(seed.THIRD)
    team.member.do("command", channel=PHOTOS, command="/remove", text="@jules")
    yield jules
    team.member.do("command", channel=PHOTOS, command="/invite", text="@jules")


def _enrolled(team: Team, photo: Photo, name: str, member: str, *photos: str) -> Person:
    given = [GivenPhoto(each, lambda each=each: photo(each)[1]) for each in photos]  # type: ignore[misc]
    result = team.workspace.enrolment.enroll(Request(name, Actor(member), member=member), given)
    assert result.person is not None
    return result.person


def _keep(team: Team, *people: Person) -> None:
    for person in people:
        team.workspace.album.keep(person, actor=Actor(person.member or ""))


def _posted(team: Team, photo: tuple[str, bytes], person: Person) -> str:
    """A photo, once it is kept that it shows somebody."""
    ts, kept = team.post("", photo), team.workspace.records.appearances
    eventually(lambda: ts in {each.source.ts for each, _ in kept.all_of(person.user_id)} or None, "a row", within=30)
    return ts


def _idle(team: Team) -> None:
    """Wait until no photo is worked on: what is kept is kept after the answer."""
    with ThreadPoolExecutor(1) as apart:  # DBOS refuses to be asked where a browser's event loop runs
        eventually(lambda: apart.submit(team.desk.jobs.waiting).result() == 0 or None, "no job", within=30)


def _files(team: Team) -> dict[str, File]:
    return team.slack.slack.workspaces[0].files


def _sheet(message: Json) -> str:
    return next(block["slack_file"]["id"] for block in message["blocks"] if block["type"] == "image")


def test_what_is_kept_is_said_before_and_only_then_it_is_found(
    team: Team, photo: Photo, pair: tuple[str, bytes], robin: Person, sasha: Person
) -> None:
    answered = team.thread(team.post("before", pair), 2)[-1]
    _idle(team)
    element_of(answered["blocks"], album.OFFER)
    offer = team.ask("photos")
    assert "No picture, and no numbers" in shown(offer)
    assert "365 days" in shown(offer)
    team.click(offer, album.KEEP)
    team.becomes(offer, "From now on I keep")
    ts = _posted(team, pair, robin)
    found = team.ask("photos")
    assert "1 photo of you" in shown(found)
    assert f"{PHOTOS}/p{ts.replace('.', '')}" in json.dumps(found["blocks"])
    assert "Sasha" not in shown(found), "who shares nothing is named to nobody"
    file = _files(team)[_sheet(found)]
    assert file.picture is not None
    assert file.shares == ()
    assert team.workspace.records.appearances.count_of(sasha.user_id) == 0


def test_others_see_what_is_shared_from_channels_that_they_are_in(
    team: Team, pair: tuple[str, bytes], robin: Person, sasha: Person, jules_out: Member
) -> None:
    _keep(team, robin, sasha)
    _posted(team, pair, robin)
    second = team.slack.member(seed.SECOND)
    assert "shares no photos with you" in shown(team.ask("photos robin", second))
    assert f"<@{seed.SECOND}>" in team.ask(f"photos share <@{seed.SECOND}>")["text"]
    assert "1 photo of Robin" in shown(team.ask("photos robin", second))
    assert "1 photo of Robin and you" in shown(team.ask("photos robin and me", second))
    assert "All members" in shown(team.ask("photos share everyone"))
    assert "0 photos of Robin" in shown(team.ask("photos robin", jules_out, channel=seed.GENERAL))
    assert "0 photos of Robin" in shown(team.ask("photos robin in #photos", jules_out, channel=seed.GENERAL))
    assert "for you alone" in shown(team.ask("photos share nobody"))
    assert "shares no photos with you" in shown(team.ask("photos robin", second))


def test_a_private_channel_that_somebody_is_not_in_is_none_to_them(team: Team, photo: Photo) -> None:
    jules, third = _enrolled(team, photo, "Jules", seed.THIRD, "biden.jpg"), team.slack.member(seed.THIRD)
    _keep(team, jules)
    for word in ("photos in", "lookback"):
        assert "I am in no channel called #back-office" in shown(team.ask(f"{word} #back-office", third))


def test_what_is_deleted_is_gone_from_every_answer_and_its_sheets_from_slack(
    team: Team, pair: tuple[str, bytes], robin: Person
) -> None:
    _keep(team, robin)
    ts = _posted(team, pair, robin)
    sheet = _sheet(team.ask("photos"))
    assert sheet in _files(team)
    team.member.do("delete", channel=PHOTOS, ts=ts)
    eventually(lambda: sheet not in _files(team) or None, "no sheet", within=20)
    assert "0 photos of you" in shown(team.ask("photos"))


def test_a_process_that_has_not_heard_that_the_bot_came_in_or_left_keeps_photos_by_what_slack_says_now(
    team: Team, robin: Person
) -> None:
    _keep(team, robin)
    unaware = replace(team.desk, visitors=Visitors(team.desk.client, team.workspace.records, team.desk.visitors.home))
    found = Identification(100, 100, Mode.USERS, 99, (Sighting(1, Box(1, 1, 2, 2), Candidate(robin, 99.5)),))

    visitors, begun = team.desk.visitors, datetime.now(UTC)

    def say(word: str) -> None:
        unaware.visitors.channels_of()  # as it was until now
        team.member.do("command", channel=PHOTOS, command=word, text="@facesearch")

    say("/remove")
    eventually(lambda: team.workspace.album.forgotten_since(PHOTOS, begun) or None, "that it has left", within=20)
    assert taking.keep(unaware, Source(PHOTOS, "1.000100", "F1"), found) == frozenset()
    say("/invite")
    eventually(lambda: PHOTOS in visitors.channels_of() or None, "that it is back", within=20)
    assert taking.keep(unaware, Source(PHOTOS, "2.000100", "F2"), found) == {robin.user_id}


def test_a_photo_that_is_taken_in_while_the_bot_leaves_is_not_kept(
    team: Team, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep(team, robin)
    found = Identification(100, 100, Mode.USERS, 99, (Sighting(1, Box(1, 1, 2, 2), Candidate(robin, 99.5)),))

    def left(*_: object) -> bool:
        gone.forget_channel(team.desk, PHOTOS)
        return True

    monkeypatch.setattr(taking, "_is_in", left)
    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(taking.keep, team.desk, Source(PHOTOS, "1.000100", "F1"), found).result() == frozenset()
    assert team.workspace.records.appearances.count_of(robin.user_id) == 0


def test_a_sheet_on_which_a_photo_was_drawn_that_went_meanwhile_is_shown_to_nobody(
    team: Team, pair: tuple[str, bytes], photo: Photo, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep(team, robin)
    _posted(team, photo("obama3.jpg"), robin)
    posted = _posted(team, pair, robin)
    _idle(team)
    drawn, before = [], set(_files(team))

    def late(cells: Sequence[Cell]) -> bytes:
        if not drawn:
            team.member.do("delete", channel=PHOTOS, ts=posted)
            kept = team.workspace.records.appearances
            eventually(lambda: kept.count_of(robin.user_id) == 1 or None, "one photo", within=20)
            _idle(team)  # nothing that is yet to come takes the sheet back
        drawn.append(len(cells))
        return contact_sheet(cells)

    monkeypatch.setattr(answering, "contact_sheet", late)
    found = team.ask("photos")
    assert (drawn, "1 photo of you" in shown(found)) == ([2, 1], True)
    assert set(_files(team)) - before == {_sheet(found)}


def test_of_a_channel_that_the_bot_has_left_nothing_is_kept(team: Team, pair: tuple[str, bytes], robin: Person) -> None:
    _keep(team, robin)
    _posted(team, pair, robin)
    team.member.do("command", channel=PHOTOS, command="/remove", text="@facesearch")
    kept = team.workspace.records.appearances
    eventually(lambda: kept.count_of(robin.user_id) == 0 or None, "nothing kept", within=20)
    team.member.do("command", channel=PHOTOS, command="/invite", text="@facesearch")


@pytest.fixture
def included(team: Team) -> Iterator[None]:
    """The channel is taken in again afterwards."""
    yield
    team.workspace.records.set_setting("excluded", None, PHOTOS)


@pytest.mark.usefixtures("included")
def test_of_a_channel_that_is_left_out_the_days_sweep_takes_what_is_kept(
    team: Team, pair: tuple[str, bytes], robin: Person
) -> None:
    _keep(team, robin)
    _posted(team, pair, robin)
    sheet = _sheet(team.ask("photos"))
    team.workspace.roles.set_excluded(PHOTOS, excluded=True, actor=Actor(seed.ADMIN, admin=True))
    team.sweep(datetime.now(UTC))
    assert team.workspace.records.appearances.count_of(robin.user_id) == 0
    assert sheet not in _files(team)


@pytest.mark.usefixtures("included")
@pytest.mark.parametrize("by", ["a command", "a click"])
def test_of_a_channel_that_is_left_out_again_nothing_is_kept(
    team: Team, pair: tuple[str, bytes], robin: Person, by: str
) -> None:
    _keep(team, robin)
    team.ask("exclude")
    included = team.ask("include")
    _posted(team, pair, robin)
    if by == "a command":
        team.ask("undo")
    else:
        team.click(included, changes.UNDO)
        eventually(lambda: team.workspace.roles.excluded(PHOTOS) or None, "that it is left out", within=20)
    kept = team.workspace.records.appearances
    eventually(lambda: kept.count_of(robin.user_id) == 0 or None, "nothing kept", within=5)


def test_a_corrected_face_is_in_nobodys_album(team: Team, photo: Photo, robin: Person, sasha: Person) -> None:
    _keep(team, robin)
    ts = _posted(team, photo("obama3.jpg"), robin)
    answered = team.thread(ts, 2)[-1]
    _, menu = element_of(answered["blocks"], corrections.NOT)
    team.click(answered, corrections.NOT, selected_option=menu["options"][0])
    form = team.opens()
    team.member.do("view_submit", view_id=form["id"], state={"values": {}})
    eventually(lambda: team.workspace.records.appearances.count_of(robin.user_id) == 0 or None, "no row", within=30)


def test_photos_that_are_answered_together_are_kept_one_by_one(
    team: Team, photo: Photo, pair: tuple[str, bytes], robin: Person
) -> None:
    _keep(team, robin)
    ts = team.post("", pair, photo("obama3.jpg"), photo("biden.jpg"), pair)
    kept = team.workspace.records.appearances
    eventually(lambda: kept.count_of(robin.user_id) == 3 or None, "three rows", within=60)
    assert {each.source.ts for each, _ in kept.all_of(robin.user_id)} == {ts}


def test_off_erases_at_once_and_says_how_many(team: Team, pair: tuple[str, bytes], robin: Person) -> None:
    _keep(team, robin)
    _posted(team, pair, robin)
    sheet = _sheet(team.ask("photos"))
    assert "1." in shown(team.ask("photos off"))
    assert sheet not in _files(team)
    assert team.workspace.records.appearances.count_of(robin.user_id) == 0
    assert "Shall I keep" in shown(team.ask("photos"))


def test_looking_back_finds_what_was_posted_before_says_so_in_one_message_and_nothing_in_the_channel(
    team: Team, photo: Photo, pair: tuple[str, bytes], robin: Person
) -> None:
    shown_in = [team.post("", each) for each in (pair, photo("obama3.jpg"), photo("biden.jpg"))]
    threads = [len(team.thread(ts, 2)) for ts in shown_in]
    in_thread = team.post("", pair, thread_ts=shown_in[2])
    team.thread(shown_in[2], 5)
    _idle(team)
    offer = team.ask("photos")
    team.click(offer, album.KEEP_AND_LOOK_BACK)
    told = team.hears("I have looked back over", channel=DIRECT)
    assert "photos looked at; in " in shown(told)
    seen = team.workspace.records.appearances.all_of(robin.user_id)
    assert {each.source.ts for each, _ in seen} >= {*shown_in[:2], in_thread}
    assert [len(team.thread(ts, 2)) for ts in shown_in[:2]] == threads[:2]
    assert team.workspace.records.look_backs.all() == ()
    team.ask("lookback")
    told = team.hears("0 photos looked at", channel=DIRECT)
    assert "I have looked back" in shown(team.becomes(told, "I have looked back", channel=DIRECT))


@pytest.mark.parametrize("which", [0, 1], ids=["the first", "the second"])
def test_a_corrected_face_does_not_come_back_by_another_message_with_its_file(
    team: Team, photo: Photo, robin: Person, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    _keep(team, robin)
    ts = _posted(team, photo("obama3.jpg"), robin)
    _idle(team)
    kept = team.workspace.records.appearances
    ((seen, _),) = kept.all_of(robin.user_id)
    sources = seen.source, replace(seen.source, ts=f"{float(ts) + 1:.6f}")
    kept.remove_channel(PHOTOS)
    team.workspace.album.look_anew(PHOTOS)
    team.workspace.records.denials.add(sources[which], 1, robin.user_id)
    monkeypatch.setattr(Archive, "leaf", lambda *_, **__: Leaf((Past(seen.source.file_id, ""),), ""))
    monkeypatch.setattr(Archive, "messages_of", lambda *_: sources)
    team.ask("lookback")
    look_backs = team.workspace.records.look_backs
    eventually(lambda: look_backs.all() == () or None, "its end", within=30)
    assert kept.count_of(robin.user_id) == 0


def test_a_look_back_is_stopped_between_two_photos_and_goes_on(
    team: Team, photo: Photo, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep(team, robin)
    team.workspace.album.look_anew(PHOTOS)
    for _ in range(3):
        _posted(team, photo("obama3.jpg"), robin)
    team.workspace.records.appearances.remove_channel(PHOTOS)
    team.workspace.album.look_anew(PHOTOS)
    look = looking.Work.look

    def slowly(work: looking.Work, past: Past) -> object:
        time.sleep(1)
        return look(work, past)

    monkeypatch.setattr(looking.Work, "look", slowly)
    assert "I look back" in shown(team.ask("lookback"))
    said = team.hears("Looking back over", channel=DIRECT)
    team.click(said, lookback_views.STOP, channel=DIRECT)
    team.becomes(said, "Looking back is stopped", channel=DIRECT)
    _idle(team)
    before = team.workspace.records.appearances.count_of(robin.user_id)
    stopped = team.becomes(said, "Looking back is stopped", channel=DIRECT)
    monkeypatch.undo()
    team.click(stopped, lookback_views.GO_ON, channel=DIRECT)
    team.becomes(said, "I have looked back", channel=DIRECT)
    assert before < team.workspace.records.appearances.count_of(robin.user_id) >= 3


def test_new_photos_are_told_of_in_one_message_when_the_burst_is_over_and_the_member_is_not_in_peace(
    team: Team, pair: tuple[str, bytes], photo: Photo, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "QUIET", timedelta(seconds=8))
    _keep(team, robin)
    assert "I tell you in our direct messages" in shown(team.ask("tell me on"))
    _posted(team, pair, robin)  # by themselves, so they know
    sasha = team.slack.member(seed.SECOND)
    for each in (pair, photo("obama3.jpg")):
        sasha.post(PHOTOS, "", files=[sasha.upload(*each)["id"]])
    told = team.hears("new photos of you", channel=DIRECT)
    assert shown(told).startswith("2 new photos of you in ")
    team.member.do("quiet", minutes=0.4)
    begun = time.monotonic()
    sasha.post(PHOTOS, "", files=[sasha.upload(*pair)["id"]])
    team.hears("1 new photo of you", channel=DIRECT)
    assert time.monotonic() - begun > 20, "it was told in their peace"
    team.click(told, album.STOP_TELLING, channel=DIRECT)
    team.hears("I do not tell you of new photos", channel=DIRECT)


def test_a_photo_that_is_kept_while_somebody_is_told_of_others_is_told_of_later(
    team: Team, pair: tuple[str, bytes], photo: Photo, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep(team, robin)
    team.workspace.album.tell(robin, on=True, actor=Actor(seed.ADMIN))
    kept = team.workspace.records.appearances
    _posted(team, photo("obama3.jpg"), robin)
    _posted(team, pair, robin)
    (first, second) = (each.source for each, _ in kept.all_of(robin.user_id))
    kept.owe(robin.user_id, first)
    channels_of = Visitors.channels_of

    def meanwhile(visitors: Visitors, user: str = "") -> frozenset[str]:
        kept.owe(robin.user_id, second)
        return channels_of(visitors, user)

    step: Any = OneStep()
    monkeypatch.setattr(telling, "_later", lambda *_: None)
    monkeypatch.setattr(Visitors, "channels_of", meanwhile)
    telling._tell(team.desk, {"person": robin.user_id, "user": seed.ADMIN, "again": 0}, step)
    assert [source for source, _ in kept.owed(robin.user_id)] == [second]


def test_the_home_shows_the_newest_shares_them_and_turns_it_off(
    team: Team, pair: tuple[str, bytes], robin: Person
) -> None:
    view = _open(team, "Shall I keep which photos show you?")
    _click(team, view, album.HOME_KEEP)
    _published(team, "I keep 0 photos")
    _posted(team, pair, robin)
    view = _open(team, "I keep 1 photo that shows you")
    sheet = _sheet(view)
    assert _sheet(_open(team, "I keep 1 photo")) == sheet, "the same is not drawn anew"
    _click(team, view, album.HOME_SHARE)
    view = _published(team, "All members can ask for photos of you")
    team.member.news.clear()
    _click(team, view, album.END)
    _published(team, "Shall I keep which photos show you?")
    assert sheet not in _files(team)


def _open(team: Team, text: str) -> Json:
    """The member's App Home, opened, once it has that text."""
    team.member.news.clear()
    team.member.do("open_home")
    return _published(team, text)


def _published(team: Team, text: str) -> Json:
    def published() -> Json | None:
        views: list[Json] = [news["view"] for news in team.member.news if news["type"] == "home"]
        return views[-1] if views and text in shown(views[-1]) else None

    return eventually(published, f"a Home with {text!r}", within=20)


def _click(team: Team, view: Json, action_id: str) -> None:
    block_id, element = element_of(view["blocks"], action_id)
    action = {"block_id": block_id, "action_id": action_id, "type": element["type"], "value": element["value"]}
    team.member.do("action", container={"type": "view", "view_id": view["id"]}, action=action, state={"values": {}})
