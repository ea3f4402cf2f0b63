"""The playground refuses as Slack does: by size, for pictures, by what it is told, and what comes too late."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
from playground_kit import FAST, Json, RawApp, Running, Start, eventually, jpeg

from playground.state import seed

PHOTOS = seed.PHOTOS


@pytest.fixture
def slack(start: Start) -> Running:
    return start(FAST)


def _picture(slack: Running) -> str:
    """The id of a file that was shared nowhere, once it is processed."""
    answer = slack.api("files.getUploadURLExternal", filename="a.jpg", length=10)

    requests.post(answer["upload_url"], data=jpeg(), timeout=60)
    slack.api("files.completeUploadExternal", files=[{"id": answer["file_id"]}])
    eventually(lambda: slack.api("files.info", file=answer["file_id"])["file"].get("mimetype"), "it is processed")
    return str(answer["file_id"])


def _response_url(slack: Running) -> str:
    """Where the app answers a command."""
    app = slack.app()
    slack.member().do("command", channel=PHOTOS, command="/greet", text="")
    payloads = iter(app.take, None)
    return str(next(payload["response_url"] for payload in payloads if "response_url" in payload))


def _image(file_id: str) -> list[Json]:
    return [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "a picture"}]


def _modal(file_id: str) -> Json:
    return {"type": "modal", "title": {"type": "plain_text", "text": "A"}, "blocks": _image(file_id)}


def test_pictures_are_shown_as_the_setting_says(slack: Running) -> None:
    file_id, workspace = _picture(slack), slack.slack.workspaces[0]
    home = _modal(file_id) | {"type": "home"}
    del home["title"]
    assert slack.api("chat.postMessage", channel=PHOTOS, text="a", blocks=_image(file_id))["ok"]
    for setting in ("shared", "none"):
        workspace.pictures = setting
        refused = slack.api("chat.postMessage", channel=PHOTOS, text="a", blocks=_image(file_id))
        assert refused["error"] == "invalid_blocks"
        assert "invalid slack file" in refused["errors"][0]
        refused = slack.api("views.publish", user_id=seed.ADMIN, view=home)
        assert refused["error"] == "invalid_arguments"
        assert "invalid slack file" in refused["response_metadata"]["messages"][0]
    shared = slack.member().upload("b.jpg", jpeg())["id"]
    slack.member().post(PHOTOS, "look", files=[shared])
    workspace.pictures = "shared"
    assert slack.api("chat.postMessage", channel=PHOTOS, text="a", blocks=_image(shared))["ok"]


def test_a_response_url_refuses_a_picture_with_404(slack: Running) -> None:

    slack.slack.workspaces[0].pictures = "none"
    url = _response_url(slack)
    answer = requests.post(url, json={"text": "a", "blocks": _image(_picture(slack))}, timeout=60)
    assert answer.status_code == 404
    assert answer.json()["error"] == "invalid_blocks"


def test_what_is_told_to_be_refused_is_refused(slack: Running) -> None:
    member = slack.member()
    member.do("refusals", codes={"chat.postMessage": "is_archived"}, channel=PHOTOS)
    assert slack.api("chat.postMessage", channel=PHOTOS, text="a")["error"] == "is_archived"
    assert slack.api("chat.postMessage", channel=seed.GENERAL, text="a")["ok"]
    assert member.do("refusals", codes={})["called"] == {"chat.postMessage": 1}
    assert slack.api("chat.postMessage", channel=PHOTOS, text="a")["ok"]


def test_blocks_of_a_message_are_limited_together_but_not_in_a_response(slack: Running) -> None:

    blocks: list[Any] = [{"type": "section", "text": {"type": "plain_text", "text": "n" * 2900}}] * 4
    assert slack.api("chat.postMessage", channel=PHOTOS, text="a", blocks=blocks)["error"] == "msg_blocks_too_long"
    assert slack.api("chat.postMessage", channel=PHOTOS, text="a", blocks=blocks[:3])["ok"]
    url = _response_url(slack)
    assert requests.post(url, json={"text": "a", "blocks": blocks}, timeout=60).text == "ok"


def test_a_trigger_ages_while_calls_are_on_their_way(start: Start) -> None:
    slack = start(replace(FAST, call_latency=0.1, trigger_lifetime=0.5))
    app = slack.app()
    slack.member().do("command", channel=PHOTOS, command="/greet", text="")
    trigger = app.take()["trigger_id"]
    for _ in range(5):
        slack.api("auth.test")
    view = {"type": "modal", "title": {"type": "plain_text", "text": "A"}, "blocks": []}
    assert slack.api("views.open", trigger_id=trigger, view=view)["error"] == "expired_trigger_id"


SELECT: Json = {"type": "external_select", "action_id": "city", "min_query_length": 2}


@pytest.fixture
def asking(slack: Running) -> Iterator[tuple[Running, Json]]:
    """A message with a select, and how the page asks for its choices."""
    blocks = [{"type": "actions", "block_id": "b", "elements": [SELECT]}]
    ts = slack.api("chat.postMessage", channel=PHOTOS, text="a", blocks=blocks)["ts"]
    container = {"type": "message", "channel": PHOTOS, "ts": ts}
    yield slack, {"container": container, "block_id": "b", "action_id": "city"}


def _question(app: RawApp) -> Json:
    """The envelope that asks for choices, not acknowledged yet."""
    while (envelope := app.receive())["payload"].get("type") != "block_suggestion":
        app.ack(envelope)
    return envelope


def test_the_app_is_asked_for_choices_and_only_those_can_be_made(asking: tuple[Running, Json]) -> None:

    slack, asked = asking
    app, member = slack.app(), slack.member()
    assert member.do("suggest", **asked, value="b")["status"] == 400, "too little is typed"
    answers: list[Json] = []
    thread = threading.Thread(target=lambda: answers.append(member.do("suggest", **asked, value="be")))
    thread.start()
    envelope = _question(app)
    payload = envelope["payload"]
    assert (payload["type"], payload["block_id"], payload["action_id"], payload["value"]) == (
        "block_suggestion", "b", "city", "be",
    )  # fmt: skip
    assert payload["message"]["ts"] == asked["container"]["ts"]
    assert "trigger_id" not in payload
    option = {"text": {"type": "plain_text", "text": "Berlin"}, "value": "ber"}
    app.ack(envelope, {"options": [option]})
    thread.join(5)
    assert answers[0]["options"] == [option]
    action = {"block_id": "b", "action_id": "city", "type": "external_select"}
    act = {"container": asked["container"], "state": {"values": {}}}
    chosen = {"value": "ber"}
    assert member.do("action", **act, action=action | {"selected_option": chosen})["ok"]
    assert (
        next(taken for taken in iter(app.take, None) if "actions" in taken)["actions"][0]["selected_option"] == option
    )
    refused = member.do("action", **act, action=action | {"selected_option": {"value": "cork"}})
    assert refused["error"] == "That choice is no longer offered."


@pytest.mark.parametrize("answer", [{}, {"options": "none"}, {"options": [{"text": "no object", "value": "x"}]}])
def test_choices_that_slack_does_not_take_are_none(asking: tuple[Running, Json], answer: Json) -> None:

    slack, asked = asking
    app, member = slack.app(), slack.member()
    answers: list[Json] = []
    thread = threading.Thread(target=lambda: answers.append(member.do("suggest", **asked, value="be")))
    thread.start()
    app.ack(_question(app), answer)
    thread.join(5)
    assert answers[0]["options"] == []
