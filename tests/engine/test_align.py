"""The geometry under the faces: transforms are recovered, undone, and shrink without losing their place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.vision.faces.align import TEMPLATE, Point, Transform, fit, mirror, undo, warp

TURNS = st.floats(-np.pi, np.pi)
SCALES = st.floats(0.01, 100)
SHIFTS = st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))


def transform(turn: float, scale: float, shift: tuple[float, float]) -> Transform:
    matrix = scale * np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))])
    return np.column_stack([matrix, shift])


@given(TURNS, SCALES, SHIFTS)
def test_a_transform_is_recovered_and_undone(turn: float, scale: float, shift: tuple[float, float]) -> None:
    wanted = transform(turn, scale, shift)
    before = undo(wanted, TEMPLATE)
    found = fit([(float(x), float(y)) for x, y in before], TEMPLATE)
    assert found @ np.vstack([before.T, np.ones(5)]) == pytest.approx(TEMPLATE.T, abs=1e-4)
    assert found[:, :2] == pytest.approx(wanted[:, :2], rel=1e-3, abs=1e-6)


def test_landmarks_all_in_one_point_are_no_crash() -> None:
    point: Point = (5.0, 5.0)
    assert np.isfinite(fit([point] * 5, TEMPLATE)).all()


@pytest.mark.parametrize("scale", [0.06, 0.2, 0.49, 0.51, 1.0, 3.0])
@pytest.mark.parametrize("turn", [0.0, 0.3, -2.0])
def test_what_is_shrunk_first_stays_in_its_place(scale: float, turn: float) -> None:
    """A soft spot in a large picture appears where the transform says, however much smaller."""
    image = np.zeros((1500, 1500, 3), np.uint8)
    where, side = np.array([700.0, 820.0]), 112
    spot = cv2.circle(image, (700, 820), int(12 / scale), (255, 255, 255), -1, cv2.LINE_AA)
    wanted = transform(turn, scale, (0, 0))
    wanted[:, 2] = (60, 50) - wanted[:, :2] @ where
    seen = warp(np.asarray(spot, np.uint8), wanted, side)[..., 0].astype(float)
    rows, columns = np.indices(seen.shape)
    middle = (columns * seen).sum() / seen.sum(), (rows * seen).sum() / seen.sum()
    assert middle == pytest.approx((60, 50), abs=0.3)


@pytest.mark.parametrize("scale", [0.1, 1.0])
def test_beyond_the_picture_is_black_or_its_reflection(scale: float) -> None:
    image = np.full((800, 800, 3), 200, np.uint8)
    shifted = transform(0, scale, (40, 40))
    black, reflected = warp(image, shifted, 112), warp(image, shifted, 112, reflect=True)
    assert not black[:38].any()
    assert (reflected == 200).all()
    assert (black[45:80, 45:80] == 200).all()
    assert not warp(image, transform(0, scale, (-1e4, -1e4)), 112).any()


def test_a_mirror_twice_is_the_picture() -> None:
    image = np.random.default_rng(0).integers(0, 255, (4, 5, 3)).astype(np.uint8)
    assert (mirror(image)[:, 0] == image[:, -1]).all()
    assert (mirror(mirror(image)) == image).all()
