"""Similarity is monotone, bounded, invertible, and means what it says at the thresholds people use."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.vision.similarity import FACES, USERS, Calibration

CURVES = pytest.mark.parametrize("curve", [FACES, USERS], ids=["faces", "users"])


@CURVES
def test_the_whole_range_is_monotone_and_bounded(curve: Calibration) -> None:
    similarity = curve.similarity(np.linspace(-1, 1, 20_001))
    assert (np.diff(similarity) >= 0).all()
    assert similarity[0] == 0
    assert 99.9999 < similarity[-1] <= 100


@CURVES
@given(threshold=st.floats(1, 99.9999))
def test_a_threshold_becomes_the_cosine_that_just_passes(curve: Calibration, threshold: float) -> None:
    assert curve.similarity(curve.cosine(threshold)) == pytest.approx(threshold, abs=1e-6)


@CURVES
def test_the_ends(curve: Calibration) -> None:
    assert curve.cosine(0) == -1
    assert curve.cosine(100) <= 1
    assert curve.similarity(curve.cosine(100)) == pytest.approx(100, abs=1e-4)


@pytest.mark.parametrize(("similarity", "rate"), [(99, 1e-4), (90, 1e-3), (80, 2e-3), (99.99, 1e-6)])
@CURVES
def test_similarity_is_the_rate_of_false_matches(curve: Calibration, similarity: float, rate: float) -> None:
    log10 = np.interp(curve.cosine(similarity), curve.cosines, curve.log10_rates)
    if similarity <= 99:
        assert 10**log10 == pytest.approx(rate, rel=1e-6)
    assert curve.similarity(curve.cosine(similarity)) == pytest.approx(100 * (1 - 100 * rate))
