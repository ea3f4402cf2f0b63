"""The engine over HTTP, for any AWS SDK that is pointed at it with `AWS_ENDPOINT_URL_REKOGNITION`."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Mapping, Sequence

from anyio import CapacityLimiter, fail_after
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.responses import Response as HTTPResponse
from starlette.routing import Route

from ..api import Engine
from ..errors import EngineError, stopping, unknown_operation
from .protocol import CONTENT_TYPE, Response, answer, fetched, refuse
from .signatures import SignedRequest, verify

MAX_BODY = 16 * 1024 * 1024
"""Two images of 5 MB in base64, which is the most that an operation takes, and some room."""

_READ_WITHIN = 5.0
"""Seconds that a request's body may take, and one more for each megabyte of it that has come."""

_AT_ONCE = 8
"""Requests that are worked on; further ones wait. A large photo takes a fifth of a gigabyte once decoded."""

_FROM_S3 = 8
"""Requests whose images are read from S3, before they are worked on: a slow S3 keeps nobody else waiting."""

_TO_BE_READ = ("x-amzn-RequestId", "x-amzn-ErrorType")
"""Headers of an answer that pages of an allowed origin may read, as at AWS."""


def create_app(
    engine: Engine,
    secrets: Mapping[str, str] | None = None,
    allowed_hosts: Sequence[str] | None = None,
    allowed_origins: Sequence[str] = (),
) -> Starlette:
    """The application that serves `engine`: AWS JSON at `/`, and `/health`. Closing the engine is the caller's.

    With `secrets`, secret access keys by access key id, a request must be signed with one of them; without, signatures
    are not looked at. `allowed_hosts` are the names by which the server may be called, by default any, and
    `allowed_origins` the web sites whose pages may call it, by default none.
    """
    limiter, from_s3 = CapacityLimiter(_AT_ONCE), CapacityLimiter(_FROM_S3)

    async def operation(request: Request) -> HTTPResponse:
        try:
            return await answered(request)
        except CancelledError:  # by uvicorn, which would answer in plain text, once it has waited for long to stop
            return _http(refuse(stopping()))

    async def answered(request: Request) -> HTTPResponse:
        try:
            body = await _body(request)
            if secrets:
                verify(_signed(request, body), secrets)
        except EngineError as error:
            refused = _http(refuse(error))
            if error.status == 408:  # the rest of the body is not waited for
                refused.headers["Connection"] = "close"
            return refused
        target, ready = request.headers.get("x-amz-target", ""), engine
        if b"S3Object" in body:
            ready = await run_sync(fetched, engine, target, body, limiter=from_s3)
        return _http(await run_sync(answer, ready, target, body, limiter=limiter))

    async def health(_: Request) -> HTTPResponse:
        return JSONResponse({"status": "ok"})

    guards = [Middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts))] if allowed_hosts else []
    if allowed_origins:
        guards.append(
            Middleware(
                CORSMiddleware,
                allow_origins=allowed_origins,
                allow_methods=["POST"],
                allow_headers=["*"],
                expose_headers=_TO_BE_READ,
            )
        )
    routes = [Route("/", operation, methods=["POST"]), Route("/health", health, methods=["GET"])]
    return Starlette(routes=routes, middleware=guards)


async def _body(request: Request) -> bytes:
    """The request's body. Raises EngineError when it is not AWS JSON, not whole, too slow, or longer than MAX_BODY."""
    # A web page cannot send this type, nor the X-Amz-Target, to another site without being asked first.
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != CONTENT_TYPE:
        raise unknown_operation(f"A request's Content-Type is {CONTENT_TYPE}", status=404)
    try:
        return await _read(request)
    except ClientDisconnect as error:
        raise EngineError("RequestAbortedException", "The request ends before its body does") from error
    except TimeoutError as error:
        raise EngineError("RequestTimeoutException", "The request's body comes too slowly", status=408) from error


async def _read(request: Request) -> bytes:
    body = bytearray()
    with fail_after(_READ_WITHIN) as waiting:
        async for chunk in request.stream():
            body += chunk
            waiting.deadline += len(chunk) / 1_000_000
            if len(body) > MAX_BODY:
                raise EngineError("RequestEntityTooLargeException", "The request is too large", status=413)
    return bytes(body)


def _signed(request: Request, body: bytes) -> SignedRequest:
    return SignedRequest(request.method, str(request.url), dict(request.headers), body)


def _http(response: Response) -> HTTPResponse:
    return HTTPResponse(response.body, response.status, response.headers)
