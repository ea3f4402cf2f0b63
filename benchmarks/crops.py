"""What cutting a face out of its photo does to recognition: `python -m benchmarks.crops --data people.tar`, a folder a
person.

A face that is turned away is cut out at the engine's box, moved by up to two pixels and saved as a JPEG of quality 75,
as scripts do that send each face by itself. It is searched among user vectors of the other photos of its person, and so
is its whole photo.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.accuracy import load_showing
from benchmarks.people import compared, from_middle, read
from benchmarks.printed import console
from benchmarks.protocols import scale, scores
from engine.vision.faces.align import Image
from engine.vision.faces.box import Box
from engine.vision.networks.weights import fetch
from engine.vision.recognition.embed import Vectors, aggregate
from engine.vision.vision import Sighting, Vision

_TURNED = 40.0
"""Degrees from which on a face is turned away."""

_MOVED = 2
_FACES = (1, 5)
"""Of the other photos of a person, at least so many make the user vector, and at most."""

_AT = (80, 90, 99)


@dataclass(frozen=True, slots=True)
class Pair:
    """A face whole and cut out: similarity to its person's user vector each, and the cosine of the two vectors.

    `strangers` are the best scores of both with other people's user vectors. Of a crop in which no face is found the
    similarity is 0.
    """

    whole: float
    cropped: float
    cosine: float
    strangers: tuple[float, float]


def opened(photo: bytes) -> Image:
    """Its pixels, however few: of a face in LFW's photos a crop is smaller than what the API takes."""
    return np.asarray(cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def cut_out(photo: bytes, box: Box, across: int, down: int) -> bytes:
    """What a script saves that crops a face at its box."""
    with Pictures.open(io.BytesIO(photo)) as picture:
        left, top = box.left * picture.width + across, box.top * picture.height + down
        right, bottom = left + box.width * picture.width, top + box.height * picture.height
        saved = io.BytesIO()
        picture.convert("RGB").crop((left, top, right, bottom)).save(saved, "JPEG")
    return saved.getvalue()


def person(vision: Vision, image: Image) -> Sighting | None:
    """The face that the photo is of."""
    return min(vision.look(image), key=lambda sighting: from_middle(image, sighting.face), default=None)


def turned(vision: Vision, photos: Sequence[bytes], degrees: float) -> list[tuple[int, Sighting]]:
    """Those of the photos whose person looks away, by their place."""
    found = []
    for at, photo in enumerate(track(photos, "Looking", console=Console(stderr=True), transient=True)):
        sighting = person(vision, opened(photo))
        if sighting and abs(sighting.pose.yaw) > degrees:
            found.append((at, sighting))
    return found


def compare(vision: Vision, photo: bytes, seen: Sighting, users: Vectors, own: int, faces: int, moved: int) -> Pair:
    """One face whole and cut out, against `users`, of whom it is the one in row `own`, of so many faces."""
    random = np.random.default_rng(moved)
    crop = opened(cut_out(photo, seen.box, *random.integers(-_MOVED, _MOVED + 1, 2).tolist()))
    whole = vision.embed(opened(photo), [seen])
    sightings = vision.look(crop)[:1]
    if not sightings:
        return Pair(_similarity(whole, users, own, faces), 0.0, 0.0, (-1.0, -1.0))
    cropped = vision.embed(crop, sightings)
    both = [scores(vector, np.delete(users, own, axis=0)).max() for vector in (whole, cropped)]
    return Pair(
        _similarity(whole, users, own, faces),
        _similarity(cropped, users, own, faces),
        float(whole[0] @ cropped[0]),
        (float(both[0]), float(both[1])),
    )


def _similarity(vector: Vectors, users: Vectors, own: int, faces: int) -> float:
    found = scores(vector, users[own : own + 1])
    return float(scale(users).of_user(faces).similarity(found)[0, 0])


def kept(pairs: Sequence[Pair], threshold: float) -> tuple[int, int]:
    """How many whole photos reach the threshold, and how many of these still do when cut out."""
    reached = [pair for pair in pairs if pair.whole >= threshold]
    return len(reached), sum(pair.cropped >= threshold for pair in reached)


def show(pairs: Sequence[Pair], people: int, console: Console) -> None:
    """Print what is kept, and how far the two answers are apart."""
    title = f"{len(pairs)} crops of faces turned by more than {_TURNED:.0f}°, searched among {people} users"
    table = Table("threshold", "whole photos that find their person", "of these, cut out", title=title)
    for threshold in _AT:
        whole, cropped = kept(pairs, threshold)
        table.add_row(str(threshold), str(whole), f"{cropped} ({cropped / max(whole, 1):.1%})")
    console.print(table)
    cosines = np.array([pair.cosine for pair in pairs])
    table = Table("", "mean", "5 %", "median", "95 %", title="How far the two are apart")
    table.add_row("cosine of crop and photo", *_spread(cosines, 3))
    table.add_row("similarity, photo less crop", *_spread(np.array([pair.whole - pair.cropped for pair in pairs]), 4))
    table.add_row("best stranger's score, photo", *_spread(np.array([pair.strangers[0] for pair in pairs]), 3))
    table.add_row("best stranger's score, crop", *_spread(np.array([pair.strangers[1] for pair in pairs]), 3))
    console.print(table)


def _spread(values: NDArray[np.float64], digits: int) -> list[str]:
    found = (values.mean(), *np.quantile(values, (0.05, 0.5, 0.95)))
    return [f"{value:.{digits}f}" for value in found]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crops", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a tar or a folder that holds a folder a person")
    parser.add_argument("--both", action="store_true", help="with the second network beside SFace")
    parser.add_argument("--moves", type=int, default=2, help="how many crops of each face (%(default)s)")
    parser.add_argument("--photos", type=int, help="look at no more than so many photos")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    everyone, contents = load_showing(arguments.data, both=arguments.both), dict(read(arguments.data))
    gallery, vision = compared(everyone.features["enrolled"]), Vision(fetch(second=arguments.both), extras=True)
    several = np.flatnonzero(np.bincount(everyone.people)[everyone.people] > _FACES[0])
    rows = np.random.default_rng(0).permutation(several)[: arguments.photos]
    faces = turned(vision, [contents[everyone.files[row]] for row in rows], _TURNED)
    means = np.stack([aggregate(gallery[everyone.people == each][: _FACES[1]]) for each in range(len(everyone.names))])
    pairs = []
    for at, sighting in track(faces, "Cutting out", console=Console(stderr=True), transient=True):
        row = rows[at]
        own = everyone.people[row]
        others = np.setdiff1d(np.flatnonzero(everyone.people == own), row)[: _FACES[1]]
        users = means.copy()
        users[own] = aggregate(gallery[others])
        photo = contents[everyone.files[row]]
        pairs += [compare(vision, photo, sighting, users, own, len(others), moved) for moved in range(arguments.moves)]
    show(pairs, len(means), console())


if __name__ == "__main__":
    main()
