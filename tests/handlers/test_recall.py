"""What was said is found again by an app that may read fifteen messages a minute, too."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playground_kit import FAST, Running, start_playground
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import SectionBlock
from small_slack import CHANNEL, DIRECT, PERSON, OneStep, Refusal, SmallSlack

from handlers.slack import Message, Place, Said, Slack, replies
from handlers.slack import slack as slack_module
from handlers.slack.client import JobClient, Wire, setback
from handlers.views import words
from services import texts
from services.records import Database, Records, Source, Standing, sqlite_url

PHOTOS = "C0PHOTOS01"
INTERVAL = 1.0


@pytest.fixture(scope="module")
def limited() -> Iterator[Running]:
    running = start_playground(replace(FAST, history_interval=INTERVAL))
    yield running
    running.close()


def _client(slack: Running) -> JobClient:
    return JobClient(lambda: slack.options.bot_token, f"{slack.url}/api/", Wire())


def test_a_long_thread_is_read_on_where_it_was_refused(limited: Running) -> None:
    ts = limited.member().post(PHOTOS, "look")
    slack, place = Slack(_client(limited)), Place(PHOTOS, ts)
    for number in range(40):
        said = slack.say(place, words.sentence(f"Number {number}."), mark=f"job:{number}")
    refused, deadline = 0, time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            assert slack.said(place, "job:39") == said
            break
        except SlackApiError as error:
            told = setback(error)
            assert told is not None
            assert told.wait >= 1
            assert not told.perhaps_done
            refused += 1
            time.sleep(told.wait)
    assert refused >= 2, "three pages, each but the first refused at once"
    assert refused <= 4, "no page is read again from the beginning"


def test_no_more_than_fifteen_are_handed_out_at_once(limited: Running) -> None:
    time.sleep(INTERVAL)
    answer = limited.api("conversations.history", channel=PHOTOS, limit=200)
    assert answer["error"] == "invalid_limit"
    time.sleep(INTERVAL)
    assert len(limited.api("conversations.history", channel=PHOTOS)["messages"]) <= 15
    assert limited.api("conversations.history", channel=PHOTOS)["error"] == "ratelimited"


def test_in_a_channel_the_newest_are_looked_at(limited: Running) -> None:
    slack, place = Slack(_client(limited)), Place(PHOTOS)
    said = slack.say(place, words.sentence("Hello."), mark="job:hello")
    time.sleep(INTERVAL)
    assert slack.said(place, "job:hello") == said


def test_ones_own_record_is_asked_before_the_conversation(tmp_path: Path) -> None:
    """It is written at once, so that it knows what a job has said which then came to nothing."""
    database = Database(sqlite_url(tmp_path / "records.sqlite"))
    client = SmallSlack()
    slack = Slack(client, answers=Records(database, "home").answers)
    place = Place(CHANNEL, "0000000000.000001", about=Source(CHANNEL, "0000000000.000001", "F0PHOTO"))
    said = slack.say(place, words.sentence("Hello."), mark="job:hello")
    assert slack.said(place, "job:hello") == said, "this Slack has no history at all"
    direct = slack.say(Place(DIRECT), words.sentence("For you."), mark="job:you")
    assert slack.said(Place(DIRECT), "job:you") == direct
    slack.withdraw(Standing(CHANNEL, said.ts, Source("", "")))
    with pytest.raises(AttributeError, match="conversations_replies"):
        slack.said(place, "job:hello")
    database.close()


class _Twice:
    """Two processes that are at the same job, since the one stood still for long: each with its own way to Slack."""

    def __init__(self, tmp_path: Path, client: WebClient) -> None:
        self.answers = Records(Database(sqlite_url(tmp_path / "records.sqlite")), "home").answers
        self._slacks = [Slack(client, answers=self.answers) for _ in range(2)]

    def say(self, place: Place, message: Message) -> list[Said]:
        """Both say it: the second has looked for it before the first said it."""
        step: Any = OneStep()
        return [replies.say(step, "say", each, place, message, user=PERSON) for each in self._slacks]


def test_who_says_after_a_standstill_what_others_have_said_takes_it_back(limited: Running, tmp_path: Path) -> None:
    member = limited.member()
    ts = member.post(PHOTOS, "look")
    place = Place(PHOTOS, ts, about=Source(PHOTOS, ts))
    twice = _Twice(tmp_path, _client(limited))
    said, again = twice.say(place, words.sentence("It is Alice."))
    assert said.ts == again.ts, "it goes on with what the others have said"
    time.sleep(INTERVAL)
    assert [each["text"] for each in member.messages(PHOTOS, thread_ts=ts)] == ["look", "It is Alice."]
    assert [each.posted for each in twice.answers.about(PHOTOS, ts)] == [said.ts]


def test_the_parts_of_what_was_said_twice_are_taken_back_too(tmp_path: Path) -> None:
    client = SmallSlack()
    place = Place(CHANNEL, "0000000000.000001", about=Source(CHANNEL, "0000000000.000001"))
    long = Message("Many.", [SectionBlock(text=f"Person {number}") for number in range(120)])
    _Twice(tmp_path, client).say(place, long)
    assert len(client.said(CHANNEL)) == 3
    assert client.said(CHANNEL)[0]["ts"] == "0000000001.000000"


def test_what_is_said_aside_is_said_once_as_well(tmp_path: Path) -> None:
    client = SmallSlack(Refusal("chat.postMessage", "not_in_channel", channel=CHANNEL))
    said, again = _Twice(tmp_path, client).say(Place(CHANNEL), words.sentence("It is Alice."))
    assert said == again
    assert [each["ts"] for each in client.said(DIRECT)] == [said.ts]


def test_what_slack_does_not_let_be_taken_back_at_once_is_taken_back_a_moment_later(tmp_path: Path) -> None:
    client = SmallSlack(Refusal("chat.delete", "ratelimited", times=2))
    said, again = _Twice(tmp_path, client).say(Place(CHANNEL), words.sentence("It is Alice."))
    assert said == again
    assert client.refused == 2
    assert [each["ts"] for each in client.said(CHANNEL)] == [said.ts]


def test_what_slack_never_lets_be_taken_back_says_nothing_any_more(tmp_path: Path) -> None:
    client = SmallSlack(Refusal("chat.delete", "cant_delete_message"))
    said, again = _Twice(tmp_path, client).say(Place(CHANNEL), words.sentence("It is Alice."))
    assert said == again
    assert [each["text"] for each in client.said(CHANNEL)] == ["It is Alice.", texts.ANSWER_REMOVED]


def test_what_could_not_be_taken_back_goes_with_its_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_module, "_TAKEN_BACK_WITHIN", 0.0)
    client = SmallSlack(Refusal("chat.delete", "ratelimited"))
    place = Place(CHANNEL, "0000000000.000001", about=Source(CHANNEL, "0000000000.000001"))
    twice = _Twice(tmp_path, client)
    twice.say(place, words.sentence("It is Alice."))
    standing = {each.posted for each in twice.answers.about(CHANNEL, "0000000000.000001")}
    assert standing == {each["ts"] for each in client.said(CHANNEL)}
    assert len(standing) == 2


def test_what_was_found_in_the_conversation_counts_from_then_on(limited: Running, tmp_path: Path) -> None:
    client, place = _client(limited), Place(PHOTOS)
    said = Slack(client).say(place, words.sentence("Hello."), mark="job:found")
    time.sleep(INTERVAL)
    database = Database(sqlite_url(tmp_path / "records.sqlite"))
    slack = Slack(client, answers=Records(database, "home").answers)
    assert slack.said(place, "job:found") == said
    assert slack.say(place, words.sentence("Hello."), mark="job:found").ts == said.ts, "who comes later takes it back"
    database.close()
