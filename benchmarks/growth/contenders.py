"""Indexes that the scale benchmark compares: each is filled, asked one question at a time, and added to."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.servers import postgres
from engine.store import Collection, Database, Kind, Mirror, NewFace, Place, SourceImage, Store, Versions, rows
from engine.store.search import Index
from engine.vision.faces.box import Box
from engine.vision.networks.versions import MODEL_VERSION
from engine.vision.recognition.embed import Vectors
from engine.vision.recognition.recognisers import SFace
from engine.vision.recognition.similarity import scale_of

_ADDED = 200
_BATCH = 16_384


@dataclass(frozen=True, slots=True)
class Result:
    """Times of single queries and additions, shares of right answers, memory over that of the vectors themselves.

    `ready_s` is what building takes, or, of a store, opening it.
    """

    median_ms: float
    p95_ms: float
    recall_known: float
    recall_strangers: float
    memory_ratio: float
    ready_s: float
    add_ms: float


class Contender(Protocol):
    """An index over vectors numbered from 0."""

    def fill(self, vectors: Vectors) -> None: ...

    def nearest(self, query: Vectors) -> int: ...

    def add(self, vector: Vectors) -> None: ...


class EngineIndex:
    """The engine's index, as a mirror holds it."""

    def __init__(self) -> None:
        self._index = Index()
        self._next = 0

    def fill(self, vectors: Vectors) -> None:
        for start in range(0, len(vectors), _BATCH):
            batch = np.asarray(vectors[start : start + _BATCH])
            self._index.add(np.arange(start, start + len(batch)), batch)
        self._index.refine()
        self._index.settle()
        self._next = len(vectors)

    def nearest(self, query: Vectors) -> int:
        return int(self._index.search(query, 1, -2).keys[0])

    def add(self, vector: Vectors) -> None:
        self._index.add(np.array([self._next]), vector[np.newaxis])
        self._next += 1


