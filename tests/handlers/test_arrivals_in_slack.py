"""What arrives as Slack really sends it: stubs, forwards, broadcasts, files that are no photos, and deletions."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from shapes import mutated
from team import PHOTOS, Json, Photo, Team, eventually, shown

from handlers import Desk
from handlers.slack.slack import Slack
from handlers.views.photos import corrections
from playground.state import seed
from services.search import Identification, Search

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]

BOT = f"<@{seed.BOT_USER}>"
UNKNOWN = "0 of 1 face recognised"


@pytest.fixture
def faults(team: Team) -> Iterator[Callable[..., None]]:
    """Sets the playground's faults; they end with the test."""
    yield lambda **rates: team.member.do("faults", rates=rates, seed=1)
    team.member.do("faults", rates={})


@pytest.fixture
def auto_off(team: Team) -> Iterator[None]:
    team.workspace.preferences.set_auto("off", channel=PHOTOS, actor="test")
    yield
    team.workspace.preferences.set_auto("on", channel=PHOTOS, actor="test")


def _top_level(team: Team) -> list[str]:
    return [shown(each) for each in team.member.messages(PHOTOS) if each["user"] == seed.BOT_USER]


def _file_of(team: Team, ts: str) -> str:
    message = next(each for each in team.member.messages(PHOTOS) if each["ts"] == ts)
    found: str = message["files"][0]["id"]
    return found


def _done(team: Team, ts: str) -> None:
    """Wait until a message shows no more that it is worked on."""

    def idle() -> bool:
        found = next((each for each in team.member.messages(PHOTOS) if each["ts"] == ts), None)
        return found is None or [each["name"] for each in found.get("reactions", ())] != ["eyes"]

    eventually(idle, "nothing works on it", within=20)


# Stubs, forwards, broadcasts


def test_a_stub_of_slack_connect_is_asked_about_and_answered(team: Team, photo: Photo, faults: Any) -> None:
    faults(stub=1.0)
    assert UNKNOWN in shown(team.thread(team.post("who?", photo("biden.jpg")), 2)[1])
    enrolled = team.enrol("joe", photo("biden.jpg"))
    assert "Joe: 1 of 1 photo added" in shown(team.thread(enrolled, 1)[0])


def test_a_stub_of_no_photo_gets_a_sentence_only_where_it_is_asked_about(team: Team, faults: Any) -> None:
    faults(stub=1.0)
    quiet = team.member.do("document", channel=PHOTOS, kind="canvas", title="Plan")["ts"]
    told = team.member.do("document", channel=PHOTOS, kind="canvas", title="Plan", text=f"{BOT} who?")["ts"]
    assert "Plan is a document of Slack's own" in shown(team.thread(told, 1)[0])
    (message,) = team.member.messages(PHOTOS, thread_ts=quiet)
    assert not message.get("reactions")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("canvas", "a document of Slack's own"),
        ("snippet", "is a snippet of text"),
        ("external", "is kept outside Slack"),
    ],
)
def test_what_is_no_upload_gets_a_sentence_in_direct_messages(team: Team, kind: str, sentence: str) -> None:
    direct = next(c["id"] for c in team.member.get("boot")["channels"] if c["is_im"])
    ts = team.member.do("document", channel=direct, kind=kind, title="Plan")["ts"]
    assert sentence in shown(team.thread(ts, 1, channel=direct)[0])


def test_enrolling_with_what_is_no_photo_says_so(team: Team) -> None:
    ts = team.member.do("document", channel=PHOTOS, kind="external", title="Joe", text="enroll joe")["ts"]
    assert "Joe is kept outside Slack" in shown(team.thread(ts, 1)[0])
    assert team.workspace.people.all() == ()


def test_the_shortcut_says_why_there_is_no_photo(team: Team) -> None:
    ts = team.member.do("document", channel=PHOTOS, kind="snippet", title="notes")["ts"]
    team.member.do("shortcut", channel=PHOTOS, ts=ts, callback_id="who_is_in_this")
    team.hears("notes is a snippet of text")


def test_a_forwarded_photo_is_answered_in_the_thread_of_who_forwards_it(team: Team, photo: Photo) -> None:
    ts = team.post("who?", photo("biden.jpg"))
    team.thread(ts, 2)
    to = team.member.do("forward", channel=PHOTOS, ts=ts, to=PHOTOS, text="look")["ts"]
    assert UNKNOWN in shown(team.thread(to, 2)[1])


