"""Tells faces apart: a face becomes a unit vector, by one network or by two together, and a person's vectors one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .align import Image, mirror
from .centre import CENTRE
from .detect import Face
from .networks import cores
from .recognisers import Recogniser, Reidentification, SFace
from .weights import Weights

Vectors: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Part:
    """A network, and how much its cosine counts in that of the whole; all parts together count 1."""

    recogniser: Recogniser
    weight: float


class Embedder:
    """SFace, with Intel's beside it where `weights` has that. Threads may share one.

    A vector is each network's own, one behind the other, as long as the roots of their weights: so the cosine of two
    is the mean of the networks' cosines by weight.
    """

    def __init__(self, weights: Weights) -> None:
        sface = SFace(weights.recognizer, cores())
        self._parts: tuple[_Part, ...] = (_Part(sface, 1.0),)
        if weights.second:
            self._parts = _Part(sface, 0.7), _Part(Reidentification(weights.second, cores()), 0.3)

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return sum(part.recogniser.dimensions for part in self._parts)

    def embed(self, image: Image, faces: Sequence[Face], *, mirrored: bool = False) -> Vectors:
        """One unit row for each of `faces`, found in `image`: n × dimensions.

        `mirrored` is for a vector to be kept: where SFace is alone it sees each face in the mirror as well. One to
        search with gains little by it, and nothing does where there are two networks.
        """
        return self.centred(self.features(image, faces, mirrored=mirrored))

    def features(self, image: Image, faces: Sequence[Face], *, mirrored: bool = False) -> Vectors:
        """As `embed`, with what all faces have in common still in it: not to be compared, but to fit centres on."""
        mirrored = mirrored and len(self._parts) == 1
        return np.hstack([_features(part.recogniser, image, faces, mirrored=mirrored) for part in self._parts])

    def centred(self, features: Vectors) -> Vectors:
        """The vectors of `features`."""
        rows = [
            np.float32(part.weight**0.5) * centred(own, part.recogniser.centre)
            for part, own in zip(self._parts, self._own(features), strict=True)
        ]
        return np.hstack(rows)

    def _own(self, features: Vectors) -> Iterator[Vectors]:
        """Each network's part of `features`."""
        start = 0
        for part in self._parts:
            yield features[:, start : (start := start + part.recogniser.dimensions)]


def _features(recogniser: Recogniser, image: Image, faces: Sequence[Face], *, mirrored: bool) -> Vectors:
    aligned = [recogniser.align(image, face) for face in faces]
    vectors = unit(recogniser.features(aligned))
    return unit(vectors + unit(recogniser.features([mirror(face) for face in aligned]))) if mirrored else vectors


def aggregate(vectors: Vectors) -> Vectors:
    """The user vector of a person's unit vectors, n × dimensions with n at least 1: their mean, of unit length."""
    return unit(vectors.mean(axis=0, dtype=np.float32))


def centred(features: Vectors, centre: Vectors = CENTRE) -> Vectors:
    """Unit rows of one network without what all faces have in common, of length 1 again."""
    return unit(features - centre)


def unit(vectors: Vectors) -> Vectors:
    """`vectors` (the last axis) scaled to length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
