"""Puts the parts together: the one place where it is decided what talks to what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import boto3
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

import handlers
from bot.settings import Settings
from services import rekognition
from services.jobs import Jobs
from services.photostore import FolderPhotoStore, PhotoStore, S3PhotoStore
from services.preferences import Tuning
from services.records import Database, sqlite_url
from services.workspace import Workspaces


@contextmanager
def open_workspaces(settings: Settings) -> Iterator[Workspaces]:
    """The services, for the bot and for the command line alike."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database_url or sqlite_url(settings.data_dir / "records.sqlite"))
    try:
        with _rekognition(settings) as faces:
            yield Workspaces(
                database=database,
                rekognition=faces,
                photos=_photo_store(settings),
                collection=settings.collection,
                strategy=settings.strategy,
                defaults=Tuning(settings.threshold, settings.mode),
            )
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class Bot:
    """The Bolt app and the jobs behind it, not started yet."""

    app: App
    jobs: Jobs


def build(settings: Settings, workspaces: Workspaces) -> Bot:
    """Wire the handlers to the services. The settings must hold the Slack tokens."""
    if settings.slack_bot_token is None:
        raise ValueError("SLACK_BOT_TOKEN is not set")
    client = WebClient(token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url)
    client.retry_handlers = [
        ConnectionErrorRetryHandler(max_retry_count=3),
        RateLimitErrorRetryHandler(max_retry_count=3),
        ServerErrorRetryHandler(max_retry_count=3),
    ]
    app = App(client=client, token_verification_enabled=False)
    jobs = Jobs(_jobs_url(settings), at_once=settings.workers, judge=handlers.setback)
    patient = handlers.JobClient(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    handlers.register(app, handlers.Desk(workspaces, jobs, patient))
    return Bot(app, jobs)


def _jobs_url(settings: Settings) -> str:
    """Beside the records where they are in PostgreSQL, and in a file of their own otherwise."""
    url = settings.database_url or ""
    return url if url.startswith("postgresql") else str(sqlite_url(settings.data_dir / "jobs.sqlite"))


@contextmanager
def _rekognition(settings: Settings) -> Iterator[rekognition.Rekognition]:
    if settings.engine == "aws":
        opened = rekognition.aws(settings.aws_region)
    else:
        opened = rekognition.embedded(settings.data_dir / "engine", settings.face_models_dir)
    with opened as faces:
        yield faces


def _photo_store(settings: Settings) -> PhotoStore:
    if settings.photos_bucket:
        return S3PhotoStore(boto3.client("s3", region_name=settings.aws_region), settings.photos_bucket)
    return FolderPhotoStore(settings.data_dir / "photos")
