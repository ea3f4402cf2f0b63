"""In which photos those who keep an album are seen: where each was posted, and the place of the face in it.

Not to be taken for `sightings`, which say when somebody was recognised last, and in no photo.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from services.pictures import Box
from services.records.answers import Source
from services.records.database import Database
from services.records.schema import albums as _albums
from services.records.schema import appearances as _appearances

_KEY = ("ts", "channel", "file_id")


@dataclass(frozen=True, slots=True)
class Appearance:
    """Somebody in a photo: `box` is their face, in ratios of the photo's width and height; `similarity` in percent."""

    user_id: str
    source: Source
    box: Box
    similarity: float


@dataclass(frozen=True, slots=True)
class Sought:
    """Which photos are looked for: those that show all of these people, in one of the channels, and in a span of time.

    `since` and `before` are moments as Slack writes them; "" sets no bound.
    """

    user_ids: tuple[str, ...]
    channels: frozenset[str]
    since: str = ""
    before: str = ""


class Appearances:
    """The appearances of one workspace's people. Of who keeps no album there are none."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace
        self._adding = _adding(database.kind)

    def put(self, source: Source, seen: Iterable[Appearance]) -> frozenset[str]:
        """Have a photo show these people and no others; who of them keeps an album and was not in it before.

        What is there already stays as it is.
        """
        rows = {each.user_id: each for each in seen}
        with self._database.begin() as db:
            db.execute(sa.delete(_appearances).where(self._is(source), _appearances.c.user_id.not_in(sorted(rows))))
            return frozenset(user_id for user_id, each in rows.items() if self._add(db, each))

    def _add(self, db: sa.Connection, seen: Appearance) -> bool:
        """Add one where that person keeps an album, in one statement with that condition; whether it is new."""
        values = {
            "ts": seen.source.ts,
            "channel": seen.source.channel,
            "file_id": seen.source.file_id,
            "workspace": self._workspace,
            "box": _packed(seen.box),
            "similarity": seen.similarity,
            "kept_at": datetime.now(UTC),
            "owed": False,
        }
        return db.scalar(self._adding, {"keeper": seen.user_id, **values}) is not None

    # Looking

    def newest(self, sought: Sought, *, most: int, skipping: int = 0) -> tuple[Source, ...]:
        """The photos that are looked for, the newest first."""
        first, condition = self._found(sought)
        order = [first.c[name].desc() for name in _KEY]
        query = sa.select(*(first.c[name] for name in _KEY)).where(condition).order_by(*order)
        with self._database.begin() as db:
            return tuple(
                Source(row.channel, row.ts, row.file_id) for row in db.execute(query.limit(most).offset(skipping))
            )

    def count(self, sought: Sought) -> int:
        """How many photos there are of those that are looked for."""
        first, condition = self._found(sought)
        with self._database.begin() as db:
            return int(db.scalar(sa.select(sa.func.count()).select_from(first).where(condition)) or 0)

    def within(self, sources: Collection[Source]) -> tuple[Appearance, ...]:
        """Everyone who is seen in these photos."""
        if not sources:
            return ()
        here = sa.or_(*(self._is(source) for source in sources))
        with self._database.begin() as db:
            return tuple(_appearance(row) for row in db.execute(sa.select(_appearances).where(here)))

    def all_of(self, user_id: str) -> tuple[tuple[Appearance, datetime], ...]:
        """All that is kept of somebody, and since when, the oldest first."""
        theirs = sa.select(_appearances).where(self._is_here(), _appearances.c.user_id == user_id)
        with self._database.begin() as db:
            rows = db.execute(theirs.order_by(*(_appearances.c[name] for name in _KEY)))
            return tuple((_appearance(row), row.kept_at) for row in rows)

    def count_of(self, user_id: str) -> int:
        """In how many photos somebody is kept."""
        theirs = sa.select(sa.func.count()).where(self._is_here(), _appearances.c.user_id == user_id)
        with self._database.begin() as db:
            return int(db.scalar(theirs) or 0)

    def channels(self) -> frozenset[str]:
        """The channels that any photo is from."""
        with self._database.begin() as db:
            return frozenset(db.scalars(sa.select(_appearances.c.channel).where(self._is_here()).distinct()))

    def of_file(self, file_id: str) -> frozenset[Source]:
        """Where a file was posted that shows anybody."""
        query = sa.select(_appearances.c.channel, _appearances.c.ts).where(
            self._is_here(), _appearances.c.file_id == file_id
        )
        with self._database.begin() as db:
            return frozenset(Source(row.channel, row.ts, file_id) for row in db.execute(query))

    # Telling

    def owe(self, user_id: str, source: Source) -> None:
        """Somebody is to be told of a photo."""
        theirs = sa.update(_appearances).where(self._is(source), _appearances.c.user_id == user_id)
        with self._database.begin() as db:
            db.execute(theirs.values(owed=True))

    def owed(self, user_id: str) -> tuple[tuple[Source, datetime], ...]:
        """The photos that somebody is to be told of, and when each was kept, the oldest first."""
        query = sa.select(_appearances).where(self._is_owed(user_id)).order_by(_appearances.c.kept_at)
        with self._database.begin() as db:
            return tuple((Source(row.channel, row.ts, row.file_id), row.kept_at) for row in db.execute(query))

    def told(self, user_id: str, sources: Collection[Source]) -> None:
        """Somebody has been told of these photos."""
        theirs = [_appearances.c[name] == sa.bindparam(f"its_{name}") for name in _KEY]
        no_more = sa.update(_appearances).where(self._is_owed(user_id), *theirs).values(owed=False)
        its = [{f"its_{name}": getattr(source, name) for name in _KEY} for source in sources]
        with self._database.begin() as db:
            if its:
                db.execute(no_more, its)

    # What is gone

    def remove(self, source: Source) -> int:
        """Forget a photo: a file of a message, all of a message, or with nothing but a file that everywhere."""
        if not source.ts:
            return self._remove(_appearances.c.file_id == source.file_id)
        message = sa.and_(_appearances.c.channel == source.channel, _appearances.c.ts == source.ts)
        return self._remove(sa.and_(message, _appearances.c.file_id == source.file_id) if source.file_id else message)

    def remove_others(self, channel: str, ts: str, kept: Collection[str]) -> int:
        """Forget those files of a message that it does not have any more."""
        message = _appearances.c.channel == channel, _appearances.c.ts == ts
        return self._remove(sa.and_(*message, _appearances.c.file_id.not_in(sorted(kept))))

    def remove_channel(self, channel: str) -> int:
        return self._remove(_appearances.c.channel == channel)

    def purge(self, before: datetime) -> int:
        """Forget what was kept before then."""
        return self._remove(_appearances.c.kept_at < before)

    def move(self, old: str, new: str) -> None:
        """A channel has another id; what is kept under that already stays."""
        self._database.move_channel(_appearances, self._workspace, old, new)

    def _remove(self, condition: sa.ColumnElement[bool]) -> int:
        with self._database.begin() as db:
            return db.execute(sa.delete(_appearances).where(self._is_here(), condition)).rowcount

    def _found(self, sought: Sought) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
        """A table of whose rows each is a photo that is looked for, and the condition that makes it so."""
        first, *others = (_appearances.alias() for _ in sought.user_ids)
        conditions = [
            first.c.user_id == sought.user_ids[0],
            self._keeps(sought.user_ids[0]),
            first.c.channel.in_(self._each(sought.channels)),
        ]
        if sought.since:
            conditions.append(first.c.ts >= sought.since)
        if sought.before:
            conditions.append(first.c.ts < sought.before)
        for other, user_id in zip(others, sought.user_ids[1:], strict=True):
            same = (other.c[name] == first.c[name] for name in _KEY)
            conditions.append(sa.exists().where(other.c.user_id == user_id, *same))
        return first, sa.and_(*conditions)

    def _each(self, texts: Collection[str]) -> sa.Select[Any]:
        """Texts as rows, handed over at once: against hundreds of single ones PostgreSQL holds each row in turn."""
        given = sa.literal(json.dumps(sorted(texts)), sa.Text)
        if self._database.kind == "postgresql":
            return sa.select(sa.func.json_array_elements_text(sa.cast(given, sa.JSON)))
        return sa.select(sa.func.json_each(given).table_valued("value").c.value)

    def _keeps(self, user_id: str) -> sa.ColumnElement[bool]:
        """Whether it is somebody of this workspace; asked of the album, so that photos are found by their key alone."""
        return sa.exists().where(_albums.c.user_id == user_id, _albums.c.workspace == self._workspace)

    def _is_owed(self, user_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(self._is_here(), _appearances.c.user_id == user_id, _appearances.c.owed == sa.true())

    def _is(self, source: Source) -> sa.ColumnElement[bool]:
        return sa.and_(
            self._is_here(),
            _appearances.c.channel == source.channel,
            _appearances.c.ts == source.ts,
            _appearances.c.file_id == source.file_id,
        )

    def _is_here(self) -> sa.ColumnElement[bool]:
        return _appearances.c.workspace == self._workspace


def _adding(kind: str) -> sa.Executable:
    """The statement that adds an appearance to the album of its `keeper`, if there is one; it gives what is new."""
    columns = [column for column in _appearances.c if column.name != "user_id"]
    given = [sa.bindparam(column.name, type_=column.type) for column in columns]
    kept = sa.select(_albums.c.user_id, *given).where(
        _albums.c.user_id == sa.bindparam("keeper"), _albums.c.workspace == sa.bindparam("workspace")
    )
    insert = (postgresql if kind == "postgresql" else sqlite).insert(_appearances)
    into = insert.from_select(["user_id", *(column.name for column in columns)], kept)
    statement: sa.Executable = into.on_conflict_do_nothing().returning(_appearances.c.user_id)
    return statement


def by_source(seen: Iterable[Appearance]) -> dict[Source, list[Appearance]]:
    """Those of each photo."""
    found: dict[Source, list[Appearance]] = {}
    for each in seen:
        found.setdefault(each.source, []).append(each)
    return found


def _appearance(row: sa.Row[Any]) -> Appearance:
    source = Source(row.channel, row.ts, row.file_id)
    return Appearance(row.user_id, source, _box(row.box), row.similarity)


def _packed(box: Box) -> str:
    return " ".join(f"{side:.5f}" for side in box)


def _box(text: str) -> Box:
    left, top, width, height = map(float, text.split())
    return Box(left, top, width, height)
