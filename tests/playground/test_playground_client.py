"""The page's protocol: what members see and may do, what is not theirs, and who is kept out."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import requests
from playground_kit import MANIFEST, Json, Running, Start, jpeg, manifest_without
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from engine.vision import Weights
from engine.vision.detection.detect import Detector
from playground.state import seed


def test_the_page_begins_with_everything(slack: Running) -> None:
    boot = slack.member(seed.SECOND).get("boot")
    assert boot["workspace"] == {"id": seed.TEAM.id, "name": "Playground"}
    assert (boot["me"]["id"], boot["me"]["is_admin"]) == (seed.SECOND, False)
    assert [user["id"] for user in boot["users"]] == [seed.ADMIN, seed.SECOND, seed.THIRD, seed.BOT_USER, "USLACKBOT"]
    channels = {channel["id"]: channel for channel in boot["channels"]}
    assert set(channels) == {seed.GENERAL, seed.PHOTOS, seed.TEAMROOM, seed.RANDOM, "D0SASHAAPP"}
    assert (channels[seed.GENERAL]["app_in_channel"], channels[seed.RANDOM]["app_in_channel"]) == (True, False)
    assert (channels["D0SASHAAPP"]["is_im"], channels["D0SASHAAPP"]["user"]) == (True, seed.BOT_USER)
    assert channels[seed.TEAMROOM]["is_private"] is True
    assert [each["command"] for each in boot["commands"]] == ["/greet", "/plain", "/invite", "/remove"]
    assert [(each["type"], each["callback_id"]) for each in boot["shortcuts"]] == [
        ("message", "look"),
        ("global", "do_it"),
    ]
    assert boot["app"]["bot_user_id"] == seed.BOT_USER
    assert (boot["app"]["home_tab"], boot["app"]["connected"]) == (True, False)
    for user in boot["users"]:
        drawn = requests.get(slack.url + user["avatar"], timeout=60)
        assert drawn.headers["content-type"] == "image/svg+xml"


def test_the_page_is_told_when_others_said_something_last_in_each_channel(slack: Running) -> None:
    robin, sasha = slack.member(), slack.member(seed.SECOND)
    ts = robin.post(seed.GENERAL, "news")
    robin.post(seed.GENERAL, "in a thread", thread_ts=ts)
    sasha.post(seed.GENERAL, "my own")
    latest = {each["id"]: each["latest"] for each in sasha.get("boot")["channels"]}
    assert (latest[seed.GENERAL], latest[seed.PHOTOS]) == (ts, "")


def test_the_page_of_nobody_in_particular_is_the_admins(slack: Running) -> None:
    assert requests.get(f"{slack.url}/client/boot?user=", timeout=60).json()["me"]["id"] == seed.ADMIN
    for nobody in ("U0NOBODY00", seed.BOT_USER):
        assert requests.get(f"{slack.url}/client/boot?user={nobody}", timeout=60).status_code == 403


def test_everyone_in_a_channel_hears_a_post(slack: Running) -> None:
    robin, sasha, jules = slack.member(), slack.member(seed.SECOND), slack.member(seed.THIRD)
    ts = robin.post(seed.TEAMROOM, "between us")
    heard = sasha.hears("message", channel=seed.TEAMROOM)["message"]
    assert (heard["ts"], heard["text"], heard["channel"]) == (ts, "between us", seed.TEAMROOM)
    robin.hears("message", channel=seed.TEAMROOM)
    robin.post(seed.GENERAL, "to all")
    jules.hears("message", channel=seed.GENERAL)
    assert all(news.get("channel") != seed.TEAMROOM for news in jules.news)


def test_replies_are_counted_on_the_page(slack: Running) -> None:
    robin = slack.member()
    parent = robin.post(seed.GENERAL, "one")
    reply = robin.post(seed.GENERAL, "two", thread_ts=parent)
    counted = robin.hears("message_changed", channel=seed.GENERAL)["message"]
    assert (counted["ts"], counted["reply_count"], counted["latest_reply"]) == (parent, 1, reply)
    assert [each["ts"] for each in robin.messages(seed.GENERAL)] == [parent]
    assert [each["ts"] for each in robin.messages(seed.GENERAL, thread_ts=parent)] == [parent, reply]
    assert robin.get("messages", channel=seed.GENERAL, thread_ts="1.000000")["status"] == 404


def test_a_photo_on_the_page(slack: Running) -> None:
    robin, sasha, jules = slack.member(), slack.member(seed.SECOND), slack.member(seed.THIRD)
    uploaded = robin.upload("group.jpg", jpeg(1600, 1200))
    assert uploaded["ok"] is True
    robin.post(seed.TEAMROOM, files=[uploaded["id"]])
    file = sasha.hears("message")["message"]["files"][0]
    assert (file["name"], file["original_w"], file["original_h"]) == ("group.jpg", 1600, 1200)
    for address in (file["url"], file["thumb_url"], file["large_url"]):
        answer = requests.get(slack.url + address, timeout=60)
        assert answer.headers["content-type"] == "image/jpeg"
        assert "sandbox" in answer.headers["content-security-policy"] or address != file["url"]
    bare = f"{slack.url}/client/file/{file['id']}"
    assert requests.get(f"{bare}?user={seed.SECOND}", timeout=60).ok
    assert requests.get(f"{bare}?user={seed.THIRD}", timeout=60).status_code == 404
    assert requests.get(bare, timeout=60).status_code == 404
    proof = file["url"].partition("proof=")[2]
    assert requests.get(f"{bare}?user={seed.THIRD}&proof={proof}", timeout=60).status_code == 404, "not made for Jules"
    assert requests.get(f"{bare}/99?user={seed.SECOND}", timeout=60).status_code == 404
    assert jules.id == seed.THIRD


def test_an_html_file_is_not_a_page_of_this_site(slack: Running) -> None:
    robin = slack.member()
    file = robin.upload("evil.html", b"<script>alert(1)</script>")
    answer = requests.get(slack.url + file["url"], timeout=60)
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_posts_that_are_not_made(slack: Running) -> None:
    robin, jules = slack.member(), slack.member(seed.THIRD)
    assert robin.do("post", channel=seed.GENERAL, text="  ")["error"] == "Write something, or add a photo."
    assert "40,000" in robin.do("post", channel=seed.GENERAL, text="x" * 40_001)["error"]
    assert jules.do("post", channel=seed.TEAMROOM, text="let me in")["status"] == 404
    assert jules.get("messages", channel=seed.TEAMROOM)["status"] == 404
    theirs = robin.upload("a.jpg", jpeg())["id"]
    assert jules.do("post", channel=seed.GENERAL, files=[theirs])["status"] == 400
    assert robin.do("post", channel=seed.GENERAL, files=["x"] * 11)["error"] == "A message takes at most 10 files."
    robin.post(seed.GENERAL, files=[theirs])
    assert robin.do("post", channel=seed.GENERAL, files=[theirs])["status"] == 400, "posted already"
    assert robin.do("post", channel=seed.GENERAL, text="x", thread_ts="1.000000")["status"] == 404


def test_an_app_takes_direct_messages_only_where_its_manifest_says_so(start: Start) -> None:
    document = manifest_without()
    del document["features"]["app_home"]["messages_tab_read_only_enabled"]
    robin = start(manifest=document).member()
    assert (
        robin.do("post", channel="D0ROBINAPP", text="hi")["error"]
        == "Sending messages to this app has been turned off."
    )
    assert MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def test_deleting_ones_own(slack: Running) -> None:
    robin, sasha = slack.member(), slack.member(seed.SECOND)
    mine, theirs = robin.post(seed.GENERAL, "mine"), sasha.post(seed.GENERAL, "hers")
    assert sasha.do("delete", channel=seed.GENERAL, ts=mine)["status"] == 403
    assert robin.do("delete", channel=seed.GENERAL, ts=theirs)["ok"] is True, "an admin may"
    sasha.hears("message_deleted", ts=theirs)
    assert robin.do("delete", channel=seed.GENERAL, ts=theirs)["status"] == 404
    ephemeral = str(slack.client.chat_postEphemeral(channel=seed.GENERAL, user=seed.SECOND, text="psst")["message_ts"])
    assert robin.do("delete", channel=seed.GENERAL, ts=ephemeral)["status"] == 404
    assert sasha.do("delete", channel=seed.GENERAL, ts=ephemeral)["ok"] is True
    assert [each["text"] for each in sasha.messages(seed.GENERAL)] == ["mine"]


def test_inviting_the_app(slack: Running) -> None:
    robin = slack.member()
    assert robin.do("command", channel=seed.RANDOM, command="/invite", text="@nobody")["status"] == 400
    assert robin.do("command", channel="D0ROBINAPP", command="/invite", text="@sasha")["status"] == 400
    robin.do("command", channel=seed.RANDOM, command="/invite", text="@tester")
    channel = robin.hears("channel")["channel"]
    assert (channel["id"], channel["app_in_channel"]) == (seed.RANDOM, True)
    assert slack.client.chat_postMessage(channel=seed.RANDOM, text="hello")["ok"]


def test_a_new_direct_message_is_announced(slack: Running) -> None:
    robin, sasha = slack.member(), slack.member(seed.SECOND)
    opened = robin.do("open_dm", **{"with": seed.SECOND})["channel"]
    assert (opened["is_im"], opened["user"]) == (True, seed.SECOND)
    assert robin.do("open_dm", **{"with": seed.SECOND})["channel"]["id"] == opened["id"]
    assert sasha.hears("channel")["channel"]["user"] == seed.ADMIN
    group = slack.client.conversations_open(users=[seed.ADMIN, seed.THIRD])["channel"]["id"]
    slack.client.chat_postMessage(channel=group, text="hello")
    assert robin.hears("message", channel=group)
    assert any(news["type"] == "channel" and news["channel"]["id"] == group for news in robin.news)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("text/plain", b"{}", 415),
        ("application/json", b'{"user": 7}', 403),
        ("application/json", json.dumps({"user": seed.ADMIN, "channel": [1]}).encode(), 400),
        ("application/json", json.dumps({"user": seed.ADMIN, "text": "x" * 2**20}).encode(), 413),
    ],
)
def test_what_the_page_would_never_send(shared: Running, kind: str, body: bytes, status: int) -> None:
    answer = requests.post(f"{shared.url}/client/post", data=body, headers={"Content-Type": kind}, timeout=60)
    assert (answer.status_code, answer.json()["ok"]) == (status, False)
    assert answer.json()["error"]


def test_unknown_addresses(shared: Running) -> None:
    assert requests.post(f"{shared.url}/client/dance", json={}, timeout=60).status_code == 404
    assert requests.get(f"{shared.url}/client/post", timeout=60).status_code == 404
    assert requests.post(f"{shared.url}/client/upload?user={seed.ADMIN}", data=b"x", timeout=60).status_code == 415
    nothing = requests.post(f"{shared.url}/client/upload?user={seed.ADMIN}", files={"other": b"x"}, timeout=60)
    assert nothing.status_code == 400


# The page's files, and who may ask for them


def test_the_page_is_served_with_its_policy(shared: Running) -> None:
    page = requests.get(shared.url, timeout=60)
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    script = requests.get(f"{shared.url}/js/main.js", timeout=60)
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["x-content-type-options"] == "nosniff"
    assert requests.get(f"{shared.url}/favicon.svg", timeout=60).headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path", ["nothing.html", "js", "../app.py", "..%2fapp.py", "%2e%2e/app.py", "js/../../app.py", "%00"]
)
def test_nothing_else_is_served(shared: Running, path: str) -> None:
    request = requests.Request("GET", f"{shared.url}/x").prepare()
    request.url = f"{shared.url}/{path}"
    with requests.Session() as session:
        assert session.send(request, timeout=60).status_code == 404


PATHS = ["/", "/client/boot", "/api/auth.test", "/js/main.js"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:3000"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_sites_are_kept_out(shared: Running, path: str, headers: dict[str, str]) -> None:
    assert requests.get(shared.url + path, headers=headers, timeout=60).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_this_site_and_programs_are_let_in(shared: Running, path: str) -> None:
    port = shared.url.rpartition(":")[2]
    for headers in ({}, {"Origin": shared.url}, {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}):
        assert requests.get(shared.url + path, headers=headers, timeout=60).status_code == 200


@pytest.mark.parametrize("path", [f"/client/ws?user={seed.ADMIN}", "/socket/link/?ticket=x"])
def test_streams_of_other_sites_are_kept_out(shared: Running, path: str) -> None:
    from websockets.typing import Origin

    url = shared.url.replace("http", "ws") + path
    with pytest.raises(InvalidStatus, match="403"), connect(url, origin=Origin("https://evil.example")):
        pass


def test_the_stream_is_for_members(shared: Running) -> None:
    with (
        pytest.raises(InvalidStatus, match="403"),
        connect(f"{shared.url.replace('http', 'ws')}/client/ws?user=U0NOBODY"),
    ):
        pass


# Samples


def test_samples_from_a_folder(tmp_path: Path, start: Start) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "face_10.jpeg").write_bytes(jpeg())
    (tmp_path / "notes.txt").write_text("not a photo")
    slack = start(samples=tmp_path)
    robin = slack.member()
    listed: list[Json] = robin.get("boot")["samples"]
    address = "/client/sample/face_10.jpeg"
    assert listed == [{"name": "face_10.jpeg", "label": "face 10", "url": address, "source": "people"}]
    assert robin.get("samples")["samples"] == listed
    assert requests.get(slack.url + address, timeout=60).content == jpeg()
    assert requests.get(slack.url + "/client/sample/notes.txt", timeout=60).status_code == 404


def test_samples_are_fetched_on_demand(slack: Running, photos: dict[str, Path], weights: Weights) -> None:
    robin = slack.member()
    assert robin.get("boot")["samples"] == []
    fetched = {each["name"]: each for each in robin.get("samples")["samples"]}
    people = [each["label"] for each in fetched.values()]
    assert sum("Obama" in label for label in people) >= 3
    assert all(each["source"] for each in fetched.values())
    assert requests.get(slack.url + fetched["obama.jpg"]["url"], timeout=60).content == photos["obama.jpg"].read_bytes()
    montage = requests.get(slack.url + fetched["three-people.jpg"]["url"], timeout=60).content
    group = robin.upload("group.jpg", montage)
    assert (group["original_w"], group["original_h"]) == (1536, 512)
    picture = cv2.imdecode(np.frombuffer(montage, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert len(Detector(weights).detect(np.asarray(picture, np.uint8))) == 3, "everybody's head is in it"
    assert len(robin.get("boot")["samples"]) == len(fetched)


def test_a_member_edits_their_own_message_and_nobody_else_s(slack: Running) -> None:
    app, robin, sasha = slack.app(), slack.member(), slack.member(seed.SECOND)
    ts = robin.post(seed.PHOTOS, "teh cat")
    robin.do("edit", channel=seed.PHOTOS, ts=ts, text=f"the cat & <@{seed.SECOND}>")
    changed = app.event("message", subtype="message_changed")
    assert changed["message"]["text"] == f"the cat &amp; <@{seed.SECOND}>"
    assert changed["message"]["edited"]["user"] == robin.id
    assert changed["previous_message"]["text"] == "teh cat"
    assert sasha.do("edit", channel=seed.PHOTOS, ts=ts, text="mine")["status"] == 403
    assert robin.do("edit", channel=seed.PHOTOS, ts=ts, text=" ")["status"] == 400
    bots = slack.client.chat_postMessage(channel=seed.PHOTOS, text="from the app")["ts"]
    assert robin.do("edit", channel=seed.PHOTOS, ts=bots, text="mine")["status"] == 403
