"""Faces are found where they are, in every size of picture, by many threads at once."""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from engine_steps import read

from artifacts.photos import CATALOGUE
from engine.vision.detection.detect import Detector
from engine.vision.faces.face import Face


@pytest.mark.parametrize("photo", CATALOGUE, ids=lambda photo: photo.name)
def test_every_photo_shows_its_faces(detector: Detector, photos: dict[str, Path], photo: object) -> None:
    assert isinstance(photo, type(CATALOGUE[0]))
    image = read(photos[photo.name])
    faces = detector.detect(image)
    assert len(faces) == photo.faces
    assert [face.area for face in faces] == sorted((face.area for face in faces), reverse=True)
    for face in faces:
        assert 60 < face.confidence <= 100
        eye_left, eye_right, nose, mouth_left, mouth_right = face.landmarks
        assert eye_left[0] < eye_right[0]
        assert mouth_left[0] < mouth_right[0]
        assert max(eye_left[1], eye_right[1]) < nose[1] < min(mouth_left[1], mouth_right[1])
        for x, y in face.landmarks:
            assert face.left - 5 <= x <= face.left + face.width + 5
            assert face.top - 5 <= y <= face.top + face.height + 5


@pytest.mark.parametrize("side", [150, 640, 1280, 3000, 6000])
def test_a_face_is_found_in_the_same_place_at_any_size(detector: Detector, photos: dict[str, Path], side: int) -> None:
    image = read(photos["astronaut.png"])
    (expected,) = detector.detect(image)
    scale = side / image.shape[0]
    (found,) = detector.detect(np.asarray(cv2.resize(image, (side, side)), np.uint8))
    for name in ("left", "top", "width", "height"):
        assert getattr(found, name) / scale == pytest.approx(getattr(expected, name), abs=12)


def test_a_face_that_fills_a_large_picture_is_found(detector: Detector, photos: dict[str, Path]) -> None:
    image = read(photos["obama.jpg"])
    (face,) = detector.detect(image)
    close = image[int(face.top) : int(face.top + face.height), int(face.left) : int(face.left + face.width)]
    (found,) = detector.detect(np.asarray(cv2.resize(close, None, fx=4, fy=4), np.uint8))
    assert found.width > 0.7 * close.shape[1] * 4


@pytest.mark.parametrize(
    "shape", [(80, 80, 3), (1, 1, 3), (3000, 80, 3), (80, 3000, 3), (8000, 80, 3), (80, 65_000, 3)]
)
def test_no_face_is_an_empty_answer(detector: Detector, shape: tuple[int, ...]) -> None:
    assert detector.detect(np.full(shape, 127, np.uint8)) == ()


@pytest.mark.parametrize("shape", [(4000, 4000, 3), (40, 4000, 3)])
def test_looking_takes_little_more_memory_than_the_picture(detector: Detector, shape: tuple[int, ...]) -> None:
    nobody = np.full(shape, 127, np.uint8)
    detector.detect(nobody)  # The networks keep what they needed.
    tracemalloc.start()
    try:
        detector.detect(nobody)
        assert tracemalloc.get_traced_memory()[1] < nobody.nbytes + 20_000_000
    finally:
        tracemalloc.stop()


def test_a_face_that_ends_with_a_large_picture_is_found_where_it_is(
    detector: Detector, photos: dict[str, Path]
) -> None:
    image = read(photos["obama_partial_face.jpg"])
    small, large = (cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for scale in (0.5, 1.125))
    (expected,) = detector._padded(np.asarray(small, np.uint8))
    (found,) = detector._padded(np.asarray(large, np.uint8))
    assert found.left == pytest.approx(2.25 * expected.left, abs=0.01 * found.width)
    assert found.width == pytest.approx(2.25 * expected.width, rel=0.01)


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("name", ["t1.jpg", "biden.jpg"])
def test_faces_of_a_picture_on_its_side_are_found_where_they_are(
    detector: Detector, photos: dict[str, Path], name: str, quarters: int
) -> None:
    pictures = [read(photos[name])]
    for _ in range(quarters):
        pictures.append(np.ascontiguousarray(np.rot90(pictures[-1])))
    found = detector.detect(pictures[-1])
    for picture in reversed(pictures[:-1]):
        found = tuple(face.turned_back(picture) for face in found)
    expected = detector.detect(pictures[0])
    assert len(found) == len(expected)
    for face in expected:
        (same,) = [other for other in found if face.holds(other)]
        assert np.abs(np.subtract(same.landmarks, face.landmarks)).mean() < 0.1 * face.width


@pytest.mark.thorough
def test_threads_find_what_one_finds(detector: Detector, photos: dict[str, Path]) -> None:
    images = [read(photos[photo.name]) for photo in CATALOGUE] * 3
    alone: list[tuple[Face, ...]] = [detector.detect(image) for image in images]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(detector.detect, images)) == alone
