"""Photos that wait to be answered together, and the thread that a channel has for those of a day."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import digest_photos as _photos
from services.records.schema import digests as _digests


@dataclass(frozen=True, slots=True)
class WaitingPhoto:
    """A photo of a message that waits, and who has posted it."""

    ts: str
    file_id: str
    poster: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A channel's day: the job that begins its thread, the message that this hangs from, and how many photos it has."""

    channel: str
    day: str
    begun_by: str
    ts: str
    photos: int


class Digests:
    """The days of one workspace's channels, and the photos that are not in them yet."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def wait(self, channel: str, photo: WaitingPhoto, *, batch: str) -> None:
        """A photo waits with those of a batch; one that waits already, or was taken, stays where it is."""
        row = {"workspace": self._workspace, "channel": channel, "batch": batch}
        about = {"ts": photo.ts, "file_id": photo.file_id, "poster": photo.poster}
        with suppress(sa.exc.IntegrityError), self._database.begin() as db:
            db.execute(sa.insert(_photos).values(row | about))

    def take(self, channel: str, batch: str, by: str) -> tuple[WaitingPhoto, ...]:
        """The photos of a batch, in the order they were posted, for `by` alone, who may take them again.

        They are remembered until they are purged: Slack may deliver their messages again.
        """
        columns = (_photos.c.ts, _photos.c.file_id, _photos.c.poster)
        taken = sa.update(_photos).where(self._waits(channel, batch)).values(batch=by)
        query = sa.select(*columns).where(self._waits(channel, by)).order_by(*columns)
        with self._database.begin() as db:
            db.execute(taken)
            return tuple(WaitingPhoto(**row._mapping) for row in db.execute(query))

    def begin(self, channel: str, day: str, job: str) -> Digest:
        """The day of a channel; who comes first begins it."""
        row = {"workspace": self._workspace, "channel": channel, "day": day, "begun_by": job, "at": datetime.now(UTC)}
        while (found := self.of(channel, day)) is None:
            with suppress(sa.exc.IntegrityError), self._database.begin() as db:
                db.execute(sa.insert(_digests).values(row))
        return found

    def of(self, channel: str, day: str) -> Digest | None:
        columns = (_digests.c.channel, _digests.c.day, _digests.c.begun_by, _digests.c.ts, _digests.c.photos)
        with self._database.begin() as db:
            row = db.execute(sa.select(*columns).where(self._is(channel, day))).one_or_none()
        return Digest(**row._mapping) if row else None

    def posted(self, channel: str, day: str, ts: str) -> None:
        """The thread of a day hangs from this message."""
        with self._database.begin() as db:
            db.execute(sa.update(_digests).where(self._is(channel, day)).values(ts=ts))

    def add(self, channel: str, day: str, photos: int) -> int:
        """More photos of a day; the number of the first of them."""
        more = sa.update(_digests).where(self._is(channel, day)).values(photos=_digests.c.photos + photos)
        with self._database.begin() as db:
            db.execute(more)
            count = db.scalar(sa.select(_digests.c.photos).where(self._is(channel, day)))
        return int(count or photos) - photos + 1

    def end(self, digest: Digest) -> None:
        """The thread of a day is deleted, or could not be begun: what comes later begins another one."""
        this = self._is(digest.channel, digest.day), _digests.c.begun_by == digest.begun_by
        with self._database.begin() as db:
            db.execute(sa.delete(_digests).where(*this))

    def purge(self, before: datetime) -> None:
        """Forget the days that began before then, and photos that were posted before, answered or not."""
        with self._database.begin() as db:
            db.execute(sa.delete(_digests).where(_digests.c.workspace == self._workspace, _digests.c.at < before))
            db.execute(sa.delete(_photos).where(_photos.c.workspace == self._workspace, posted_before(before)))

    def _is(self, channel: str, day: str) -> sa.ColumnElement[bool]:
        here = _digests.c.workspace == self._workspace, _digests.c.channel == channel
        return sa.and_(*here, _digests.c.day == day)

    def _waits(self, channel: str, batch: str) -> sa.ColumnElement[bool]:
        here = _photos.c.workspace == self._workspace, _photos.c.channel == channel
        return sa.and_(*here, _photos.c.batch == batch)


def posted_before(moment: datetime) -> sa.ColumnElement[bool]:
    """Photos of messages that were posted before then, by Slack's own numbers, which are of one length until 2286."""
    return _photos.c.ts < f"{moment.timestamp():.6f}"
