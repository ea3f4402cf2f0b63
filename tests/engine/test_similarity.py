"""Similarity is monotone, bounded, invertible, and means what it says as far as strangers were counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.vision.networks.versions import BOTH_VERSION, MODEL_VERSION
from engine.vision.recognition.similarity import MEASURED, Calibration, Scale, scale_of

SCALES = {"sface": scale_of(MODEL_VERSION), "both": scale_of(BOTH_VERSION)}
CURVES = pytest.mark.parametrize(
    "curve",
    [
        pytest.param(curve, id=f"{name} {faces}")
        for name, scale in SCALES.items()
        for faces, curve in scale.curves.items()
    ],
)


@CURVES
def test_the_whole_range_is_monotone_and_bounded(curve: Calibration) -> None:
    similarity = curve.similarity(np.linspace(-2, 2, 20_001))
    assert (np.diff(similarity) >= 0).all()
    assert similarity[0] == 0
    assert MEASURED < similarity[-1] < 100


@CURVES
@given(threshold=st.floats(1, 99.9985))
def test_a_threshold_becomes_the_score_that_just_passes(curve: Calibration, threshold: float) -> None:
    assert curve.similarity(curve.score(threshold)) == pytest.approx(threshold, abs=1e-6)


@CURVES
def test_nothing_is_too_unlike_for_a_threshold_of_zero_and_nothing_alike_enough_for_a_hundred(
    curve: Calibration,
) -> None:
    assert curve.score(0) == -np.inf
    assert curve.score(100) > 10


@pytest.mark.parametrize(("similarity", "rate"), [(99, 1e-4), (90, 1e-3), (80, 2e-3)])
@CURVES
def test_similarity_is_the_rate_of_false_matches(curve: Calibration, similarity: float, rate: float) -> None:
    log10 = np.interp(curve.score(similarity), curve.scores, curve.log10_rates)
    assert 10**log10 == pytest.approx(rate, rel=1e-6)
    assert curve.similarity(curve.score(similarity)) == pytest.approx(100 * (1 - 100 * rate))


@CURVES
def test_beyond_what_was_measured_digits_are_dearer_and_the_order_stays(curve: Calibration) -> None:
    """A tenth of the rate is two nines before, and a nine and a half at most from there on."""
    start, step = float(curve.score(MEASURED)), float(curve.score(99.9) - curve.score(99))
    beyond = 100 - curve.similarity(start + step * np.arange(4))
    assert (np.diff(beyond) < 0).all()
    assert beyond[1:] / beyond[:-1] == pytest.approx([1 / 2, 2 / 3, 3 / 4], abs=0.01)


def test_a_user_is_judged_by_the_curve_of_the_faces_it_unites() -> None:
    one, many = Calibration((0.0, 1.0), (-2.0, -4.0)), Calibration((0.5, 1.5), (-2.0, -4.0))
    unequal = Scale(SCALES["sface"].cohort, {1: one, 3: many}, 1.0)
    assert [unequal.of_user(faces) for faces in (0, 1, 2, 3, 100)] == [one, one, one, many, many]
    assert unequal.lowest(99) == pytest.approx(1)
