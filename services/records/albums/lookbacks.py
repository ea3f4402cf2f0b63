"""Looks back over channels: how far each has come, and at which photos it has looked, so that it looks once at each."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from services.records.answers import Source
from services.records.database import Database
from services.records.schema import look_backs as _look_backs
from services.records.schema import looked_at as _looked_at


class Stage(StrEnum):
    """Of a look back: one is under way at a time, and those that wait begin when it has ended."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a look back has come: in which of its channels, from which page on, at how many photos it has looked.

    `total` is how many there are in the channels so far, `kept` how many show somebody who keeps an album, and `read`
    is of how many channels all could be read. `slowly` says that Slack wants a minute between pages of messages, `few`
    that it gives fifteen of them at once. `said` is the message that tells of it, by its channel and `ts`.
    """

    channels: tuple[str, ...]
    at: int = 0
    cursor: str = ""
    page: int = 0
    looked: int = 0
    kept: int = 0
    total: int = 0
    read: int = 0
    slowly: bool = False
    few: bool = False
    said: tuple[str, str] = ("", "")

    @property
    def channel(self) -> str | None:
        """Where it is; None at its end."""
        return self.channels[self.at] if self.at < len(self.channels) else None


@dataclass(frozen=True, slots=True)
class LookBack:
    """A look back over channels, as far as it has come."""

    id: str
    asked_by: str
    stage: Stage
    begun_at: datetime
    progress: Progress


class LookBacks:
    """Those of one workspace. What has ended leaves nothing."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def add(self, asked_by: str, channels: Iterable[str]) -> LookBack:
        """One that waits."""
        progress = Progress(tuple(sorted(channels)))
        new = LookBack(f"l-{uuid.uuid4().hex}", asked_by, Stage.WAITING, datetime.now(UTC), progress)
        row = {"id": new.id, "workspace": self._workspace, "asked_by": asked_by, "state": new.stage.value}
        with self._database.begin() as db:
            more = {"begun_at": new.begun_at, "progress": _packed(progress)}
            db.execute(sa.insert(_look_backs).values(row | more))
        return new

    def all(self) -> tuple[LookBack, ...]:
        """The oldest first."""
        here = sa.select(_look_backs).where(_look_backs.c.workspace == self._workspace)
        with self._database.begin() as db:
            return tuple(_look_back(row) for row in db.execute(here.order_by(_look_backs.c.begun_at)))

    def get(self, look_back: str) -> LookBack | None:
        return next((each for each in self.all() if each.id == look_back), None)

    def begin(self, look_back: str) -> None:
        """It is under way from now on: whoever keeps an album by now is looked for in all photos."""
        self._update(look_back, state=Stage.UNDER_WAY.value, begun_at=datetime.now(UTC))

    def set_stage(self, look_back: str, stage: Stage) -> None:
        self._update(look_back, state=stage.value)

    def widen(self, look_back: LookBack, channels: Iterable[str]) -> None:
        """One that waits is to be over these channels as well."""
        wider = tuple(sorted({*look_back.progress.channels, *channels}))
        self.keep(look_back.id, replace(look_back.progress, channels=wider))

    def keep(self, look_back: str, progress: Progress) -> None:
        self._update(look_back, progress=_packed(progress))

    def end(self, look_back: str) -> None:
        self._remove(_look_backs.c.id == look_back)

    def remove_of(self, member: str) -> None:
        """Forget all that a member has asked for."""
        self._remove(_look_backs.c.asked_by == member)

    def purge(self, before: datetime) -> None:
        """Forget those that are stopped and were begun before then."""
        self._remove(sa.and_(_look_backs.c.state == Stage.STOPPED.value, _look_backs.c.begun_at < before))

    def mark(self, look_back: str, source: Source) -> None:
        """It has looked at a photo."""
        row = {"look_back": look_back, "channel": source.channel, "ts": source.ts, "file_id": source.file_id}
        if not self.has_looked(look_back, source):
            with self._database.begin() as db:
                db.execute(sa.insert(_looked_at).values(row))

    def has_looked(self, look_back: str, source: Source) -> bool:
        same = sa.select(sa.func.count()).where(
            _looked_at.c.look_back == look_back,
            _looked_at.c.channel == source.channel,
            _looked_at.c.ts == source.ts,
            _looked_at.c.file_id == source.file_id,
        )
        with self._database.begin() as db:
            return bool(db.scalar(same))

    def _remove(self, condition: sa.ColumnElement[bool]) -> None:
        """Forget some, with what they have looked at."""
        with self._database.begin() as db:
            db.execute(sa.delete(_look_backs).where(_look_backs.c.workspace == self._workspace, condition))

    def _update(self, look_back: str, **values: Any) -> None:
        with self._database.begin() as db:
            db.execute(sa.update(_look_backs).where(self._is(look_back)).values(values))

    def _is(self, look_back: str) -> sa.ColumnElement[bool]:
        return sa.and_(_look_backs.c.workspace == self._workspace, _look_backs.c.id == look_back)


def _packed(progress: Progress) -> str:
    return json.dumps(asdict(progress), separators=(",", ":"))


def _look_back(row: sa.Row[Any]) -> LookBack:
    given = json.loads(row.progress)
    lists = {"channels": tuple(given["channels"]), "said": tuple(given["said"])}
    return LookBack(row.id, row.asked_by, Stage(row.state), row.begun_at, Progress(**given | lists))
