"""What every operation works with: the store, its vectors in memory, the models, what their
vectors mean, and the two ways to get an image."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from .. import errors
from ..objects import Reader
from ..pagination import Paginator
from ..params import Params
from ..store import Collection, Database, Mirror, Questions, Store, StoredUser, rows
from ..vision import Image, Scale, Sighting, Vision


@dataclass(frozen=True, slots=True)
class Context:
    """An open engine's parts."""

    store: Store
    mirror: Mirror
    vision: Vision
    scale: Scale
    objects: Reader
    pages: Paginator
    questions: Questions
    neutral_attributes: bool = False

    @property
    def model_version(self) -> str:
        """What made the vectors, as Rekognition spells versions: digits and dots."""
        return _spelled(self.vision.version)


@cache
def _spelled(version: str) -> str:
    return ".".join(re.findall(r"\d+", version))


@dataclass(frozen=True, slots=True)
class Photo:
    """An image and its faces; `digest` tells whether two had the very same bytes."""

    image: Image
    sightings: tuple[Sighting, ...]
    digest: bytes


def photo(context: Context, source: Params) -> Photo:
    """The image of an `Image` structure: its bytes, or the object it names."""
    if ("Bytes" in source) == ("S3Object" in source):
        raise errors.invalid_parameter("Request has invalid parameters: give either Bytes or an S3Object")
    data = source["Bytes"] if "Bytes" in source else _object(context, source["S3Object"])
    scene = context.vision.see(data)
    return Photo(scene.image, scene.sightings, hashlib.sha256(data).digest())


def _object(context: Context, s3: Params) -> bytes:
    if "Bucket" not in s3 or "Name" not in s3:
        raise errors.EngineError("InvalidS3ObjectException", "Request has invalid S3 object")
    return context.objects.read(s3["Bucket"], s3["Name"], s3.get("Version"))


def collection(database: Database, request: Params) -> Collection:
    """The collection a request names. Raises EngineError (ResourceNotFoundException) when there is none."""
    found = rows.find_collection(database, request["CollectionId"])
    if found is None:
        raise errors.collection_not_found(request["CollectionId"])
    return found


def user(database: Database, owner: Collection, request: Params) -> StoredUser:
    """The user a request names. Raises EngineError (ResourceNotFoundException) when there is none."""
    found = rows.find_user(database, owner, request["UserId"])
    if found is None:
        raise errors.user_not_found(request["UserId"])
    return found


def once(database: Database, operation: str, owner: Collection, request: Params, act: Callable[[], Params]) -> Params:
    """The answer of `act`; or the one it gave before, when the request carries the ClientRequestToken of before.

    Raises EngineError (IdempotentParameterMismatchException) when the token came with other parameters before.
    """
    token = request.get("ClientRequestToken")
    if token is None:
        return act()
    parameters = json.dumps({**request, "ClientRequestToken": None}, sort_keys=True)
    fingerprint = hashlib.sha256(parameters.encode()).digest()
    if earlier := rows.recall(database, operation, token):
        if earlier.fingerprint != fingerprint:
            raise errors.token_reused(token)
        return earlier.answer
    answer = act()
    rows.remember(database, operation, token, owner, fingerprint, answer)
    return answer
