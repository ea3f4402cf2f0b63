"""A real playground on a free port, an app connected to it by hand, and members who use its page's protocol."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import requests
from PIL import Image
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from playground.app import create_app
from playground.slack import Slack
from playground.state import Options, parse_manifest, seed
from playground.web import Server, listen

Json = dict[str, Any]
T = TypeVar("T")

PATIENCE = 60.0
"""Seconds for which something is waited that comes at once, but for a busy machine."""

MANIFEST: Json = {
    "display_information": {"name": "Tester"},
    "features": {
        "bot_user": {"display_name": "Tester"},
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "slash_commands": [
            {"command": "/greet", "description": "Say hello", "usage_hint": "[name]", "should_escape": True},
            {"command": "/plain", "description": "Unescaped", "should_escape": False},
        ],
        "shortcuts": [
            {"type": "message", "name": "Look at this", "callback_id": "look", "description": "Look"},
            {"type": "global", "name": "Do it", "callback_id": "do_it", "description": "Do"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read", "assistant:write", "channels:history", "channels:join", "channels:read",
                "chat:write", "commands", "dnd:read",
                "files:read", "files:write", "groups:history", "groups:read", "im:history", "im:read", "im:write",
                "mpim:history", "mpim:read", "mpim:write", "reactions:read", "reactions:write", "team:read",
                "users.profile:read", "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened", "app_mention", "channel_shared", "channel_unshared", "file_shared",
                "member_joined_channel", "message.channels", "message.groups", "message.im", "message.mpim",
                "reaction_added", "reaction_removed",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}  # fmt: skip

FAST = Options(ack_timeout=0.6, retry_delays=(0.0, 0.1, 0.1), reconnect_wait=0.5, share_delay=0.15)


def manifest_without(*scopes: str) -> Json:
    """The manifest without these scopes, and without the events that need them."""
    document = copy.deepcopy(MANIFEST)
    document["oauth_config"]["scopes"]["bot"] = [
        each for each in MANIFEST["oauth_config"]["scopes"]["bot"] if each not in scopes
    ]
    document["settings"]["event_subscriptions"]["bot_events"] = []
    return document


def jpeg(width: int = 640, height: int = 480, **save: Any) -> bytes:
    """A JPEG with something in it."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(buffer, "JPEG", **save)
    return buffer.getvalue()


