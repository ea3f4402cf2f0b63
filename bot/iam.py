"""The least that the bot must be allowed in AWS, as an IAM policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Rekognition's own list: which of its actions a collection's ARN narrows.
ON_COLLECTIONS = (
    "AssociateFaces",
    "CreateCollection",
    "CreateUser",
    "DeleteCollection",
    "DeleteFaces",
    "DeleteUser",
    "DescribeCollection",
    "DisassociateFaces",
    "IndexFaces",
    "ListFaces",
    "ListUsers",
    "SearchFaces",
    "SearchFacesByImage",
    "SearchUsers",
    "SearchUsersByImage",
)
ON_IMAGES = ("DetectFaces",)
ON_PHOTOS = ("DeleteObject", "GetObject", "PutObject")


def policy(
    collection: str, *, bucket: str | None = None, imports: str | None = None, region: str = "*", account: str = "*"
) -> dict[str, Any]:
    """The policy document for a collection, those of its workspaces and rebuilt ones, and a bucket of photos.

    `imports` is the `s3://bucket/prefix/` that people are to be imported from.
    """
    arn = f"arn:aws:rekognition:{region}:{account}:collection/{collection}"
    statements = [
        _allow("Collections", "rekognition", ON_COLLECTIONS, [arn, f"{arn}-*"]),
        _allow("Pictures", "rekognition", ON_IMAGES, ["*"]),  # no resource narrows it
    ]
    if bucket:
        statements += _objects("Photos", bucket, "enrolled/", ON_PHOTOS)
    if imports:
        name, _, prefix = imports.removeprefix("s3://").partition("/")
        statements += _objects("Imports", name, prefix, ("GetObject",))
    return {"Version": "2012-10-17", "Statement": statements}


def actions(document: dict[str, Any]) -> set[str]:
    """Every action that a policy allows."""
    return {action for statement in document["Statement"] for action in statement["Action"]}


def _objects(name: str, bucket: str, prefix: str, operations: Iterable[str]) -> list[dict[str, Any]]:
    arn = f"arn:aws:s3:::{bucket}"
    listing = _allow(f"{name}Listed", "s3", ["ListBucket"], [arn])
    listing["Condition"] = {"StringLike": {"s3:prefix": f"{prefix}*"}}
    return [_allow(name, "s3", operations, [f"{arn}/{prefix}*"]), listing]


def _allow(name: str, service: str, operations: Iterable[str], resources: list[str]) -> dict[str, Any]:
    actions = [f"{service}:{operation}" for operation in operations]
    return {"Sid": name, "Effect": "Allow", "Action": actions, "Resource": resources}
