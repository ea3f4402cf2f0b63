"""Collections and their tags."""

from __future__ import annotations

import datetime as dt
import re

from .. import errors
from ..params import Params
from ..store import Collection, Database, rows
from . import answers
from .context import Context, collection

_MAX_TAGS = 50
_MAX_PAGE = 4096

_ARN = "aws:rekognition:us-east-1:000000000000:collection/"
"""AWS's answer to CreateCollection has its ARN without the `arn:` in front."""

_ANY_ARN = re.compile(r"(?:arn:)?aws[a-z-]*:rekognition:[a-z0-9-]*:\d*:collection/(?P<name>[a-zA-Z0-9_.\-]+)")


def create_collection(context: Context, request: Params) -> Params:
    name, tags = request["CollectionId"], request.get("Tags", {})
    if len(tags) > _MAX_TAGS:
        raise errors.too_many_tags(_MAX_TAGS)
    with context.store.write(name) as database:
        if rows.find_collection(database, name):
            raise errors.collection_exists(name)
        created = rows.create_collection(database, name, dt.datetime.now(dt.UTC).timestamp())
        rows.set_tags(database, created, tags)
    return {"StatusCode": 200, "CollectionArn": _ARN + name, "FaceModelVersion": context.model_version}


def delete_collection(context: Context, request: Params) -> Params:
    with context.store.write(request["CollectionId"], erasing=True) as database:
        deleted = collection(database, request)
        rows.delete_collection(database, deleted)
    context.mirror.forget(deleted)
    return {"StatusCode": 200}


def describe_collection(context: Context, request: Params) -> Params:
    with context.store.read() as database:
        described = collection(database, request)
        return {
            "FaceCount": rows.count_faces(database, described),
            "UserCount": rows.count_users(database, described),
            "FaceModelVersion": context.model_version,
            "CollectionARN": f"arn:{_ARN}{described.name}",
            "CreationTimestamp": dt.datetime.fromtimestamp(round(described.created, 3), dt.UTC),
        }


def list_collections(context: Context, request: Params) -> Params:
    listing, limit = ["ListCollections"], request.get("MaxResults") or _MAX_PAGE
    after = context.pages.resume(listing, request.get("NextToken"))
    with context.store.read() as database:
        found = rows.list_collections(database, after, limit + 1)
    shown = found[:limit]
    token = context.pages.issue(listing, shown[-1].id) if len(found) > limit else None
    versions = {"FaceModelVersions": [context.model_version] * len(shown)}
    return answers.page("CollectionIds", [each.name for each in shown], token) | versions


def tag_resource(context: Context, request: Params) -> Params:
    arn = request["ResourceArn"]
    with context.store.write(_named(arn)) as database:
        tagged = _resource(database, arn)
        if len(rows.tags_of(database, tagged) | request["Tags"]) > _MAX_TAGS:
            raise errors.too_many_tags(_MAX_TAGS)
        rows.set_tags(database, tagged, request["Tags"])
    return {}


def untag_resource(context: Context, request: Params) -> Params:
    arn = request["ResourceArn"]
    with context.store.write(_named(arn)) as database:
        rows.remove_tags(database, _resource(database, arn), request["TagKeys"])
    return {}


def list_tags_for_resource(context: Context, request: Params) -> Params:
    with context.store.read() as database:
        return {"Tags": rows.tags_of(database, _resource(database, request["ResourceArn"]))}


def _named(arn: str) -> str:
    """The collection that an ARN is of."""
    match = _ANY_ARN.fullmatch(arn)
    if match is None:
        raise errors.invalid_parameter(f"Request has invalid parameters: {arn} is not the ARN of a collection")
    return match["name"]


def _resource(database: Database, arn: str) -> Collection:
    found = rows.find_collection(database, _named(arn))
    if found is None:
        raise errors.resource_not_found(arn)
    return found
