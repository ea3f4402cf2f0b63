"""An S3 with an empty bucket for as long as it is needed: moto's, in this process."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "team-faces"


@contextmanager
def serving(host: str = "127.0.0.1", **more: str) -> Iterator[dict[str, str]]:
    """The environment that leads boto3 there, and `more`: of this process and of those that it starts meanwhile."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    s3 = ThreadedMotoServer(host, port=0)
    s3.start()
    address, port = s3.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL_S3": f"http://{address}:{port}",
        "AWS_ACCESS_KEY_ID": "AKIATESTING",
        "AWS_SECRET_ACCESS_KEY": "the-secret-access-key-of-the-tests",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        **more,
    }
    try:
        with mock.patch.dict(os.environ, environment), mock.patch.object(boto3, "DEFAULT_SESSION", None):
            boto3.client("s3").create_bucket(Bucket=BUCKET)
            yield environment
    finally:
        s3.stop()
