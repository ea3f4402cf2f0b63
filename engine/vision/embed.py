"""Tells faces apart: an aligned face becomes a unit vector of 128 numbers, by SFace, and a person's vectors one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from .align import TEMPLATE, Image, fit, mirror, warp
from .centre import CENTRE
from .detect import Face
from .pool import Pool, quiet
from .weights import Weights

Vectors: TypeAlias = NDArray[np.float32]

DIMENSIONS = 128
_SIDE = 112


class Embedder:
    """SFace. Threads may share one; at most `networks` of them embed at once, by default one a core."""

    def __init__(self, weights: Weights, networks: int | None = None) -> None:
        path = str(weights.recognizer)

        def load() -> cv2.FaceRecognizerSF:
            with quiet():
                return cv2.FaceRecognizerSF.create(path, "")

        self._nets = Pool(load, networks)

    def embed(self, image: Image, faces: Sequence[Face], *, mirrored: bool = False) -> Vectors:
        """One unit row for each of `faces`, found in `image`: n × 128.

        `mirrored` sees each in the mirror as well, for a better vector to be kept; one to search with gains little.
        """
        return centred(self.features(image, faces, mirrored=mirrored))

    def features(self, image: Image, faces: Sequence[Face], *, mirrored: bool = False) -> Vectors:
        """As `embed`, with what all faces have in common still in it: not to be compared, but to fit CENTRE on."""
        aligned = [align(image, face) for face in faces]
        vectors = self._pass(aligned)
        return unit(vectors + self._pass([mirror(face) for face in aligned])) if mirrored else vectors

    def _pass(self, aligned: Sequence[Image]) -> Vectors:
        vectors = np.empty((len(aligned), DIMENSIONS), np.float32)
        with self._nets.borrow() as net:
            for vector, face in zip(vectors, aligned, strict=True):
                vector[:] = net.feature(face)[0]
        return unit(vectors)


def align(image: Image, face: Face) -> Image:
    """The face as SFace expects it: upright, 112 × 112."""
    return warp(image, fit(face.landmarks, TEMPLATE), _SIDE, reflect=face.at_edge(image))


def aggregate(vectors: Vectors) -> Vectors:
    """The user vector of a person's unit vectors, n × 128 with n at least 1: their mean, of unit length."""
    return unit(vectors.mean(axis=0, dtype=np.float32))


def centred(features: Vectors, centre: Vectors = CENTRE) -> Vectors:
    """Unit rows (n × 128) without what all faces have in common, of length 1 again."""
    return unit(features - centre)


def unit(vectors: Vectors) -> Vectors:
    """`vectors` (… × 128) scaled to length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
