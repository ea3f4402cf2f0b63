"""What poor photos do to recognition: `python -m benchmarks.poor --data people.tar`, a folder a person.

Each photo is made worse in one way, put into the middle of a grey picture, and searched as a query among all others.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from benchmarks.accuracy import DEFINITION, load_showing, unseen
from benchmarks.people import compared, only, read
from benchmarks.protocols import scale, scores
from engine.vision.detect import Image
from engine.vision.vision import Vision
from engine.vision.weights import fetch

Worse = Callable[[Image], Image]
"""Takes a photo in which the face is `_WIDTH` px wide."""

_WIDTH = 64
_THRESHOLD = 99
_PROMISE = DEFINITION[-1]
"""The rate of false matches that the threshold stands for."""

_FRAME, _GREY = (480, 640), 110


def _small(width: int) -> Worse:
    return lambda photo: _resized(photo, width / _WIDTH)


def _blurred(share: float) -> Worse:
    """By a Gaussian whose deviation is this share of the face's width."""
    return lambda photo: np.asarray(cv2.GaussianBlur(photo, (0, 0), share * _WIDTH), np.uint8)


def _dark(share: float) -> Worse:
    return lambda photo: np.asarray(photo * share, np.uint8)


def _turned(degrees: float) -> Worse:
    def turn(photo: Image) -> Image:
        height, width = photo.shape[:2]
        rotation = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        grey = (_GREY, _GREY, _GREY)
        return np.asarray(cv2.warpAffine(photo, rotation, (width, height), borderValue=grey), np.uint8)

    return turn


def _compressed(quality: int) -> Worse:
    def compress(photo: Image) -> Image:
        _, data = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)

    return compress


WAYS: dict[str, Worse] = {
    "64 px wide": _small(64),
    "32 px": _small(32),
    "24 px": _small(24),
    "16 px": _small(16),
    "12 px": _small(12),
    "8 px": _small(8),
    "64 px, blurred by 3 % of its width": _blurred(0.03),
    "by 6 %": _blurred(0.06),
    "by 10 %": _blurred(0.10),
    "64 px, 15 % as bright": _dark(0.15),
    "5 % as bright": _dark(0.05),
    "64 px, turned by 20°": _turned(20),
    "by 40°": _turned(40),
    "by 60°": _turned(60),
    "by 90°": _turned(90),
    "by 180°": _turned(180),
    "64 px, JPEG of quality 10": _compressed(10),
    "of quality 5": _compressed(5),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares of all photos: those in which the face was found, and those that found their person at the threshold.

    `false_matches` is the share of comparisons with strangers that pass it, of those that were made.
    """

    found: float
    recognised: float
    false_matches: float


def measure(
    vision: Vision,
    photos: Sequence[Image],
    people: NDArray[np.intp],
    queries: NDArray[np.intp],
    gallery: NDArray[np.float32],
    worse: Worse,
) -> Outcome:
    """Search with each of `photos`, the rows `queries` of the `gallery` (n × 128, of `people`), made worse."""
    least = float(scale(gallery).of_user(1).score(_THRESHOLD))
    found = recognised = passed = compared = 0
    for photo, row in zip(photos, queries, strict=True):
        picture = framed(worse(photo))
        faces = vision.look(picture)[:1]
        if not faces:
            continue
        alike = scores(vision.embed(picture, faces), gallery)[0] >= least
        own = people == people[row]
        passed, compared = passed + int(alike[~own].sum()), compared + int((~own).sum())
        own[row] = False
        found, recognised = found + 1, recognised + bool(alike[own].any())
    return Outcome(found / len(photos), recognised / len(photos), passed / max(compared, 1))


def framed(photo: Image) -> Image:
    """The photo in the middle of a grey picture, its edges cut off where it is larger."""
    height, width = (min(size, most) for size, most in zip(photo.shape[:2], _FRAME, strict=True))
    top, left = ((size - most) // 2 for size, most in zip(photo.shape[:2], (height, width), strict=True))
    margins = ((_FRAME[0] - height) // 2, (_FRAME[1] - width) // 2)
    picture = np.full((*_FRAME, 3), _GREY, np.uint8)
    picture[margins[0] : margins[0] + height, margins[1] : margins[1] + width] = photo[
        top : top + height, left : left + width
    ]
    return picture


def _resized(photo: Image, scale: float) -> Image:
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=interpolation), np.uint8)


def _sharp(vision: Vision, content: bytes) -> Image | None:
    """The photo at the size at which its largest face is `_WIDTH` px wide."""
    photo = np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    faces = vision.look(photo)
    return _resized(photo, _WIDTH / faces[0].face.width) if faces else None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.poor", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a tar or a folder that holds a folder a person")
    parser.add_argument("--both", action="store_true", help="with the second network beside SFace")
    parser.add_argument("--photos", type=int, default=500, help="how many to search with (%(default)s)")
    arguments = parser.parse_args()
    everyone = load_showing(arguments.data, both=arguments.both)
    people = only(everyone, unseen(everyone))
    contents = dict(read(arguments.data))
    vision, gallery = Vision(fetch(second=arguments.both), extras=True), compared(people.features["enrolled"])
    several = np.flatnonzero(np.bincount(people.people)[people.people] > 1)
    drawn = np.random.default_rng(0).permutation(several)[: arguments.photos]
    opened = [(row, _sharp(vision, contents[people.files[row]])) for row in drawn]
    photos = [photo for _, photo in opened if photo is not None]
    queries = np.array([row for row, photo in opened if photo is not None])
    table = Table(
        Column("face", no_wrap=True),
        *("found", f"recognised at {_THRESHOLD}", "false matches, of what is promised"),
        title=f"{len(photos)} photos, each searched among {len(gallery)} of people that nothing was fitted on",
    )
    for name, worse in track(WAYS.items(), console=Console(stderr=True), transient=True):
        outcome = measure(vision, photos, people.people, queries, gallery, worse)
        times = outcome.false_matches / _PROMISE
        table.add_row(name, f"{outcome.found:.0%}", f"{outcome.recognised:.0%}", f"{times:.2f} ×")
    Console().print(table)


if __name__ == "__main__":
    main()