class Member:
    """A person at the page: does what the page does, and hears what it hears."""

    def __init__(self, url: str, user: str) -> None:
        self.url, self.id = url, user
        self.news: list[Json] = []
        self._stream = ExitStack()
        self._session = self._stream.enter_context(requests.Session())
        self._session.trust_env = False  # which would look for proxies at every request

    def get(self, name: str, /, **query: str) -> Json:
        return self._read(
            self._session.get(f"{self.url}/client/{name}", params={"user": self.id, **query}, timeout=PATIENCE)
        )

    def do(self, name: str, /, **body: Any) -> Json:
        return self._read(
            self._session.post(f"{self.url}/client/{name}", json={"user": self.id, **body}, timeout=PATIENCE)
        )

    def upload(self, name: str, content: bytes) -> Json:
        files = {"file": (name, content)}
        return self._read(
            self._session.post(f"{self.url}/client/upload", params={"user": self.id}, files=files, timeout=PATIENCE)
        )

    def post(self, channel: str, text: str = "", **more: Any) -> str:
        """Post, and give the timestamp."""
        ts = self.do("post", channel=channel, text=text, **more)["ts"]
        assert isinstance(ts, str)
        return ts

    def messages(self, channel: str, **query: str) -> list[Json]:
        found: list[Json] = self.get("messages", channel=channel, **query)["messages"]
        return found

    def listen(self) -> Member:
        """Open the page's stream; what comes is in `news`."""
        socket = self._stream.enter_context(connect(f"{self.url.replace('http', 'ws')}/client/ws?user={self.id}"))
        threading.Thread(target=self._hear, args=(socket,), daemon=True).start()
        return self

    def hears(self, type_: str, within: float = PATIENCE, **fields: Any) -> Json:
        """Wait for news of this type with these fields."""

        def found() -> Json | None:
            wanted = fields.items()
            return next((each for each in self.news if each["type"] == type_ and wanted <= each.items()), None)

        return eventually(found, f"{type_} {fields} among {[each['type'] for each in self.news]}", within)

    def leave(self) -> None:
        self._stream.close()

    def _hear(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            for text in socket:
                self.news.append(json.loads(text))

    @staticmethod
    def _read(response: requests.Response) -> Json:
        body: Json = response.json()
        body["status"] = response.status_code
        return body


class RawApp:
    """An app on Socket Mode without a library: reads envelopes and acknowledges when the test says so."""

    def __init__(self, client: WebClient, app_token: str) -> None:
        self._stack = ExitStack()
        self.socket = self._stack.enter_context(connect(str(client.apps_connections_open(app_token=app_token)["url"])))
        self.hello = json.loads(self.socket.recv(timeout=PATIENCE))

    def receive(self, timeout: float = PATIENCE) -> Json:
        message: Json = json.loads(self.socket.recv(timeout=timeout))
        return message

    def ack(self, envelope: Json, payload: Json | None = None) -> None:
        answer: Json = {"envelope_id": envelope["envelope_id"]}
        if payload is not None:
            answer["payload"] = payload
        self.socket.send(json.dumps(answer))

    def take(self, timeout: float = PATIENCE) -> Json:
        """The next envelope's payload, acknowledged."""
        envelope = self.receive(timeout)
        self.ack(envelope)
        payload: Json = envelope["payload"]
        return payload

    def event(self, type_: str, **fields: Any) -> Json:
        """The next event of this type with these fields, all before it acknowledged."""
        while True:
            event: Json = self.take().get("event") or {}
            if event.get("type") == type_ and fields.items() <= event.items():
                return event

    def quiet(self, seconds: float = 0.5) -> bool:
        """Whether nothing comes for a while."""
        try:
            self.socket.recv(timeout=seconds)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self._stack.close()


@dataclass
class Running:
    """A running playground."""

    url: str
    options: Options
    slack: Slack
    stop: Callable[[], None]
    opened: list[Member | RawApp] = field(default_factory=list)

    @property
    def client(self) -> WebClient:
        return WebClient(token=self.options.bot_token, base_url=f"{self.url}/api/")

    def client_with(self, token: str | None) -> WebClient:
        return WebClient(token=token, base_url=f"{self.url}/api/")

    def app(self) -> RawApp:
        """Connect an app."""
        app = RawApp(self.client, self.options.app_token)
        self.opened.append(app)
        return app

    def member(self, user: str = seed.ADMIN) -> Member:
        member = Member(self.url, user).listen()
        self.opened.append(member)
        return member

    def api(self, method: str, /, **body: Any) -> Json:
        """Call the Web API as the bot, with a JSON body, whatever comes of it."""
        headers = {"Authorization": f"Bearer {self.options.bot_token}"}
        answer: Json = requests.post(f"{self.url}/api/{method}", json=body, headers=headers, timeout=PATIENCE).json()
        return answer

    def run(self, work: Callable[[], Any]) -> None:
        """Run something on the server's own loop."""
        self._loop.call_soon_threadsafe(work)

    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def close(self) -> None:
        for each in self.opened:
            each.leave() if isinstance(each, Member) else each.close()
        self.stop()


Start = Callable[..., Running]


def start_playground(options: Options = FAST, manifest: Json | None = None, samples: Path | None = None) -> Running:
    """Start a playground in a thread."""
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(parse_manifest(manifest or MANIFEST), url, options, samples)
    ready = threading.Event()
    server = Server(app, ready.set)
    loop = asyncio.new_event_loop()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(server.serve([listener]))
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    assert ready.wait(PATIENCE)

    def stop() -> None:
        loop.call_soon_threadsafe(server.stop)
        thread.join(PATIENCE)
        assert not thread.is_alive()

    return Running(url, options, app.state.slack, stop, _loop=loop)


def eventually(probe: Callable[[], T | None], what: str, within: float = PATIENCE) -> T:
    """The first thing that `probe` gives which is not None or empty; fails after `within` seconds, or `PATIENCE`."""
    within = max(within, PATIENCE)
    deadline, pause = time.monotonic() + within, 0.01
    while time.monotonic() < deadline:
        found = probe()
        if found:
            return found
        time.sleep(pause)
        pause = min(1.3 * pause, 0.25)  # what is long in coming is asked for less often: asking keeps it from its work
    raise AssertionError(f"did not happen within {within} s: {what}")
