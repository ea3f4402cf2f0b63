"""Faces become vectors that are compared, and a person's vectors one."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.vision import Weights
from engine.vision.detection.detect import Detector
from engine.vision.recognition.centre import CENTRE
from engine.vision.recognition.embed import Embedder, aggregate, centred, unit


def test_vectors_are_without_what_all_faces_have_in_common(weights: Weights, photos: dict[str, Path]) -> None:
    image = np.asarray(cv2.imread(str(photos["t1.jpg"])), np.uint8)
    faces, embedder = Detector(weights).detect(image), Embedder(weights)
    features, vectors = embedder.features(image, faces), embedder.embed(image, faces)
    assert vectors == pytest.approx(centred(features), abs=1e-6)
    assert (features @ unit(CENTRE)).mean() > 0.1, "faces crowd there"
    assert abs((vectors @ unit(CENTRE)).mean()) < (features @ unit(CENTRE)).mean() / 2


def test_the_user_vector_lies_between_its_faces() -> None:
    vectors = unit(np.eye(3, 128, dtype=np.float32) + np.float32(0.1))
    user = aggregate(vectors)
    assert np.linalg.norm(user) == pytest.approx(1, abs=1e-6)
    assert (vectors @ user).min() > (vectors @ vectors.T).min()
    assert aggregate(vectors[:1]) == pytest.approx(vectors[0], abs=1e-6)
