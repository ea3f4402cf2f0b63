"""Ten thousand teams in one store: what opening it, and a search in any of them, costs a process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks import postgres
from benchmarks.contenders import anonymous_bytes
from engine.store import Kind, Mirror, NewFace, Place, SourceImage, Store, Versions, rows
from engine.vision.faces.box import Box
from engine.vision.networks.versions import MODEL_VERSION
from engine.vision.recognition.embed import Vectors, unit
from engine.vision.recognition.recognisers import SFace
from engine.vision.recognition.similarity import scale_of

_FACES = 60
_AT_ONCE = 500
_SEARCHES = 3_000
_FLOOR = 0.25  # about 80 % similar
VERSIONS = Versions("benchmark", "benchmark")
COHORT = scale_of(MODEL_VERSION).cohort


@dataclass(frozen=True, slots=True)
class Many:
    """CPU seconds of opening; megabytes after all searches beyond those before opening; CPU of a search in any
    collection, most of which are not in memory, and in one that is."""

    start_s: float
    memory_mb: float
    any_ms: float
    same_ms: float


def measured(collections: int) -> dict[str, Many]:
    """On SQLite, and on PostgreSQL where there is one."""
    found = {}
    for name in ("SQLite", "PostgreSQL"):
        try:
            with _place(name) as place:
                write(place, collections)
                command = [sys.executable, "-m", "benchmarks.many", str(place), str(collections)]
                root = Path(__file__).parents[1]
                finished = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
                found[name] = Many(**json.loads(finished.stdout))
        except postgres.Missing as missing:
            print(missing, file=sys.stderr)
    return found


def table(found: dict[str, Many]) -> Table:
    shown = Table("", "start, CPU s", "memory MB", "a search in any, CPU ms", "in the same, CPU ms")
    for name, many in found.items():
        figures = f"{many.start_s:.2f}", f"{many.memory_mb:.0f}", f"{many.any_ms:.2f}", f"{many.same_ms:.2f}"
        shown.add_row(name, *figures)
    return shown


@contextmanager
def _place(name: str) -> Iterator[Place]:
    if name == "PostgreSQL":
        with postgres.running() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)


def write(place: Place, collections: int, faces: int = _FACES) -> None:
    """A store of so many collections, by number, of so many faces each."""
    random, store = np.random.default_rng(0), Store.open(place, VERSIONS, COHORT)
    new = [NewFace(SourceImage("0" * 8, None, b""), Box(0, 0, 1, 1), 99.0)] * faces
    for start in range(0, collections, _AT_ONCE):
        with store.write("") as database:  # nobody else is there
            for number in range(start, min(start + _AT_ONCE, collections)):
                owner = rows.create_collection(database, str(number), 0)
                rows.add_faces(database, owner, new, _people(random, faces))
    store.close()


def _people(random: np.random.Generator, count: int) -> Vectors:
    return unit(random.standard_normal((count, SFace.dimensions), np.float32))


def _run(place: Place, collections: int) -> Many:
    random = np.random.default_rng(1)
    before, start = anonymous_bytes(), time.process_time()
    store, mirror = Store.open(place, VERSIONS, COHORT), Mirror()
    started = time.process_time() - start

    def search(name: str) -> None:
        query = COHORT.asked(_people(random, 1))[0]
        with store.read() as database:
            owner = rows.find_collection(database, name)
            assert owner
            index = mirror.current(database, owner, Kind.FACE)
        found = index.search(query, 5, _FLOOR)
        with store.read() as database:
            rows.faces_by_vector(database, found.keys.tolist())

    def each(names: list[str]) -> float:
        start = time.process_time()
        for name in names:
            search(name)
        return (time.process_time() - start) / len(names) * 1000

    anywhere = each(list(map(str, random.integers(0, collections, _SEARCHES).tolist())))
    same = each(["0"] * _SEARCHES)
    return Many(started, (anonymous_bytes() - before) / 1e6, anywhere, same)


if __name__ == "__main__":
    where, count = sys.argv[1:]
    print(json.dumps(asdict(_run(where if "://" in where else Path(where), int(count)))))
