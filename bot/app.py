"""Puts the parts together: the one place where it is decided what talks to what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import yaml
from slack_bolt import App
from slack_bolt.oauth import OAuthFlow
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from sqlalchemy.engine import URL

import engine
import handlers
from bot.data_dir import at_work, keep_private, occupied
from bot.settings import PSYCOPG, Settings
from bot.tenancy import Installations, Tenants, oauth_flow
from services import jobs, odds
from services.collection import (
    CheckedPhotoStore,
    EncryptedPhotoStore,
    FolderPhotoStore,
    OwnEngine,
    PhotoStore,
    S3PhotoStore,
    rekognition,
)
from services.errors import Refusal
from services.jobs import Jobs, Roster
from services.preferences import Tuning
from services.records import Database, sqlite_url
from services.workspace import Workspaces

MANIFEST = Path(__file__).resolve().parent.parent / "manifest.yml"


@contextmanager
def open_workspaces(settings: Settings, *, rebuilding: bool = False) -> Iterator[Workspaces]:
    """The services, for the bot and for the command line alike; `rebuilding` opens also what another model left."""
    keep_private(settings.data_dir)
    with (
        occupied(settings.data_dir),
        open_database(settings) as database,
        open_rekognition(settings, rebuilding=rebuilding) as faces,
    ):
        yield workspaces_on(settings, database, faces)


def workspaces_on(settings: Settings, database: Database, faces: rekognition.Rekognition) -> Workspaces:
    """The same on what is open."""
    return Workspaces(
        database=database,
        rekognition=faces,
        photos=open_photos(settings),
        collection=settings.collection,
        strategy=settings.strategy,
        defaults=defaults(settings),
        consent=settings.consent,
        retention_days=settings.retention_days,
    )


def defaults(settings: Settings) -> Tuning:
    """How photos are searched where nobody has set anything else."""
    if settings.threshold == "auto":
        return Tuning(odds.LEAST, settings.mode, automatic=True)
    return Tuning(settings.threshold, settings.mode)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The records of all workspaces."""
    keep_private(settings.data_dir)
    database = Database(records_url(settings), connections=connections(settings.workers))
    try:
        yield database
    finally:
        database.close()


def connections(workers: int) -> int:
    """To PostgreSQL, for records, jobs and installations: what is asked of it is short, so a few serve many threads."""
    return 2 + workers // 4


@contextmanager
def open_rekognition(settings: Settings, *, rebuilding: bool = False) -> Iterator[rekognition.Rekognition]:
    """Amazon's, or the embedded engine."""
    if settings.engine == "aws":
        opened = rekognition.aws(settings.aws_region)
    else:
        opened = (rekognition.rebuilding if rebuilding else rekognition.embedded)(own_engine(settings))
    with opened as faces:
        yield faces


def own_engine(settings: Settings) -> OwnEngine:
    """Where the embedded engine has its store, and how it is opened."""
    return OwnEngine(
        folder=settings.data_dir / "engine",
        url=settings.database_url if _is_shared(settings) else None,
        models_dir=settings.face_models_dir,
        encryption_key=_encryption_key(settings),
        models=settings.models,
        memory=settings.memory_for_vectors * 1_000_000,
    )


def open_photos(settings: Settings) -> PhotoStore:
    """Where enrolment photos are kept, encrypted where there is a key."""
    photos: PhotoStore
    if settings.photos_bucket:
        import boto3  # at hand, where it is AWS that is talked to

        photos = S3PhotoStore(boto3.client("s3", region_name=settings.aws_region), settings.photos_bucket)
    else:
        photos = FolderPhotoStore(settings.data_dir / "photos")
    checked, key = CheckedPhotoStore(photos), _encryption_key(settings)
    return EncryptedPhotoStore(checked, key) if key else checked


def _encryption_key(settings: Settings) -> str | None:
    return settings.encryption_key.get_secret_value() if settings.encryption_key else None


def migrate(settings: Settings) -> None:
    """Bring all tables to this release's, before any of its processes starts."""
    keep_private(settings.data_dir)
    database = Database(records_url(settings), migrate=True)
    jobs.migrate(jobs_url(settings))
    if settings.engine == "embedded" and isinstance(store := own_engine(settings).present(), str):
        engine.migrate(store)
    if settings.slack_client_id:
        _installations(settings, settings.slack_client_id, "", database)
    database.close()


@dataclass(frozen=True, slots=True)
class Bot:
    """The Bolt app, the jobs behind it, not started yet, and the desk of its handlers."""

    app: App
    jobs: Jobs
    desk: handlers.Desk


