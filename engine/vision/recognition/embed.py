"""Tells faces apart: a face becomes a unit vector, by one network or by two together, and a person's vectors one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ... import cores
from ..faces import Face, Image, mirror
from ..networks import Weights
from .centre import CENTRE
from .recognisers import Recogniser, Reidentification, SFace

Vectors: TypeAlias = NDArray[np.float32]


SHARES = (0.7, 0.3)
"""How much the cosine of each of two networks counts in that of the whole."""


class Embedder:
    """SFace, with Intel's beside it where `weights` has that. Threads may share one.

    A vector is each network's own, one behind the other, as long as the roots of their weights: so the cosine of two
    is the mean of the networks' cosines by weight.
    """

    def __init__(self, weights: Weights) -> None:
        sface = SFace(weights.recognizer, cores.usable())
        self._parts: tuple[Recogniser, ...] = (sface,)
        if weights.second:
            self._parts = sface, Reidentification(weights.second, cores.usable())

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return sum(part.dimensions for part in self._parts)

    def embed(self, image: Image, faces: Sequence[Face], *, mirrored: bool = False) -> Vectors:
        """One unit row for each of `faces`, found in `image`: n × dimensions.

        `mirrored` is for a vector to be kept: where SFace is alone it sees each face in the mirror as well. One to
        search with gains little by it, and nothing does where there are two networks.
        """
        return self.centred(self.features(image, faces, mirrored=mirrored))

    def features(self, image: Image, faces: Sequence[Face], *, mirrored: bool = False) -> Vectors:
        """As `embed`, with what all faces have in common still in it: not to be compared, but to fit centres on."""
        mirrored = mirrored and len(self._parts) == 1
        return np.hstack([_features(part, image, faces, mirrored=mirrored) for part in self._parts])

    def mean(self, features: Vectors) -> Vectors:
        """What the networks say of one face on average: a row of n rows of `features`, n at least 1."""
        ends = np.cumsum([part.dimensions for part in self._parts])[:-1]
        return np.hstack([unit(part.mean(axis=0)) for part in np.split(features, ends, axis=1)])

    def centred(self, features: Vectors) -> Vectors:
        """The vectors of `features`."""
        return joined(features, [part.centre for part in self._parts])


def _features(recogniser: Recogniser, image: Image, faces: Sequence[Face], *, mirrored: bool) -> Vectors:
    aligned = [recogniser.align(image, face) for face in faces]
    if not mirrored:
        return unit(recogniser.features(aligned))
    both = unit(recogniser.features([*aligned, *map(mirror, aligned)]))
    return unit(both[: len(faces)] + both[len(faces) :])


def joined(features: Vectors, centres: Sequence[Vectors]) -> Vectors:
    """Unit rows of the features of one network or of two, one behind the other, each without its centre."""
    ends = np.cumsum([len(centre) for centre in centres])[:-1]
    parts = [centred(own, centre) for own, centre in zip(np.split(features, ends, axis=1), centres, strict=True)]
    shares = SHARES if len(parts) == len(SHARES) else (1.0,)
    return np.hstack([np.float32(share**0.5) * part for share, part in zip(shares, parts, strict=True)])


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
