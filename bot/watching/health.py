"""How the bot is doing, for those who keep it running: alive, ready, and in numbers."""

from __future__ import annotations

import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.watching.metrics import Metrics
from services.jobs import Jobs
from services.records import Database

_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
_STALLED = "jobs wait, and none has ended for 15 minutes"


def create_app(database: Database, jobs: Jobs, metrics: Metrics) -> Starlette:
    """`/healthz`, `/readyz` and `/metrics`, for a port that only the operator reaches."""
    metrics.watch(jobs.waiting, jobs.stalled)

    async def numbers(_request: Request) -> Response:
        return Response(await run_in_threadpool(metrics.text), media_type=_FORMAT)

    return Starlette(routes=[*routes(database, jobs, unready_when_stalled=True), Route("/metrics", numbers)])


def routes(database: Database, jobs: Jobs, *, unready_when_stalled: bool = False) -> list[Route]:
    """`/healthz` and `/readyz`, which may be public.

    Where Slack's events come in, jobs that do not get done are said and are no reason to be sent no more: what is
    stored is done later, what is refused is lost.
    """

    def trouble() -> str:
        try:
            with database.begin() as db:
                db.execute(sa.text("SELECT 1"))
        except sa.exc.SQLAlchemyError:
            return "the database cannot be reached"
        return "" if jobs.started else "starting"

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_request: Request) -> Response:
        if said := await run_in_threadpool(trouble):
            return PlainTextResponse(said, 503)
        if await run_in_threadpool(jobs.stalled):
            return PlainTextResponse(_STALLED, 503 if unready_when_stalled else 200)
        return PlainTextResponse("ok")

    return [Route("/healthz", alive), Route("/readyz", ready)]
