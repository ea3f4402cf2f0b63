"""How search grows from a thousand faces to a million, beside faiss, hnswlib and usearch on the same vectors.

    python -m benchmarks.scale [--sizes 1000,10000,100000,1000000] [--only engine,faiss-flat] [--many 10000] [--json]

The vectors are those of made-up people, five photos each, spread evenly: the hardest case, as nothing about them can be
learned. Half of the questions are new photos of people who are there, half are strangers. Every contender runs in a
process of its own, so that memory can be told apart; queries come one at a time, on all cores. `engine-store` is the
whole way: a store in SQLite is opened, searched and added to; `engine-postgresql` is the same in PostgreSQL.
`--many` measures that many collections of 60 faces each in one store instead.

Columns: a query, median and 95th percentile; the share of people, and of strangers, whose very nearest vector was
found; memory as a multiple of the vectors; how long it takes to build, or to open the store; the cost of adding one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks import many
from benchmarks.contenders import CONTENDERS, Result, run
from benchmarks.peers import is_running_in, python_with, run_in
from benchmarks.printed import console
from engine.vision.recognition.embed import Vectors, unit
from engine.vision.recognition.recognisers import SFace

_PEERS = ("faiss-cpu==1.15.1", "hnswlib==0.8.0", "usearch==2.26.6")
_PHOTOS_EACH = 5
_SAME_PERSON = 0.6
"""The mean cosine of two photos of one person, which is what SFace gives for good ones."""
_QUESTIONS = 1_000
_BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    size: int
    contender: str
    result: Result


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(given)
    if options.many:
        found = many.measured(options.many)
        named = {name: asdict(each) for name, each in found.items()}
        console().print_json(data=named) if options.json else console().print(many.table(found))
        return 0
    python = python_with("scale", _PEERS)
    if not is_running_in(python):
        return run_in(python, "benchmarks.scale", given)
    if options.contender:
        print(json.dumps(asdict(run(options.contender, options.folder))))
        return 0
    rows = []
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            _write_questions(Path(folder), size)
            for name in options.only.split(","):
                rows.append(Row(size, name, _run_apart(python, name, Path(folder))))
                print(rows[-1], file=sys.stderr)  # building a graph over a million takes half an hour
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        console().print(_table(rows))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,10000,100000,1000000", help="how many vectors (%(default)s)")
    parser.add_argument("--only", default=",".join(CONTENDERS), help="contenders (%(default)s)")
    parser.add_argument("--many", type=int, help="measure so many small collections instead")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser


def _write_questions(folder: Path, size: int) -> None:
    """`vectors.npy`, `questions.npy` (people who are there, then strangers) and the right `answers.npy`."""
    random = np.random.default_rng(size)
    vectors = np.lib.format.open_memmap(folder / "vectors.npy", "w+", np.float32, (size, SFace.dimensions))
    people = _noise(random, -(-size // _PHOTOS_EACH))
    for start in range(0, size, _BATCH):
        owners = np.arange(start, min(start + _BATCH, size)) // _PHOTOS_EACH
        vectors[start : start + len(owners)] = _photos(random, people[owners])
    known = random.choice(len(people), _QUESTIONS // 2)
    questions = np.concatenate([_photos(random, people[known]), _noise(random, _QUESTIONS - len(known))])
    best, answers = np.full(len(questions), -2, np.float32), np.zeros(len(questions), np.int64)
    for start in range(0, size, _BATCH):
        cosines = questions @ vectors[start : start + _BATCH].T
        nearest = cosines.argmax(axis=1)
        cosine = cosines[np.arange(len(questions)), nearest]
        better = cosine > best
        best[better], answers[better] = cosine[better], start + nearest[better]
    np.save(folder / "questions.npy", questions)
    np.save(folder / "answers.npy", answers)


def _noise(random: np.random.Generator, count: int) -> Vectors:
    return unit(random.standard_normal((count, SFace.dimensions), np.float32))


def _photos(random: np.random.Generator, people: Vectors) -> Vectors:
    share = np.float32(_SAME_PERSON)
    return unit(np.sqrt(share) * people + np.sqrt(1 - share) * _noise(random, len(people)))


def _run_apart(python: Path, name: str, folder: Path) -> Result:
    command = [str(python), "-m", "benchmarks.scale", "--contender", name, "--folder", str(folder)]
    root = Path(__file__).parents[1]
    finished = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    return Result(**json.loads(finished.stdout))


def _table(rows: Sequence[Row]) -> Table:
    table = Table("vectors", "", "query ms", "95 %", "recall@1", "strangers", "memory", "ready s", "add ms")
    for row in rows:
        result = row.result
        table.add_row(
            f"{row.size:,}",
            row.contender,
            f"{result.median_ms:.2f}",
            f"{result.p95_ms:.2f}",
            f"{result.recall_known:.4f}",
            f"{result.recall_strangers:.4f}",
            f"{result.memory_ratio:.2f}",
            f"{result.ready_s:.2f}",
            f"{result.add_ms:.3f}",
        )
    return table


if __name__ == "__main__":
    raise SystemExit(main())
