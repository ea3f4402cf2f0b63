"""Fixtures of the engine's tests: one open engine with real models, an ordinary client of it, fresh collections."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import numpy as np
import pytest
from botocore.config import Config
from engine_steps import encode

import benchmarks.postgres
from engine import Engine, connect
from engine.store import Place
from engine.vision import Models, Weights
from engine.vision.detection.detect import Detector

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


@pytest.fixture(scope="session")
def database() -> Iterator[str | None]:
    """The URL of a PostgreSQL, where there can be one."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(benchmarks.postgres.running())
        except benchmarks.postgres.Missing:
            yield None


@pytest.fixture(scope="session")
def postgresql(database: str | None) -> str:
    """The same, for tests that need it."""
    if database is None:
        pytest.skip(str(benchmarks.postgres.Missing()))
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a store may be that is not there yet: a folder, and a PostgreSQL."""
    if request.param == "sqlite":
        return tmp_path
    return f"{request.getfixturevalue('postgresql')}?schema=s_{uuid.uuid4().hex}"


@pytest.fixture(scope="session")
def engine(models: Weights, database: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine whose S3 is out of reach; the tests that need S3 bring their own.

    That with SFace alone has its store in a folder, that with both in PostgreSQL, where there can be one.
    """
    quickly = Config(connect_timeout=1, retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none", "region_name": "us-east-1"}
    nowhere = boto3.client("s3", endpoint_url="http://127.0.0.1:9", config=quickly, **keys)
    chosen: Models = "both" if models.second else "sface"
    place = database if models.second and database else tmp_path_factory.mktemp("store")
    with Engine.open(place, models.detector.parent, models=chosen, s3=nowhere) as opened:
        yield opened


@pytest.fixture(scope="session")
def detector(weights: Weights) -> Detector:
    return Detector(weights)


@pytest.fixture(scope="session")
def rekognition(engine: Engine) -> RekognitionClient:
    return connect(engine)


@pytest.fixture
def collection(rekognition: RekognitionClient) -> Iterator[str]:
    """The id of an empty collection."""
    name = f"c-{uuid.uuid4()}"
    rekognition.create_collection(CollectionId=name)
    yield name
    rekognition.delete_collection(CollectionId=name)


@pytest.fixture(scope="session")
def obama(photos: dict[str, Path]) -> bytes:
    return photos["obama.jpg"].read_bytes()


@pytest.fixture(scope="session")
def obama2(photos: dict[str, Path]) -> bytes:
    return photos["obama2.jpg"].read_bytes()


@pytest.fixture(scope="session")
def biden(photos: dict[str, Path]) -> bytes:
    return photos["biden.jpg"].read_bytes()


@pytest.fixture(scope="session")
def six_people(photos: dict[str, Path]) -> bytes:
    return photos["t1.jpg"].read_bytes()


@pytest.fixture(scope="session")
def nobody() -> bytes:
    """A picture without a face."""
    return encode(np.full((240, 320, 3), 127, np.uint8))
