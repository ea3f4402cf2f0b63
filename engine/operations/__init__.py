"""Rekognition's operations, one function each, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..params import Params
from . import collections, faces, users
from .context import Context

__all__ = ["OPERATIONS", "Context", "Operation"]

Operation = Callable[[Context, Params], Params]
"""Takes a request that has been checked and answers it, or raises EngineError."""

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "AssociateFaces": users.associate_faces,
        "CompareFaces": faces.compare_faces,
        "CreateCollection": collections.create_collection,
        "CreateUser": users.create_user,
        "DeleteCollection": collections.delete_collection,
        "DeleteFaces": faces.delete_faces,
        "DeleteUser": users.delete_user,
        "DescribeCollection": collections.describe_collection,
        "DetectFaces": faces.detect_faces,
        "DisassociateFaces": users.disassociate_faces,
        "IndexFaces": faces.index_faces,
        "ListCollections": collections.list_collections,
        "ListFaces": faces.list_faces,
        "ListTagsForResource": collections.list_tags_for_resource,
        "ListUsers": users.list_users,
        "SearchFaces": faces.search_faces,
        "SearchFacesByImage": faces.search_faces_by_image,
        "SearchUsers": users.search_users,
        "SearchUsersByImage": users.search_users_by_image,
        "TagResource": collections.tag_resource,
        "UntagResource": collections.untag_resource,
    }
)
