"""A Slack that fits into a test: it keeps messages, reactions, files and views, and refuses what it is told to."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from slack_sdk import WebClient

from handlers.slack.client import Refused

Json = dict[str, Any]
T = TypeVar("T")

CHANNEL, DIRECT, PERSON = "C0PHOTOS", "D0PERSON", "U0PERSON"
PASSING_STATUS = {"ratelimited": 429}


@dataclass
class Refusal:
    """A method that is refused with a code; with a channel, only about that, and with `times` no more often."""

    method: str
    code: str
    channel: str = ""
    times: int | None = None


class SmallSlack(WebClient):
    """Answers in memory. `refused` says how often it was asked for what it refuses."""

    def __init__(self, refusal: Refusal | None = None) -> None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # without authorities, which take long to load
        super().__init__(token="xoxb-1", base_url="http://slack.test/api/", ssl=tls)
        self.messages: dict[tuple[str, str], Json] = {}
        self.reactions: set[str] = set()
        self.files: dict[str, Json] = {"F0PHOTO": _file("F0PHOTO")}
        self.views: list[Json] = []
        self.refusal = refusal
        self.refused = 0
        self._numbers = count(1)

    def api_call(self, api_method: str, **more: Any) -> Any:
        given: Json = {}
        for part in ("params", "data", "json"):
            given |= {key: value for key, value in (more.get(part) or {}).items() if value is not None}
        self._refuse(api_method, given)
        return getattr(self, "_" + api_method.replace(".", "_"))(**_parsed(given))

    def said(self, channel: str) -> list[Json]:
        return [message for (where, _), message in self.messages.items() if where == channel]

    def put(self, channel: str, **message: Any) -> str:
        ts = f"{next(self._numbers):010}.000000"
        self.messages[channel, ts] = {"ts": ts, **message}
        return ts

    def _refuse(self, method: str, given: Json) -> None:
        refusal = self.refusal
        if refusal is None or refusal.method != method or refusal.channel not in ("", given.get("channel")):
            return
        if self.refused == refusal.times:
            return
        self.refused += 1
        raise Refused(refusal.code, PASSING_STATUS.get(refusal.code, 200))

    def _chat_postMessage(self, channel: str, **message: Any) -> Json:  # noqa: N802
        return {"ts": self.put(channel, **message), "message": message}

    def _chat_getPermalink(self, **_: Any) -> Json:  # noqa: N802
        return {"permalink": "http://slack.test/p1"}

    def _chat_postEphemeral(self, channel: str, **message: Any) -> Json:  # noqa: N802
        return {"message_ts": self.put(channel, **message)}

    def _chat_update(self, channel: str, ts: str, **message: Any) -> Json:
        if (channel, ts) not in self.messages:
            raise Refused("message_not_found")
        self.messages[channel, ts] |= message
        return {}

    def _chat_delete(self, channel: str, ts: str) -> Json:
        if self.messages.pop((channel, ts), None) is None:
            raise Refused("message_not_found")
        return {}

    def _reactions_add(self, name: str, **_: Any) -> Json:
        self.reactions.add(name)
        return {}

    def _reactions_remove(self, name: str, **_: Any) -> Json:
        self.reactions.discard(name)
        return {}

    def _files_getUploadURLExternal(self, **_: Any) -> Json:  # noqa: N802
        file_id = f"F{next(self._numbers):08}"
        self.files[file_id] = _file(file_id)
        return {"file_id": file_id, "upload_url": "http://slack.test/upload"}

    def _files_completeUploadExternal(self, files: list[Json], channel_id: str = "", **more: Any) -> Json:  # noqa: N802
        if channel_id:
            ts = self.put(channel_id, files=[file["id"] for file in files], text="", **more)
            for file in files:
                self.files[file["id"]]["shares"] = {"public": {channel_id: [{"ts": ts, **more}]}}
        return {}

    def _files_info(self, file: str) -> Json:
        if file not in self.files:
            raise Refused("file_not_found")
        return {"file": self.files[file]}

    def _files_delete(self, file: str) -> Json:
        if self.files.pop(file, None) is None:
            raise Refused("file_not_found")
        return {}

    def _conversations_open(self, **_: Any) -> Json:
        return {"channel": {"id": DIRECT}}

    def _users_info(self, user: str) -> Json:
        return {"user": {"id": user, "name": "robin", "profile": {}}}

    def _views_open(self, view: Json, **_: Any) -> Json:
        self.views.append(view)
        return {"view": {"id": "V1"}}

    _views_update = _views_publish = _views_open


@dataclass
class OneStep:
    """The steps of a job that is done once, at once, and without patience."""

    key: str = "job:1"
    names: list[str] = field(default_factory=list)

    def __call__(self, name: str, run: Callable[[], T]) -> T:
        self.names.append(name)
        return run()

    work = __call__

    def once(self, name: str, do: Callable[[], T], *, find: Callable[[], T | None]) -> T:
        return self(name, do)

    def turn(self) -> AbstractContextManager[None]:
        return nullcontext()


def live(message: Json) -> bool:
    """Whether a message has buttons."""
    return any(block["type"] == "actions" for block in message.get("blocks") or ())


def texts_of(messages: list[Json]) -> Iterator[str]:
    for message in messages:
        yield json.dumps(message, ensure_ascii=False)


def _file(file_id: str) -> Json:
    return {"id": file_id, "size": 3, "mimetype": "image/jpeg", "url_private": "http://slack.test/f", "shares": {}}


def _parsed(given: Json) -> Json:
    """The arguments, where the SDK has made JSON of them."""

    def parsed(value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value

    return {key: parsed(value) for key, value in given.items() if key != "token"}
