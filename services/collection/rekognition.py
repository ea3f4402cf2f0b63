"""The Rekognition that the services talk to: AWS's, or the embedded engine behind the same boto3 client.

What goes wrong with AWS, S3 included, becomes words here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import urlsplit

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)

import engine
from services import texts
from services.collection.own_engine import OwnEngine
from services.errors import Refusal, Unavailable
from services.opened import Opened
from services.pictures import Part

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import ImageTypeDef

Kind = Literal["embedded", "aws"]

T = TypeVar("T")
R = TypeVar("R")

# The prefix of ExternalImageId on the faces of a photo that is only searched: never an answer, soon deleted.
QUERY_PREFIX = "query:"

# The embedded engine's reason not to look at a face: too many people are like it, as they are like a small child.
CROWDED = "LOW_FACE_QUALITY"

MOST_FACES = 100  # that can be associated with one user

_CALLS_AT_ONCE = 24


@dataclass(frozen=True, slots=True)
class Rekognition:
    """A boto3 client with what the services need beside it: its kind, and a bounded pool for many calls at once.

    The client is made as it is asked for first: to load boto3 takes a fourth of a start, and none of what it keeps.
    """

    _client: Callable[[], RekognitionClient]
    kind: Kind
    _pool: ThreadPoolExecutor

    @property
    def client(self) -> RekognitionClient:
        return self._client()

    def after(self, first: Callable[[], object]) -> Rekognition:
        """The same, of which nobody gets the client before `first` is done; whoever asks first does it."""

        def begun() -> RekognitionClient:
            # Of AWS this is asked at the start, where `doctor` says more of what is wrong than one sentence.
            with in_words() if self.kind == "embedded" else nullcontext():
                first()
            return self.client

        return replace(self, _client=once(begun))

    @property
    def is_calibrated(self) -> bool:
        """Whether a similarity says how many strangers pass it: Amazon does not say what its own mean."""
        return self.kind == "embedded"

    def image(self, part: Part) -> ImageTypeDef:
        """What a part of a photo is sent as; the embedded engine need not decode what is decoded already."""
        if self.kind == "embedded" and part.decoded is not None:
            return {"Bytes": engine.Decoded(part.jpeg, part.decoded)}
        return {"Bytes": part.jpeg}

    def map(self, call: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """`call` on every item, in order. AWS is waited for in parallel; the embedded engine is on our own cores."""
        if self.kind == "embedded":
            return [call(item) for item in items]
        return list(self._pool.map(call, items))


def once(make: Callable[[], T]) -> Callable[[], T]:
    """What `make` gives whoever asks first, for all threads; what raises is made anew the next time."""
    made: Opened[str, T] = Opened(lambda _: make())
    return partial(made.get, "")


@contextmanager
def embedded(own: OwnEngine) -> Iterator[Rekognition]:
    """The engine in this process. Raises what `engine.Engine.open` raises."""
    own.move()
    opened = own.open(own.present(), own.models)
    with opened, ThreadPoolExecutor(1) as pool:
        yield Rekognition(once(partial(engine.connect, opened)), "embedded", pool)


@contextmanager
def rebuilding(own: OwnEngine) -> Iterator[Rekognition]:
    """The same; but in place of a store of other models than a new one would have, a new one, which takes over unless
    an error ends it. So does that in PostgreSQL where another machine was the first to move its own there."""
    with suppress(engine.TwoStoresError):
        own.move()
    chosen = engine.weights.choose(own.models or engine.weights.default_models(), None, own.models_dir)
    models: engine.Models = "both" if chosen.second else "sface"
    old = place = own.present()
    try:
        opened = own.open(place, models)
    except engine.OtherModelError:
        place = own.next()
        opened = own.open(place, models)
    with opened, ThreadPoolExecutor(1) as pool:
        yield Rekognition(once(partial(engine.connect, opened)), "embedded", pool)
    if place != old:
        engine.drop(old)
    own.end()


@contextmanager
def aws(region: str | None = None) -> Iterator[Rekognition]:
    """Amazon Rekognition, with boto3's own credential chain and adaptive retries."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"mode": "adaptive", "max_attempts": 8}, max_pool_connections=_CALLS_AT_ONCE)
    client = boto3.client("rekognition", region_name=region, config=config)
    with ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="rekognition") as pool:
        yield Rekognition(lambda: client, "aws", pool)


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what boto3 raises into a sentence: `Unavailable` where it will pass, else a `Refusal`."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _BUSY:
            raise Unavailable(_BUSY[code]) from error
        if code in _SENTENCES:
            raise Refusal(_SENTENCES[code]) from error
        raise
    except (NoCredentialsError, PartialCredentialsError, SSOError, TokenRetrievalError) as error:
        raise Refusal(texts.AWS_CREDENTIALS_REFUSED) from error
    except BotoCoreError as error:
        raise Unavailable(texts.UNREACHABLE.format(service=_service(error))) from error


def _service(error: BotoCoreError) -> str:
    """Who does not answer: AWS, or by its host whoever is asked in its place."""
    host = urlsplit(str(error.kwargs.get("endpoint_url", ""))).hostname or ""
    return "AWS" if not host or host.endswith(_AWS) else host


_AWS = (".amazonaws.com", ".amazonaws.com.cn")


CREDENTIALS_REFUSED = frozenset(
    {
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "ExpiredTokenException",
        "InvalidAccessKeyId",  # this and the rest are S3's
        "SignatureDoesNotMatch",
        "ExpiredToken",
        "InvalidToken",
    }
)
_BUSY = {
    "ProvisionedThroughputExceededException": texts.REKOGNITION_BUSY,
    "ThrottlingException": texts.REKOGNITION_BUSY,
    "InternalServerError": texts.REKOGNITION_FAILED,
    "SlowDown": texts.BUCKET_BUSY,
    "ServiceUnavailable": texts.BUCKET_BUSY,
    "InternalError": texts.BUCKET_BUSY,
}
_SENTENCES = dict.fromkeys(CREDENTIALS_REFUSED, texts.AWS_CREDENTIALS_REFUSED) | {
    "NoSuchBucket": texts.NO_BUCKET,
    "PermanentRedirect": texts.BUCKET_ELSEWHERE,
    "AuthorizationHeaderMalformed": texts.BUCKET_ELSEWHERE,
    "AccessDenied": texts.BUCKET_FORBIDDEN,
    "AccessDeniedException": texts.REKOGNITION_FORBIDDEN,
    "LimitExceededException": texts.REKOGNITION_LIMIT,
    "ServiceQuotaExceededException": texts.COLLECTION_FULL,
}
