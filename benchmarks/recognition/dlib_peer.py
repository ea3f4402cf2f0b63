"""face_recognition (dlib), the peer that most Python programs use: its environment, and a data set as it sees it.

`python -m benchmarks.dlib_peer DATA OUT` runs in that environment, and writes descriptors that `benchmarks.accuracy`
compares.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifacts import cache_dir
from benchmarks.figures import python_with, run_in
from benchmarks.recognition.people import digest_of, read

Descriptors = NDArray[np.floating]

# --no-deps: dlib-bin is dlib built, which face_recognition would rather build itself.
_REQUIREMENTS = [
    "--no-deps",
    "dlib-bin==20.0.1.post1",
    "face_recognition==1.3.0",
    "face_recognition_models==0.3.0",
    "click==8.5.1",
    "setuptools==75.8.0",
]
_NOWHERE = 100.0
"""A coordinate so far out that what is there is near to nothing."""


def python() -> Path:
    """The interpreter that has face_recognition. Raises SystemExit where it cannot be installed."""
    return python_with("dlib", _REQUIREMENTS)


def descriptors(data: Path, files: Sequence[str]) -> Descriptors:
    """Of each of `files` in `data`, the descriptor of the face nearest to the middle (n × 128); NaN where dlib finds
    none. From a cache outside the repository if they were seen before."""
    entries = sorted(read(data))
    cache = cache_dir() / "benchmarks" / f"dlib-{digest_of(entries)[:16]}.npy"
    if not cache.is_file() and run_in(python(), "benchmarks.dlib_peer", [str(data), str(cache)]) != 0:
        raise SystemExit("face_recognition failed, see above")
    rows = {name: row for row, (name, _) in enumerate(entries)}
    found: Descriptors = np.load(cache)[[rows[file] for file in files]]
    return found


def to_enrol(found: Descriptors) -> Descriptors:
    """Rows whose inner product with those of `to_ask` is −d², for dlib compares by distance d (n × 130)."""
    points = np.where(np.isnan(found), _NOWHERE, found)
    return np.column_stack([2 * points, -(points**2).sum(axis=1), -np.ones(len(points))])


def to_ask(found: Descriptors) -> Descriptors:
    """See `to_enrol`."""
    points = np.where(np.isnan(found), -_NOWHERE, found)
    return np.column_stack([points, np.ones(len(points)), (points**2).sum(axis=1)])


def _descriptor(photo: bytes) -> Descriptors:
    import face_recognition  # type: ignore[import-not-found]

    image = face_recognition.load_image_file(io.BytesIO(photo))
    middle = np.array(image.shape[:2]) / 2

    def from_middle(box: tuple[int, int, int, int]) -> float:
        top, right, bottom, left = box
        return float(np.hypot(*(np.array([top + bottom, left + right]) / 2 - middle)))

    boxes = sorted(face_recognition.face_locations(image), key=from_middle)[:1]
    found = face_recognition.face_encodings(image, boxes)
    return np.asarray(found[0]) if found else np.full(128, np.nan)


def main(data: Path, out: Path) -> None:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(_descriptor, [content for _, content in sorted(read(data))], chunksize=50))
    np.save(out, np.stack(found))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
