"""Ordinary boto3 clients, also where a test has put something else in the place of `boto3.client`."""

from __future__ import annotations

from typing import Any

import boto3
from boto3.session import Session

_client = Session.client
"""As it was before any test: one that patches `boto3.client` with `connect` would have that call itself."""


def client(service: str, **options: Any) -> Any:
    """What `boto3.client` makes, in the same default session."""
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    make: Any = _client  # Its stubs know each service by name.
    return make(boto3.DEFAULT_SESSION, service, **options)
