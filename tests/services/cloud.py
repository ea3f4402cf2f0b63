"""The services on Rekognition and S3 over HTTP, as with AWS: `python -m engine serve`, and moto's server."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from benchmarks.servers import bucket
from benchmarks.servers.bucket import BUCKET
from bot import app
from bot.settings import Settings
from services.workspace import Workspaces

ROOT = Path(__file__).parents[2]
# What S3 calls an operation is not always what IAM calls it.
_ACTIONS = {"ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket", "HeadObject": "GetObject"}


class Calls:
    """What clients that are made while this is registered ask AWS for, as IAM's actions."""

    def __init__(self) -> None:
        self.actions: set[str] = set()

    def record(self, model: Any, **_: Any) -> None:
        operation = _ACTIONS.get(model.name, model.name)
        self.actions.add(f"{model.service_model.endpoint_prefix}:{operation}")


@dataclass(slots=True)
class Line:
    """A line to AWS on which every call takes a while: calls at the same time are one round.

    A call is on its way until none has joined it for `quiet` seconds, so that the rounds are counted whatever else
    the machine is doing.
    """

    quiet: float = 0.3
    rounds: int = 0
    calls: int = 0
    _last: float = 0.0
    _under_way: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def delay(self, **_: Any) -> None:
        with self._lock:
            self.calls += 1
            self.rounds += self._under_way == 0
            self._under_way += 1
            self._last = time.monotonic()
        while (rest := self._last + self.quiet - time.monotonic()) > 0:
            time.sleep(rest)
        with self._lock:
            self._under_way -= 1


@contextmanager
def serving(data_dir: Path) -> Iterator[str]:
    """A local Rekognition in a process of its own; its address."""
    command = [sys.executable, "-m", "engine", "serve", "--port", "0", "--data-dir", str(data_dir)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        yield next(line.split()[-1] for line in process.stderr if "Listening on " in line)
    finally:
        process.terminate()
        process.communicate(timeout=20)


@contextmanager
def in_the_cloud(data_dir: Path, calls: Calls | None = None) -> Iterator[dict[str, str]]:
    """The environment that leads boto3 to a Rekognition and an S3 of our own, with an empty bucket."""
    rekognition = serving(data_dir / "cloud")
    with rekognition as address, bucket.serving(AWS_ENDPOINT_URL_REKOGNITION=address) as environment:
        if calls is not None:
            boto3.setup_default_session()
            boto3.DEFAULT_SESSION.events.register("before-call", calls.record)
        yield os.environ | environment


def settings(data_dir: Path, **more: Any) -> Settings:
    """Those of a bot on AWS."""
    return Settings(_env_file=None, data_dir=data_dir, engine="aws", photos_bucket=BUCKET, **more)


@contextmanager
def open_cloud(data_dir: Path, **more: Any) -> Iterator[Workspaces]:
    with app.open_workspaces(settings(data_dir, **more)) as workspaces:
        yield workspaces
