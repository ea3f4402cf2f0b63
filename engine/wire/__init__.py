"""The two doors: an ordinary boto3 client in this process; and `server`, which speaks Rekognition's protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..api import Engine

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


def connect(engine: Engine, **kwargs: Any) -> RekognitionClient:
    """A boto3 `rekognition` client that `engine` answers. `kwargs` are those of `boto3.client`, all optional here.

    It needs neither credentials nor a region nor a network. Everything else is botocore's own: parameters are
    validated, pages paginated, errors raised as `client.exceptions`. It may stand in the place of `boto3.client`, and
    within moto's `mock_aws`.
    """
    from . import client  # boto3, which takes longer than to open an engine

    return client.connect(engine, **kwargs)


__all__ = [
    "connect",
]