@dataclass(frozen=True, slots=True)
class Served:
    """The bots of many workspaces, and the jobs behind them, not started yet."""

    tenants: Tenants
    oauth: OAuthFlow
    jobs: Jobs
    database: Database


def build(settings: Settings, workspaces: Workspaces) -> Bot:
    """Wire the handlers to the services, for a bot of one workspace. Raises `Refusal` for want of a token."""
    if settings.slack_bot_token is None:
        raise Refusal("SLACK_BOT_TOKEN is not set: the app's OAuth & Permissions has it. Or set SLACK_MODE=http.")
    jobs = open_jobs(settings, workspaces.database)
    token = settings.slack_bot_token.get_secret_value()
    wire = handlers.Wire()
    app = handlers.new_app(client(settings, wire, token))
    workspace, caller = workspaces.open(), handlers.JobClient(lambda: token, settings.slack_api_url, wire)
    visitors = handlers.Visitors(caller, workspace.records)
    desk = handlers.Desk(workspace, jobs, caller, visitors, support_url=settings.support_url)
    handlers.register(app, desk)
    return Bot(app, jobs, desk)


def serve(settings: Settings, workspaces: Workspaces) -> Served:
    """Wire the handlers to the services, for all workspaces that install it. Raises `Refusal` for want of a secret."""
    installations = open_installations(settings, workspaces.database)
    wire = handlers.Wire()
    jobs, caller = open_jobs(settings, workspaces.database), client(settings, wire)
    flow = oauth_flow(installations, client=caller, scopes=_scopes())
    tenants = Tenants(workspaces, jobs, installations, wire, client=caller, support_url=settings.support_url)
    return Served(tenants, flow, jobs, workspaces.database)


def open_installations(settings: Settings, database: Database) -> Installations:
    """Which workspaces have installed the bot. Raises `Refusal` for want of a secret."""
    if not settings.slack_client_id or settings.slack_client_secret is None:
        raise Refusal("SLACK_MODE=http needs SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: the app's Basic Information.")
    secret = settings.slack_client_secret.get_secret_value()
    return _installations(settings, settings.slack_client_id, secret, database)


def _installations(settings: Settings, client_id: str, client_secret: str, database: Database) -> Installations:
    return Installations(
        database.engine,
        client_id=client_id,
        client_secret=client_secret,
        slack_api_url=settings.slack_api_url,
        keys=_encryption_key(settings),
    )


def _scopes() -> list[str]:
    scopes: list[str] = yaml.safe_load(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"]
    return scopes


def open_jobs(settings: Settings, database: Database) -> Jobs:
    """The jobs of this process, not started yet. On PostgreSQL it may share them with others."""
    shared = database.kind == "postgresql"
    roster = Roster(database) if shared else None
    if roster is None and settings.workers == 0:
        raise Refusal("WORKERS=0 leaves the work to other processes, and only PostgreSQL is shared: set DATABASE_URL.")
    return Jobs(
        jobs_url(settings),
        at_once=settings.workers,
        judge=handlers.setback,
        roster=roster,
        engine=database.engine if shared else None,
    )


def alone_at_work(settings: Settings) -> AbstractContextManager[None]:
    """Be the one bot that does the jobs of DATA_DIR, where they are not in a PostgreSQL. Raises `Conflict`."""
    return nullcontext() if _is_shared(settings) else at_work(settings.data_dir)


def client(settings: Settings, wire: handlers.Wire, token: str | None = None) -> WebClient:
    """For listeners, whom somebody waits for: it tries a few times at once, and then gives up."""
    client = WebClient(token=token, base_url=settings.slack_api_url, ssl=wire.tls_to(settings.slack_api_url))
    client.retry_handlers = [
        ConnectionErrorRetryHandler(max_retry_count=3),
        RateLimitErrorRetryHandler(max_retry_count=3),
        ServerErrorRetryHandler(max_retry_count=3),
    ]
    return client


def records_url(settings: Settings) -> str | URL:
    """Where the records are."""
    return settings.database_url or sqlite_url(settings.data_dir / "records.sqlite")


def jobs_url(settings: Settings) -> str:
    """Beside the records where they are in PostgreSQL, and in a file of their own otherwise."""
    if _is_shared(settings):
        return (settings.database_url or "").replace(PSYCOPG, "postgresql", 1)  # DBOS brings the driver itself
    return str(sqlite_url(settings.data_dir / "jobs.sqlite"))


def _is_shared(settings: Settings) -> bool:
    return engine.is_postgresql(settings.database_url or "")
