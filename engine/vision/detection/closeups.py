"""Looks at a found face again, from close up, for landmarks that are where the eyes, the nose and the mouth are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..faces import TEMPLATE, Face, Image, Landmarks, Transform, fit, five, undo, warp
from .detect import CLOSE_UPS, MIN_CONFIDENCE, Detector


@dataclass(frozen=True, slots=True)
class _Square:
    """What shows a face from close up: its side in pixels, and the scale of SFace's template in its middle."""

    side: int
    scale: float


@dataclass(frozen=True, slots=True)
class _Look:
    """A face seen again: its landmarks in the picture, and the confidence, 0 to 100."""

    landmarks: Landmarks
    confidence: float


_GLANCE, *_CLOSE_UPS = (_Square(side, side / 160) for side in CLOSE_UPS)
"""The first is too coarse for landmarks, and fine enough for a confidence."""

_SETTLED = 0.05
"""Landmarks that a close-up moves by less than this share of the face's width, on average, need no further one. Most
faces are settled by the first; profiles are not."""

_ASTRAY = 0.15
"""Landmarks whose middle is this share of the square away from the square's are another face's."""

_SURE = 92.0
"""A face of this confidence is hardly tilted."""

_STEP, _MOST_STEPS = 30, 3
"""Degrees by which a face is turned to see whether YuNet is surer of it then, and how often further."""

_LEVEL = 15.0
"""Degrees of tilt that YuNet and SFace bear well; the estimate of it is hardly better."""


def refine(detector: Detector, image: Image, faces: Sequence[Face]) -> list[Face]:
    """The same faces with better landmarks: averaged over what was found and close-ups, turned upright.

    All are looked at side by side, so that each core has one.
    """
    faces = _upright(detector, image, faces)
    looks = [[np.asarray(face.landmarks)] for face in faces]
    unsettled = list(range(len(faces)))
    for square in _CLOSE_UPS:
        seen = _close_ups(detector, image, [faces[index] for index in unsettled], square)
        for index, again in zip(unsettled, seen, strict=True):
            if again:
                looks[index].append(np.asarray(again.landmarks))
        unsettled = [index for index in unsettled if not _is_settled(looks[index], faces[index])]
    return [
        replace(face, landmarks=five(np.mean(own, axis=0).tolist())) for face, own in zip(faces, looks, strict=True)
    ]


def _is_settled(looks: Sequence[NDArray[np.float64]], face: Face) -> bool:
    return len(looks) > 1 and bool(np.abs(looks[-1] - looks[0]).mean() < _SETTLED * face.width)


def _upright(detector: Detector, image: Image, faces: Sequence[Face]) -> list[Face]:
    """The same faces, those that are tilted with the landmarks that they have turned upright."""
    unsure = [face for face in faces if face.confidence < _SURE]
    tilts = dict(zip(unsure, _tilts(detector, image, unsure), strict=True))
    tilted = [face for face in unsure if abs(tilts[face]) >= _LEVEL]
    looks = _close_ups(detector, image, tilted, _CLOSE_UPS[0], [tilts[face] for face in tilted])
    upright = {face: replace(face, landmarks=look.landmarks) for face, look in zip(tilted, looks, strict=True) if look}
    return [upright.get(face, face) for face in faces]


def _tilts(detector: Detector, image: Image, faces: Sequence[Face]) -> list[float]:
    """By how many degrees each is tilted, by YuNet's confidence.

    The landmarks hardly tell: at 40 degrees they lean by 3. But of an upright face YuNet is surer, so each is turned
    this way and that, to where its confidence has its peak.
    """
    turns = [0] * len(faces)
    known: list[dict[int, float]] = [{} for _ in faces]
    for step in range(_MOST_STEPS + 1):
        wanted = [
            (face, own, turn)
            for face, own, at in zip(faces, known, turns, strict=True)
            for turn in _about(at)
            if turn not in own
        ]
        looks = _close_ups(detector, image, [face for face, *_ in wanted], _GLANCE, [turn for *_, turn in wanted])
        for (_, own, turn), look in zip(wanted, looks, strict=True):
            own[turn] = look.confidence if look else MIN_CONFIDENCE
        if step < _MOST_STEPS:
            turns = [max(_about(at), key=own.__getitem__) for own, at in zip(known, turns, strict=True)]
    return [at + _STEP * _peak(*(own[turn] for turn in _about(at))) for own, at in zip(known, turns, strict=True)]


def _about(turn: int) -> tuple[int, int, int]:
    return turn, turn - _STEP, turn + _STEP


def _close_ups(
    detector: Detector, image: Image, faces: Sequence[Face], square: _Square, turns: Sequence[float] = ()
) -> list[_Look | None]:
    """What a square around each face shows of it, turned by so many degrees against its landmarks; or nothing."""
    middle = np.full(2, square.side / 2)
    upright = (TEMPLATE - TEMPLATE.mean(axis=0)) * square.scale
    transforms = [
        fit(face.landmarks, upright @ _rotation(turn) + middle)
        for face, turn in zip(faces, turns or [0.0] * len(faces), strict=True)
    ]
    squares = (
        warp(image, transform, square.side, reflect=face.at_edge(image))
        for face, transform in zip(faces, transforms, strict=True)
    )
    seen = zip(detector.look_at_each(squares), transforms, strict=True)
    return [_in_the_middle(found, transform, middle) for found, transform in seen]


def _in_the_middle(found: Sequence[Face], transform: Transform, middle: NDArray[np.float64]) -> _Look | None:
    """The face of those found in a square that is in its middle, as the picture has it; or nothing."""
    astray = [np.abs(np.mean(each.landmarks, axis=0) - middle).max() for each in found]
    if min(astray, default=np.inf) >= _ASTRAY * 2 * middle[0]:
        return None
    nearest = found[int(np.argmin(astray))]
    return _Look(five(undo(transform, np.asarray(nearest.landmarks)).tolist()), nearest.confidence)


def _rotation(degrees: float) -> NDArray[np.float64]:
    """For points as rows."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    return np.array([(cosine, sine), (-sine, cosine)])


def _peak(middle: float, before: float, after: float) -> float:
    """Where the parabola through the values at 0, -1 and 1, of which that at 0 is the highest, has its peak."""
    curvature = before - 2 * middle + after
    return 0.5 * (before - after) / curvature if curvature < 0 else 0.0
