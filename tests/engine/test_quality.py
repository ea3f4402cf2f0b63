"""Pose, brightness, sharpness, and the bars that a face must pass to be indexed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest
from engine_steps import read
from hypothesis import given
from hypothesis import strategies as st

from engine.vision import Weights
from engine.vision.detection.detect import Detector
from engine.vision.faces.align import Image
from engine.vision.faces.face import Face
from engine.vision.faces.quality import Quality, QualityFilter, measure, pose, shortcomings

HEAD = np.array([(-31, -35, -26), (31, -35, -26), (0, 0, 0), (-26, 27, -20), (26, 27, -20)], float)


def turned(roll: float, yaw: float, pitch: float) -> Face:
    """A face whose landmarks are those of a head turned by yaw, then pitch, then roll, as a camera far away sees it."""
    r, y, p = np.radians((roll, yaw, pitch))
    about_down = np.array([(np.cos(y), 0, np.sin(y)), (0, 1, 0), (-np.sin(y), 0, np.cos(y))])
    about_right = np.array([(1, 0, 0), (0, np.cos(p), -np.sin(p)), (0, np.sin(p), np.cos(p))])
    in_plane = np.array([(np.cos(r), -np.sin(r), 0), (np.sin(r), np.cos(r), 0), (0, 0, 1)])
    x, y_, _ = (in_plane @ about_right @ about_down @ HEAD.T * 2 + 300).round(6)
    one, two, three, four, five = zip(x.tolist(), y_.tolist(), strict=True)
    return Face(200, 200, 200, 200, (one, two, three, four, five), confidence=93)


@given(st.floats(-45, 45))
def test_roll_is_clockwise(angle: float) -> None:
    assert dataclasses.astuple(pose(turned(angle, 0, 0))) == pytest.approx((angle, 0, 0), abs=0.1)


@given(st.floats(-80, 80))
def test_yaw_is_to_the_right(angle: float) -> None:
    assert dataclasses.astuple(pose(turned(0, angle, 0))) == pytest.approx((0, angle, 0), abs=0.1)


@given(st.floats(-60, 60))
def test_pitch_is_upwards(angle: float) -> None:
    assert dataclasses.astuple(pose(turned(0, 0, angle))) == pytest.approx((0, 0, angle), abs=0.1)


def test_people_who_look_at_the_camera_do(weights: Weights, photos: dict[str, Path]) -> None:
    image = read(photos["astronaut.png"])
    (face,) = Detector(weights).detect(image)
    seen = pose(face)
    assert max(abs(seen.roll), abs(seen.yaw), abs(seen.pitch)) < 12


def test_blur_is_less_sharp_and_dark_less_bright(weights: Weights, photos: dict[str, Path]) -> None:
    image = read(photos["astronaut.png"])
    (face,) = Detector(weights).detect(image)
    plain = measure(image, face)
    blurred = measure(np.asarray(cv2.GaussianBlur(image, (0, 0), 5), np.uint8), face)
    dark = measure((image // 8).astype(np.uint8), face)
    assert 40 < plain.brightness < 80
    assert blurred.sharpness < plain.sharpness / 5
    assert dark.brightness == pytest.approx(plain.brightness / 8, abs=1)


def _is_too_blurred(image: Image, face: Face) -> bool:
    return "LOW_SHARPNESS" in shortcomings(face, measure(image, face), "LOW")


def _blurred(image: Image, face: Face, share: float) -> Image:
    """By so much of the face's width."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), share * face.width), np.uint8)


@pytest.fixture
def portrait(weights: Weights, photos: dict[str, Path]) -> tuple[Image, Face]:
    """A photo in which a face is 64 px wide."""
    image = read(photos["astronaut.png"])
    (face,) = Detector(weights).detect(image)
    scale = 64 / face.width
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), face.scaled(scale)


def test_a_face_that_is_still_recognised_is_not_too_blurred_to_tell(portrait: tuple[Image, Face]) -> None:
    image, face = portrait
    dark, pale = (image * 0.15).astype(np.uint8), (180 + image * 0.15).astype(np.uint8)
    assert not any(_is_too_blurred(seen, face) for seen in (image, dark, pale, _blurred(image, face, 0.03)))


def test_a_face_that_is_not_recognised_any_more_is(portrait: tuple[Image, Face]) -> None:
    image, face = portrait
    assert all(_is_too_blurred(_blurred(image, face, share), face) for share in (0.08, 0.12))


def test_what_is_sharp_behind_a_blurred_face_does_not_count(portrait: tuple[Image, Face]) -> None:
    image, face = portrait
    seen = image.copy()
    left, top = int(face.left + 0.05 * face.width), int(face.top + 0.05 * face.height)
    inner = slice(top, top + int(0.9 * face.height)), slice(left, left + int(0.9 * face.width))
    seen[inner] = _blurred(image, face, 0.10)[inner]
    assert _is_too_blurred(seen, face)


def test_a_box_outside_the_picture_measures_nothing() -> None:
    face = dataclasses.replace(turned(0, 0, 0), left=-500.0)
    assert measure(np.full((100, 100, 3), 255, np.uint8), face) == Quality(0, 0)


LEVELS: tuple[QualityFilter, ...] = ("AUTO", "LOW", "MEDIUM", "HIGH")
GOOD, SHOWN = turned(0, 0, 0), Quality(brightness=50, sharpness=50)


def test_a_good_face_passes_every_bar() -> None:
    for level in ("NONE", *LEVELS):
        assert shortcomings(GOOD, SHOWN, level) == ()


@pytest.mark.parametrize(
    ("face", "quality", "reason"),
    [
        (turned(0, 0, 65), SHOWN, "EXTREME_POSE"),
        (GOOD, Quality(brightness=2, sharpness=50), "LOW_BRIGHTNESS"),
        (GOOD, Quality(brightness=50, sharpness=1), "LOW_SHARPNESS"),
        (dataclasses.replace(GOOD, confidence=62), SHOWN, "LOW_CONFIDENCE"),
        (dataclasses.replace(GOOD, width=12), SHOWN, "SMALL_BOUNDING_BOX"),
    ],
)
def test_each_shortcoming_is_named_unless_no_filter_is_wanted(face: Face, quality: Quality, reason: str) -> None:
    assert shortcomings(face, quality, "NONE") == ()
    for level in LEVELS:
        assert shortcomings(face, quality, level) == (reason,)


def test_higher_bars_refuse_more() -> None:
    profile = turned(0, 80, 0)
    assert shortcomings(profile, SHOWN, "AUTO") == ()
    assert shortcomings(profile, SHOWN, "MEDIUM") == ("EXTREME_POSE",)
