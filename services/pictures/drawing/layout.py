"""Where tags go in a picture: at their own face, on nobody else's, and not on each other where that can be helped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_ON_A_TAG = 300.0  # what it costs to hide another tag wholly; two of them would be unreadable
_ON_A_FACE = 100.0  # another person's
_NEAR_A_FACE = 20.0  # so near another person's that it might be taken for theirs
_ON_ITS_OWN = 40.0
_ASTRIDE_ITS_OWN = 1.0  # where a bare tag hides a corner at most
_A_CORNER_OF_ITS_OWN = 0.05  # of the tagged face
_OUT_OF_ORDER = 0.1  # a place for each step down the list of candidates
_MOST_OF_ITS_OWN = 0.14  # of the tagged face; a tag that hides more is shortened instead

_Floats = npt.NDArray[np.float64]


class Rect(NamedTuple):
    """A rectangle in pixels; `right` and `bottom` are where it ends."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


class Size(NamedTuple):
    """A width and a height in pixels."""

    width: float
    height: float


class Place(NamedTuple):
    """Where a tag goes, and which of the sizes offered for it."""

    offer: int
    rect: Rect


def place(picture: Size, faces: Sequence[Rect], offers: Sequence[Sequence[Size]], gap: float = 0.0) -> list[Place]:
    """A place for every face's tag, inside the picture.

    `offers` holds for every face the sizes its tag can have, from the barest to the fullest. The barest is always
    placed, on the border of its face if it can be. A fuller one is placed, at most `gap` px away, only where it hides
    no other face and no other tag. All faces get their barest tag before any gets a fuller one, and so on. The same
    arguments give the same places.
    """
    shown = np.array([_clipped(face, picture) for face in faces], dtype=np.float64).reshape(-1, 4)
    tags = np.zeros_like(shown)
    chosen = [0] * len(faces)
    largest_first = sorted(range(len(faces)), key=lambda i: (-_area(shown[i]), i))
    for offer in range(max(map(len, offers), default=0)):
        for i in largest_first:
            if offer >= len(offers[i]):
                continue
            others = np.arange(len(faces)) != i
            around = _beside_first if offer else _astride_first
            candidates = _inside(picture, offers[i][offer], around(Rect(*shown[i]), offers[i][offer], gap))
            best, clear = _best(candidates, shown[i], shown[others], tags[others], bare=offer == 0)
            if clear or offer == 0:
                tags[i], chosen[i] = candidates[best], offer
    return [Place(offer, Rect(*map(float, tag))) for offer, tag in zip(chosen, tags, strict=True)]


def _best(candidates: _Floats, own: _Floats, faces: _Floats, tags: _Floats, *, bare: bool) -> tuple[int, bool]:
    """The candidate that hides least, and whether it is clear of other faces and tags, and of most of its own face."""
    on_own, on_faces, on_tags = (_overlaps(candidates, rects) for rects in (own[None], faces, tags))
    height = candidates[0, 3] - candidates[0, 1]
    near_faces = _overlaps(candidates, faces + height / 2 * np.array([-1, -1, 1, 1]))
    hidden = _ON_A_FACE * on_faces + _ON_A_TAG * on_tags + _NEAR_A_FACE * near_faces
    hidden += np.where(bare & (on_own <= _A_CORNER_OF_ITS_OWN * _area(own)), _ASTRIDE_ITS_OWN, _ON_ITS_OWN) * on_own
    best = int(np.argmin(hidden / _area(candidates[0]) + _OUT_OF_ORDER * np.arange(len(candidates))))
    return best, bool(on_faces[best] == 0 == on_tags[best] and on_own[best] <= _MOST_OF_ITS_OWN * _area(own))


def _inside(picture: Size, tag: Size, places: Iterable[tuple[float, float]]) -> _Floats:
    """Tags at these places (left, top), each moved into the picture."""
    corners = np.array(list(places))
    lefts = np.clip(corners[:, 0], 0, max(0.0, picture.width - tag.width))
    tops = np.clip(corners[:, 1], 0, max(0.0, picture.height - tag.height))
    return np.stack([lefts, tops, lefts + tag.width, tops + tag.height], axis=1)


def _astride_first(face: Rect, tag: Size, gap: float) -> Iterator[tuple[float, float]]:
    """On the corners of the face, on its edges, then elsewhere."""
    lefts = face.left - tag.width / 2, face.right - tag.width / 2, face.left + (face.width - tag.width) / 2
    for top in (face.top - tag.height / 2, face.bottom - tag.height / 2):
        for left in lefts:
            yield left, top
    yield from _beside_first(face, tag, gap)


def _beside_first(face: Rect, tag: Size, gap: float) -> Iterator[tuple[float, float]]:
    """Below, above, right and left of the face, on its lower or upper edge, then inside."""
    lefts = face.left + (face.width - tag.width) / 2, face.left, face.right - tag.width
    tops = face.bottom - tag.height, face.top, face.top + (face.height - tag.height) / 2
    for top in (face.bottom + gap, face.top - gap - tag.height):
        yield from ((left, top) for left in lefts)
    for left in (face.right + gap, face.left - gap - tag.width):
        yield from ((left, top) for top in tops)
    for top in (face.bottom - tag.height / 2, face.top - tag.height / 2, *tops[:2]):
        yield from ((left, top) for left in lefts)


def _overlaps(candidates: _Floats, rects: _Floats) -> _Floats:
    """For every candidate, the area in px² that it shares with the rectangles."""
    near = (rects[:, 2:] > candidates[:, :2].min(axis=0)) & (rects[:, :2] < candidates[:, 2:].max(axis=0))
    rects = rects[near.all(axis=1)]  # of a crowd's, a few
    corners = np.minimum(candidates[:, None, 2:], rects[None, :, 2:])
    sides = np.clip(corners - np.maximum(candidates[:, None, :2], rects[None, :, :2]), 0, None)
    shared: _Floats = sides.prod(axis=2).sum(axis=1)
    return shared


def _clipped(face: Rect, picture: Size) -> tuple[float, float, float, float]:
    return (
        min(max(face.left, 0.0), picture.width),
        min(max(face.top, 0.0), picture.height),
        min(max(face.right, 0.0), picture.width),
        min(max(face.bottom, 0.0), picture.height),
    )


def _area(rect: _Floats) -> float:
    return float((rect[2] - rect[0]) * (rect[3] - rect[1]))
