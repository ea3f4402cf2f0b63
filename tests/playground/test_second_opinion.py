"""The playground against `emulate`, a Slack Web API that others wrote: one script of calls, and the answers compared.

Errors must be the same, and every field that both answer with must be of the same type, and neither may leave out what
the other one gives, but for what `DIFFERENCES` lists, with why the playground is right. A line there that explains
nothing any more fails too.
"""

import json
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from re import fullmatch
from typing import NamedTuple
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
import yaml
from playground_kit import FAST, MANIFEST, Json, eventually, jpeg, start_playground
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from artifacts import cache_dir

PACKAGES = ("emulate@0.12.2", "node@24")
NODE, EMULATE = "node_modules/node/bin/node", "node_modules/emulate/dist/index.js"
INSTALL_TIME = 60  # s
BACK = "http://127.0.0.1/back"
SECRET = "a secret of these tests"
NOBODY, NOWHERE, NEVER = "U000NOBODY", "C00NOWHERE", "1000000000.000001"
PHOTO = jpeg(320, 240)


class Difference(NamedTuple):
    """Where the two may differ, by regular expression: `+` is what only the playground says, `-` what only emulate.

    `why` says why the playground is right; what is named there are pages of Slack's documentation.
    """

    calls: str
    fields: str
    why: str


DIFFERENCES = [
    # What it is allowed to do
    Difference("redeem a code with another secret", ". error: .*", "oauth.v2.access: bad_client_secret"),
    Difference(
        "who am I, with a wrong token", ". .*", "auth.test: invalid_auth; emulate takes any token for its admin"
    ),
    Difference("write before joining", ". .*", "chat:write.public: without it one writes only where one is a member"),
    Difference("download with a wrong one", ". (kind|whole): .*", "emulate takes any token for its admin"),
    Difference(
        "download without a token",
        ". (kind|status): .*",
        "Slack redirects to its login page, which answers 200; the bot must not take it for the file",
    ),
    # What is asked wrongly
    Difference(
        "a method that does not exist", ". .*", "Web API: unknown_method with 200; emulate has a 404 of its own"
    ),
    Difference("channels of a kind that does not exist", ". .*", "conversations.list: invalid_types"),
    Difference(
        "write blocks that are none", ". error: .*", "chat.postMessage: invalid_blocks_format for what is no JSON"
    ),
    Difference(
        "whisper to nobody", ". error: .*", "chat.postEphemeral: user_not_in_channel is its only error for users"
    ),
    Difference("upload of no bytes", ". .*", "files.getUploadURLExternal: missing_argument where the length is 0"),
    Difference(".*", r"\+ response_metadata\.messages: .*", "Web API: what is wrong with arguments is said in words"),
    # What an answer holds
    Difference("who am I", r"\+ is_enterprise_install: .*", "auth.test: always there"),
    Difference("who am I", r"- app_(id|name): .*", "auth.test: for app-level tokens only"),
    Difference("the team", r"\+ team\..*", "team.info: its example"),
    Difference("members", r"\+ cache_ts: .*", "users.list: its example"),
    Difference("a? ?member.*", r"\+ (user|members|(user\.|members\.)?profile)\..*", "user object"),
    Difference("channels.*|a channel.*|join.*", r"\+ channels?\..*", "conversation object"),
    Difference(
        "channels.*|a channel.*|join.*",
        r"- channels?\.(is_open|last_read): .*",
        "conversation object: a public channel is never open or closed; its examples have no last_read",
    ),
    Difference("join again", r"\+ (warning|response_metadata\.warnings): .*", "conversations.join: already_in_channel"),
    Difference("open a direct message", r"\+ (no_op|already_open): .*", "ours is there before it is opened"),
    Difference(
        ".*",
        r"\+ messages?\.((bot_id|app_id|team|bot_profile\..*): .*)",
        "message event: a bot's message says whose it is",
    ),
    Difference(".*", r"\+ messages?\.blocks\.(block_id|text\.verbatim): .*", "Block Kit: given where it was left out"),
    Difference(
        ".*",
        r"\+ messages?\.(thread_ts|parent_user_id|reply_.*|latest_reply|is_locked|subscribed): .*",
        "conversations.replies: a parent tells of its replies, and a reply of its parent",
    ),
    Difference(
        "(what was said|a thread.*)", r"\+ messages\.blocks.*", "rich text block: Slack makes one of an app's text"
    ),
    Difference("what was said", r"- messages\.metadata\..*", "conversations.history: with include_all_metadata only"),
    Difference("what was said", r"\+ messages\.subtype: .*", "channel_join: joining is a message of the channel"),
    Difference("what was said", r"\+ pin_count: .*", "conversations.history: its example"),
    Difference("a thread.*", r"\+ response_metadata\.next_cursor: .*", "conversations.replies: it is paginated"),
    Difference("reactions", r"\+ channel: .*", "reactions.get: its example"),
    Difference(".*", r"\+ (files?|messages\.files)\.(?!channels|groups|ims|shares).*", "file object"),
    Difference("a thread with a file", r"\+ messages\.display_as_bot: .*", "message event file_share: its example"),
    Difference(
        "a thread with a file",
        r"- messages\.files\.(channels|groups|ims|shares.*|comments_count|is_starred): .*",
        "a file in a message does not say where it is shared: files.info does",
    ),
    Difference(".*", r"- (files?|messages\.files)\.thread_ts: .*", "file object: it is a share that has a thread_ts"),
    Difference(
        "complete an upload", r"- files\.(channels|shares.*): .*", "Slack shares an upload some time after this answer"
    ),
    Difference("a file", r"- paging\..*", "files.info: it has a cursor"),
    Difference("a file", r"\+ response_metadata\.next_cursor: .*", "files.info: its example"),
]


