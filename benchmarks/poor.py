"""What poor photos do to recognition: `python -m benchmarks.poor --data people.tar`, a folder a person.

Each photo is made worse in one way, put into the middle of a grey picture, and searched as a query among all others.
With `--groups groups.tar`, a folder a group of people alike with one photo each, it is searched among its group, and
whoever is found is a stranger, but for those that `--same` names.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from benchmarks.accuracy import DEFINITION, load_showing, unseen
from benchmarks.groups import Same, by_group, one_person
from benchmarks.people import compared, only, read
from benchmarks.printed import console
from benchmarks.protocols import scale, scores
from engine.vision.faces.align import Image
from engine.vision.faces.face import Face
from engine.vision.faces.quality import pose
from engine.vision.networks.weights import fetch
from engine.vision.vision import Vision


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photo in which the face is `_WIDTH` px wide."""

    photo: Image
    face: Face


Worse = Callable[[Portrait], Image]

_WIDTH = 64
_THRESHOLD = 99
_PROMISE = DEFINITION[-1]
"""The rate of false matches that the threshold stands for."""

_FRAME, _GREY = (480, 640), 110
_MASK, _LENSES = (205, 190, 160), (25, 20, 20)
"""Colours, blue green red."""

_PROFILE = 40.0
"""Degrees from which on a face is turned away."""

_LOOKED_AT = 4
"""Times as many photos as are searched with, to find some in which a face is turned away."""


def _small(width: int) -> Worse:
    return lambda portrait: _resized(portrait.photo, width / _WIDTH)


def _blurred(share: float) -> Worse:
    """By a Gaussian whose deviation is this share of the face's width."""
    return lambda portrait: np.asarray(cv2.GaussianBlur(portrait.photo, (0, 0), share * _WIDTH), np.uint8)


def _dark(share: float) -> Worse:
    return lambda portrait: np.asarray(portrait.photo * share, np.uint8)


def _turned(degrees: float) -> Worse:
    def turn(portrait: Portrait) -> Image:
        height, width = portrait.photo.shape[:2]
        rotation = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        grey = (_GREY, _GREY, _GREY)
        return np.asarray(cv2.warpAffine(portrait.photo, rotation, (width, height), borderValue=grey), np.uint8)

    return turn


def _compressed(quality: int) -> Worse:
    return lambda portrait: _jpeg(portrait.photo, quality)


def _masked(portrait: Portrait) -> Image:
    """With a mask from the middle of the nose to below the chin, and to the edges of the face."""
    eyes, nose, mouth = _axes(portrait.face)
    across, down = (eyes[1] - eyes[0]) * 0.85, mouth - eyes.mean(axis=0)
    top = (eyes.mean(axis=0) + nose) / 2
    outline = [top, top + across, mouth + across * 0.9, mouth + down * 0.75, mouth - across * 0.9, top - across]
    return _painted(portrait.photo, [np.array(outline)], _MASK)


def _with_sunglasses(portrait: Portrait) -> Image:
    """With a dark lens over each eye."""
    eyes, _, mouth = _axes(portrait.face)
    across, down = (eyes[1] - eyes[0]) * 0.4, (mouth - eyes.mean(axis=0)) * 0.28
    corners = np.array([-across - down, across - down, across + down, -across + down])
    bridge = np.array([eyes[0] - down * 0.4, eyes[1] - down * 0.4, eyes[1], eyes[0]])
    return _painted(portrait.photo, [eyes[0] + corners, eyes[1] + corners, bridge], _LENSES)


def _axes(face: Face) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Both eyes, the nose, and the middle of the mouth."""
    points = np.asarray(face.landmarks)
    return points[:2], points[2], points[3:].mean(axis=0)


def _painted(photo: Image, polygons: Iterable[NDArray[np.float64]], colour: tuple[int, int, int]) -> Image:
    painted = photo.copy()
    for polygon in polygons:
        cv2.fillPoly(painted, [polygon.round().astype(np.int32)], colour, cv2.LINE_AA)
    return painted


def _cut_out(portrait: Portrait) -> Image:
    """What scripts send that crop each face at the engine's box: nothing around it, as a JPEG of usual quality."""
    face, room = portrait.face, 0.06
    left, top = (round(start - room * size) for start, size in ((face.left, face.width), (face.top, face.height)))
    right, bottom = round(face.left + (1 + room) * face.width), round(face.top + (1 + room) * face.height)
    return _jpeg(portrait.photo[max(0, top) : bottom, max(0, left) : right], 75)