def test_a_photo_forwarded_from_where_the_bot_is_not_gets_a_sentence_when_asked_about(team: Team, photo: Photo) -> None:
    assert seed.BOT_USER not in team.slack.slack.workspaces[0].conversations[seed.RANDOM].members
    ts = team.post("secret", photo("biden.jpg"), channel=seed.RANDOM)
    quiet = team.member.do("forward", channel=seed.RANDOM, ts=ts, to=PHOTOS, text="look")["ts"]
    asked = team.member.do("forward", channel=seed.RANDOM, ts=ts, to=PHOTOS, text=f"{BOT} who is this?")["ts"]
    assert "I am not in the channel where it was posted" in shown(team.thread(asked, 1)[0])
    assert len(team.member.messages(PHOTOS, thread_ts=quiet)) == 1


def test_a_reply_that_is_also_sent_to_the_channel_is_answered_in_its_thread(team: Team, photo: Photo) -> None:
    root = team.post("the offsite")
    team.post("", photo("biden.jpg"), thread_ts=root, broadcast="yes")
    assert UNKNOWN in shown(team.thread(root, 3)[2])


# Files that are not ready


@pytest.mark.parametrize("fault", ["unready", "early"])
def test_a_file_that_slack_is_not_ready_with_is_waited_for(team: Team, photo: Photo, faults: Any, fault: str) -> None:
    faults(**{fault: 1.0})
    assert UNKNOWN in shown(team.thread(team.post("who?", photo("biden.jpg")), 2)[1])


# Who posts


def test_another_apps_photo_is_left_alone_also_where_only_slacks_list_of_users_tells(team: Team, photo: Photo) -> None:
    before, file_id = _top_level(team), team.member.upload(*photo("biden.jpg"))["id"]
    ts = team.member.post(PHOTOS, "", files=[file_id])
    team.thread(ts, 2)
    answers = len(team.member.messages(PHOTOS, thread_ts=ts))
    message = {"type": "message", "subtype": "file_share", "channel": PHOTOS, "text": "", "files": [{"id": file_id}]}
    users = team.slack.slack.workspaces[0].users
    users["U0OTHERAPP"] = users[seed.BOT_USER].__class__("U0OTHERAPP", "o", "Other", "Other", "000000", is_bot=True)
    for poster in ({}, {"user": "U1", "app_id": "A2"}, {"bot_profile": {"id": "B2"}}, {"user": "U0OTHERAPP"}):
        assert team.deliver(message | {"ts": f"{uuid.uuid4().int % 10**9}.1"} | poster) == 200
    sure = team.post("who?", photo("biden.jpg"))
    team.thread(sure, 2)
    assert len(team.member.messages(PHOTOS, thread_ts=ts)) == answers
    assert _top_level(team) == before


def test_what_nobody_listens_to_is_acknowledged(team: Team) -> None:
    assert team.deliver({"type": "something_new", "user": "U1"}) == 200
    assert team.deliver({"no": "type"}) == 200
    assert team.deliver({"type": "message"}) == 200
    assert team.deliver({"type": "user_change", "user": "U1"}) == 200


_BOLTS_OWN = {"user", "bot_id", "channel", "team"}  # Bolt itself reads these, and takes them for what Slack says


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutated())
def test_whatever_shape_an_event_has_it_is_acknowledged(
    team: Team, monkeypatch: pytest.MonkeyPatch, event: Json
) -> None:
    monkeypatch.setattr(Desk, "submit", lambda *_, **__: None)
    event = {key: value for key, value in event.items() if key not in _BOLTS_OWN or isinstance(value, str)}
    for key in ("message", "previous_message"):
        if isinstance(event.get(key), dict) and not isinstance(event[key].get("user", ""), str):
            del event[key]["user"]
    assert team.deliver(event) == 200


# Deleted while it is answered


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], Event]:
    """Has something happen while a photo is looked at, once, and tells when it has."""

    def happens(what: Callable[[], None]) -> Event:
        identify, left, happened = Search.identify, [what], Event()

        def slowly(self: Search, *arguments: Any, **more: Any) -> Identification:
            found = identify(self, *arguments, **more)
            if left:
                left.pop()()
                happened.set()
            return found

        monkeypatch.setattr(Search, "identify", slowly)
        return happened

    return happens


def _posted(team: Team) -> str:
    """The newest photo of the member in the channel."""
    return str([each for each in team.member.messages(PHOTOS) if each.get("files")][-1]["ts"])


