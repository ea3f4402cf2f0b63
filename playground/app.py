"""The playground as an ASGI application: routes to the Web API, Socket Mode, files, and the page."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from playground import client, oauth, webapi
from playground.slack import Faults, FaultyAnswers, Slack, new_slack, response_endpoint, transfers
from playground.state import Manifest, Options
from playground.web import LocalOnly

PAGE = Path(__file__).parent / "page"
PAGE_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


def create_app(
    manifest: Manifest, base_url: str, options: Options | None = None, samples: Path | None = None
) -> Starlette:
    """The application, for an app with this manifest, to be served at `base_url` (no slash at the end).

    `samples` is a folder of sample photos; without one they are fetched when someone asks.
    """
    options = options or Options()
    faults = Faults()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        slack = new_slack(manifest, base_url, options, samples, faults)
        app.state.slack = slack
        try:
            yield
        finally:
            await slack.close()

    return Starlette(
        routes=[
            Route("/api/{method}", webapi.handle, methods=["GET", "POST"]),
            WebSocketRoute("/socket/link/", _socket_mode),
            Route("/upload/v1/{ticket}", transfers.upload, methods=["POST"]),
            Route("/files-pri/{id}/{name}", transfers.download),
            Route("/files-pri/{id}/download/{name}", transfers.download),
            Route("/files-tmb/{id}/{name}", transfers.thumbnail),
            Route("/response/{kind}/{team}/{secret}", response_endpoint.handle, methods=["POST"]),
            Route("/oauth/v2/authorize", oauth.consent),
            Route("/oauth/v2/authorize", oauth.decide, methods=["POST"]),
            *client.ROUTES,
            Route("/{path:path}", _page),
        ],
        middleware=[Middleware(LocalOnly), Middleware(FaultyAnswers, faults=faults)],
        lifespan=lifespan,
    )


async def _socket_mode(websocket: WebSocket) -> None:
    slack: Slack = websocket.app.state.slack
    await slack.sockets.serve(websocket)


async def _page(request: Request) -> Response:
    """The page's own files, with types that do not depend on the machine."""
    name = request.path_params["path"] or "index.html"
    path = PAGE / name
    kind = PAGE_TYPES.get(path.suffix)
    if kind is None or not re.fullmatch(r"[a-z0-9_-]+(/[a-z0-9_-]+)*\.[a-z]+", name) or not path.is_file():
        return PlainTextResponse("There is nothing here.", 404)
    return FileResponse(path, media_type=kind, headers={"Cache-Control": "no-cache"})