def _framed(worse: Worse) -> Worse:
    return lambda portrait: framed(worse(portrait))


_IN_A_FRAME: dict[str, Worse] = {
    "64 px wide": _small(64),
    "32 px": _small(32),
    "24 px": _small(24),
    "16 px": _small(16),
    "12 px": _small(12),
    "8 px": _small(8),
    "64 px, blurred by 3 % of its width": _blurred(0.03),
    "by 6 %": _blurred(0.06),
    "by 10 %": _blurred(0.10),
    "by 14 %": _blurred(0.14),
    "64 px, 15 % as bright": _dark(0.15),
    "5 % as bright": _dark(0.05),
    "64 px, turned by 20°": _turned(20),
    "by 40°": _turned(40),
    "by 60°": _turned(60),
    "by 90°": _turned(90),
    "by 180°": _turned(180),
    "64 px, JPEG of quality 10": _compressed(10),
    "of quality 5": _compressed(5),
    "64 px, lower half under a mask": _masked,
    "behind sunglasses": _with_sunglasses,
}

WAYS: dict[str, Worse] = {name: _framed(worse) for name, worse in _IN_A_FRAME.items()} | {
    "64 px, cut out at its box": _cut_out
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares of all photos: those in which the face was found, those in which it is too blurred to tell, and those that
    found their person at the threshold.

    `false_matches` is the share of comparisons with strangers that pass it, of those that were made.
    """

    found: float
    blurred: float
    recognised: float
    false_matches: float


def measure(
    vision: Vision,
    photos: Sequence[Portrait],
    own: NDArray[np.bool_],
    queries: NDArray[np.intp],
    gallery: NDArray[np.float32],
    worse: Worse,
) -> Outcome:
    """Search with each of `photos`, the rows `queries` of the `gallery` (n × 128), made worse.

    `own` (photos × n) tells which of the gallery show the same person. The photo itself is one of them, and recognises
    nobody where there are others.
    """
    least = float(scale(gallery).of_user(1).score(_THRESHOLD))
    found = blurred = recognised = passed = comparisons = 0
    for photo, row, same in zip(photos, queries, own, strict=True):
        picture = worse(photo)
        faces = vision.look(picture)[:1]
        found += len(faces)
        blurred += sum("LOW_SHARPNESS" in face.shortcomings("LOW") for face in faces)
        faces = tuple(face for face in faces if "LOW_SHARPNESS" not in face.shortcomings("LOW"))
        if not faces:
            continue
        alike = scores(vision.embed(picture, faces), gallery)[0] >= least
        passed, comparisons = passed + int(alike[~same].sum()), comparisons + int((~same).sum())
        others = same & (np.arange(len(gallery)) != row)
        recognised += bool(alike[others if others.any() else same].any())
    return Outcome(found / len(photos), blurred / len(photos), recognised / len(photos), passed / max(comparisons, 1))


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


def _jpeg(photo: Image, quality: int) -> Image:
    _, data = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _decoded(data)


def _decoded(content: bytes | NDArray[np.uint8]) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def _portrait(vision: Vision, content: bytes) -> Portrait | None:
    """The photo at the size at which its largest face is `_WIDTH` px wide."""
    photo = _decoded(content)
    faces = vision.look(photo)[:1]
    scales = [_WIDTH / sighting.face.width for sighting in faces]
    portraits = [
        Portrait(_resized(photo, scale), sighting.face.scaled(scale))
        for sighting, scale in zip(faces, scales, strict=True)
    ]
    return next(iter(portraits), None)


def _of_people(vision: Vision, data: Path, most: int, both: bool, console: Console) -> Table:
    """Every way of being poor, and faces turned away: how many are found, and recognised."""
    everyone = load_showing(data, both=both)
    people = only(everyone, unseen(everyone))
    contents, gallery = dict(read(data)), compared(people.features["enrolled"])
    several = np.flatnonzero(np.bincount(people.people)[people.people] > 1)
    drawn = np.random.default_rng(0).permutation(several)[: _LOOKED_AT * most]
    opened = [(row, _portrait(vision, contents[people.files[row]])) for row in track(drawn, console=console)]
    seen = [(row, portrait) for row, portrait in opened if portrait]
    turned = [(row, portrait) for row, portrait in seen if abs(pose(portrait.face).yaw) > _PROFILE]
    away = f"turned away by more than {_PROFILE:.0f}°"
    cases = [(name, worse, seen[:most]) for name, worse in WAYS.items()]
    cases += [(f"{away}, {name}", WAYS[name], turned) for name in ("64 px wide", "16 px", "64 px, cut out at its box")]
    table = Table(
        Column("face", no_wrap=True),
        *("photos", "found", "too blurred", f"recognised at {_THRESHOLD}", "false matches, of what is promised"),
        title=f"Each searched among {len(gallery)} photos of people that nothing was fitted on",
    )
    for name, worse, photos in track(cases, console=console, transient=True):
        queries = np.array([row for row, _ in photos])
        own = people.people == people.people[queries, np.newaxis]
        outcome = measure(vision, [portrait for _, portrait in photos], own, queries, gallery, worse)
        shares = (f"{share:.0%}" for share in (outcome.found, outcome.blurred, outcome.recognised))
        table.add_row(name, str(len(photos)), *shares, f"{outcome.false_matches / _PROMISE:.2f} ×")
    return table


def _of_groups(vision: Vision, data: Path, same: Same, most: int, wanted: str, progress: Console) -> Table:
    """Every way of being poor by group: false matches among people alike, as multiples of what is promised."""
    groups = {name: photos for name, photos in by_group(read(data)).items() if name.endswith(wanted)}
    table = Table(
        Column("face", no_wrap=True),
        *(Column(name, overflow="fold") for name in groups),
        title="False matches at 99, of what is promised, and the photos that were not too blurred to be compared",
    )
    shown = track(groups.items(), console=progress, transient=True)
    cells = {name: _by_way(vision, photos, same, most) for name, photos in shown}
    for way in WAYS:
        table.add_row(way, *(cells[name][way] for name in groups))
    return table


def _by_way(vision: Vision, photos: Mapping[str, bytes], same: Same, most: int) -> dict[str, str]:
    """What to say of each way, of one photo a person, whose other photos are `same`."""
    opened = {file: portrait for file, content in photos.items() if (portrait := _portrait(vision, content))}
    seen = {file: vision.look(portrait.photo)[:1] for file, portrait in opened.items()}
    files = [file for file, faces in seen.items() if faces]
    gallery = np.concatenate([vision.embed(opened[file].photo, seen[file], enrol=True) for file in files])
    queries, portraits = np.arange(len(files))[:most], [opened[file] for file in files[:most]]
    own = np.array([[file == other or frozenset((file, other)) in same for other in files] for file in files[:most]])
    cells = {}
    for name, worse in WAYS.items():
        outcome = measure(vision, portraits, own, queries, gallery, worse)
        compared = outcome.found - outcome.blurred
        cells[name] = f"{outcome.false_matches / _PROMISE:.1f} × ({compared:.0%})"
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.poor", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="a tar or a folder that holds a folder a person")
    source.add_argument("--groups", type=Path, help="a tar or a folder that holds a folder a group")
    parser.add_argument("--same", type=Path, help="a file whose lines hold a group and two photos of one person")
    parser.add_argument("--ages", default="20-39", help="of the groups, as their names end (%(default)s)")
    parser.add_argument("--both", action="store_true", help="with the second network beside SFace")
    parser.add_argument("--photos", type=int, default=500, help="how many to search with, of each group (%(default)s)")
    arguments = parser.parse_args()
    vision, progress = Vision(fetch(second=arguments.both), extras=True), Console(stderr=True)
    if arguments.groups:
        same = one_person(arguments.same.read_text().splitlines()) if arguments.same else frozenset()
        table = _of_groups(vision, arguments.groups, same, arguments.photos, arguments.ages, progress)
    else:
        table = _of_people(vision, arguments.data, arguments.photos, arguments.both, progress)
    console().print(table)


if __name__ == "__main__":
    main()
