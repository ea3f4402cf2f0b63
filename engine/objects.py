"""Images in S3: read through boto3, from AWS or from whatever S3 the environment names."""

from __future__ import annotations

import logging
import threading
from typing import Any

from .errors import image_too_large, invalid_s3_object

MAX_BYTES = 15 * 1024 * 1024

_log = logging.getLogger(__name__)


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

        wanted = {"Bucket": bucket, "Key": name, **({"VersionId": version} if version else {})}
        try:
            answer = self._s3().get_object(**wanted)
            with answer["Body"] as body:
                if answer["ContentLength"] > MAX_BYTES:
                    raise image_too_large()
                return bytes(body.read())
        except (BotoCoreError, ClientError) as error:
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
