"""An ordinary boto3 client whose requests never leave the process."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from ..api import Engine
from .protocol import answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_rekognition import RekognitionClient


def connect(engine: Engine, **kwargs: Any) -> RekognitionClient:
    """A boto3 `rekognition` client that `engine` answers. `kwargs` are those of `boto3.client`, all optional here.

    It needs neither credentials nor a region nor a network. Everything else is botocore's own: parameters are
    validated, pages paginated, errors raised as `client.exceptions`.
    """
    # Nobody checks a signature within the process, so none is made: hashing a photo costs a millisecond.
    config = Config(signature_version=UNSIGNED).merge(kwargs.pop("config", None) or Config())
    client = boto3.client("rekognition", **{"region_name": "us-east-1", **kwargs, "config": config})

    def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        response = answer(engine, _text(request.headers["X-Amz-Target"]), _bytes(request.body))
        headers = HTTPHeaders()
        for name, value in response.headers.items():
            headers[name] = value
        return AWSResponse(request.url, response.status, headers, _Body(response.body))

    events: Any = client.meta.events  # Its stubs know no handlers that return something.
    events.register_first("before-send.rekognition", send)
    return client


class _Body(BytesIO):
    """What AWSResponse reads from, in place of a socket."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def _text(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else bytes(body)
