"""Tells faces apart: an aligned face becomes a unit vector of 128 numbers, by SFace, and a person's vectors one."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.detect import Face, Image
from engine.pool import Pool, quiet
from engine.weights import Weights

Vectors = NDArray[np.float32]

DIMENSIONS = 128

_SIDE = 112
_TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
"""Where SFace expects the five landmarks, in pixels of its 112 × 112 input."""


class Embedder:
    """SFace. Threads may share one."""

    def __init__(self, weights: Weights) -> None:
        path = str(weights.recognizer)

        def load() -> cv2.FaceRecognizerSF:
            with quiet():
                return cv2.FaceRecognizerSF.create(path, "")

        self._nets = Pool(load)

    def embed(self, image: Image, faces: Sequence[Face]) -> Vectors:
        """One unit row for each of `faces`, found in `image`: n × 128."""
        vectors = np.empty((len(faces), DIMENSIONS), np.float32)
        with self._nets.borrow() as net:
            for vector, face in zip(vectors, faces, strict=True):
                vector[:] = net.feature(align(image, face))[0]
        return unit(vectors)


def align(image: Image, face: Face) -> Image:
    """The face, 112 × 112, turned and scaled so that its landmarks lie where SFace expects them."""
    transform = similarity_transform(np.asarray(face.landmarks), _TEMPLATE)
    return np.asarray(cv2.warpAffine(image, transform, (_SIDE, _SIDE)), np.uint8)


def similarity_transform(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rotation, scale and shift, 2 × 3, that bring points nearest to others, both n × 2, by least squares."""
    from_centre, to_centre = source.mean(axis=0), target.mean(axis=0)
    points = (source - from_centre) @ (1, 1j)
    # In the complex plane a rotation with a scale is one number.
    turn = np.vdot(points, (target - to_centre) @ (1, 1j)) / max(np.vdot(points, points).real, 1e-12)
    matrix = np.array([(turn.real, -turn.imag), (turn.imag, turn.real)])
    return np.column_stack([matrix, to_centre - matrix @ from_centre])


def aggregate(vectors: Vectors) -> Vectors:
    """The user vector of a person's unit vectors, n × 128 with n at least 1: their mean, of unit length."""
    return unit(vectors.mean(axis=0, dtype=np.float32))


def unit(vectors: Vectors) -> Vectors:
    """`vectors` (… × 128) scaled to length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