class EngineStore:
    """A store on disk, opened and mirrored: what a process of the engine does when it starts, searches and enrols."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._cohort = scale_of(MODEL_VERSION).cohort
        self._mirror = Mirror()
        self._owner: Collection | None = None

    def prepare(self, vectors: Vectors) -> None:
        """Write the store, which is no part of what is measured."""
        store = Store.open(self._place, Versions("benchmark", "benchmark"), self._cohort)
        with store.write("scale") as database:
            self._owner = rows.create_collection(database, "scale", 0)
        for start in range(0, len(vectors), _BATCH):
            with store.write("scale") as database:
                self._insert(database, np.asarray(vectors[start : start + _BATCH]))
        store.close()

    def fill(self, vectors: Vectors) -> None:
        self._store = Store.open(self._place, Versions("benchmark", "benchmark"), self._cohort)
        self.nearest(np.asarray(vectors[0]))

    def settle(self) -> None:
        """Wait until searches are fast, too; they are right from the start."""
        self._mirror.settle()

    def nearest_of_all(self, vectors: Vectors, questions: Vectors) -> NDArray[np.int64]:
        """The right answers: in a store the nearest is who has the best score, and not the highest cosine."""
        best, answers = np.full(len(questions), -np.inf, np.float32), np.zeros(len(questions), np.int64)
        for start in range(0, len(vectors), _BATCH):
            scores = self._cohort.scores(questions, np.asarray(vectors[start : start + _BATCH]))
            there, score = scores.argmax(axis=1), scores.max(axis=1)
            better = score > best
            best[better], answers[better] = score[better], start + there[better]
        return answers

    def nearest(self, query: Vectors) -> int:
        with self._store.read() as database:
            owner = rows.find_collection(database, "scale")
            assert owner
            index = self._mirror.current(database, owner, Kind.FACE)
        return int(index.search(self._cohort.asked(query[np.newaxis])[0], 1, -9).keys[0]) - 1

    def add(self, vector: Vectors) -> None:
        with self._store.write("scale") as database:
            self._insert(database, vector[np.newaxis])

    def _insert(self, database: Database, vectors: Vectors) -> None:
        assert self._owner
        image = SourceImage("00000000-0000-4000-8000-000000000000", None, b"")
        rows.add_faces(database, self._owner, [NewFace(image, Box(0, 0, 1, 1), 99.0)] * len(vectors), vectors)


class FaissFlat:
    """Every vector compared: what exact search costs."""

    def __init__(self) -> None:
        self._index = importlib.import_module("faiss").IndexFlatIP(SFace.dimensions)

    def fill(self, vectors: Vectors) -> None:
        for start in range(0, len(vectors), _BATCH):
            self._index.add(np.asarray(vectors[start : start + _BATCH]))

    def nearest(self, query: Vectors) -> int:
        return int(self._index.search(query[np.newaxis], 1)[1][0, 0])

    def add(self, vector: Vectors) -> None:
        self._index.add(vector[np.newaxis])


class Hnswlib:
    """A graph, with the usual settings for good recall."""

    def __init__(self) -> None:
        self._index = importlib.import_module("hnswlib").Index("ip", SFace.dimensions)

    def fill(self, vectors: Vectors) -> None:
        self._index.init_index(len(vectors) + _ADDED, M=16, ef_construction=200)
        for start in range(0, len(vectors), _BATCH):
            self._index.add_items(np.asarray(vectors[start : start + _BATCH]), num_threads=os.cpu_count() or 1)
        self._index.set_ef(400)

    def nearest(self, query: Vectors) -> int:
        return int(self._index.knn_query(query, 1)[0][0, 0])

    def add(self, vector: Vectors) -> None:
        self._index.add_items(vector[np.newaxis])


class Usearch:
    """A graph in half precision."""

    def __init__(self) -> None:
        self._module = importlib.import_module("usearch.index")
        self._index = self._module.Index(
            ndim=SFace.dimensions, metric="ip", dtype="f16", connectivity=16, expansion_add=128, expansion_search=400
        )
        self._next = 0

    def fill(self, vectors: Vectors) -> None:
        for start in range(0, len(vectors), _BATCH):
            batch = np.asarray(vectors[start : start + _BATCH])
            self._index.add(np.arange(start, start + len(batch)), batch)
        self._next = len(vectors)

    def nearest(self, query: Vectors) -> int:
        return int(self._index.search(query, 1).keys[0])

    def add(self, vector: Vectors) -> None:
        self._index.add(self._next, vector)
        self._next += 1


CONTENDERS: Mapping[str, Callable[[Place], Contender]] = MappingProxyType(
    {
        "engine": lambda _: EngineIndex(),
        "engine-store": EngineStore,
        "engine-postgresql": EngineStore,
        "faiss-flat": lambda _: FaissFlat(),
        "hnswlib": lambda _: Hnswlib(),
        "usearch": lambda _: Usearch(),
    }
)


def run(name: str, folder: Path) -> Result:
    """Measure one contender on the questions in `folder`."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")  # a file mapped is not counted as memory used
    questions, answers = np.load(folder / "questions.npy"), np.load(folder / "answers.npy")
    with ExitStack() as stack:
        place = stack.enter_context(postgres.running()) if name == "engine-postgresql" else folder / "store"
        contender = CONTENDERS[name](place)
        if isinstance(contender, EngineStore):
            answers = contender.nearest_of_all(vectors, questions)
        return _measured(contender, vectors, questions, answers)


def _measured(contender: Contender, vectors: Vectors, questions: Vectors, answers: NDArray[np.int64]) -> Result:
    if isinstance(contender, EngineStore):
        contender.prepare(vectors)
    before = anonymous_bytes()
    ready = _timed(partial(contender.fill, vectors))
    if isinstance(contender, EngineStore):
        contender.settle()
    memory = anonymous_bytes() - before
    seconds, right = [], []
    for question, answer in zip(questions, answers, strict=True):
        start = time.perf_counter()
        found = contender.nearest(question)
        seconds.append(time.perf_counter() - start)
        right.append(found == answer)
    half = len(questions) // 2
    added = [_timed(partial(contender.add, question)) for question in questions[:_ADDED]]
    return Result(
        median_ms=float(np.median(seconds)) * 1000,
        p95_ms=float(np.percentile(seconds, 95)) * 1000,
        recall_known=float(np.mean(right[:half])),
        recall_strangers=float(np.mean(right[half:])),
        memory_ratio=memory / vectors.nbytes,
        ready_s=ready,
        add_ms=float(np.median(added)) * 1000,
    )


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def anonymous_bytes() -> int:
    """Memory of this process that is not a mapped file."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))
