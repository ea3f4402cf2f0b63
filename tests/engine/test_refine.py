"""Landmarks are where they belong, however a face is tilted and however large its picture is."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from engine_steps import read

from engine.vision.detection.closeups import refine
from engine.vision.detection.detect import Detector


def test_landmarks_hold_still_when_a_face_is_looked_at_again(detector: Detector, photos: dict[str, Path]) -> None:
    """The same face at several sizes of picture: refined, its landmarks scatter less."""
    image = read(photos["biden.jpg"])
    as_found, refined = [], []
    for scale in (0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0):
        sized = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        (face,) = detector.detect(sized)
        (again,) = refine(detector, sized, [face])
        assert (again.left, again.top, again.width, again.height) == (face.left, face.top, face.width, face.height)
        as_found.append(np.asarray(face.landmarks) / scale)
        refined.append(np.asarray(again.landmarks) / scale)
    assert np.std(refined, axis=0).mean() < 0.9 * np.std(as_found, axis=0).mean()


@pytest.mark.parametrize("degrees", [-60, -40, -20, 20, 40, 60])
@pytest.mark.parametrize("name", ["astronaut.png", "biden.jpg", "obama.jpg"])
def test_a_tilted_face_has_the_landmarks_of_the_upright_one(
    detector: Detector, photos: dict[str, Path], name: str, degrees: float
) -> None:
    upright = read(photos[name])
    (face,) = detector.detect(upright)
    (again,) = refine(detector, upright, [face])
    expected = np.asarray(again.landmarks)
    middle = face.left + face.width / 2, face.top + face.height / 2
    turn = cv2.getRotationMatrix2D(middle, degrees, 1.0)
    tilted = np.asarray(cv2.warpAffine(upright, turn, upright.shape[1::-1]), np.uint8)
    found = max(detector.detect(tilted), key=lambda face: face.confidence)
    (refined,) = refine(detector, tilted, [found])
    assert np.abs(np.asarray(refined.landmarks) - (expected @ turn[:, :2].T + turn[:, 2])).mean() < 0.06 * face.width


def test_faces_looked_at_together_are_each_seen_as_alone(detector: Detector, photos: dict[str, Path]) -> None:
    image = read(photos["t1.jpg"])
    turn = cv2.getRotationMatrix2D((image.shape[1] / 2, image.shape[0] / 2), 25, 1.0)
    image = np.asarray(cv2.warpAffine(image, turn, image.shape[1::-1]), np.uint8)
    faces = detector.detect(image)
    assert len(faces) > 3
    assert any(face.confidence < 92 for face in faces), "some of them are tilted"
    alone = [face for each in faces for face in refine(detector, image, [each])]
    assert [np.asarray(face.landmarks) for face in refine(detector, image, faces)] == [
        pytest.approx(np.asarray(face.landmarks), abs=1e-3) for face in alone
    ]
    assert refine(detector, image, []) == []
