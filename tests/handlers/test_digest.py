"""`/facesearch auto digest`: photos of many messages become sheets in one thread a day, each photo once."""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from team import PHOTOS, Json, Photo, Team, eventually, shown
from test_downloads_killed import Journal

from handlers.photos import digest
from handlers.slack import Message
from handlers.views.photos import Seen, corrections
from playground.state import seed
from services.errors import Forbidden
from services.records import Digest, Source, WaitingPhoto

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]


@pytest.fixture(autouse=True)
def digested(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A digest that does not let one wait for minutes."""
    monkeypatch.setattr(digest, "_TOGETHER", 4.0)
    monkeypatch.setattr(digest, "_LATE", 0.2)
    assert "all photos of a day in one thread" in shown(team.ask("auto digest"))
    yield
    team.workspace.preferences.set_auto("on", channel=PHOTOS, actor="test")


def _begun(team: Team) -> list[Json]:
    return [each for each in team.member.messages(PHOTOS) if shown(each).startswith("Photos of ")]


def _thread(team: Team) -> list[Json]:
    """The messages of the one thread that the day has."""
    begun = _begun(team)
    assert len(begun) <= 1
    return [*begun, *team.member.messages(PHOTOS, thread_ts=begun[0]["ts"])[1:]] if begun else []


def _today() -> str:
    return datetime.now().astimezone().date().isoformat()


def _anew(team: Team) -> set[str]:
    """Has the next photos begin a thread of their own; the messages from which those before hang."""
    digests = team.workspace.records.digests
    digests.end(digests.begin(PHOTOS, _today(), "the tests before"))
    return {each["ts"] for each in _begun(team)}


def _counts(team: Team, photos: str, but: set[str]) -> Json:
    """The one message that a thread hangs from beside those, once it counts so many."""

    def found() -> Json | None:
        new = [each for each in _begun(team) if each["ts"] not in but]
        return next((each for each in new if f": {photos}." in shown(each)), None)

    return eventually(found, f"{photos} are counted", within=60)


def _replies(team: Team, head: Json) -> list[Json]:
    return team.member.messages(PHOTOS, thread_ts=head["ts"])[1:]


def _picture(kind: str) -> bytes:
    """One without a face, of a size that is no camera's."""
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(buffer, kind)
    return buffer.getvalue()


def test_photos_of_several_messages_are_sheets_in_one_thread_that_grows(
    team: Team, photo: Photo, pair: tuple[str, bytes]
) -> None:
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    sasha = team.slack.member(seed.SECOND)
    by_sasha = sasha.post(PHOTOS, "c", files=[sasha.upload(*photo("biden.jpg"))["id"]])
    posted = [team.post("a", photo("obama2.jpg")), team.post("b", pair), by_sasha]

    def listed(text: str) -> Json | None:
        return next((each for each in _thread(team) if text in shown(each)), None)

    eventually(lambda: listed("Photos of") and "3 photos" in shown(_thread(team)[0]), "three are counted", within=60)
    said = " ".join(shown(each) for each in _thread(team))
    assert "1 person recognised" in said
    looks = [entry.actor for entry in team.workspace.records.log.all() if entry.action == "identify"]
    assert sorted(looks[-3:]) == sorted([seed.ADMIN, seed.ADMIN, seed.SECOND])
    later = team.post("d", photo("obama3.jpg"))
    eventually(lambda: listed("Barack: 4"), "the fourth is on a sheet of its own", within=60)
    eventually(lambda: "4 photos" in shown(_thread(team)[0]), "four are counted", within=20)
    assert all(team.member.messages(PHOTOS, thread_ts=ts)[1:] == [] for ts in (*posted, later))
    team.member.do("delete", channel=PHOTOS, ts=later)
    eventually(lambda: listed("Barack: 4") is None, "what is deleted goes", within=30)


def test_a_mention_is_answered_at_once_all_the_same(team: Team, photo: Photo) -> None:
    ts = team.post(f"<@{seed.BOT_USER}> who?", photo("biden.jpg"))
    assert "0 of 1 face recognised" in " ".join(shown(each) for each in team.thread(ts, 2))


def test_a_photo_is_taken_once_and_known_until_it_is_old(team: Team) -> None:
    digests, now = team.workspace.records.digests, datetime.now(UTC)
    ts, day = f"{now.timestamp():.6f}", timedelta(days=1)
    one, late = WaitingPhoto(ts, "F1", "U1"), WaitingPhoto(ts, "F2", "U1")
    for _ in range(2):
        digests.wait("C9", one, batch="7")
    assert digests.take("C9", "7", "job") == digests.take("C9", "7", "job") == (one,)
    digests.wait("C9", one, batch="8")  # Slack delivers it again
    digests.wait("C9", late, batch="7")  # its storing took long
    assert (digests.take("C9", "8", "next"), digests.take("C9", "7", "last")) == ((), (late,))
    digests.purge(now - day)
    assert digests.take("C9", "7", "last") == (late,)
    digests.purge(now + day)
    assert digests.take("C9", "7", "last") == ()


def test_a_day_has_one_who_begins_it(team: Team) -> None:
    digests, today = team.workspace.records.digests, "2026-11-28"
    assert digests.begin("C9", today, "one") == digests.begin("C9", today, "two") == Digest("C9", today, "one", "", 0)
    assert (digests.add("C9", today, 12), digests.add("C9", today, 3)) == (1, 13)
    digests.end(Digest("C9", today, "another", "", 0))
    assert digests.of("C9", today) == Digest("C9", today, "one", "", 15)


def test_a_day_that_could_not_be_begun_is_begun_by_the_next_photos(
    team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = len(_anew(team))

    def refuse(_day: str, _photos: int) -> Message:
        raise Forbidden("This is no day to begin.")

    with monkeypatch.context() as patched:
        patched.setattr(digest.views, "digest", refuse)
        team.post("a", photo("biden.jpg"))
        team.hears("This is no day to begin.")
    team.post("b", photo("obama.jpg"))
    eventually(lambda: len(_begun(team)) == begun + 1, "the next photos begin the day", within=30)


@pytest.fixture
def refused(team: Team) -> Iterator[Callable[..., int]]:
    """Has Slack refuse changes of messages, with a code or no longer, and says how often it has by now."""

    def refuse(code: str = "") -> int:
        codes = {"chat.update": code} if code else {}
        return int(team.member.do("refusals", codes=codes, channel=PHOTOS)["called"].get("chat.update", 0))

    yield refuse
    refuse()


@pytest.mark.parametrize("code", ["edit_window_closed", pytest.param("ratelimited", marks=pytest.mark.thorough)])
def test_a_thread_keeps_the_message_it_hangs_from_though_slack_refuses_to_change_it_once(
    team: Team, photo: Photo, refused: Callable[..., int], code: str
) -> None:
    others = _anew(team)
    team.post("a", photo("obama.jpg"))
    head = _counts(team, "1 photo", others)
    before = refused(code)
    team.post("b", photo("biden.jpg"))
    eventually(lambda: refused(code) > before, "a refusal", within=30)
    refused()
    team.post("c", photo("obama2.jpg"))
    assert _counts(team, "3 photos", others)["ts"] == head["ts"]
    assert len(_begun(team)) == len(others) + 1


def test_an_answer_is_removed_alone_where_a_day_has_two_threads(team: Team, photo: Photo) -> None:
    answers, heads = team.workspace.records.answers, list[Json]()
    for name in ("obama.jpg", "biden.jpg"):
        others = _anew(team)
        team.post("a", photo(name))
        heads.append(_counts(team, "1 photo", others))
    first, second = heads
    for each in answers.about(PHOTOS, f"{first['ts']}/1"):  # as they were kept at first
        answers.keep(replace(each, source=Source(PHOTOS, f"{_today()}/1")))
    team.click(_replies(team, second)[-1], corrections.REMOVE)
    eventually(lambda: _replies(team, second) == [] or None, "the second is removed, with its sheet", within=30)
    assert len(_replies(team, first)) == 2
    team.click(_replies(team, first)[-1], corrections.REMOVE)
    eventually(lambda: _replies(team, first) == [] or None, "the first is removed, with its sheet", within=30)


def test_what_gets_no_answer_begins_no_thread_and_is_not_counted(
    team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, answer = list[list[Seen]](), digest.gathering.answer

    def looked(*given: Any, **more: Any) -> list[Seen]:
        looks.append(answer(*given, **more))
        return looks[-1]

    monkeypatch.setattr(digest.gathering, "answer", looked)
    others = _anew(team)
    time.sleep(4.0 - time.time() % 4.0)  # so that the photo is deleted before it is looked at
    team.post("the new page", ("page.png", _picture("PNG")), ("reaction.gif", _picture("GIF")))
    team.member.do("delete", channel=PHOTOS, ts=team.post("oops", photo("biden.jpg")))
    eventually(lambda: looks, "they are looked at", within=30)
    assert {each["ts"] for each in _begun(team)} == others
    team.post("the next page", ("page.png", _picture("PNG")), photo("biden.jpg"))
    head = _counts(team, "1 photo", others)
    assert "a face that I do not know: 1" in shown(_replies(team, head)[-1])
    assert looks[0] == []


def test_a_job_that_is_cut_short_after_each_of_its_steps_answers_once(team: Team, photo: Photo) -> None:
    digests, others = team.workspace.records.digests, _anew(team)
    team.workspace.preferences.set_auto("off", channel=PHOTOS, actor="test")
    given = [photo("obama.jpg"), ("page.png", _picture("PNG")), photo("biden.jpg")]
    files = [team.member.upload(name, data)["id"] for name, data in given]
    ts = team.member.post(PHOTOS, "", files=files)
    for file_id in files:
        digests.wait(PHOTOS, WaitingPhoto(ts, file_id, seed.ADMIN), batch="cut")
    journal, payload = Journal("digest:cut"), {"channel": PHOTOS, "batch": "cut"}
    runs = (journal.run(lambda step: digest._digest(team.desk, payload, step), at, is_done=True) for at in range(99))
    assert next((ended for ended in runs if ended), False)
    (head,) = (each for each in _begun(team) if each["ts"] not in others)
    sheet, listed = _replies(team, head)
    assert len(sheet["files"]) == 1
    assert "in 2 photos" in shown(listed)
    assert len(journal.kept) > 10
