"""What was said is found again by an app that may read fifteen messages a minute, too."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playground_kit import FAST, Running, start_playground
from slack_sdk.errors import SlackApiError
from small_slack import CHANNEL, DIRECT, SmallSlack

from handlers.slack import Place, Slack
from handlers.slack.client import JobClient, Wire, setback
from handlers.views import words
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
