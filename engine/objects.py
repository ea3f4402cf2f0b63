"""Images in S3: read through boto3, from AWS or from whatever S3 the environment names."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from contextlib import closing
from typing import Any, Protocol

from .errors import EngineError, image_too_large, invalid_s3_object
from .params import Params

MAX_BYTES = 15 * 1024 * 1024
_PART = 1024 * 1024

_log = logging.getLogger(__name__)


class Reader(Protocol):
    """What images named by `S3Object` are read with."""

    def read(self, bucket: str, name: str, version: str | None = None) -> bytes: ...


class Objects:
    """S3 by `client`, or by one made at first use from boto3's usual settings (`AWS_ENDPOINT_URL_S3` and so on)."""

    def __init__(self, client: Any | None = None) -> None:
        self._client = client
        self._turn = threading.Lock()

    def read(self, bucket: str, name: str, version: str | None = None) -> bytes:
        """The bytes of an object.

        Raises EngineError: InvalidS3ObjectException when it cannot be had, ImageTooLargeException over MAX_BYTES.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # as in `Engine.call`
        from urllib3.exceptions import HTTPError

        wanted = {"Bucket": bucket, "Key": name, **({"VersionId": version} if version else {})}
        try:
            with closing(self._s3().get_object(**wanted)["Body"]) as body:
                return _whole(body)
        except (BotoCoreError, ClientError, HTTPError) as error:
            # AWS's answer has one sentence for all reasons; whoever runs the engine may want to know which it was.
            _log.warning("An image could not be read from S3: %s", error)
            raise invalid_s3_object() from error

    def _s3(self) -> Any:
        with self._turn:
            if self._client is None:
                from botocore.config import Config

                from . import boto

                self._client = boto.client("s3", config=Config(connect_timeout=5, read_timeout=20))
            return self._client


def _whole(body: Any) -> bytes:
    """To its end, where botocore checks that nothing is missing; in parts, as it need not say how long it is."""
    data = bytearray()
    while part := body.read(_PART):
        data += part
        if len(data) > MAX_BYTES:
            raise image_too_large()
    return bytes(data)


class Fetched:
    """Objects that are at hand, or why they could not be had; others are read when they are asked for."""

    def __init__(self, objects: Reader, wanted: Iterable[Params]) -> None:
        self._objects = objects
        self._had = {key: _tried(objects, key) for key in map(_key, wanted) if key}

    def read(self, bucket: str, name: str, version: str | None = None) -> bytes:
        """As `Objects` does."""
        had = self._had.get((bucket, name, version))
        if isinstance(had, EngineError):
            raise had
        return self._objects.read(bucket, name, version) if had is None else had


_Key = tuple[str, str, str | None]


def _key(wanted: Params) -> _Key | None:
    return (wanted["Bucket"], wanted["Name"], wanted.get("Version")) if {"Bucket", "Name"} <= set(wanted) else None


def _tried(objects: Reader, key: _Key) -> bytes | EngineError:
    try:
        return objects.read(*key)
    except EngineError as error:
        return error
