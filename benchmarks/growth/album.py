"""What an album costs with 1,000 people, 200,000 photos and 600,000 appearances in them, in SQLite and PostgreSQL.

    python -m benchmarks.album [--people 1000] [--photos 200000] [--only sqlite,postgresql] [--json]

Asked is by somebody who is in two thirds of the 300 channels, each time for another person; a few people are in very
many of the photos, as it is. What Slack takes for thumbnails and links comes on top. Beside each question stands its
floor: the same rows read by their key. A photo with three people in it is kept in one transaction; its floor is a
transaction that writes one small row.

Columns: milliseconds, median and 95th percentile, and the floor's median.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from rich.table import Table

from benchmarks.figures import console
from benchmarks.servers import postgres
from services.album import Album
from services.people import Actor, Roles
from services.pictures import Box
from services.records import EVERYONE, Database, Records, Sought, Source, schema, sqlite_url
from services.search import Candidate, Identification, Mode, Sighting

_CHANNELS = 300
_EACH = 3  # people in a photo
_BEGIN, _SECONDS = 1_700_000_000, 100_000_000  # three years
_TIMES = 100
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, in milliseconds."""

    database: str
    what: str
    median: float
    p95: float
    floor: float


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.album", description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--photos", type=int, default=200_000)
    parser.add_argument("--only", default="sqlite,postgresql", help="databases (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    rows = [row for name in options.only.split(",") for row in _measured(name, options.people, options.photos)]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        console().print(_table(rows))
    return 0


def _measured(name: str, people: int, photos: int) -> Iterator[Row]:
    with _database(name) as database:
        team = _Team(database, people, photos)
        print(f"{name}: {photos:,} photos, {team.appearances:,} appearances", file=sys.stderr)
        for what, question in team.questions().items():
            yield Row(name, what, *_timed(question), _timed(team.floor)[0])
        yield Row(name, "a photo of three kept", *_timed(team.keep), _timed(team.write)[0])


def _timed(do: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    took: list[float] = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        do()
        took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took), sorted(took)[int(0.95 * len(took))]


@contextmanager
def _database(name: str) -> Iterator[Database]:
    if name == "postgresql":
        with postgres.running() as url:
            database = Database(url, migrate=True)
            yield database
            database.close()
    else:
        with tempfile.TemporaryDirectory(prefix="facesearch-album-") as folder:
            database = Database(sqlite_url(Path(folder) / "records.sqlite"))
            yield database
            database.close()


class _Team:
    """A workspace of made-up people who all keep an album and share it, and somebody who asks."""

    def __init__(self, database: Database, people: int, photos: int) -> None:
        self._random = random.Random(18)
        self._database = database
        self._records = Records(database, "home")
        self._album = Album(self._records, Roles(self._records))
        self._actor = Actor("U0000001")
        self._user_ids = [f"u-{number:032x}" for number in range(people)]
        self._often = [1 / (1 + number) ** 0.6 for number in range(people)]  # some are in everything
        self._channels = [f"C{number:08}" for number in range(_CHANNELS)]
        self._own = frozenset(self._channels[: 2 * _CHANNELS // 3])
        self._new = 0
        self._fill(photos)
        if database.kind == "postgresql":  # as autovacuum does of itself, a minute later
            with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
                db.execute(sa.text("VACUUM ANALYZE"))
        self._people = list(self._records.people_by_id(self._user_ids[:100]).values())
        self._sources = [each.source for each, _ in self._records.appearances.all_of(self._user_ids[-1])][:12]

    @property
    def appearances(self) -> int:
        with self._database.begin() as db:
            return int(db.scalar(sa.select(sa.func.count()).select_from(schema.appearances)) or 0)

    def questions(self) -> dict[str, Callable[[], object]]:
        everybody = iter(self._user_ids * _TIMES)
        return {
            "photos of one": lambda: self._ask(Sought((next(everybody),), self._own)),
            "of who is in most": lambda: self._ask(Sought((self._user_ids[0],), self._own)),
            "of who is in most, last page": lambda: self._ask(Sought((self._user_ids[0],), self._own), first=5_000),
            "of two together": lambda: self._ask(Sought((self._user_ids[0], next(everybody)), self._own)),
            "in one channel, of a month": lambda: self._ask(self._narrow(next(everybody))),
        }

    def floor(self) -> object:
        """The rows of twelve photos, by their key."""
        return self._records.appearances.within(self._sources)

    def keep(self) -> None:
        """What the job of a photo does."""
        self._new += 1
        people = self._random.sample(self._people, _EACH)
        sightings = tuple(
            Sighting(number, Box(100 * number, 50, 40, 60), Candidate(person, 99.5))
            for number, person in enumerate(people, start=1)
        )
        source = Source(self._channels[0], f"{_BEGIN + _SECONDS + self._new}.000000", f"FNEW{self._new}")
        self._album.take_in(source, Identification(1000, 500, Mode.USERS, 99, sightings))

    def write(self) -> None:
        """The least that a transaction is."""
        self._records.set_setting("floor", str(self._random.random()))

    def _ask(self, sought: Sought, first: int = 0) -> object:
        return self._album.page(sought, actor=self._actor, first=first)

    def _narrow(self, user_id: str) -> Sought:
        since = _BEGIN + self._random.randrange(_SECONDS)
        channel = frozenset({self._random.choice(self._channels)})
        return Sought((user_id,), channel, f"{since}.000000", f"{since + 30 * 86400}.000000")

    def _fill(self, photos: int) -> None:
        now = datetime.now(UTC)
        people = [
            {
                "user_id": user_id,
                "workspace": "home",
                "name": f"Person {number}",
                "name_key": f"person {number}",
                "member": f"U{number:07}",
                "added_by": "U0000001",
                "added_at": now,
            }
            for number, user_id in enumerate(self._user_ids)
        ]
        albums = [{"user_id": each, "workspace": "home", "since": now, "tells": False} for each in self._user_ids]
        readers = [{"user_id": each, "reader": EVERYONE} for each in self._user_ids]
        with self._database.begin() as db:
            for table, rows in ((schema.people, people), (schema.albums, albums), (schema.album_readers, readers)):
                db.execute(sa.insert(table), rows)
        for start in range(0, photos, _BATCH):
            numbers = range(start, min(photos, start + _BATCH))
            with self._database.begin() as db:
                db.execute(
                    sa.insert(schema.appearances), [row for number in numbers for row in self._rows(number, now)]
                )

    def _rows(self, number: int, now: datetime) -> Iterator[dict[str, object]]:
        source = self._random.choice(self._channels), f"{_BEGIN + self._random.randrange(_SECONDS)}.{number % 10**6:06}"
        for user_id in set(self._random.choices(self._user_ids, self._often, k=_EACH)):
            yield {
                "user_id": user_id,
                "workspace": "home",
                "channel": source[0],
                "ts": source[1],
                "file_id": f"F{number:08}",
                "box": "0.10000 0.20000 0.10000 0.15000",
                "similarity": 99.5,
                "kept_at": now,
                "owed": False,
            }


def _table(rows: Sequence[Row]) -> Table:
    table = Table("database", "", "median ms", "95 % ms", "floor ms")
    for row in rows:
        table.add_row(row.database, row.what, f"{row.median:.2f}", f"{row.p95:.2f}", f"{row.floor:.2f}")
    return table


if __name__ == "__main__":
    raise SystemExit(main())
