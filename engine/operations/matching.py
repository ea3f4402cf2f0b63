"""The faces or users of a collection that are similar to a vector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ..store import Collection, Kind, StoredFace, StoredUser, rows
from ..vision import FACES, USERS, Vectors, of_user
from .context import Context

T = TypeVar("T")

_ROUNDING = 1e-6
"""Cosines come as 32-bit floats: a little more than wanted is fetched, and then judged by similarity."""


def similar_faces(
    context: Context, collection: Collection, query: Vectors, threshold: float, limit: int, besides: int | None = None
) -> list[tuple[StoredFace, float]]:
    """At most `limit` faces whose similarity to `query` is at least `threshold`, the most similar first.

    `besides` is the vector of a face that is no answer, because it is the question.
    """
    found = _nearest(context, collection, Kind.FACE, query, threshold, limit + 1)
    with context.store.read() as database:
        faces = rows.faces_by_vector(database, list(found))
    there = [(faces[vector], cosine) for vector, cosine in found.items() if vector in faces and vector != besides]
    scored = [(face, float(FACES.similarity(cosine))) for face, cosine in there]
    return _best(scored, threshold, limit)


def similar_users(
    context: Context, collection: Collection, query: Vectors, threshold: float, limit: int, besides: int | None = None
) -> list[tuple[StoredUser, float]]:
    """As `similar_faces`, of users by their vectors."""
    # A user of one face may be more similar than one of several faces whose cosine is a little higher.
    found = _nearest(context, collection, Kind.USER, query, threshold, 2 * limit + 1)
    with context.store.read() as database:
        users = rows.users_by_vector(database, list(found))
    there = [(users[vector], cosine) for vector, cosine in found.items() if vector in users and vector != besides]
    scored = [(user, float(of_user(user.faces).similarity(cosine))) for user, cosine in there]
    return _best(scored, threshold, limit)


def _nearest(
    context: Context, collection: Collection, kind: Kind, query: Vectors, threshold: float, limit: int
) -> dict[int, float]:
    """Cosines by vector, the highest first, as far down as the threshold may be passed."""
    floor = min(float(curve.cosine(threshold)) for curve in (FACES, USERS)) - _ROUNDING
    found = context.mirror.search(collection.id, kind, query, limit, floor)
    return dict(zip(found.keys.tolist(), found.cosines.tolist(), strict=True))


def _best(scored: Iterable[tuple[T, float]], threshold: float, limit: int) -> list[tuple[T, float]]:
    good = [(item, similarity) for item, similarity in scored if similarity >= threshold]
    return sorted(good, key=lambda pair: -pair[1])[:limit]