def _nothing_more(team: Team, photo: Photo, before: list[str]) -> None:
    """Another photo is answered as ever, and nothing else has been said in the channel."""
    team.thread(team.post("and this?", photo("biden.jpg")), 2)
    assert _top_level(team) == before


def test_a_photo_that_is_deleted_while_it_is_answered_is_not_published_again(
    team: Team, photo: Photo, meanwhile: Any
) -> None:
    before = _top_level(team)
    deleted = meanwhile(lambda: team.member.do("delete", channel=PHOTOS, ts=_posted(team)))
    team.post("who?", photo("biden.jpg"))
    assert deleted.wait(60)
    _nothing_more(team, photo, before)


def test_nor_is_it_where_no_event_says_that_it_is_deleted(team: Team, photo: Photo, meanwhile: Any) -> None:
    before, workspace = _top_level(team), team.slack.slack.workspaces[0]

    def silently() -> None:
        workspace.take(workspace.message(PHOTOS, _posted(team)))

    deleted = meanwhile(silently)
    team.post("who?", photo("biden.jpg"))
    assert deleted.wait(60)
    _nothing_more(team, photo, before)


@pytest.mark.usefixtures("auto_off")
def test_who_asks_alone_about_a_photo_that_is_deleted_meanwhile_hears_that_it_is(
    team: Team, photo: Photo, meanwhile: Any
) -> None:
    ts = team.post("who?", photo("biden.jpg"))
    deleted = meanwhile(lambda: team.member.do("delete", channel=PHOTOS, ts=ts))
    team.member.do("shortcut", channel=PHOTOS, ts=ts, callback_id="who_is_in_this")
    assert deleted.wait(60)
    team.hears("The photo is deleted")
    assert not any(UNKNOWN in text for text in _top_level(team))


