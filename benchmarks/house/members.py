"""A member at the page of a playground, who posts photos and types commands."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from PIL import Image

from artifacts.photos import fetch_photos
from playground.state import Options

_PATIENCE = 300.0  # seconds for an answer
_LOOK_EVERY = 0.2  # seconds; how long an answer took is told by Slack's clock

Json = dict[str, Any]


class Member:
    """A member at the playground's page."""

    def __init__(self, page: httpx.Client) -> None:
        self._page = page
        boot = page.get("/client/boot").json()
        self._user: str = boot["me"]["id"]
        self.channels: dict[str, str] = {each["name"]: each["id"] for each in boot["channels"]}

    @classmethod
    @contextmanager
    def at(cls, url: str) -> Iterator[Member]:
        with httpx.Client(base_url=url, timeout=60) as page:
            yield cls(page)

    def do(self, name: str, **body: Any) -> Json:
        answer: Json = self._page.post(f"/client/{name}", json={"user": self._user, **body}).json()
        if not answer["ok"]:
            raise RuntimeError(f"{name}: {answer}")
        return answer

    def post(self, channel: str, *photos: bytes, text: str = "") -> str:
        """The `ts` of a new message with photos."""
        files = [self._upload(photo) for photo in photos]
        ts: str = self.do("post", channel=channel, text=text, files=files)["ts"]
        return ts

    def command(self, channel: str, text: str) -> None:
        """`/facesearch` with this text."""
        self.do("command", channel=channel, command="/facesearch", text=text)

    def replies(self, channel: str, ts: str) -> list[Json]:
        return self._messages(channel=channel, thread_ts=ts)[1:]

    def click_all(self, channel: str, action_id: str) -> None:
        """Click every button of this action in a channel."""
        for message in self._messages(channel=channel):
            container = {"type": "message", "channel": channel, "ts": message["ts"]}
            for block in message.get("blocks") or ():
                if any(element.get("action_id") == action_id for element in block.get("elements") or ()):
                    action = {"block_id": block["block_id"], "action_id": action_id, "type": "button"}
                    self.do("action", container=container, action=action, state={"values": {}})

    def views(self) -> list[Json]:
        """The modals that they have open."""
        views: list[Json] = self._page.get("/client/boot", params={"user": self._user}).json()["views"]
        return views

    def messages(self, channel: str) -> list[Json]:
        """What they see in a channel, without the threads."""
        where = {"user": self._user, "channel": channel}
        messages: list[Json] = self._page.get("/client/messages", params=where).json()["messages"]
        return messages

    def acknowledgements(self) -> dict[str, list[float]]:
        """How long each was waited for, in ms, by the kind of what was delivered."""
        kinds: dict[str, list[float]] = {}
        for taken in self._page.get("/client/acknowledgements").json()["acknowledgements"]:
            kinds.setdefault(taken["type"], []).append(taken["milliseconds"])
        return kinds

    def ask(self, method: str, **query: Any) -> Json:
        """A call of the Web API with the bot's token."""
        headers = {"Authorization": f"Bearer {Options().bot_token}"}
        answer: Json = self._page.get(f"/api/{method}", params=query, headers=headers).json()
        return answer

    def _messages(self, **where: str) -> list[Json]:
        messages: list[Json] = self._page.get("/client/messages", params={"user": self._user, **where}).json()[
            "messages"
        ]
        return messages

    def _upload(self, photo: bytes) -> str:
        file = {"file": ("a.zip" if photo.startswith(b"PK") else "a.jpg", photo)}
        identifier: str = self._page.post("/client/upload", params={"user": self._user}, files=file).json()["id"]
        return identifier


def from_a_phone() -> bytes:
    """A group photo of six faces, with as many pixels as phones take: 12 million."""
    buffer = io.BytesIO()
    with Image.open(fetch_photos()["t1.jpg"]) as photo:
        photo.convert("RGB").resize((4032, 3024), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def ask(member: Member, channel: str, photo: bytes, times: int = 1) -> list[float]:
    """Post a photo so many times, one after the other; the seconds until each had its answer, by Slack's clock."""
    waits = []
    for _ in range(times):
        ts = member.post(channel, photo)
        until = time.monotonic() + _PATIENCE
        while len(replies := member.replies(channel, ts)) < 2:
            if time.monotonic() > until:
                raise SystemExit("a photo was not answered")
            time.sleep(_LOOK_EVERY)
        waits.append(float(replies[-1]["ts"]) - float(ts))
    return waits
