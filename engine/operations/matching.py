"""The faces or users of a collection that are similar to a vector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from .. import errors
from ..store import Collection, Database, Index, StoredFace, StoredUser, rows
from ..vision import Image, QualityFilter, Sighting, Vectors
from .context import Context

T = TypeVar("T")

CROWDED = "LOW_FACE_QUALITY"
"""Rekognition's word for a face not worth comparing; here for nothing but one in too crowded a neighbourhood."""

_ROUNDING = 1e-6
"""Scores come as 32-bit floats: a little more than wanted is fetched, and then judged by similarity."""


@dataclass(frozen=True, slots=True)
class Told:
    """Faces that can be told from others of their kind, with a row each of `vectors`; those that cannot, with the
    reason; and those that nobody looked at, as there were enough."""

    apart: tuple[Sighting, ...]
    vectors: Vectors
    crowded: tuple[tuple[Sighting, tuple[str, ...]], ...]
    rest: tuple[Sighting, ...]


def tell_apart(
    context: Context, image: Image, good: Sequence[Sighting], level: QualityFilter, limit: int, *, enrol: bool = False
) -> Told:
    """The first `limit` of the `good` faces in `image` that can be told from others of their kind.

    Small children's faces cannot: so many strangers are as near to one as its own person. At the level NONE all can.
    Further faces are looked at only in the place of such.
    """
    done = min(limit, len(good))
    told, vectors = _judged(context, image, good[:done], level, enrol=enrol)
    while done < len(good) and (missing := limit - told.count(False)) > 0:
        more, their = _judged(context, image, good[done : done + missing], level, enrol=enrol)
        told, vectors, done = told + more, np.concatenate([vectors, their]), done + len(more)
    pairs = list(zip(good[:done], told, strict=True))
    apart = tuple(sighting for sighting, is_crowded in pairs if not is_crowded)
    crowded = tuple((sighting, (CROWDED,)) for sighting, is_crowded in pairs if is_crowded)
    return Told(apart, vectors, crowded, tuple(good[done:]))


def _judged(
    context: Context, image: Image, some: Sequence[Sighting], level: QualityFilter, *, enrol: bool
) -> tuple[list[bool], Vectors]:
    """Which of the faces are in too crowded a neighbourhood, and the vectors of the others."""
    vectors = context.vision.embed(image, some, enrol=enrol)
    crowded = context.scale.is_crowded(vectors) if level != "NONE" else np.zeros(len(vectors), bool)
    return crowded.tolist(), vectors[~crowded]


def asked(context: Context, database: Database, owner: Collection, face_id: str) -> tuple[int | None, Vectors]:
    """The id of a face's vector, which a face that is only to be asked with has not, and the vector.

    Raises EngineError (InvalidParameterException) when the collection has no such face.
    """
    question = context.questions.find(owner, face_id)
    if question is not None:
        return None, question
    face = rows.find_face(database, owner, face_id)
    if face is None:
        raise errors.face_not_found()
    return face.vector, rows.vector_of(database, face.vector)


def similar_faces(
    context: Context, index: Index, query: Vectors, threshold: float, limit: int, besides: int | None = None
) -> list[tuple[StoredFace, float]]:
    """At most `limit` faces of `index` whose similarity to `query` is at least `threshold`, the most similar first.

    `besides` is the vector of a face that is no answer, because it is the question.
    """
    found = _nearest(context, index, query, threshold, limit + 1)
    with context.store.read() as database:
        faces = rows.faces_by_vector(database, list(found))
    there = [(faces[vector], score) for vector, score in found.items() if vector in faces and vector != besides]
    curve = context.scale.of_user(1)
    scored = [(face, float(curve.similarity(score))) for face, score in there]
    return _best(scored, threshold, limit)


def similar_questions(
    context: Context, collection: Collection, face_id: str, query: Vectors, threshold: float
) -> list[tuple[StoredFace, float]]:
    """As `similar_faces`, of those faces to ask with that are to be found by this one."""
    others = context.questions.found_by(collection, face_id)
    if not others:
        return []
    similarities = context.scale.similarities(query[np.newaxis], np.stack([vector for _, vector in others]))[0]
    scored = ((face, float(similarity)) for (face, _), similarity in zip(others, similarities, strict=True))
    return _best(scored, threshold, len(others))


def similar_users(
    context: Context, index: Index, query: Vectors, threshold: float, limit: int, besides: int | None = None
) -> list[tuple[StoredUser, float]]:
    """As `similar_faces`, of users by their vectors."""
    # A user of one face may be more similar than one of several faces whose score is a little higher.
    found = _nearest(context, index, query, threshold, 2 * limit + 1)
    with context.store.read() as database:
        users = rows.users_by_vector(database, list(found))
    there = [(users[vector], score) for vector, score in found.items() if vector in users and vector != besides]
    scored = [(user, float(context.scale.of_user(user.faces).similarity(score))) for user, score in there]
    return _best(scored, threshold, limit)


def _nearest(context: Context, index: Index, query: Vectors, threshold: float, limit: int) -> dict[int, float]:
    """Scores by vector, the highest first, as far down as the threshold may be passed."""
    floor = context.scale.lowest(threshold) - _ROUNDING
    found = index.search(context.scale.cohort.asked(query[np.newaxis])[0], limit, floor)
    return dict(zip(found.keys.tolist(), found.scores.tolist(), strict=True))


def _best(scored: Iterable[tuple[T, float]], threshold: float, limit: int) -> list[tuple[T, float]]:
    good = [(item, similarity) for item, similarity in scored if similarity >= threshold]
    return sorted(good, key=lambda pair: -pair[1])[:limit]
