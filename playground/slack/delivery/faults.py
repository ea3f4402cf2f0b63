"""Everything that can go wrong between Slack and an app, on purpose: off, until the control endpoint turns it on.

`POST /client/faults` with `{"seed": 7, "rates": {"busy": 0.1}}` sets the chance of each fault, and `{"rates": {}}` ends
them; the answer counts those that have struck.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from random import Random
from typing import Literal, TypeAlias, cast, get_args

from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.slack.delivery.delivery import Envelope, NotDelivered, TooLate
from playground.slack.delivery.socket_mode import SocketMode
from playground.state import Json, RateLimited, Refused, SlackError
from playground.web import Background

Fault: TypeAlias = Literal[
    "twice",  # an event is delivered twice
    "late",  # an event is delivered late
    "hang_up",  # the socket closes as an envelope is sent, without a word
    "disconnect",  # the socket closes as an envelope is sent, announced by `disconnect`
    "busy",  # a call is refused with 429 and Retry-After
    "error",  # a call is refused with 500, and not carried out
    "lost",  # a call is carried out, and answered with 500
    "slow",  # an answer takes a while
    "dropped",  # an upload is not taken
    "cut",  # a download ends half-way
    "stub",  # an event names the files of a member's message by their ids only, as in channels of Slack Connect
    "unready",  # a file that a member posts is not looked at yet: no type, and a page in its place
    "early",  # a file that a member posts is not to be had yet: 404
]
FAULTS = frozenset(get_args(Fault))
NOT_READY_FOR = 1.2
LATEST = 2.0
SLOWEST = 1.5


class Faults:
    """Throws the dice. Without rates nothing ever strikes."""

    def __init__(self) -> None:
        self._rates: Mapping[Fault, float] = {}
        self._random = Random()  # noqa: S311  # no secret
        self.struck: Counter[Fault] = Counter()

    def set(self, rates: Json, seed: object) -> None:
        """The chance of each fault, between 0 and 1. Raises Refused for one that does not exist."""
        if unknown := set(rates) - FAULTS:
            raise Refused(f"There is no such fault: {', '.join(sorted(unknown))}.")
        if not all(isinstance(rate, (int, float)) and 0 <= rate <= 1 for rate in rates.values()):
            raise Refused("A rate lies between 0 and 1.")
        self._rates = cast(Mapping[Fault, float], dict(rates))
        self._random = Random(str(seed))  # noqa: S311  # no secret

    @property
    def on(self) -> bool:
        return bool(self._rates)

    def strikes(self, fault: Fault) -> bool:
        rate = self._rates.get(fault, 0.0)
        struck = bool(rate) and self._random.random() < rate
        self.struck[fault] += struck
        return struck

    def delay(self, longest: float) -> float:
        return self._random.uniform(0, longest)


class Refusals:
    """Methods that are refused with an error of Slack's, on purpose, whatever they are called with."""

    def __init__(self) -> None:
        self._codes: Mapping[str, str] = {}
        self._channel = ""
        self.called: Counter[str] = Counter()

    def set(self, codes: Json, channel: str = "") -> None:
        """The error by method; with a `channel`, of calls about that channel only. Raises Refused."""
        if not all(isinstance(code, str) for code in codes.values()):
            raise Refused("An error is a string.")
        self._codes, self._channel = dict(codes), channel

    def check(self, method: str, arguments: Mapping[str, object]) -> None:
        """Raises SlackError where the method is to be refused."""
        code = self._codes.get(method)
        if code is None or (self._channel and self._channel not in arguments.values()):
            return
        self.called[method] += 1
        if code == "ratelimited":
            raise RateLimited(1)
        raise SlackError(code)


class FaultySockets:
    """Socket Mode that breaks off now and then just as something is on its way, and brings events twice and late."""

    def __init__(self, sockets: SocketMode, faults: Faults, background: Background) -> None:
        self._sockets = sockets
        self._faults = faults
        self._background = background

    async def wait_connected(self, timeout: float) -> bool:
        return await self._sockets.wait_connected(timeout)

    async def send(self, envelope: Envelope, timeout: float) -> Json:
        if envelope.type == "events_api" and self._faults.strikes("twice"):
            self._background.start(self._again(envelope, timeout))
        if envelope.type == "events_api" and self._faults.strikes("late"):
            await asyncio.sleep(self._faults.delay(LATEST))
        if self._faults.strikes("hang_up"):
            self._background.start(self._soon(self._sockets.close))
        if self._faults.strikes("disconnect"):
            self._background.start(self._soon(self._sockets.refresh))
        return await self._sockets.send(envelope, timeout)

    async def _again(self, envelope: Envelope, timeout: float) -> None:
        await asyncio.sleep(self._faults.delay(LATEST))
        with suppress(NotDelivered, TooLate):
            await self._sockets.send(envelope, timeout)

    async def _soon(self, end: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(self._faults.delay(0.05))
        await end()


class FaultyAnswers:
    """ASGI middleware: calls, uploads and downloads go wrong."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if scope["type"] != "http" or not self._faults.on:
            await self._app(scope, receive, send)
        elif path.startswith("/api/"):
            await self._call(scope, receive, send)
        elif path.startswith("/upload/") and self._faults.strikes("dropped"):
            await PlainTextResponse("upload failed", 500)(scope, receive, send)
        elif path.startswith("/files-pri/") and self._faults.strikes("cut"):
            await self._app(scope, receive, _half(send))
        else:
            await self._app(scope, receive, send)

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._faults.strikes("busy"):
            refusal = JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"})
            await refusal(scope, receive, send)
            return
        if self._faults.strikes("error"):
            await PlainTextResponse("upstream connect error", 500)(scope, receive, send)
            return
        if self._faults.strikes("slow"):
            await asyncio.sleep(self._faults.delay(SLOWEST))
        if self._faults.strikes("lost"):
            await self._app(scope, receive, _unheard)
            await PlainTextResponse("upstream connect error", 500)(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def _unheard(_message: Message) -> None:
    """An answer that nobody hears."""


def _half(send: Send) -> Send:
    """Sends the beginning of an answer's body only, under headers that promise all of it."""
    done = False

    async def send_half(message: Message) -> None:
        nonlocal done
        if done:
            return
        if message["type"] == "http.response.body":
            body: bytes = message.get("body", b"")
            done = True
            message = {"type": message["type"], "body": body[: len(body) // 2], "more_body": True}
        await send(message)

    return send_half
