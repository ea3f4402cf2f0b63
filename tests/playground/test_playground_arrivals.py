"""As treacherous as Slack: deleted parents, stubs, files that are not ready, forwards, broadcasts, tombstones."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
from playground_kit import FAST, Json, Running, Start, eventually, jpeg

from playground.state import seed

GENERAL = seed.GENERAL
NOWHERE = "1700000000.000000"


def _faults(slack: Running, **rates: float) -> None:
    slack.member().do("faults", rates=rates, seed=1)


def _photo(slack: Running, **more: object) -> tuple[str, str]:
    """Post a photo; the message's ts, and the file's id."""
    member = slack.member()
    file_id = member.upload("team.jpg", jpeg())["id"]
    return member.post(GENERAL, "who?", files=[file_id], **more), file_id


def _info(slack: Running, file_id: str) -> Json:
    found: Json = slack.api("files.info", file=file_id)["file"]
    return found


def _download(slack: Running, file_id: str) -> requests.Response:
    token = {"Authorization": f"Bearer {slack.options.bot_token}"}
    return requests.get(_info(slack, file_id)["url_private_download"], headers=token, timeout=60)


def test_a_reply_to_what_is_deleted_lands_in_the_channel_and_only_its_thread_ts_tells(slack: Running) -> None:
    answer = slack.api("chat.postMessage", channel=GENERAL, text="Ann", thread_ts=NOWHERE)
    assert answer["ok"]
    assert "thread_ts" not in answer["message"]
    assert [each["text"] for each in slack.member().messages(GENERAL)] == ["Ann"]


def test_a_stricter_slack_refuses_it(start: Start) -> None:
    slack = start(replace(FAST, unthreads=False))
    answer = slack.api("chat.postMessage", channel=GENERAL, text="Ann", thread_ts=NOWHERE)
    assert answer["error"] == "thread_not_found"
    assert slack.api("chat.getPermalink", channel=GENERAL, message_ts=NOWHERE)["error"] == "message_not_found"


def test_the_parent_of_a_thread_is_not_deleted_but_changed_into_a_tombstone(slack: Running) -> None:
    app = slack.app()
    ts, _ = _photo(slack)
    slack.client.chat_postMessage(channel=GENERAL, text="Ann", thread_ts=ts)
    slack.member().do("delete", channel=GENERAL, ts=ts)
    event = app.event("message", subtype="message_changed")
    assert (event["message"]["subtype"], event["message"]["user"]) == ("tombstone", "USLACKBOT")
    assert event["previous_message"]["files"][0]["mimetype"] == "image/jpeg"
    assert slack.api("chat.getPermalink", channel=GENERAL, message_ts=ts)["ok"]


def test_stubs_name_files_by_their_ids_in_events_and_are_whole_elsewhere(slack: Running) -> None:
    app = slack.app()
    _faults(slack, stub=1.0)
    ts, file_id = _photo(slack)
    event = app.event("message", subtype="file_share")
    assert event["files"] == [
        {
            "id": file_id,
            "mode": "file_access",
            "file_access": "check_file_info",
            "created": 0,
            "timestamp": 0,
            "user": "",
        }
    ]
    assert _info(slack, file_id)["mimetype"] == "image/jpeg"
    history = slack.client.conversations_history(channel=GENERAL)["messages"]
    assert next(each for each in history if each["ts"] == ts)["files"][0]["mode"] == "hosted"


def test_a_file_that_is_not_looked_at_yet_has_no_type_and_a_page_in_its_place(slack: Running) -> None:
    app = slack.app()
    _faults(slack, unready=1.0)
    _, file_id = _photo(slack)
    assert app.event("message", subtype="file_share")["files"][0]["mimetype"] == ""
    page = _download(slack, file_id)
    assert (page.status_code, page.headers["content-type"][:9]) == (200, "text/html")
    eventually(lambda: _info(slack, file_id)["mimetype"] == "image/jpeg", "the file is known")
    assert _download(slack, file_id).headers["content-type"] == "image/jpeg"


def test_a_file_may_be_known_and_not_to_be_had_yet(slack: Running) -> None:
    app = slack.app()
    _faults(slack, early=1.0)
    _, file_id = _photo(slack)
    assert app.event("message", subtype="file_share")["files"][0]["mimetype"] == "image/jpeg"
    assert _download(slack, file_id).status_code == 404
    eventually(lambda: _download(slack, file_id).status_code == 200, "the file is served")


def test_a_forwarded_message_has_its_files_in_an_attachment(slack: Running) -> None:
    app, member = slack.app(), slack.member()
    ts, file_id = _photo(slack)
    app.event("message", subtype="file_share")
    to = member.do("forward", channel=GENERAL, ts=ts, to=GENERAL, text="look")["ts"]
    event = app.event("message", ts=to)
    assert "files" not in event
    assert "subtype" not in event
    (attachment,) = event["attachments"]
    assert (attachment["is_share"], attachment["ts"], attachment["files"][0]["id"]) == (True, ts, file_id)
    shown = next(each for each in member.messages(GENERAL) if each["ts"] == to)
    assert shown["attachments"][0]["files"][0]["thumb_url"]


def test_a_reply_that_is_also_sent_to_the_channel_says_so_and_names_its_root(slack: Running) -> None:
    app, member = slack.app(), slack.member()
    root = member.post(GENERAL, "the offsite")
    ts, file_id = _photo(slack, thread_ts=root, broadcast=True)
    event = app.event("message", subtype="thread_broadcast")
    assert (event["ts"], event["thread_ts"], event["root"]["ts"]) == (ts, root, root)
    assert event["files"][0]["id"] == file_id
    assert ts in [each["ts"] for each in member.messages(GENERAL)]


def test_a_file_is_taken_out_of_a_message_by_an_edit_and_out_of_slack_by_deleting_it(slack: Running) -> None:
    app, member = slack.app(), slack.member()
    ts, file_id = _photo(slack)
    member.do("remove_file", channel=GENERAL, ts=ts, file=file_id)
    edit = app.event("message", subtype="message_changed")
    assert "files" not in edit["message"]
    assert edit["message"]["edited"]["user"] == member.id
    assert edit["previous_message"]["files"][0]["id"] == file_id
    ts, file_id = _photo(slack)
    member.do("remove_file", channel=GENERAL, ts=ts, file=file_id, delete=True)
    tombstone = app.event("message", subtype="message_changed")
    assert tombstone["message"]["files"] == [{"id": file_id, "mode": "tombstone"}]
    assert tombstone["previous_message"]["files"][0]["mode"] == "hosted"


@pytest.mark.parametrize(("kind", "mode"), [("canvas", "quip"), ("snippet", "snippet"), ("external", "external")])
def test_what_is_posted_may_be_no_upload(slack: Running, kind: str, mode: str) -> None:
    app, member = slack.app(), slack.member()
    member.do("document", channel=GENERAL, kind=kind, title="Plan")
    file = app.event("message", subtype="file_share")["files"][0]
    assert (file["mode"], file["title"], file["is_external"]) == (mode, "Plan", kind == "external")
    assert ("url_private_download" in file) == (kind != "external")
    assert member.do("document", channel=GENERAL, kind="poem")["status"] == 400
