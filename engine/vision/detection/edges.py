"""Sees a face that its picture cuts off, or all but cuts off, as if the picture went on: in several ways at once.

The detector and the embedder know faces with something around them. Whatever is put there, a reflection of the picture
or one colour, misleads them in its own way, and a crop moved by two pixels would show another person. Of what they make
of several such pictures the average is hardly more than what there is of the face. Each is embedded once, by landmarks
that several looks have on average: a vector of all the looks would find its person more surely than a whole photo does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ..faces import TEMPLATE, Face, Image, Transform, fit, five, undo
from .detect import Detector

Margins: TypeAlias = tuple[int, int, int, int]
"""Pixels to add: above, below, left, right."""

_CUT_OFF = 0.1
"""The share of what the embedder looks at that is beyond the picture's edge, from which on a face counts as cut off. Of
a face cut out at its box it is a quarter, of one in the middle of a photo nothing."""

_AROUND = 0.5
"""Of the longer side of a face's box, shown on each side of it."""

_WIDTHS = (64, 96, 144)
"""How wide the face is, in pixels, in each look at it; the widest is enough for the embedder too."""

_LEVEL = 15.0
"""Degrees of tilt that both networks bear well."""

_INPUT = 112
_GRID = np.stack(np.meshgrid(*[np.linspace(3, _INPUT - 3, 16)] * 2), axis=-1).reshape(-1, 2)
"""Points spread evenly over the embedder's input."""


@dataclass(frozen=True, slots=True)
class View:
    """A face in a picture made for it: as its looks found it on average, and what leads from the photo to there."""

    picture: Image
    face: Face
    transform: Transform


def is_cut_off(image: Image, face: Face) -> bool:
    """Whether a good part of what surrounds the face is not in the picture."""
    height, width = image.shape[:2]
    points = undo(fit(face.landmarks, TEMPLATE), _GRID)
    return bool(((points < 0) | (points > (width, height))).any(axis=1).mean() > _CUT_OFF)


def views(detector: Detector, image: Image, face: Face, roll: float) -> tuple[View, ...]:
    """The face as each way of going on shows it, upright where it is tilted by `roll` degrees; perhaps none."""
    window, transform, margins = _window(image, face)
    seen = (_view(detector, go_on(window, margins), transform, face, roll) for go_on in _WAYS)
    return tuple(view for view in seen if view)


def together(face: Face, seen: tuple[View, ...]) -> Face:
    """The same face with the landmarks that its views have on average, and as sure as they are on average, or more."""
    landmarks = [undo(view.transform, np.asarray(view.face.landmarks)) for view in seen]
    mean = _mean([replace(face, landmarks=five(points.tolist())) for points in landmarks])
    confidence = float(np.mean([view.face.confidence for view in seen]))
    return replace(mean, confidence=max(face.confidence, confidence))


def _window(image: Image, face: Face) -> tuple[Image, Transform, Margins]:
    """What the picture has of the face and around it, no larger than needed; what brings it there; what is missing."""
    around = _AROUND * max(face.width, face.height)
    height, width = image.shape[:2]
    wanted = (face.left - around, face.top - around, face.left + face.width + around, face.top + face.height + around)
    left, top = max(0, round(wanted[0])), max(0, round(wanted[1]))
    right, bottom = min(width, round(wanted[2])), min(height, round(wanted[3]))
    scale = min(1.0, _WIDTHS[-1] / face.width)
    window = image[top:bottom, left:right]
    if scale < 1:
        window = np.asarray(cv2.resize(window, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    missing = (top - wanted[1], wanted[3] - bottom, left - wanted[0], wanted[2] - right)
    above, below, before, after = (max(0, round(scale * pixels)) for pixels in missing)
    transform = np.array([(scale, 0, before - scale * left), (0, scale, above - scale * top)])
    return window, transform, (above, below, before, after)


def _view(detector: Detector, picture: Image, transform: Transform, face: Face, roll: float) -> View | None:
    if abs(roll) >= _LEVEL:
        height, width = picture.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), roll, 1.0)
        picture = np.asarray(cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)
        transform = turn @ np.vstack([transform, (0, 0, 1)])
    middle = transform @ (face.left + face.width / 2, face.top + face.height / 2, 1)
    across = face.width * float(np.hypot(*transform[:, 0]))
    looks = [look for width in _WIDTHS if (look := _look(detector, picture, middle, across, width))]
    return View(picture, _mean(looks), transform) if looks else None


def _mean(looks: list[Face]) -> Face:
    """The first, with the landmarks and the confidence that all have on average."""
    landmarks = np.mean([look.landmarks for look in looks], axis=0)
    confidence = float(np.mean([look.confidence for look in looks]))
    return replace(looks[0], landmarks=five(landmarks.tolist()), confidence=confidence)


def _look(detector: Detector, picture: Image, middle: NDArray[np.float64], across: float, width: int) -> Face | None:
    """The face in the middle, about `across` px wide, as the detector finds it when it is `width` px wide."""
    scale = width / across
    by = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    seen = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=by), np.uint8)
    back = picture.shape[1] / seen.shape[1]
    found = [face.scaled(back) for face in detector.look(seen)]
    near = [face for face in found if _is_it(face, middle, across)]
    return max(near, key=lambda face: face.confidence, default=None)


def _is_it(face: Face, middle: NDArray[np.float64], across: float) -> bool:
    """Whether it is the face in the middle, and not a part of it or a neighbour."""
    off = np.abs((face.left + face.width / 2, face.top + face.height / 2) - middle).max()
    return bool(off < across / 2 and face.width > across * 0.45)


def _reflected(image: Image, margins: Margins) -> Image:
    return np.asarray(cv2.copyMakeBorder(image, *margins, cv2.BORDER_REFLECT_101), np.uint8)


def _gone_on(image: Image, margins: Margins) -> Image:
    """Its outermost pixels go on."""
    return np.asarray(cv2.copyMakeBorder(image, *margins, cv2.BORDER_REPLICATE), np.uint8)


def _in_black(image: Image, margins: Margins) -> Image:
    return np.asarray(cv2.copyMakeBorder(image, *margins, cv2.BORDER_CONSTANT), np.uint8)


def _in_its_mean(image: Image, margins: Margins) -> Image:
    colour = image.reshape(-1, 3).mean(axis=0).tolist()
    return np.asarray(cv2.copyMakeBorder(image, *margins, cv2.BORDER_CONSTANT, value=colour), np.uint8)


def _in_a_blur(image: Image, margins: Margins) -> Image:
    """Its outermost pixels go on, blurred."""
    height, width = image.shape[:2]
    blurred = np.asarray(cv2.GaussianBlur(_gone_on(image, margins), (0, 0), max(*margins, 4) / 4), np.uint8)
    above, _, left, _ = margins
    blurred[above : above + height, left : left + width] = image
    return blurred


_WAYS: tuple[Callable[[Image, Margins], Image], ...] = (_reflected, _in_its_mean, _in_a_blur, _in_black, _gone_on)
"""With three of them the similarity of one crop and of the next, two pixels on, differ by a third more."""