@pytest.mark.parametrize("nth", [1, 2], ids=["before the picture", "before the list"])
def test_what_lands_in_the_channel_all_the_same_is_taken_back_at_once(
    team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    before, workspace = _top_level(team), team.slack.slack.workspaces[0]
    require, asked = Slack.require_standing, []

    def and_then_deleted(self: Slack, place: Any) -> None:
        require(self, place)
        asked.append(place)
        if len(asked) == nth:
            for reply in workspace.replies(PHOTOS, place.thread_ts):
                workspace.take(reply)  # the picture, so that no thread is left
            workspace.take(workspace.message(PHOTOS, place.thread_ts))

    monkeypatch.setattr(Slack, "require_standing", and_then_deleted)
    team.post("who?", photo("biden.jpg"))
    eventually(lambda: len(asked) >= nth, "it is about to be said", within=20)
    eventually(lambda: _top_level(team) == before, "nothing of it stays", within=20)
    monkeypatch.undo()
    _nothing_more(team, photo, before)


def test_a_file_that_is_deleted_while_it_is_answered_takes_only_its_own_answer_along(
    team: Team, photo: Photo, meanwhile: Any
) -> None:
    def delete_first() -> None:
        ts = _posted(team)
        team.member.do("remove_file", channel=PHOTOS, ts=ts, file=_file_of(team, ts), delete=True)

    meanwhile(delete_first)
    ts = team.post("who?", photo("biden.jpg"), photo("obama.jpg"))
    answers = [shown(each) for each in team.thread(ts, 2)]
    _done(team, ts)
    assert [text for text in answers if "Photo 1 of 2" in text] == []
    assert len(team.thread(ts, 2)) == 2


# Deleted afterwards


def _only_tombstone(team: Team, ts: str) -> None:
    def gone() -> bool:
        found = [each for each in team.member.messages(PHOTOS) if each["ts"] == ts]
        return not found or len(team.member.messages(PHOTOS, thread_ts=ts)) == 1

    eventually(gone, "the answers went with the photo", within=20)


def test_with_a_deleted_message_its_answers_go(team: Team, photo: Photo) -> None:
    ts = team.post("who?", photo("biden.jpg"))
    picture = team.thread(ts, 2)[0]["files"][0]["id"]
    team.click(team.thread(ts, 2)[1], corrections.COMPARE)
    team.thread(ts, 4)
    team.member.do("delete", channel=PHOTOS, ts=ts)
    _only_tombstone(team, ts)
    eventually(lambda: not team.slack.api("files.info", file=picture)["ok"], "the picture is deleted", within=10)
    eventually(lambda: team.workspace.records.answers.about(PHOTOS, ts) == (), "nothing is recorded any more")


def test_with_a_deleted_message_go_answers_from_before_its_channel_got_another_id(team: Team, photo: Photo) -> None:
    ts, answers = team.post("who?", photo("biden.jpg")), team.workspace.records.answers
    team.thread(ts, 2)
    _done(team, ts)
    for each in answers.about(PHOTOS, ts):  # as if they had been said when the channel had its other id
        answers.drop(each)
        answers.keep(replace(each, channel="C0BEFORE", source=replace(each.source, channel="C0BEFORE")))
    team.deliver({"type": "channel_id_changed", "old_channel_id": "C0BEFORE", "new_channel_id": PHOTOS})
    eventually(lambda: len(answers.about(PHOTOS, ts)) == 2, "they are known under the new id", within=20)
    team.member.do("delete", channel=PHOTOS, ts=ts)
    _only_tombstone(team, ts)


@pytest.mark.parametrize("delete", [True, False], ids=["a deleted file", "an edit"])
def test_with_one_of_two_photos_goes_its_answer_only(team: Team, photo: Photo, delete: bool) -> None:
    ts = team.post("who?", photo("biden.jpg"), photo("obama.jpg"))
    team.thread(ts, 4)
    team.member.do("remove_file", channel=PHOTOS, ts=ts, file=_file_of(team, ts), delete=delete)
    eventually(lambda: len(team.member.messages(PHOTOS, thread_ts=ts)) == 3, "two of four answers went", within=20)
    assert [shown(each) for each in team.thread(ts, 2) if "Photo 1 of 2" in shown(each)] == []


def test_an_enrolment_goes_with_its_message_but_nobody_is_forgotten(team: Team, photo: Photo) -> None:
    ts = team.enrol("joe", photo("biden.jpg"))
    team.thread(ts, 1)
    team.member.do("delete", channel=PHOTOS, ts=ts)
    _only_tombstone(team, ts)
    assert team.workspace.people.get("joe").faces == 1


# Removed by somebody whom it concerns


def _remove(team: Team, user: str, message: Json) -> None:
    block = message["blocks"][-1]
    button = next(each for each in block["elements"] if each["action_id"] == corrections.REMOVE)
    action = {"block_id": block["block_id"], "action_id": button["action_id"], "type": "button"}
    container = {"type": "message", "channel": PHOTOS, "ts": message["ts"]}
    team.slack.member(user).do("action", container=container, action=action, state={"values": {}})


def test_who_posted_the_photo_removes_the_answer_and_who_is_not_concerned_does_not(team: Team, photo: Photo) -> None:
    poster, other = team.slack.member(seed.SECOND), team.slack.member(seed.THIRD)
    ts = poster.post(PHOTOS, "who?", files=[poster.upload(*photo("biden.jpg"))["id"]])
    answer = team.thread(ts, 2)[1]
    _remove(team, seed.THIRD, answer)
    eventually(
        lambda: any("Only whoever posted the photo" in shown(each) for each in other.messages(PHOTOS)),
        "they are told who may",
        within=20,
    )
    assert len(team.thread(ts, 2)) == 2
    _remove(team, seed.SECOND, answer)
    eventually(lambda: len(team.member.messages(PHOTOS, thread_ts=ts)) == 1, "the answer is removed", within=20)
    asked = team.post(f"{BOT} once more?", thread_ts=ts)
    assert asked
    assert UNKNOWN in shown(team.thread(ts, 3)[2])


def test_who_is_named_in_an_answer_removes_it(team: Team, photo: Photo) -> None:
    named = team.slack.member(seed.THIRD)
    team.thread(named.post(PHOTOS, "enroll me", files=[named.upload(*photo("biden.jpg"))["id"]]), 1)
    ts = team.post("who?", photo("biden.jpg"))
    answer = team.thread(ts, 2)[1]
    assert "Jules" in shown(answer)
    _remove(team, seed.THIRD, answer)
    eventually(lambda: len(team.member.messages(PHOTOS, thread_ts=ts)) == 1, "the answer is removed", within=20)


def test_its_own_message_says_that_a_picture_is_to_be_seen(
    team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt keeps what the bot has said itself from all listeners."""
    monkeypatch.setattr("handlers.slack.uploads._FIRST_LOOK", 120.0)
    monkeypatch.setattr("handlers.slack.uploads._READY_WITHIN", 240.0)
    ts = team.post("", photo("obama.jpg"))
    picture, answer = team.thread(ts, 2)
    assert picture["files"]
    assert UNKNOWN in shown(answer)
