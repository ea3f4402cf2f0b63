"""Scores are inner products of what is kept and what is asked, and mean the same wherever faces crowd."""

from __future__ import annotations

import numpy as np
import pytest

from engine.vision.recognition.cohort import EXTRA, NEIGHBOURS, Cohort, levels, offsets, read
from engine.vision.recognition.embed import Vectors, unit

COHORTS = pytest.mark.parametrize("name", ["cohort-sface", "cohort-both"])


def noise(count: int, dimensions: int, seed: int = 0) -> Vectors:
    return unit(np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32))


@COHORTS
def test_what_comes_with_the_engine_are_unit_rows_enough_for_a_neighbourhood(name: str) -> None:
    centroids = read(name).centroids
    assert len(centroids) > 2 * NEIGHBOURS
    assert np.linalg.norm(centroids, axis=1) == pytest.approx(np.ones(len(centroids)), abs=1e-5)


@COHORTS
def test_an_inner_product_is_the_cosine_measured_against_both_levels(name: str) -> None:
    cohort = read(name)
    ones, others = noise(7, cohort.centroids.shape[1]), noise(5, cohort.centroids.shape[1], seed=1)
    offset, other_offset = (offsets(cohort.levels(each)) for each in (ones, others))
    expected = ones @ others.T - offset[:, np.newaxis] - other_offset
    assert cohort.kept(others).shape == (5, others.shape[1] + EXTRA)
    assert cohort.scores(ones, others) == pytest.approx(expected, abs=1e-5)
    assert cohort.scores(others, ones) == pytest.approx(expected.T, abs=1e-5)


def test_many_vectors_are_placed_as_each_alone() -> None:
    cohort = read("cohort-sface")
    vectors = noise(5000, 128)
    assert cohort.levels(vectors)[4990] == pytest.approx(cohort.levels(vectors[4990:4991])[0], abs=1e-6)
    assert cohort.kept(vectors[:0]).shape == (0, 128 + EXTRA)


def test_a_level_is_of_the_nearest_centroids() -> None:
    cosines = np.linspace(0, 1, 4 * NEIGHBOURS, dtype=np.float32)[np.newaxis]
    level = levels(np.random.default_rng(0).permuted(cosines, axis=1))
    assert level == pytest.approx(cosines[:, -NEIGHBOURS:].mean(axis=1))


def test_strangers_where_faces_crowd_score_no_higher_than_elsewhere() -> None:
    """One group of people lies close together, as one does that a network saw little of; another lies apart."""
    common = noise(1, 128, seed=2)
    crowd, elsewhere = unit(common + noise(400, 128, seed=3)), noise(400, 128, seed=4)
    cohort = Cohort(unit(np.concatenate([crowd[:200], elsewhere[:200]])))
    ones, others = crowd[200:], elsewhere[200:]
    cosines = [np.quantile((group @ group.T)[np.triu_indices(200, 1)], 0.99) for group in (ones, others)]
    scores = [np.quantile(cohort.scores(group, group)[np.triu_indices(200, 1)], 0.99) for group in (ones, others)]
    assert cosines[0] - cosines[1] > 0.4
    assert scores[0] < scores[1] + 0.1
