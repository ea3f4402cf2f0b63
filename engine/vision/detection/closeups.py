"""Looks at a found face again, from close up, for landmarks that are where the eyes, the nose and the mouth are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..faces import TEMPLATE, Face, Image, Landmarks, fit, five, undo, warp
from .detect import MIN_CONFIDENCE, Detector


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


_CLOSE_UPS = (_Square(96, 0.6), _Square(192, 1.2))
"""The first costs a third of the second."""

_SETTLED = 0.05
"""Landmarks that a close-up moves by less than this share of the face's width, on average, need no further one. Most
faces are settled by the first; profiles are not."""

_ASTRAY = 0.15
"""Landmarks whose middle is this share of the square away from the square's are another face's."""

_GLANCE = _Square(64, 0.4)
"""Too coarse for landmarks, fine enough for a confidence."""

_SURE = 92.0
"""A face of this confidence is hardly tilted."""

_STEP, _MOST_STEPS = 30, 3
"""Degrees by which a face is turned to see whether YuNet is surer of it then, and how often further."""

_LEVEL = 15.0
"""Degrees of tilt that YuNet and SFace bear well; the estimate of it is hardly better."""


def refine(detector: Detector, image: Image, face: Face) -> Face:
    """The same face with better landmarks: averaged over what was found and close-ups, turned upright."""
    if face.confidence < _SURE:
        face = _upright(detector, image, face)
    looks = [np.asarray(face.landmarks)]
    for square in _CLOSE_UPS:
        if again := _close_up(detector, image, face, square):
            looks.append(np.asarray(again.landmarks))
            if np.abs(looks[-1] - looks[0]).mean() < _SETTLED * face.width:
                break
    return replace(face, landmarks=five(np.mean(looks, axis=0).tolist()))


def _upright(detector: Detector, image: Image, face: Face) -> Face:
    """The same face, if it is tilted, with the landmarks that it has turned upright.

    YuNet's own hardly tell the tilt: at 40 degrees they lean by 3. But of an upright face it is surer, so the face is
    turned this way and that, to where its confidence has its peak.
    """
    known: dict[int, float] = {}

    def confidence(turn: int) -> float:
        if turn not in known:
            look = _close_up(detector, image, face, _GLANCE, turn)
            known[turn] = look.confidence if look else MIN_CONFIDENCE
        return known[turn]

    turn = 0
    for _ in range(_MOST_STEPS):
        turn = max((turn, turn - _STEP, turn + _STEP), key=confidence)
    tilt = turn + _STEP * _peak(confidence(turn - _STEP), confidence(turn), confidence(turn + _STEP))
    look = _close_up(detector, image, face, _CLOSE_UPS[0], tilt) if abs(tilt) >= _LEVEL else None
    return replace(face, landmarks=look.landmarks) if look else face


def _close_up(detector: Detector, image: Image, face: Face, square: _Square, turn: float = 0.0) -> _Look | None:
    """What a square around the face shows of it, turned by so many degrees against its landmarks; or nothing."""
    middle = np.full(2, square.side / 2)
    template = (TEMPLATE - TEMPLATE.mean(axis=0)) @ _rotation(turn) * square.scale + middle
    transform = fit(face.landmarks, template)
    seen = detector.look(warp(image, transform, square.side, reflect=face.at_edge(image)))
    astray = [np.abs(np.mean(each.landmarks, axis=0) - middle).max() for each in seen]
    if min(astray, default=square.side) >= _ASTRAY * square.side:
        return None
    nearest = seen[int(np.argmin(astray))]
    return _Look(five(undo(transform, np.asarray(nearest.landmarks)).tolist()), nearest.confidence)


def _rotation(degrees: float) -> NDArray[np.float64]:
    """For points as rows."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    return np.array([(cosine, sine), (-sine, cosine)])


def _peak(before: float, middle: float, after: float) -> float:
    """Where the parabola through the values at -1, 0 and 1, of which that at 0 is the highest, has its peak."""
    curvature = before - 2 * middle + after
    return 0.5 * (before - after) / curvature if curvature < 0 else 0.0
