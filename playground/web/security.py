"""Keeps the playground to this machine: requests from other sites in the browser are refused.

A page elsewhere could otherwise reach 127.0.0.1 by a rebound name (its Host is not ours) or by a plain cross-site
request (its Origin is not ours).
"""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

LOOPBACK = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?")
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; connect-src 'self' ws:; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'"
)


class LocalOnly:
    """ASGI middleware: only requests to a loopback name, from this site or from no browser page at all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif not _is_local(Headers(scope=scope), visited=scope["path"] == "/oauth/v2/authorize"):
            await _refuse(scope, receive, send)
        else:
            await self._app(scope, receive, _with_policy(send))


def _is_local(headers: Headers, *, visited: bool) -> bool:
    """`visited`: an app's own page may send the browser there."""
    host = headers.get("host", "")
    if not LOOPBACK.fullmatch(host):
        return False
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return False
    site = headers.get("sec-fetch-site", "none")
    return site in ("none", "same-origin") or (visited and headers.get("sec-fetch-mode") == "navigate")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocketClose(code=1008, reason="not from this site")(scope, receive, send)
        return
    words = "The playground answers its own page and programs on this machine only."
    await PlainTextResponse(words, 403)(scope, receive, send)


def _with_policy(send: Send) -> Send:
    async def send_with_policy(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", PAGE_POLICY)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        await send(message)

    return send_with_policy
