"""What was posted before is read page by page: by Slack's list of files, then by the messages, within its limits."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from handlers.slack import Leaf, Past
from handlers.slack.archive import Archive
from handlers.slack.client import Refused
from services.records import Source

ME, CHANNEL = "U0BOT", "C1"
SPAN = {"since": "", "before": "1700000000.000000"}


class _Answer(dict[str, Any]):
    @property
    def data(self) -> dict[str, Any]:
        return self


class _Slack:
    """Answers with what it is given, and remembers what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: dict[str, Any] = {}

    def __getattr__(self, method: str) -> Any:
        def call(**given: Any) -> _Answer:
            self.asked = given
            answer = self.answers[method]
            if isinstance(answer, Exception):
                raise answer
            return _Answer(answer)

        return call


def _leaf(slack: _Slack, cursor: str = "", since: str = "", **known: bool) -> Leaf:
    client: WebClient = slack  # type: ignore[assignment]
    return Archive(client, ME).leaf(CHANNEL, cursor, since=since, before=SPAN["before"], **known)


def _file(file_id: str, user: str = "U1", mimetype: str = "image/jpeg") -> dict[str, Any]:
    return {"id": file_id, "user": user, "mimetype": mimetype}


def test_the_list_of_files_comes_first_and_is_turned_page_by_page() -> None:
    paging = {"page": 1, "pages": 2, "total": 105}
    slack = _Slack(
        files_list={"files": [_file("F1"), _file("F2", ME), _file("F3", "U2", "video/mp4")], "paging": paging}
    )
    leaf = _leaf(slack, since="1600000000.000000")
    assert leaf == Leaf((Past("F1", "U1"),), "list:2", 105)
    assert slack.asked == {
        "channel": CHANNEL,
        "types": "images",
        "page": 1,
        "count": 100,
        "ts_from": "1600000000.000000",
        "ts_to": SPAN["before"],
    }
    slack.answers["files_list"]["paging"] = paging | {"page": 2}
    assert _leaf(slack, "list:2").following == "said:"


def _message(ts: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "subtype": "file_share", "user": "U1", "ts": ts, "files": [_file(f"F{ts}")], **more}


def test_then_the_messages_of_those_who_would_be_answered() -> None:
    said = [_message("1.1"), _message("1.2", bot_id="B1"), _message("1.3", user=ME), {"type": "message", "ts": "1.4"}]
    slack = _Slack(conversations_history={"messages": said, "response_metadata": {"next_cursor": ""}})
    assert _leaf(slack, "said:") == Leaf((Past("F1.1", "U1", "1.1"),), "")
    assert slack.asked["cursor"] is None


@pytest.mark.parametrize(("messages", "limited"), [(15, True), (200, False)])
def test_a_page_that_is_cut_short_says_that_slack_wants_a_minute(messages: int, limited: bool) -> None:
    said = [_message(f"{number}.0") for number in range(messages)]
    slack = _Slack(conversations_history={"messages": said, "response_metadata": {"next_cursor": "abc"}})
    leaf = _leaf(slack, "said:")
    assert (leaf.following, leaf.limited) == ("said:abc", limited)
    _leaf(slack, leaf.following)
    assert slack.asked["cursor"] == "abc"


def test_where_slack_refuses_to_give_so_many_fewer_are_asked_for_a_minute_later_and_from_then_on() -> None:
    slack = _Slack(conversations_history=Refused("invalid_limit"))
    assert _leaf(slack, "said:abc") == Leaf((), "said:abc", limited=True, few=True)
    with pytest.raises(Refused):
        _leaf(slack, "said:abc", few=True)
    slack.answers["conversations_history"] = {"messages": [], "response_metadata": {}}
    assert _leaf(slack, "said:abc", few=True) == Leaf((), "", limited=True, few=True)
    assert slack.asked["limit"] == 15


@pytest.mark.parametrize("slowly", [True, False])
def test_a_short_page_at_the_end_may_be_cut_short_where_others_were(slowly: bool) -> None:
    slack = _Slack(conversations_history={"messages": [_message("1.1")], "response_metadata": {}})
    assert _leaf(slack, "said:", slowly=slowly).limited is slowly


def test_in_which_messages_a_file_is_says_slack() -> None:
    shares = {"public": {CHANNEL: [{"ts": "1.1"}, {"ts": "2.2"}], "C2": [{"ts": "3.3"}]}, "private": {}}
    client: WebClient = _Slack(files_info={"file": {"id": "F1", "shares": shares}})  # type: ignore[assignment]
    assert Archive(client, ME).messages_of(CHANNEL, "F1") == (
        Source(CHANNEL, "1.1", "F1"),
        Source(CHANNEL, "2.2", "F1"),
    )


@pytest.mark.parametrize("answer", [{"file": {"id": "F1"}}, Refused("file_not_found")], ids=["untold", "gone"])
def test_where_slack_does_not_say_it_is_in_none(answer: Any) -> None:
    client: WebClient = _Slack(files_info=answer)  # type: ignore[assignment]
    assert Archive(client, ME).messages_of(CHANNEL, "F1") == ()


def test_what_may_pass_is_raised() -> None:
    client: WebClient = _Slack(files_info=Refused("ratelimited", 429, 30))  # type: ignore[assignment]
    with pytest.raises(Refused):
        Archive(client, ME).messages_of(CHANNEL, "F1")
