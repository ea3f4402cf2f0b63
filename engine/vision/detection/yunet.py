"""YuNet: one look at a picture finds the faces in it, from some 10 to 300 px wide."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import tee
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..faces import Image
from ..networks import Network, Outputs

Rows: TypeAlias = NDArray[np.float32]
"""Faces, a row each: left, top, width, height, five landmarks' x and y, score. Pixels; the score is 0 to 1."""

_STRIDES = (8, 16, 32)
"""YuNet divides a picture into cells of so many pixels, and says of each cell whether a face is there."""

_MOST_OVERLAP = 0.3
"""Of two boxes that share more of the area that both cover, one is the same face again."""

_MOST_FACES = 5000

_NOBODY: Rows = np.empty((0, 15), np.float32)


class YuNet:
    """Threads may share one. At most `at_once` look at the same time, but one a core at `squares` of these sides and at
    pictures that are not larger than `small`.

    A face is what has more than `least_score`.
    """

    def __init__(
        self, path: Path, at_once: int, least_score: float, squares: Collection[int] = (), small: int = 0
    ) -> None:
        self._network = Network(path, at_once, any_size=True, squares=squares, small=small)
        self._least_score = least_score

    def faces(self, picture: Image) -> Rows:
        """What one look at the picture shows, the surest first: n × 15."""
        padded = _padded(picture)
        return self._rows(self._network(padded), padded)

    def faces_of_each(self, pictures: Iterable[Image]) -> list[Rows]:
        """The same of several pictures, looked at side by side, and while the next is still being made."""
        padded, given = tee(map(_padded, pictures))
        return [self._rows(*seen) for seen in zip(self._network.each(given), padded, strict=True)]

    def _rows(self, outputs: Outputs, padded: Image) -> Rows:
        rows = [_decoded(outputs, level, padded.shape[1], self._least_score) for level in range(len(_STRIDES))]
        return _distinct(np.concatenate(rows))


def _padded(picture: Image) -> Image:
    """With black to the right and below, until it divides into cells."""
    height, width = (-(-side // _STRIDES[-1]) * _STRIDES[-1] for side in picture.shape[:2])
    if (height, width) == picture.shape[:2]:
        return np.ascontiguousarray(picture)
    padded = np.zeros((height, width, 3), np.uint8)
    padded[: picture.shape[0], : picture.shape[1]] = picture
    return padded


def _decoded(outputs: Outputs, level: int, width: int, least_score: float) -> Rows:
    """The faces that the cells of one size show. Of each cell YuNet tells (in this order, each for all three sizes) two
    scores, a box, and landmarks, in cells from the cell's corner; the box's sides as logarithms."""
    stride = np.float32(_STRIDES[level])
    is_face, is_object, box, points = outputs[level :: len(_STRIDES)]
    scores = np.sqrt(np.clip(is_face, 0, 1) * np.clip(is_object, 0, 1))[:, 0]
    (there,) = np.nonzero(scores > least_score)
    if not len(there):
        return _NOBODY
    corner = np.column_stack([there % (width // _STRIDES[level]), there // (width // _STRIDES[level])])
    middle, sides = (corner + box[there, :2]) * stride, np.exp(box[there, 2:]) * stride
    landmarks = (np.hstack([corner] * 5) + points[there]) * stride
    return np.column_stack([middle - sides / 2, sides, landmarks, scores[there]]).astype(np.float32)


def _distinct(rows: Rows) -> Rows:
    """The rows without those that show a face again of which another is surer; the surest first."""
    rows = rows[np.argsort(-rows[:, 14], kind="stable")][:_MOST_FACES]
    boxes = np.trunc(rows[:, :4]).astype(np.int64)  # as OpenCV does, whose sample sets the overlap
    left = np.arange(len(rows))
    kept = []
    while len(left):
        kept.append(left[0])
        left = left[1:][_overlaps(boxes[left[0]], boxes[left[1:]]) <= _MOST_OVERLAP]
    return rows[kept]


def _overlaps(box: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float64]:
    """The area shared, of the area that either covers: of `box` and each of `others`."""
    start = np.maximum(box[:2], others[:, :2])
    end = np.minimum(box[:2] + box[2:], others[:, :2] + others[:, 2:])
    shared = np.maximum(end - start, 0).prod(axis=1)
    covered = box[2:].prod() + others[:, 2:].prod(axis=1) - shared
    return np.asarray(shared / np.maximum(covered, 1), np.float64)
