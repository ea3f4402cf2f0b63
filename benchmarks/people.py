"""Reads a folder or a tar that holds a folder a person, and sees every photo through the engine's own eyes."""

from __future__ import annotations

import hashlib
import os
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray

import engine
from artifacts import cache_dir
from engine.vision.faces.align import Image
from engine.vision.faces.face import Face
from engine.vision.networks.weights import Weights, fetch
from engine.vision.recognition.embed import Vectors, joined
from engine.vision.recognition.recognisers import Reidentification, SFace
from engine.vision.vision import Vision

Say = Callable[[int, int], None]
"""Told how many photos are done, of how many."""

WAYS: tuple[str, ...] = ("bare", "query", "enrolled")
"""One pass of SFace; with better landmarks, as the engine searches; and with the mirror image too, as it enrols."""

_TIMED = 100
"""So many photos are seen one at a time, for the clock; the others as fast as it goes."""

_SUFFIXES = {".jpg", ".jpeg", ".png"}

_SEEING = {"align", "closeups", "detect", "edges", "embed", "networks", "quality", "recognisers", "vision", "yunet"}
"""The modules below engine/vision by which it is told whether photos have been seen as they would be now."""


@dataclass(frozen=True, slots=True)
class Photos:
    """The photos in which a face was found: whose, their files, and each way of seeing them.

    `people` (n) are numbers in the order of `names`. Each of `features` is n × d, as the networks give them;
    `seconds` is what it took a photo, after decoding: the median, one photo at a time.
    """

    names: tuple[str, ...]
    people: NDArray[np.intp]
    files: tuple[str, ...]
    features: dict[str, Vectors]
    seconds: dict[str, float]
    without_face: int


def load(data: Path, say: Say, *, both: bool = False) -> Photos:
    """The photos of `data`, from a cache outside the repository if they were seen by the same engine before.

    With `both`, by both networks.
    """
    entries = sorted(read(data))
    digest = hashlib.sha256(digest_of(entries).encode())
    for source in sorted((Path(engine.__file__).parent / "vision").rglob("*.py")):
        if source.stem in _SEEING:
            digest.update(source.read_bytes())
    cache = cache_dir() / "benchmarks" / f"{digest.hexdigest()[:16]}{'-both' if both else ''}.npz"
    if not cache.is_file():
        cache.parent.mkdir(parents=True, exist_ok=True)
        seen = _see([content for _, content in entries], say, fetch(second=both))
        partial = cache.with_suffix(f".{os.getpid()}.npz")
        np.savez(partial, allow_pickle=False, **seen)
        partial.replace(cache)
    with np.load(cache) as stored:
        found: NDArray[np.bool_] = stored["found"]
        features = {name: np.asarray(stored[name][found], np.float32) for name in WAYS}
        seconds = {name: float(stored[f"{name} seconds"]) for name in WAYS}
    files = [name for (name, _), is_there in zip(entries, found, strict=True) if is_there]
    names, people = np.unique([PurePosixPath(file).parent.name for file in files], return_inverse=True)
    return Photos(tuple(names.tolist()), people, tuple(files), features, seconds, int((~found).sum()))


def compared(features: Vectors) -> Vectors:
    """Unit rows of what one network or two say, as the engine compares them."""
    return joined(features, centres_of(features))


def bare(features: Vectors) -> Vectors:
    """Unit rows of what one network or two say, with what all faces have in common."""
    return joined(features, [np.zeros_like(centre) for centre in centres_of(features)])


def centres_of(features: Vectors) -> list[Vectors]:
    """Those of the networks, one or two, whose features these are."""
    return [SFace.centre, Reidentification.centre][: 1 + (features.shape[1] > SFace.dimensions)]


def united(photos: Photos, names: Mapping[str, str]) -> Photos:
    """The same photos, those under a name of `names` counted as those of the person that it stands for."""
    meant = [names.get(photos.names[person], photos.names[person]) for person in photos.people]
    unique, people = np.unique(meant, return_inverse=True)
    return replace(photos, names=tuple(unique.tolist()), people=people)


def only(photos: Photos, rows: NDArray[np.intp]) -> Photos:
    """Those of the photos that `rows` count."""
    names, people = np.unique([photos.names[person] for person in photos.people[rows]], return_inverse=True)
    return replace(
        photos,
        names=tuple(names.tolist()),
        people=people,
        files=tuple(photos.files[row] for row in rows),
        features={way: vectors[rows] for way, vectors in photos.features.items()},
    )


def digest_of(entries: Sequence[tuple[str, bytes]]) -> str:
    """What tells one data set from another, of what `read` gives."""
    return hashlib.sha256(
        b"".join(hashlib.sha256(name.encode() + content).digest() for name, content in entries)
    ).hexdigest()


def read(data: Path) -> Iterator[tuple[str, bytes]]:
    """The name and content of every photo in a folder or a tar."""
    if data.is_dir():
        for path in data.rglob("*"):
            if path.suffix.lower() in _SUFFIXES:
                yield path.relative_to(data).as_posix(), path.read_bytes()
        return
    with tarfile.open(data) as archive:
        for member in archive:
            content = archive.extractfile(member) if Path(member.name).suffix.lower() in _SUFFIXES else None
            if content:
                yield member.name, content.read()


def _see(contents: list[bytes], say: Say, weights: Weights) -> dict[str, NDArray[np.generic]]:
    vision, plain = Vision(weights, extras=True), Vision(weights, extras=False)
    ways: dict[str, Callable[[Image], Vectors | None]] = {
        "bare": lambda image: _features(plain, image),
        "query": lambda image: _features(vision, image),
        "enrolled": lambda image: _features(vision, image, enrol=True),
    }

    def one(content: bytes) -> tuple[Vectors | None, NDArray[np.float64]]:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        vectors, clock = [], [time.perf_counter()]
        for way in WAYS if image is not None else ():
            vectors.append(ways[way](np.asarray(image, np.uint8)))
            clock.append(time.perf_counter())
        there = [vector for vector in vectors if vector is not None]
        return (np.stack(there), np.diff(clock)) if len(there) == len(WAYS) else (None, np.zeros(len(WAYS)))

    seen: list[tuple[Vectors | None, NDArray[np.float64]]] = []
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for results in (map(one, contents[:_TIMED]), threads.map(one, contents[_TIMED:])):
            for result in results:
                seen.append(result)
                say(len(seen), len(contents))
    nothing = np.zeros((len(WAYS), vision.dimensions), np.float32)
    vectors = np.stack([nothing if vector is None else vector for vector, _ in seen])
    seconds = np.median([spent for _, spent in seen[:_TIMED]], axis=0)
    found = np.array([vector is not None for vector, _ in seen])
    return {
        "found": found,
        **{view: vectors[:, at] for at, view in enumerate(WAYS)},
        **{f"{view} seconds": seconds[at] for at, view in enumerate(WAYS)},
    }


def _features(vision: Vision, image: Image, *, enrol: bool = False) -> Vectors | None:
    """Of the person of a photo, as the engine sees it; or nothing."""
    person = min(vision.look(image), key=lambda sighting: from_middle(image, sighting.face), default=None)
    return None if person is None else vision.features(image, [person], enrol=enrol)[0]


def from_middle(image: Image, face: Face) -> float:
    """How far it is. In a photo of one person among others, that person is in the middle."""
    height, width = image.shape[:2]
    return float(np.hypot(face.left + face.width / 2 - width / 2, face.top + face.height / 2 - height / 2))
