"""The Rekognition that the services talk to: AWS's, or the embedded engine behind the same boto3 client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

import engine
from services.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

Kind = Literal["embedded", "aws"]

T = TypeVar("T")
R = TypeVar("R")

# The prefix of ExternalImageId on the faces of a photo that is only searched: never an answer, soon deleted.
QUERY_PREFIX = "query:"

_CALLS_AT_ONCE = 24


@dataclass(frozen=True, slots=True)
class Rekognition:
    """A boto3 client with what the services need beside it: its kind, and a bounded pool for many calls at once."""

    client: RekognitionClient
    kind: Kind
    _pool: ThreadPoolExecutor

    def map(self, call: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """`call` on every item, in order. AWS is waited for in parallel; the embedded engine is on our own cores."""
        if self.kind == "embedded":
            return [call(item) for item in items]
        return list(self._pool.map(call, items))

    def ensure_collection(self, collection_id: str) -> None:
        """Create the collection unless it stands."""
        with suppress(self.client.exceptions.ResourceAlreadyExistsException):
            self.client.create_collection(CollectionId=collection_id)

    def face_ids(self, collection_id: str) -> Iterator[tuple[str, str]]:
        """`(FaceId, ExternalImageId)` of every face in the collection."""
        for page in self.client.get_paginator("list_faces").paginate(CollectionId=collection_id):
            for face in page["Faces"]:
                yield face["FaceId"], face.get("ExternalImageId", "")

    def delete_faces(self, collection_id: str, face_ids: list[str]) -> None:
        """Delete faces, however many."""
        for start in range(0, len(face_ids), 4096):
            self.client.delete_faces(CollectionId=collection_id, FaceIds=face_ids[start : start + 4096])


@contextmanager
def embedded(data_dir: Path, models_dir: Path | None = None) -> Iterator[Rekognition]:
    """The engine in this process, its store in `data_dir`. Raises what `engine.Engine.open` raises."""
    with engine.Engine.open(data_dir, models_dir) as opened, ThreadPoolExecutor(1) as pool:
        yield Rekognition(engine.connect(opened), "embedded", pool)


@contextmanager
def aws(region: str | None = None) -> Iterator[Rekognition]:
    """Amazon Rekognition, with boto3's own credential chain and adaptive retries."""
    config = Config(retries={"mode": "adaptive", "max_attempts": 8}, max_pool_connections=_CALLS_AT_ONCE)
    client = boto3.client("rekognition", region_name=region, config=config)
    with ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="rekognition") as pool:
        yield Rekognition(client, "aws", pool)


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what boto3 raises for want of a connection, a right or room into an `Unavailable` with a sentence."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        sentence = _SENTENCES.get(code)
        if sentence is None:
            raise
        raise Unavailable(sentence) from error
    except BotoCoreError as error:
        raise Unavailable("I cannot reach Rekognition now. Try again in a minute;") from error


_BUSY = "Rekognition is busy. Try again in a minute."
_SENTENCES = {
    "AccessDeniedException": "I am not allowed to use Rekognition. `python -m bot iam-policy` prints what I need.",
    "ProvisionedThroughputExceededException": _BUSY,
    "ThrottlingException": _BUSY,
    "InternalServerError": _BUSY,
    "LimitExceededException": "A limit of the Rekognition account is reached. An administrator can have it raised.",
    "ServiceQuotaExceededException": "The collection is full. An administrator can have its limit raised.",
}