class Script:
    """The calls, made of one Slack; `said` holds the answers by what was asked."""

    def __init__(self, url: str) -> None:
        self.said: dict[str, Json] = {}
        self._url = url
        self._client = self._with("")
        self._run()

    def _run(self) -> None:
        self._install()
        self._whoami()
        channel, user = self._people_and_places()
        self._messages(channel, user)
        self._files(channel)
        self._call("leave a channel", "conversations.leave", channel=channel)

    def _install(self) -> None:
        """OAuth, whose token all other calls are made with."""
        client = {"client_id": FAST.client_id, "client_secret": SECRET}
        code = self._consent()
        self._call(
            "redeem a code elsewhere", "oauth.v2.access", code=code, redirect_uri="http://127.0.0.1/no", **client
        )
        code = self._consent()
        for name, wrong in (("id", {"client_id": "0.0"}), ("secret", {"client_secret": "no"})):
            self._call(f"redeem a code with another {name}", "oauth.v2.access", code=code, **{**client, **wrong})
        given = self._call("redeem a code", "oauth.v2.access", code=code, redirect_uri=BACK, **client)
        self._call("redeem it again", "oauth.v2.access", code=code, redirect_uri=BACK, **client)
        self._client = self._with(given["access_token"])

    def _consent(self) -> str:
        """Let the app in, as a member does at the page; the code."""
        scopes = ",".join(MANIFEST["oauth_config"]["scopes"]["bot"])
        where = {"client_id": FAST.client_id, "scope": scopes, "redirect_uri": BACK, "state": "of mind"}
        page = requests.get(f"{self._url}/oauth/v2/authorize", params=where, timeout=60)
        form = Form(page.text)
        answer = requests.post(urljoin(page.url, form.action), data=form.fields, allow_redirects=False, timeout=60)
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert query["state"] == ["of mind"]
        return query["code"][0]

    def _whoami(self) -> None:
        self._call("who am I", "auth.test")
        self._call("who am I, without a token", "auth.test", client=self._with(""))
        self._call("who am I, with a wrong token", "auth.test", client=self._with("xoxb-wrong"))
        self._call("a method that does not exist", "auth.tset")
        self._call("the team", "team.info")

    def _people_and_places(self) -> tuple[str, str]:
        """A channel that the app has joined, and a member."""
        members = self._call("members", "users.list")["members"]
        user: str = next(each["id"] for each in members if not each["is_bot"] and each["id"] != "USLACKBOT")
        self._call("a member", "users.info", user=user)
        self._call("a member's profile", "users.profile.get", user=user)
        self._call("nobody", "users.info", user=NOBODY)
        channels = self._call("channels", "conversations.list")["channels"]
        channel: str = next(each["id"] for each in channels if each["name"] == "random")
        self._call("channels, a page", "conversations.list", limit=1)
        self._call("channels of a kind that does not exist", "conversations.list", types="secret")
        self._call("a channel before joining", "conversations.info", channel=channel)
        self._call("write before joining", "chat.postMessage", channel=channel, text="hello")
        self._call("join", "conversations.join", channel=channel)
        self._call("join again", "conversations.join", channel=channel)
        self._call("join nowhere", "conversations.join", channel=NOWHERE)
        self._call("a channel", "conversations.info", channel=channel)
        self._call("no channel", "conversations.info", channel=NOWHERE)
        self._call("who is in a channel", "conversations.members", channel=channel)
        self._call("open a direct message", "conversations.open", users=user)
        self._call("open one with nobody", "conversations.open", users=NOBODY)
        self._call("open one without users", "conversations.open")
        return channel, user

    def _messages(self, channel: str, user: str) -> None:
        block = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}
        posted = self._call("write", "chat.postMessage", channel=channel, text="hello")
        ts = posted["ts"]
        self._call("write blocks", "chat.postMessage", channel=channel, text="hello", blocks=[block])
        self._call("write to a member", "chat.postMessage", channel=user, text="hello")
        self._call("reply", "chat.postMessage", channel=channel, text="hello", thread_ts=ts)
        note = {"event_type": "note", "event_payload": {"n": 1}}
        self._call("write with metadata", "chat.postMessage", channel=channel, text="hello", metadata=note)
        self._call("write nothing", "chat.postMessage", channel=channel)
        self._call("write nowhere", "chat.postMessage", channel=NOWHERE, text="hello")
        self._call("write without a channel", "chat.postMessage", text="hello")
        self._call("write blocks that are none", "chat.postMessage", channel=channel, text="hello", blocks="none")
        self._call("write at length", "chat.postMessage", channel=channel, text="x" * 40_001)
        anonymous = self._with("")
        self._call("write without a token", "chat.postMessage", anonymous, channel=channel, text="hello")
        self._call("whisper", "chat.postEphemeral", channel=channel, user=user, text="hello")
        self._call("whisper to nobody", "chat.postEphemeral", channel=channel, user=NOBODY, text="hello")
        self._call("change", "chat.update", channel=channel, ts=ts, text="hullo")
        self._call("change nothing", "chat.update", channel=channel, ts=NEVER, text="hullo")
        self._call("change to nothing", "chat.update", channel=channel, ts=ts)
        self._call("a link", "chat.getPermalink", channel=channel, message_ts=ts)
        self._call("a link to nothing", "chat.getPermalink", channel=channel, message_ts=NEVER)
        react = {"channel": channel, "timestamp": ts, "name": "eyes"}
        self._call("react", "reactions.add", **react)
        self._call("react again", "reactions.add", **react)
        self._call("react to nothing", "reactions.add", **{**react, "timestamp": NEVER})
        self._call("reactions", "reactions.get", channel=channel, timestamp=ts)
        self._call("take a reaction back", "reactions.remove", **react)
        self._call("take it back again", "reactions.remove", **react)
        self._call("what was said", "conversations.history", channel=channel, limit=100)
        self._call("what was said nowhere", "conversations.history", channel=NOWHERE)
        self._call("a thread", "conversations.replies", channel=channel, ts=ts)
        self._call("delete", "chat.delete", channel=channel, ts=ts)
        self._call("delete it again", "chat.delete", channel=channel, ts=ts)

    def _files(self, channel: str) -> None:
        ts = self._call("write a parent", "chat.postMessage", channel=channel, text="look")["ts"]
        self._call("upload without a name", "files.getUploadURLExternal", length=3)
        self._call("upload of no length", "files.getUploadURLExternal", filename="a.jpg")
        self._call("upload of no bytes", "files.getUploadURLExternal", filename="a.jpg", length=0)
        self._call("complete no upload", "files.completeUploadExternal", files=[{"id": "F000000000"}])
        self._call("complete nothing", "files.completeUploadExternal")
        ticket = self._call("upload", "files.getUploadURLExternal", filename="a.jpg", length=len(PHOTO))
        done = {"files": [{"id": ticket["file_id"], "title": "A photo"}], "channel_id": channel, "thread_ts": ts}
        self._call("complete before the bytes", "files.completeUploadExternal", **done)
        sent = requests.post(ticket["upload_url"], data=PHOTO, timeout=60)
        self.said["send the bytes"] = {"status": sent.status_code}
        self._call("complete it nowhere", "files.completeUploadExternal", **{**done, "channel_id": NOWHERE})
        self._call("complete an upload", "files.completeUploadExternal", **done)
        self._call("complete it again", "files.completeUploadExternal", **done)
        eventually(lambda: self._shares(ticket["file_id"]), "the share of a file")
        file = self._call("a file", "files.info", file=ticket["file_id"])["file"]
        self._call("no file", "files.info", file="F000000000")
        self._call("files", "files.list", channel=channel)
        self._call("a thread with a file", "conversations.replies", channel=channel, ts=ts)
        for whose, token in (("", self._client.token), (" without a token", ""), (" with a wrong one", "xoxb-wrong")):
            self._download(f"download{whose}", file["url_private"], token)
        self._call("delete a file", "files.delete", file=ticket["file_id"])
        self._call("a deleted file", "files.info", file=ticket["file_id"])

    def _shares(self, file: str) -> Json | None:
        shares: Json = self._client.files_info(file=file)["file"].get("shares") or {}
        return shares

    def _download(self, label: str, url: str, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        got = requests.get(url, headers=headers, timeout=60)
        kind = got.headers["content-type"].partition(";")[0]
        self.said[label] = {"status": got.status_code, "kind": kind, "whole": got.content == PHOTO}

    def _call(self, label: str, method: str, /, client: WebClient | None = None, **arguments: object) -> Json:
        try:
            answer = (client or self._client).api_call(method, params=_encoded(arguments)).data
        except SlackApiError as error:
            answer = error.response.data
        assert isinstance(answer, dict), f"{label}: {answer!r}"
        self.said[label] = answer
        return answer

    def _with(self, token: str) -> WebClient:
        return WebClient(token=token, base_url=f"{self._url}/api/", timeout=60)


class Form(HTMLParser):
    """The first form of a page, filled in by choosing the first of everything."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self._select = ""
        self._done = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._done:
            return
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option":
            self.fields.setdefault(self._select, given["value"])
        elif tag in ("input", "button") and "name" in given:
            self.fields.setdefault(given["name"], given["value"])

    def handle_endtag(self, tag: str) -> None:
        self._done = self._done or tag == "form"


def _encoded(arguments: Json) -> Json:
    """As a form has it: objects as JSON in a string."""
    return {name: json.dumps(each) if isinstance(each, (dict, list)) else each for name, each in arguments.items()}


def _shape(value: object, path: str = "") -> Iterator[str]:
    """A line for each field with its type; of an error and of a download also the value."""
    if isinstance(value, dict):
        for name, each in value.items():
            name = "ID" if fullmatch("[CF][0-9A-Z]{8,}", name) else name
            yield from _shape(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield f"{path}: list"
        for each in value:
            yield from _shape(each, path)
    elif path in {"ok", "error", "warning", "status", "kind", "whole"}:
        yield f"{path}: {value}"
    else:
        yield f"{path}: {type(value).__name__}"


@pytest.fixture(scope="module")
def emulate() -> Iterator[str]:
    """The address of a running `emulate`, which is installed once."""
    if shutil.which("npm") is None:
        pytest.skip("npm is missing: install Node.js to have a second opinion on the playground")
    folder = cache_dir() / "emulate-0.12.2"
    _install(folder)
    with _running(folder) as url:
        yield url


def _install(folder: Path) -> None:
    if (folder / "complete").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--fetch-retries=0", *PACKAGES]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIME, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm could not install emulate within {INSTALL_TIME} s")
    if done.returncode or not (folder / NODE).exists():
        pytest.skip(f"npm could not install emulate: {done.stderr.strip().splitlines()[:2]}")
    (folder / "complete").touch()


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    app = {"client_id": FAST.client_id, "client_secret": SECRET, "name": "Tester", "redirect_uris": [BACK]}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as seed:
        yaml.safe_dump({"slack": {"oauth_apps": [app], "strict_scopes": True}}, seed)
        seed.flush()
        command = [
            folder / NODE,
            folder / EMULATE,
            "start",
            "--service",
            "slack",
            "--port",
            str(port),
            "--seed",
            seed.name,
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            eventually(lambda: _answers(url), "emulate's first answer", within=20)
            yield url
        finally:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        return requests.post(f"{url}/api/auth.test", timeout=2).ok
    except requests.ConnectionError:
        return False


def test_the_playground_answers_as_another_slack_does(emulate: str) -> None:
    playground = start_playground(replace(FAST, redirect_url=BACK, client_secret=SECRET))
    try:
        ours = Script(playground.url).said
    finally:
        playground.close()
    theirs = Script(emulate).said
    assert list(ours) == list(theirs)
    found = [
        (call, f"{sign} {line}")
        for call in ours
        for sign, one, other in (("+", ours, theirs), ("-", theirs, ours))
        for line in sorted({*_shape(one[call])} - {*_shape(other[call])})
    ]

    def explains(known: Difference, call: str, line: str) -> bool:
        return bool(fullmatch(known.calls, call) and fullmatch(known.fields, line))

    unexplained = [f"{call}: {line}" for call, line in found if not any(explains(k, call, line) for k in DIFFERENCES)]
    assert not unexplained, "\n".join(unexplained)
    unneeded = [known for known in DIFFERENCES if not any(explains(known, *each) for each in found)]
    assert not unneeded
