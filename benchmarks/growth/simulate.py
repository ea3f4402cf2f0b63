"""What a plan of many workspaces takes, from unit costs that other benchmarks measure: `python -m benchmarks.simulate`.

    python -m benchmarks.simulate [--workspaces 10000] [--faces 50000000] [--photos 100] [--cores 1] [--minutes 10]

Photos arrive at random, `--photos` a second at the busiest, in messages of a few; some workspaces post far more than
others. Every photo goes to the worker that is free first. A worker that has not the workspace's vectors in memory reads
them from PostgreSQL first, and lets go of those that it used least lately. What the units cost is in `Costs`, each with
the benchmark that measures it. The floor is what the same photos would take if every worker had all vectors.
"""

from __future__ import annotations

import argparse
import heapq
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from math import ceil

import numpy as np
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from benchmarks.figures import console

_ZIPF = 1.1
"""The exponent by which the workspace of rank n posts n times more rarely to this power: a tenth of them posts most."""

_PHOTOS_A_MESSAGE = 1.8
_BUSY = 0.7
"""The share of their time that workers are planned to work at the busiest: queues grow without end near 1."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of CPU, bytes and connections a unit."""

    photo: float = 1.1
    """A photo answered, at the worker: `benchmarks.units`."""
    event: float = 0.043
    """Its events acknowledged and stored as jobs, at a `web`: `benchmarks.units`."""
    database: float = 0.050
    """Its jobs and records, at PostgreSQL: `benchmarks.units`."""
    vector_read: float = 2.9e-6
    """A vector brought into memory, at the worker: `benchmarks.units`."""
    vector_sent: float = 4.4e-6
    """The same at PostgreSQL."""
    search: float = 0.0005
    """The faces of one photo compared, once the vectors are in memory: `benchmarks.scale --many`."""
    vector_stored: int = 960
    """A face in PostgreSQL, its indexes included: `benchmarks.units`."""
    vector_held: int = 530
    """A face in a worker's memory: `benchmarks.units`."""
    photo_stored: int = 90_000
    """The photo that a face was enrolled with, in the bucket: what is kept of a phone's."""
    worker: int = 450_000_000
    """A worker's memory without vectors: docs/running.md."""
    connections: int = 4
    """To PostgreSQL, of a process of few cores: docs/running.md."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be served. `photos` a second at the busiest; `memory` is a worker's for vectors, in bytes."""

    workspaces: int = 10_000
    faces: int = 50_000_000
    photos: float = 100
    cores: int = 1
    memory: int = 128_000_000
    minutes: float = 10

    def faces_of(self, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many faces the workspaces of these ranks have: who posts more has more people, but not as many more."""
        weights = np.arange(1, self.workspaces + 1, dtype=np.float64) ** -0.5
        faces: NDArray[np.int64] = np.maximum(1, self.faces * weights / weights.sum()).astype(np.int64)
        return faces.take(ranks)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a plan with so many workers.

    `cold` is the share of photos for which vectors had to be read, and `read` how many for each of all photos. Waits
    are seconds from event to the beginning of the work.
    """

    workers: int
    photos: int
    busy: float
    cold: float
    read: float
    median: float
    most: float
    cpu: float
    floor: float


def workers_for(plan: Plan, costs: Costs) -> int:
    """How many workers keep up at the busiest, when reading vectors takes as much time as in a first try with fewer."""
    bare = plan.photos * (costs.photo + costs.search) / plan.cores / _BUSY
    tried = simulate(plan, costs, ceil(bare * 1.2))
    return ceil(plan.photos * tried.cpu / plan.cores / _BUSY)


def simulate(plan: Plan, costs: Costs, workers: int, seed: int = 0) -> Found:
    """Let photos arrive for so many minutes. Deterministic by `seed`."""
    random = np.random.default_rng(seed)
    lanes = [(0.0, number % workers) for number in range(workers * plan.cores)]
    caches = [_Cache(plan.memory) for _ in range(workers)]
    waits, spent, cold, vectors = [], 0.0, 0, 0
    for at, rank, faces in _arrivals(plan, random):
        free, worker = heapq.heappop(lanes)
        read = not caches[worker].use(rank, faces * costs.vector_held)
        cost = costs.photo + costs.search + read * faces * costs.vector_read
        begun = max(free, at)
        heapq.heappush(lanes, (begun + cost, worker))
        waits.append(begun - at)
        spent, cold, vectors = spent + cost, cold + read, vectors + read * faces
    photos = len(waits)
    return Found(
        workers=workers,
        photos=photos,
        busy=spent / (workers * plan.cores * plan.minutes * 60),
        cold=cold / photos,
        read=vectors / photos,
        median=float(np.median(waits)),
        most=float(np.quantile(waits, 0.99)),
        cpu=spent / photos,
        floor=costs.photo + costs.search,
    )


class _Cache:
    """Which collections a worker has in memory, by least use."""

    def __init__(self, room: int) -> None:
        self._room, self._held = room, 0
        self._sizes: OrderedDict[int, int] = OrderedDict()

    def use(self, collection: int, size: int) -> bool:
        """Whether it was there; it is now."""
        there = collection in self._sizes
        if not there:
            self._sizes[collection] = size
            self._held += size
        self._sizes.move_to_end(collection)
        while self._held > self._room and len(self._sizes) > 1:
            self._held -= self._sizes.popitem(last=False)[1]
        return there


def _arrivals(plan: Plan, random: np.random.Generator) -> Iterator[tuple[float, int, int]]:
    """When a photo comes, from the workspace of which rank, and how many faces that one has."""
    messages = int(plan.photos * plan.minutes * 60 / _PHOTOS_A_MESSAGE)
    times = np.sort(random.uniform(0, plan.minutes * 60, messages))
    weights = np.arange(1, plan.workspaces + 1, dtype=np.float64) ** -_ZIPF
    ranks = random.choice(plan.workspaces, messages, p=weights / weights.sum())
    faces = plan.faces_of(ranks)
    for at, rank, there, photos in zip(
        times, ranks, faces, random.geometric(1 / _PHOTOS_A_MESSAGE, messages), strict=True
    ):
        for _ in range(photos):
            yield float(at), int(rank), int(there)


def table(plan: Plan, costs: Costs, found: Found) -> Table:
    """What the plan takes, and what each line follows from."""
    webs = ceil(plan.photos * costs.event / _BUSY) + 1  # one may be lost
    database = plan.photos * (costs.database + found.read * costs.vector_sent)
    rows = {
        "workers": (f"{found.workers}", f"{plan.cores} core{'s' * (plan.cores > 1)} each, {found.busy:.0%} busy"),
        "`web` processes": (f"{webs}", f"{costs.event * 1000:.0f} ms a photo, and one to spare"),
        "CPU a photo": (f"{found.cpu:.2f} s", f"{found.cpu / found.floor:.2f} × with all vectors in memory"),
        "searches that read vectors first": (f"{found.cold:.0%}", f"{plan.memory / 1e6:.0f} MB a worker for vectors"),
        "vectors read a photo": (f"{found.read:,.0f}", "busy workspaces have more faces than others"),
        "waits, median and 99th": (f"{found.median:.1f} s, {found.most:.1f} s", f"{found.photos:,} photos"),
        "memory of the workers": (f"{found.workers * (costs.worker + plan.memory) / 1e9:.0f} GB", ""),
        "cores of PostgreSQL": (f"{database / _BUSY:.1f}", "jobs, records, vectors read"),
        "vectors in PostgreSQL": (f"{plan.faces * costs.vector_stored / 1e9:.0f} GB", f"{plan.faces:,} faces"),
        "connections": (f"{(found.workers + webs) * costs.connections}", "through PgBouncer from 97 on"),
        "photos in the bucket": (f"{plan.faces * costs.photo_stored / 1e12:.1f} TB", "one a face"),
    }
    shown = Table("", Column("", justify="right"), "from", box=SIMPLE_HEAD)
    for name, (figure, source) in rows.items():
        shown.add_row(name, figure, source)
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate", description=__doc__.splitlines()[0])
    for field in fields(Plan):
        parser.add_argument(f"--{field.name}", type=type(field.default), default=field.default)
    for field in fields(Costs):
        parser.add_argument(f"--cost-{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    given = vars(parser.parse_args())
    plan = Plan(**{field.name: given[field.name] for field in fields(Plan)})
    costs = Costs(**{field.name: given[f"cost_{field.name}"] for field in fields(Costs)})
    console().print(table(plan, costs, simulate(plan, costs, workers_for(plan, costs))))


if __name__ == "__main__":
    main()
