"""What the units of a plan cost, measured: `benchmarks.simulate` adds them up.

    python -m benchmarks.units [--photos 20] [--vectors 20000]

A process that listens and one that works run on a PostgreSQL. Photos as phones take them are posted, one after the
other, and the kernel says what CPU that has cost each of the three, beyond what they take at rest. The floor is what
`benchmarks.steps` says, in the same run. Then vectors are stored in a PostgreSQL and read into memory, collection by
collection, by a process that has none.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psycopg
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from benchmarks.figures import Floor, console, cpu_of
from benchmarks.growth.many import COHORT, VERSIONS, write
from benchmarks.growth.simulate import Costs
from benchmarks.house import Bot, Member, ask, crew, from_a_phone, playground
from benchmarks.servers import postgres
from engine.store import Kind, Mirror, Store, rows
from engine.vision import weights

_Seconds = NDArray[np.float64]
_A_COLLECTION = 5_000
_TIMES = 10
_REST = 8.0  # seconds
_SIZE = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ('faces', 'vectors') AND relkind = 'r'"


@dataclass(frozen=True, slots=True)
class Served:
    """Seconds of CPU of a photo: at the worker, at the listener, at PostgreSQL; and the least that it takes."""

    photo: float
    event: float
    database: float
    floor: float


@dataclass(frozen=True, slots=True)
class Stored:
    """Of a vector: seconds of CPU to read it, at the reader and at PostgreSQL; bytes in PostgreSQL and in memory."""

    vector_read: float
    vector_sent: float
    vector_stored: float
    vector_held: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.units", description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=20)
    parser.add_argument("--vectors", type=int, default=20_000)
    options = parser.parse_args()
    kept = stored(options.vectors)  # first, while this process has no threads that work, too
    found = asdict(served(options.photos)) | asdict(kept)
    planned = asdict(Costs())
    right = (Column(each, justify="right") for each in ("measured", "in the plan"))
    table = Table("a unit of", *right, box=SIMPLE_HEAD)
    for name, value in found.items():
        table.add_row(name.replace("_", " "), f"{value:.3g}", f"{planned[name]:.3g}" if name in planned else "")
    console().print(table)


def served(photos: int) -> Served:
    """The first photos are not counted: networks are loaded with them."""
    photo, floor = from_a_phone(), Floor(weights.fetch())
    with ExitStack() as stack:
        url, server = stack.enter_context(playground()), stack.enter_context(postgres.serving())
        listener, worker = crew(url, Path(stack.enter_context(tempfile.TemporaryDirectory())), server.url, 1)
        for bot in (listener, worker):
            bot.start()
            stack.callback(bot.stop)
            bot.wait_started()
        member = stack.enter_context(Member.at(url))
        ask(member, member.channels["photos"], photo, 2)
        begun = time.monotonic()
        spent = _spent(lambda: ask(member, member.channels["photos"], photo, photos), listener, worker, server)
        waited = time.monotonic() - begun
        time.sleep(_REST)  # what comes after the last answer is done by then
        rest = _spent(lambda: time.sleep(_REST), listener, worker, server) / _REST
    least = cpu_of(lambda: floor.run_reduced(photo), photos)
    listened, worked, kept = np.maximum(0, spent - rest * waited) / photos
    return Served(float(worked), float(listened), float(kept), least)


def _spent(work: Callable[[], object], listener: Bot, worker: Bot, server: postgres.Server) -> _Seconds:
    """Seconds of CPU of each of them while something is done."""
    before = _cpu(listener, worker, server)
    work()
    return _cpu(listener, worker, server) - before


def _cpu(listener: Bot, worker: Bot, server: postgres.Server) -> _Seconds:
    return np.array([listener.cpu(), worker.cpu(), server.cpu()])


def stored(vectors: int) -> Stored:
    collections = max(1, vectors // _A_COLLECTION)
    with postgres.serving() as server:
        write(server.url, collections, _A_COLLECTION)
        with psycopg.connect(server.url, autocommit=True) as database:
            database.execute("VACUUM ANALYZE")
            (size,) = database.execute(_SIZE).fetchone() or (0,)
        store = Store.open(server.url, VERSIONS, COHORT)
        _load(store, collections)  # into the server's own memory
        before, cpu = server.cpu(), time.process_time()
        held = sum(_load(store, collections) for _ in range(_TIMES))
        taken, sent = time.process_time() - cpu, server.cpu() - before
        store.close()
    n = collections * _A_COLLECTION
    return Stored(taken / n / _TIMES, sent / n / _TIMES, float(size) / n, held / n / _TIMES)


def _load(store: Store, collections: int) -> int:
    """Read all of them into a memory that has none; the bytes that they take there."""
    mirror, held = Mirror(), 0
    for number in range(collections):
        with store.read() as database:
            owner = rows.find_collection(database, str(number))
            assert owner
            held += mirror.current(database, owner, Kind.FACE).nbytes
    return held


if __name__ == "__main__":
    main()
