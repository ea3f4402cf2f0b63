"""Of which faces of posted photos somebody has said that they are not whose: it holds for as long as the photo does.

An answer comes and goes, and the photo may be looked at again by who asks alone, by a look back, or for an album.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

import sqlalchemy as sa

from services.records.answers.answers import Source
from services.records.database import Database
from services.records.schema import denials as _denials


class Denials:
    """The denials of one workspace. Whoever is erased leaves none that are about them."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def add(self, photo: Source, number: int, user_id: str) -> None:
        """A face of a photo, by its number, is not somebody's; of who is erased meanwhile nothing is kept."""
        about = {"channel": photo.channel, "ts": photo.ts, "file_id": photo.file_id}
        said = {"number": number, "user_id": user_id, "at": datetime.now(UTC)}
        with suppress(sa.exc.IntegrityError), self._database.begin() as db:
            db.execute(sa.insert(_denials).values({"workspace": self._workspace, **about, **said}))

    def of(self, photo: Source) -> Mapping[int, set[str]]:
        """Who the faces of a photo are not, by their numbers."""
        return self._of(photo.channel, _denials.c.ts == photo.ts, _denials.c.file_id == photo.file_id)

    def of_file(self, channel: str, file_id: str) -> Mapping[int, set[str]]:
        """The same of a file, in whichever messages of a channel it was posted."""
        return self._of(channel, _denials.c.file_id == file_id)

    def _of(self, channel: str, *conditions: sa.ColumnElement[bool]) -> Mapping[int, set[str]]:
        found: dict[int, set[str]] = {}
        with self._database.begin() as db:
            for row in db.execute(sa.select(_denials).where(self._is_in(channel), *conditions)):
                found.setdefault(row.number, set()).add(row.user_id)
        return found

    def about(self, user_id: str) -> tuple[tuple[Source, int, datetime], ...]:
        """The faces that are not somebody's, by photo and number, and since when that is said."""
        theirs = sa.select(_denials).where(self._is_here(), _denials.c.user_id == user_id)
        with self._database.begin() as db:
            rows = db.execute(theirs.order_by(_denials.c.ts, _denials.c.file_id, _denials.c.number))
            return tuple((Source(row.channel, row.ts, row.file_id), row.number, row.at) for row in rows)

    def forgive(self, channel: str, ts: str, user_id: str) -> None:
        """What was said of somebody about the photos of a message is taken back."""
        self._remove(self._is_in(channel), _denials.c.ts == ts, _denials.c.user_id == user_id)

    def remove(self, photo: Source) -> None:
        """A photo is gone: a file of a message, all of a message, or with nothing but a file that everywhere."""
        same = [_denials.c.file_id == photo.file_id] if photo.file_id else []
        message = [self._is_in(photo.channel), _denials.c.ts == photo.ts] if photo.ts else [self._is_here()]
        self._remove(*message, *same)

    def remove_channel(self, channel: str) -> None:
        self._remove(self._is_in(channel))

    def move(self, old: str, new: str) -> None:
        """A channel has another id; what is kept under that already stays."""
        self._database.move_channel(_denials, self._workspace, old, new)

    def purge(self, before: datetime) -> None:
        """Forget what was said before then."""
        self._remove(self._is_here(), _denials.c.at < before)

    def _remove(self, *conditions: sa.ColumnElement[bool]) -> None:
        with self._database.begin() as db:
            db.execute(sa.delete(_denials).where(*conditions))

    def _is_in(self, channel: str) -> sa.ColumnElement[bool]:
        return sa.and_(self._is_here(), _denials.c.channel == channel)

    def _is_here(self) -> sa.ColumnElement[bool]:
        return _denials.c.workspace == self._workspace
