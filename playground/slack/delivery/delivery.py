"""Brings payloads to the app and waits for its acknowledgement, whatever carries them there.

A transport is Socket Mode today; anything that can send an envelope and wait for the answer can stand beside it.
"""

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

from playground.state import Json, Options
from playground.web import Background

log = logging.getLogger(__name__)

EnvelopeType: TypeAlias = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload on its way; `retry_attempt` and `retry_reason` are there on events that are sent again."""

    type: EnvelopeType
    payload: Json
    accepts_response_payload: bool = False
    retry_attempt: int = 0
    retry_reason: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """How long the app took to acknowledge an envelope, in milliseconds from sending it."""

    type: EnvelopeType
    milliseconds: float


class NotDelivered(Exception):
    """The app was not reached, or was lost before it acknowledged."""


class TooLate(Exception):
    """The app did not acknowledge in time."""


class Transport(Protocol):
    async def wait_connected(self, timeout: float) -> bool:
        """Wait until the app can be reached, at most `timeout` seconds; whether it can."""

    async def send(self, envelope: Envelope, timeout: float) -> Json:
        """Send, and give the payload of the acknowledgement, perhaps empty. Raises NotDelivered or TooLate."""


class Delivery:
    """Sends events until they are acknowledged, as often as Slack does, and asks the app for answers."""

    def __init__(self, transport: Transport, options: Options, background: Background) -> None:
        self._transport = transport
        self._options = options
        self._background = background
        self._acknowledgements: deque[Acknowledgement] = deque(maxlen=10_000)

    @property
    def acknowledgements(self) -> tuple[Acknowledgement, ...]:
        """The newest, oldest first; what was never acknowledged is not among them."""
        return tuple(self._acknowledgements)

    async def ask(self, type_: EnvelopeType, payload: Json, *, accepts_response: bool = False) -> Json:
        """Deliver what a member waits for: once, no retries. Raises NotDelivered or TooLate."""
        envelope = Envelope(type_, payload, accepts_response)
        return await self._send(envelope)

    def event(self, payload: Json) -> None:
        """Deliver an event in the background, again after each of `retry_delays` until it is acknowledged."""
        self._background.start(self._deliver(Envelope("events_api", payload)))

    async def _deliver(self, envelope: Envelope) -> None:
        for attempt, delay in enumerate((None, *self._options.retry_delays)):
            if delay is not None:
                await asyncio.sleep(delay)
                envelope = replace(envelope, retry_attempt=attempt)
            if not await self._transport.wait_connected(self._options.reconnect_wait):
                envelope = replace(envelope, retry_reason="connection_failed")
                continue
            try:
                await self._send(envelope)
            except TooLate:
                envelope = replace(envelope, retry_reason="timeout")
            except NotDelivered:
                envelope = replace(envelope, retry_reason="connection_failed")
            else:
                return
        log.warning("The app never acknowledged the event %s; it is dropped.", envelope.payload["event_id"])

    async def _send(self, envelope: Envelope) -> Json:
        sent = time.perf_counter()
        answer = await self._transport.send(envelope, self._options.ack_timeout)
        self._acknowledgements.append(Acknowledgement(envelope.type, (time.perf_counter() - sent) * 1000))
        return answer
