"""Slack calls the bot: signed requests, the pages that install it, and how it is doing."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import uvicorn
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import Served
from bot.tenancy import NotInstalled, Tenant, Tenants
from bot.watching import health
from services.errors import Refusal

EVENTS, REDIRECT = "/slack/events", "/slack/oauth_redirect"

_logger = logging.getLogger(__name__)

_LONGEST = 1024 * 1024  # bytes of a request of Slack's
# What Bolt and we raise at a body that is not JSON, no object, or has other types in it than Slack's.
_MALFORMED = ValueError, TypeError, AttributeError, LookupError, RecursionError
_READ_WITHIN = 5  # seconds; Slack itself waits three for the answer


def create_app(served: Served, signing_secret: str) -> Starlette:
    """The bot as an ASGI application."""
    return Starlette(
        routes=[
            Route(EVENTS, _events(served.tenants, SignatureVerifier(signing_secret)), methods=["POST"]),
            Route("/slack/install", _page(served.oauth.handle_installation)),
            Route(REDIRECT, _page(served.oauth.handle_callback)),
            *health.routes(served.database, served.jobs),
        ]
    )


@contextmanager
def listening(app: Starlette, host: str, port: int) -> Iterator[int]:
    """The application served on a port, which is yielded, while the context lasts.

    Raises `Refusal` when the port cannot be had.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,  # what it says goes to our log, as all else
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    try:
        listener = config.bind_socket()
    except SystemExit as error:  # uvicorn's word for it, after it has logged why
        raise Refusal(f"Port {port} of {host} cannot be listened on. Is it taken? Choose another.") from error
    # Connections inherit it. asyncio does not see that this is TCP, and an answer's body would wait for its head's ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.listen(config.backlog)  # whoever is told of the port may call at once
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


Endpoint = Callable[[Request], Awaitable[Response]]


def _events(tenants: Tenants, verifier: SignatureVerifier) -> Endpoint:
    async def events(request: Request) -> Response:
        try:
            async with asyncio.timeout(_READ_WITHIN):
                body = await _read(request)
        except ClientDisconnect:  # nobody is there to be answered
            return PlainTextResponse("incomplete", 400)
        except TimeoutError:
            return PlainTextResponse("too slow", 408, {"Connection": "close"})
        if body is None:
            return PlainTextResponse("too large", 413)
        if not _signed(verifier, body, request):
            return PlainTextResponse("invalid signature", 401)
        if "x-slack-retry-num" in request.headers:
            _logger.info("Slack delivers again", extra={"retry": request.headers["x-slack-retry-num"]})
        return await run_in_threadpool(_dispatch, tenants, request, body)

    return events


async def _read(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST:
            return None
    return bytes(body)


def _signed(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    """Whether Slack signed it, within the last five minutes."""
    try:
        return verifier.is_valid_request(body, dict(request.headers))
    except ValueError:  # a time that is no number, or bytes that are no text
        return False


def _dispatch(tenants: Tenants, request: Request, body: bytes) -> Response:
    """Hand a request to the bot of its workspace."""
    try:
        parsed = to_bolt_request(request, body)
        payload: dict[str, Any] = dict(parsed.body)
        tenant = Tenant.of(payload)
    except _MALFORMED:
        return PlainTextResponse("malformed", 400)
    if _clicks_on_nothing(payload):  # Bolt would stumble over it
        return PlainTextResponse("malformed", 400)
    if payload.get("type") == "url_verification":
        return JSONResponse({"challenge": payload.get("challenge")})
    if payload.get("ssl_check"):
        return PlainTextResponse("")
    if tenant is None:
        return PlainTextResponse("no workspace", 400)
    try:
        app = tenants.receiver(tenant)
    except NotInstalled:  # Slack need not try again
        return PlainTextResponse("not installed", 200)
    return to_starlette_response(app.dispatch(parsed))


def _clicks_on_nothing(payload: Mapping[str, Any]) -> bool:
    """Whether it is a click, and does not say on what."""
    if payload.get("type") != "block_actions":
        return False
    match payload.get("actions"):
        case [{}, *_]:
            return False
    return True


def _page(answer: Callable[[BoltRequest], BoltResponse]) -> Endpoint:
    async def page(request: Request) -> Response:
        return to_starlette_response(await run_in_threadpool(answer, to_bolt_request(request, b"")))

    return page
