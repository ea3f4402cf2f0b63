"""The faces or users of a collection that are similar to a vector."""

from __future__ import annotations

from engine import collections as rows
from engine.collections import Collection, StoredFace, StoredUser
from engine.context import Context
from engine.embed import Vectors
from engine.mirror import Kind
from engine.similarity import FACES, USERS, Calibration

_ROUNDING = 1e-6
"""Cosines come as 32-bit floats: a little more than wanted is fetched, and then judged by similarity."""


def similar_faces(
    context: Context, collection: Collection, query: Vectors, threshold: float, limit: int, besides: int | None = None
) -> list[tuple[StoredFace, float]]:
    """At most `limit` faces whose similarity to `query` is at least `threshold`, the most similar first.

    `besides` is the vector of a face that is no answer, because it is the question.
    """
    ranked = _ranked(context, collection, Kind.FACE, FACES, query, threshold, limit, besides)
    with context.store.read() as database:
        faces = rows.faces_by_vector(database, list(ranked))
    return [(faces[vector], similarity) for vector, similarity in ranked.items() if vector in faces]


def similar_users(
    context: Context, collection: Collection, query: Vectors, threshold: float, limit: int, besides: int | None = None
) -> list[tuple[StoredUser, float]]:
    """As `similar_faces`, of users by their vectors."""
    ranked = _ranked(context, collection, Kind.USER, USERS, query, threshold, limit, besides)
    with context.store.read() as database:
        users = rows.users_by_vector(database, list(ranked))
    return [(users[vector], similarity) for vector, similarity in ranked.items() if vector in users]


def _ranked(
    context: Context,
    collection: Collection,
    kind: Kind,
    calibration: Calibration,
    query: Vectors,
    threshold: float,
    limit: int,
    besides: int | None,
) -> dict[int, float]:
    """Similarities by vector, the highest first."""
    floor = float(calibration.cosine(threshold)) - _ROUNDING
    found = context.mirror.search(collection.id, kind, query, limit + (besides is not None), floor)
    similarities = calibration.similarity(found.cosines).tolist()
    pairs = zip(found.keys.tolist(), similarities, strict=True)
    good = [(vector, similarity) for vector, similarity in pairs if similarity >= threshold and vector != besides]
    return dict(good[:limit])
