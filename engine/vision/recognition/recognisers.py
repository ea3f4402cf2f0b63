"""The networks that tell faces apart, a small class each: faces in, numbers out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..faces import TEMPLATE, Face, Image, fit, warp
from ..networks import Network
from .centre import CENTRE, CENTRE_OF_REIDENTIFICATION


class Recogniser(Protocol):
    """Threads may share one. Features are vectors of any length, to be compared by their directions."""

    @property
    def dimensions(self) -> int:
        """How many numbers it has for a face."""

    @property
    def centre(self) -> NDArray[np.float32]:
        """What unit vectors of all faces have in common."""

    def align(self, image: Image, face: Face) -> Image:
        """A face of `image` as the network expects it."""

    def features(self, aligned: Sequence[Image]) -> NDArray[np.float32]:
        """n × dimensions, of n faces."""


class SFace:
    """SFace of the OpenCV Zoo."""

    dimensions = 128
    centre = CENTRE

    def __init__(self, path: Path, at_once: int) -> None:
        self._network = Network(path, at_once, rgb=True)

    def align(self, image: Image, face: Face) -> Image:
        return warp(image, fit(face.landmarks, TEMPLATE), 112, reflect=face.at_edge(image))

    def features(self, aligned: Sequence[Image]) -> NDArray[np.float32]:
        return _stacked([numbers for (numbers,) in self._network.each(aligned)], self.dimensions)


class Reidentification:
    """face-reidentification-retail-0095 of Intel's Open Model Zoo."""

    dimensions = 256
    centre = CENTRE_OF_REIDENTIFICATION

    def __init__(self, path: Path, at_once: int) -> None:
        self._network = Network(path, at_once)

    def align(self, image: Image, face: Face) -> Image:
        return warp(image, fit(face.landmarks, _UPRIGHT), 128, reflect=face.at_edge(image))

    def features(self, aligned: Sequence[Image]) -> NDArray[np.float32]:
        return _stacked([numbers for (numbers,) in self._network.each(aligned)], self.dimensions)


_UPRIGHT = 128 * np.array(
    [
        (0.31556875, 0.46157410),
        (0.68262292, 0.45983395),
        (0.50026249, 0.64050530),
        (0.34947187, 0.82469196),
        (0.65343645, 0.82325089),
    ]
)
"""Where Intel's expects the five landmarks, in pixels of its 128 × 128 input."""


def _stacked(features: Sequence[NDArray[np.float32]], dimensions: int) -> NDArray[np.float32]:
    return np.array(features, np.float32).reshape(-1, dimensions)
