"""The services on Rekognition and S3 over HTTP, as with AWS: `python -m engine serve`, and moto's server."""

import logging
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
import pytest
from moto.server import ThreadedMotoServer

from bot import app
from bot.settings import Settings
from services.workspace import Workspaces

ROOT = Path(__file__).parents[2]
BUCKET = "team-faces"
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
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    s3 = ThreadedMotoServer("127.0.0.1", port=0)
    s3.start()
    host, port = s3.get_host_and_port()
    with serving(data_dir / "cloud") as rekognition, pytest.MonkeyPatch.context() as patch:
        environment = {
            "AWS_ENDPOINT_URL_REKOGNITION": rekognition,
            "AWS_ENDPOINT_URL_S3": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "AKIATESTING",
            "AWS_SECRET_ACCESS_KEY": "the-secret-access-key-of-the-tests",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        if calls is not None:
            boto3.setup_default_session()
            boto3.DEFAULT_SESSION.events.register("before-call", calls.record)
        try:
            yield os.environ | environment
        finally:
            s3.stop()


def settings(data_dir: Path, **more: Any) -> Settings:
    """Those of a bot on AWS."""
    return Settings(_env_file=None, data_dir=data_dir, engine="aws", photos_bucket=BUCKET, **more)


@contextmanager
def open_cloud(data_dir: Path, **more: Any) -> Iterator[Workspaces]:
    with app.open_workspaces(settings(data_dir, **more)) as workspaces:
        yield workspaces
