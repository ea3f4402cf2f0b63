"""Socket Mode: the WebSocket connections an app opens, the envelopes sent on them and the acknowledgements."""

import asyncio
import json
import logging
import secrets
import time
import uuid
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.slack.delivery.delivery import Envelope, NotDelivered, TooLate
from playground.state import Json, Options, SlackError
from playground.web import Pages

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 10
"""Slack's limit of connections an app may have open."""


class Connection:
    """One WebSocket of the app."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self._sending = asyncio.Lock()

    async def send(self, message: Json) -> None:
        """Send one JSON message. Raises NotDelivered when the connection is gone."""
        try:
            async with self._sending:
                await self.websocket.send_text(json.dumps(message))
        except (RuntimeError, WebSocketDisconnect, OSError) as error:
            raise NotDelivered("the connection closed") from error


class SocketMode:
    """The app's connections. Envelopes go to each in turn, as Slack spreads them."""

    def __init__(self, app_id: str, options: Options, pages: Pages) -> None:
        self._app_id = app_id
        self._options = options
        self._pages = pages
        self._tickets: dict[str, float] = {}
        self._connections: list[Connection] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._turn = 0
        self._connected = asyncio.Event()

    @property
    def connected(self) -> bool:
        return bool(self._connections)

    def new_ticket(self) -> str:
        """A ticket for one connection, good for a short while. Raises SlackError when there are too many already."""
        if len(self._connections) >= MAX_CONNECTIONS:
            raise SlackError("too_many_websockets")
        now = time.monotonic()
        self._tickets = {ticket: until for ticket, until in self._tickets.items() if until > now}
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = now + self._options.socket_ticket_lifetime
        return ticket

    async def wait_connected(self, timeout: float) -> bool:
        try:
            async with asyncio.timeout(timeout):
                await self._connected.wait()
        except TimeoutError:
            return False
        return True

    async def send(self, envelope: Envelope, timeout: float) -> Json:
        if not self._connections:
            raise NotDelivered("the app is not connected")
        self._turn = (self._turn + 1) % len(self._connections)
        envelope_id = str(uuid.uuid4())
        # Kept here and not with the connection: an app that reconnects acknowledges on its new connection.
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        try:
            async with asyncio.timeout(timeout):
                await self._connections[self._turn].send(_wire(envelope_id, envelope))
                return await answer
        except TimeoutError as error:
            raise TooLate(f"no acknowledgement within {timeout:g} s") from error
        finally:
            del self._waiting[envelope_id]

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one connection for as long as it lasts."""
        if self._tickets.pop(websocket.query_params.get("ticket", ""), 0.0) < time.monotonic():
            await websocket.close(code=1008)
            return
        await websocket.accept()
        connection = Connection(websocket)
        self._add(connection)
        reminder = asyncio.create_task(self._age(connection))
        try:
            await connection.send(self._hello())
            while True:
                self._take(await websocket.receive_text())
        except (WebSocketDisconnect, NotDelivered, KeyError):
            pass  # KeyError: a binary frame, which has no text; Slack hangs up as well
        finally:
            reminder.cancel()
            self._remove(connection)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect: `warning` announces it, `refresh_requested` is followed by the end."""
        for connection in tuple(self._connections):
            await self._disconnect(connection, reason)

    async def close(self) -> None:
        """Close every connection without a word, as when a network fails."""
        for connection in tuple(self._connections):
            self._remove(connection)
            try:
                await connection.websocket.close(code=1001)
            except (WebSocketDisconnect, RuntimeError, OSError):
                continue  # it is closing by itself

    def _add(self, connection: Connection) -> None:
        self._connections.append(connection)
        self._connected.set()
        if len(self._connections) == 1:
            self._pages.tell_everyone({"type": "app", "connected": True})

    def _remove(self, connection: Connection) -> None:
        if connection not in self._connections:
            return
        self._connections.remove(connection)
        if not self._connections:
            self._connected.clear()
            self._pages.tell_everyone({"type": "app", "connected": False})

    def _take(self, text: str) -> None:
        """Take what the app sent: an acknowledgement. A late or unknown one changes nothing."""
        try:
            message: Any = json.loads(text)
        except json.JSONDecodeError:
            log.warning("The app sent something over the socket that is not JSON.")
            return
        envelope_id = message.get("envelope_id") if isinstance(message, dict) else None
        answer = self._waiting.get(envelope_id) if isinstance(envelope_id, str) else None
        if answer is None:
            log.info("An acknowledgement came too late, or for an unknown envelope: %s", envelope_id)
        elif not answer.done():
            payload = message.get("payload")
            answer.set_result(payload if isinstance(payload, dict) else {})

    async def _age(self, connection: Connection) -> None:
        lifetime, warning = self._options.socket_lifetime, self._options.socket_warning
        if lifetime is None:
            return
        await asyncio.sleep(max(0.0, lifetime - warning))
        await self._disconnect(connection, "warning")
        await asyncio.sleep(min(lifetime, warning))
        await self._disconnect(connection, "refresh_requested")

    async def _disconnect(self, connection: Connection, reason: str) -> None:
        try:
            await connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})
        except NotDelivered:
            return
        if reason != "warning":
            self._remove(connection)
            await connection.websocket.close(code=1000)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {
                "host": "playground",
                "build_number": 1,
                "approximate_connection_time": int(self._options.socket_lifetime or 18060),
            },
        }


def _wire(envelope_id: str, envelope: Envelope) -> Json:
    message: Json = {
        "envelope_id": envelope_id,
        "payload": envelope.payload,
        "type": envelope.type,
        "accepts_response_payload": envelope.accepts_response_payload,
    }
    if envelope.type == "events_api":
        message["retry_attempt"] = envelope.retry_attempt
        message["retry_reason"] = envelope.retry_reason
    return message
