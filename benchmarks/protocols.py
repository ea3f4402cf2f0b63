"""The protocols of face recognition, on vectors: verification, open-set identification, false match rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.vision.networks.versions import BOTH_VERSION, MODEL_VERSION
from engine.vision.recognition.embed import Vectors, aggregate
from engine.vision.recognition.recognisers import SFace
from engine.vision.recognition.similarity import Calibration, Scale, scale_of

Floats = NDArray[np.float64]
People = NDArray[np.intp]
Gallery = Callable[[Vectors], Vectors]
"""Makes of a person's enrolled faces the rows that a search compares with."""

Compare = Callable[[Vectors, Vectors], NDArray[np.float32]]
"""Scores of n queries with m enrolled vectors: n × m."""


def version(vectors: Vectors) -> str:
    """That of the networks, one or two, whose vectors are of this length."""
    return MODEL_VERSION if vectors.shape[-1] == SFace.dimensions else BOTH_VERSION


def scale(vectors: Vectors) -> Scale:
    """What scores of these vectors mean."""
    return scale_of(version(vectors))


def scores(queries: Vectors, enrolled: Vectors) -> NDArray[np.float32]:
    """As the engine compares."""
    return scale(queries).cohort.scores(queries, enrolled)


def cosines(queries: Vectors, enrolled: Vectors) -> NDArray[np.float32]:
    """As networks alone compare."""
    return np.asarray(queries @ enrolled.T, np.float32)


THRESHOLDS = (80, 90, 99)
FPIRS = (0.01, 0.001)
DRAWS = 10


@dataclass(frozen=True, slots=True)
class Identification:
    """The mean over the draws: TPIR at each of FPIRS; TPIR and FPIR at each of THRESHOLDS; and FPIR with its TPIR.

    `deviation` is the standard deviation of `at_fpir` from draw to draw.
    """

    at_fpir: tuple[float, ...]
    deviation: tuple[float, ...]
    at_threshold: tuple[tuple[float, float], ...]
    curve: tuple[tuple[float, float], ...]


def verification(vectors: Vectors, people: People, folds: int = 10, pairs: int = 300) -> tuple[float, float]:
    """Mean and standard deviation of the accuracy: `pairs` of one person and `pairs` of two in each of the folds; the
    threshold for a fold is the best of the others."""
    random = np.random.default_rng(0)
    one, other = np.triu_indices(len(people), 1)
    same = people[one] == people[other]
    chosen = [random.choice(np.flatnonzero(kind), folds * pairs, replace=False) for kind in (same, ~same)]
    cosines = [(vectors[one[at]] * vectors[other[at]]).sum(axis=1).reshape(folds, pairs) for at in chosen]
    candidates = np.linspace(0, 1, 1001)
    right = sum(
        compare(values[..., None], candidates).sum(axis=1)
        for values, compare in zip(cosines, (np.greater_equal, np.less), strict=True)
    )  # folds × candidates
    best = [np.argmax(right.sum(axis=0) - right[fold]) for fold in range(folds)]
    accuracy = np.array([right[fold, at] for fold, at in enumerate(best)]) / (2 * pairs)
    return float(accuracy.mean()), float(accuracy.std())


def user_vector(faces: Vectors) -> Vectors:
    """A gallery of one vector a person: of all faces."""
    return aggregate(faces)[None]


def first_face(faces: Vectors) -> Vectors:
    """A gallery of one face a person."""
    return faces[:1]


def every_face(faces: Vectors) -> Vectors:
    """A gallery of all faces: the best of them counts."""
    return faces


def identification(
    enrolled: Vectors,
    queries: Vectors,
    people: People,
    k: int,
    gallery: Gallery = user_vector,
    draws: int = DRAWS,
    compare: Compare = scores,
) -> Identification:
    """Open-set: half of those with more than `k` photos are enrolled with `k`, their other photos should find them, and
    nobody else's photos should find anyone. Enrolled by the rows of `enrolled`, searched by those of `queries`."""
    curve = scale(queries).of_user(k if gallery is user_vector else 1)
    runs = [_run(enrolled, queries, people, k, gallery, seed, compare) for seed in range(draws)]
    rates = np.geomspace(2e-4, 0.1, 60)
    thresholds = curve.score(THRESHOLDS)
    at_fpir = np.array([[_tpir_at(*run, rate) for rate in FPIRS] for run in runs])
    return Identification(
        at_fpir=tuple(at_fpir.mean(axis=0).tolist()),
        deviation=tuple(at_fpir.std(axis=0).tolist()),
        at_threshold=tuple(
            (
                float(np.mean([(mates >= at).mean() for mates, _ in runs])),
                float(np.mean([(others >= at).mean() for _, others in runs])),
            )
            for at in thresholds
        ),
        curve=tuple((float(rate), float(np.mean([_tpir_at(*run, rate) for run in runs]))) for rate in rates),
    )


def _run(
    enrolled: Vectors, queries: Vectors, people: People, k: int, gallery: Gallery, seed: int, compare: Compare
) -> tuple[Floats, Floats]:
    """The best score of each photo of the enrolled (−∞ where someone else's is the best), and of everyone else's."""
    random = np.random.default_rng(seed)
    eligible = np.flatnonzero(np.bincount(people) > k)
    known = random.permutation(eligible)[: len(eligible) // 2]
    used = np.zeros(len(people), bool)
    vectors, owners = [], []
    for person in known:
        photos = random.permutation(np.flatnonzero(people == person))[:k]
        used[photos] = True
        rows = gallery(enrolled[photos])
        vectors.append(rows)
        owners += [person] * len(rows)
    found = compare(queries, np.concatenate(vectors))
    best, whose = found.max(axis=1), np.asarray(owners)[found.argmax(axis=1)]
    is_known = np.isin(people, known)
    mates = is_known & ~used
    return np.where(whose == people, best, -np.inf)[mates].astype(np.float64), best[~is_known].astype(np.float64)


def _tpir_at(mates: Floats, others: Floats, fpir: float) -> float:
    """The share of mates found by the lowest threshold that at most `fpir` of the others pass."""
    allowed = int(fpir * len(others))
    threshold = np.partition(others, -allowed - 1)[-allowed - 1]
    return float((mates > threshold).mean())


def most_alike(vectors: Vectors, people: People, count: int) -> list[tuple[float, int, int]]:
    """The pairs of faces of different people with the highest scores: the score and the two rows."""
    found = np.where(people[:, None] == people, -np.inf, scores(vectors, vectors))
    found[np.triu_indices(len(people))] = -np.inf
    top = np.argsort(found, axis=None)[::-1][:count]
    rows, columns = np.unravel_index(top, found.shape)
    return [(float(found[one, other]), int(one), int(other)) for one, other in zip(rows, columns, strict=True)]


def strangers(
    enrolled: Vectors, queries: Vectors, people: People, k: int | None = None, compare: Compare = scores
) -> Floats:
    """Scores of every photo with every face of other people; with `k`, with their user vectors of `k` faces (of those
    with at least as many)."""
    owners = people
    if k is not None:
        random = np.random.default_rng(0)
        owners = np.flatnonzero(np.bincount(people) >= k)
        chosen = [random.permutation(np.flatnonzero(people == person))[:k] for person in owners]
        enrolled = np.stack([aggregate(enrolled[rows]) for rows in chosen])
    return np.asarray(compare(queries, enrolled)[people[:, None] != owners], np.float64)


def false_match_rates(found: Floats, calibration: Calibration) -> tuple[float, ...]:
    """The share of strangers' comparisons that pass each of THRESHOLDS."""
    return tuple(float((found >= at).mean()) for at in calibration.score(THRESHOLDS))
