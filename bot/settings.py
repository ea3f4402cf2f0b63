"""Every setting, typed, from the environment and from `.env`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from engine import Models
from services import cores
from services.people import MOST_DAYS, Policy
from services.search import Mode, Strategy

PSYCOPG = "postgresql+psycopg"  # what SQLAlchemy calls it
_POSTGRESQL = re.compile(r"^postgres(ql)?(\+\w+)?://", re.IGNORECASE)


class Settings(BaseSettings):
    """What the operator decides. Each attribute is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    slack_bot_token: SecretStr | None = None
    """The bot's token, `xoxb-…`. Without it the bot runs in the playground."""

    slack_app_token: SecretStr | None = None
    """The app-level token for Socket Mode, `xapp-…`."""

    slack_mode: Literal["socket", "http"] = "socket"
    """`socket`: the bot calls Slack; `http`: Slack calls the bot, and many workspaces can install it."""

    slack_signing_secret: SecretStr | None = None
    """With `http`: what Slack signs its requests with."""

    slack_client_id: str | None = None
    """With `http`: the app's client id, for workspaces to install it. `SLACK_BOT_TOKEN` serves one without that."""

    slack_client_secret: SecretStr | None = None
    """With `http`: the app's client secret."""

    host: str = "0.0.0.0"  # noqa: S104  # to be called from outside is what it is for
    """With `http`: the address to listen on."""

    port: int = Field(default=8080, ge=0, le=65535)
    """With `http`: the port to listen on."""

    slack_api_url: str = "https://slack.com/api/"
    """Where Slack's Web API is."""

    data_dir: Path = Path("data")
    """Where all state lives: records, jobs, the embedded engine's store, enrolment photos."""

    engine: Literal["embedded", "aws"] = "embedded"
    """`embedded` recognises faces on this machine; `aws` asks Amazon Rekognition."""

    aws_region: str | None = None
    """The AWS region of Rekognition and S3, unless boto3 knows it otherwise."""

    photos_bucket: str | None = None
    """An S3 bucket to keep enrolment photos in, instead of a folder in `DATA_DIR`."""

    collection: str = Field(default="facesearch", pattern=r"^[a-zA-Z0-9_.\-]{1,200}$")
    """The name of the Rekognition collection."""

    search_strategy: Strategy | None = None
    """`index` or `crops`; without it `index` on the embedded engine and `crops` on AWS."""

    threshold: Literal["auto"] | Annotated[float, Field(ge=50, le=100)] = "auto"
    """The similarity in percent from which a face gets a name, where a channel has set no other. `auto` follows the
    size of the team: of strangers alike, at most one in a hundred gets a name."""

    mode: Mode = Mode.USERS
    """`users` compares with user vectors, `faces` with single faces, where a channel has set no other."""

    consent: Policy = Policy.MEMBER
    """Whose word enrols a Slack member: `member` asks them first, `attest` takes the enroller's and tells them."""

    retention_days: int = Field(default=365, ge=30, le=MOST_DAYS)
    """A person is erased this long after they were last recognised or enrolled."""

    database_url: str | None = Field(default=None, repr=False)  # it may hold a password
    """The PostgreSQL of the records, the jobs and, with the embedded engine, the face vectors, so that several machines
    may share them: `postgresql://…` or `postgres://…`. SQLite files in `DATA_DIR` without it."""

    face_models_dir: Path | None = None
    """Where the model files are; a cache folder of the user's without it."""

    models: Models = "auto"
    """What tells faces apart: `sface`, or `both`, which is better; `auto`: what the store has, and for a new one both
    where the second can be had within five seconds."""

    memory_for_vectors: int = Field(default=128, ge=1)
    """Megabytes in each process for the face vectors of the collections that were searched last, with the embedded
    engine; one that is larger than half of it has its place beside them."""

    workers: int = Field(default_factory=lambda: min(64, cores.usable()), ge=0, le=64)
    """How many photos are worked on at once; without it, as many as there are cores. 0 leaves them to other processes,
    which takes PostgreSQL."""

    playground_port: int = Field(default=3000, ge=1, le=65535)
    """The port of the playground's page."""

    playground_in_container: bool = False
    """Whether the playground is to be reached from outside of a container, which publishes its port on 127.0.0.1."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """How much is logged."""

    encryption_key: SecretStr | None = None
    """Encrypts enrolment photos and vectors at rest: one Fernet key, or several with commas, the newest first."""

    support_url: str = Field(default="", pattern=r"^$|^https?://\S+$|^mailto:\S+$")
    """Where people ask for help: a button in the App Home leads there."""

    otel_exporter_otlp_endpoint: str | None = None
    """Where traces go, a collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`; it takes the packages of
    `requirements-traces.in`."""

    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """A port for `/healthz`, `/readyz` and `/metrics`, which only the operator should reach."""

    metrics_host: str = "127.0.0.1"
    """The address that `METRICS_PORT` is on: this machine's own, unless a probe comes from another."""

    @field_validator("slack_api_url")
    @classmethod
    def _with_slash(cls, url: str) -> str:
        return url if url.endswith("/") else f"{url}/"

    @field_validator("database_url")
    @classmethod
    def _by_psycopg(cls, url: str | None) -> str | None:
        """PostgreSQL by the one driver that is installed, whatever hosts and other programs call it."""
        if not url:
            return url
        try:
            make_url(url)
        except (ArgumentError, ValueError):  # it is not quoted, as it may hold a password
            raise ValueError("it is not the URL of a database, which is like postgresql://user@host/name") from None
        return _POSTGRESQL.sub(f"{PSYCOPG}://", url)

    @property
    def strategy(self) -> Strategy:
        default = Strategy.INDEX if self.engine == "embedded" else Strategy.CROPS
        return self.search_strategy or default

    @property
    def has_slack(self) -> bool:
        if self.slack_mode == "http":
            return True
        return self.slack_bot_token is not None and self.slack_app_token is not None
