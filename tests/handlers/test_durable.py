"""What is stored before Slack is told so, how answers are found again, and what is tried again."""

import pickle
import sqlite3

import pytest
from team import PHOTOS, Photo, Team, eventually, shown

from handlers.slack import Place, Slack
from handlers.slack.client import Refused, setback
from handlers.views import words
from handlers.views.enroll import Whom
from services.errors import Refusal, Unavailable
from services.jobs.jobs import Jobs

pytestmark = pytest.mark.usefixtures("nobody_known")


def _failing_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Storing fails the first time, as when the disk is full; the keys that were to be stored."""
    keys: list[str] = []
    submit = Jobs.submit

    def full(self: Jobs, name: str, key: str, *more: object, **options: object) -> None:
        keys.append(key)
        if len(keys) == 1:
            raise sqlite3.OperationalError("database or disk is full")
        submit(self, name, key, *more, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Jobs, "submit", full)
    return keys


def test_an_event_that_could_not_be_stored_is_delivered_again_and_answered_once(
    team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = _failing_once(monkeypatch)
    ts = team.post("look", photo("biden.jpg"))
    assert "0 of 1 face recognised" in shown(team.thread(ts, 2)[1])
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert len(team.thread(ts, 2)) == 2


def test_an_answer_is_found_again_by_its_mark(team: Team, photo: Photo) -> None:
    ts = team.post("look at this")
    slack, place = Slack(team.slack.client), Place(PHOTOS, ts)
    said = slack.say(place, words.sentence("Hello."), mark="identify:1:say")
    slack.say(place, words.sentence("Something else."), mark="identify:2:say")
    assert slack.said(place, "identify:1:say") == said
    assert slack.said(place, "identify:3:say") is None


def test_a_picture_is_found_again_by_the_name_slack_gave_it(team: Team, photo: Photo) -> None:
    ts = team.post("look at that")
    slack, place = Slack(team.slack.client), Place(PHOTOS, ts)
    picture = photo("biden.jpg")[1]
    upload = slack.uploads.expect(picture, name="a.jpg", alt="a face")
    assert slack.uploads.put_before(upload) is None
    assert slack.uploads.put(upload, picture, name="a.jpg", place=place) == upload.file_id
    assert slack.uploads.put_before(upload) == upload.file_id
    shared = eventually(lambda: team.member.messages(PHOTOS, thread_ts=ts)[1:], "the picture is in the thread")
    assert [file["id"] for message in shared for file in message["files"]] == [upload.file_id]


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (Refused("ratelimited", 429, 3.0), True),
        (Refused("internal_error", 500), True),
        (Refused("channel_not_found"), False),
        (TimeoutError(), True),
        (ConnectionResetError(), True),
        (Unavailable("Later."), True),
        (Refusal("Never."), False),
        (KeyError("a bug"), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error: Exception, passes: bool) -> None:
    assert (setback(error) is not None) is passes


def test_what_slack_asks_for_is_waited_for() -> None:
    told = setback(Refused("ratelimited", 429, 3.0))
    assert told is not None
    assert told.wait == 3.0
    assert not told.perhaps_done


def test_whom_a_job_of_release_1_0_0_enrols_is_read_by_the_name_it_was_kept_by() -> None:
    """Results of steps are pickled, with the names of their classes."""
    kept = (
        b"\x80\x04\x95:\x00\x00\x00\x00\x00\x00\x00\x8c\x15handlers.views.enroll\x94\x8c\x04Whom\x94\x93\x94)\x81\x94]\x94"
        b"(\x8c\x03Ada\x94\x8c\x02U1\x94\x8c\x02C1\x94eb."
    )
    assert pickle.loads(kept) == Whom("Ada", "U1", "C1")
