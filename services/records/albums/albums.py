"""Who keeps an album, who else may look at it, and whether they want to be told of new photos."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import album_readers as _readers
from services.records.schema import albums as _albums

EVERYONE = "everyone"  # a reader who is any member


@dataclass(frozen=True, slots=True)
class KeptAlbum:
    """Somebody's album: `readers` are members, or `EVERYONE`; `tells` says that they want to hear of new photos."""

    user_id: str
    since: datetime
    tells: bool = False
    readers: frozenset[str] = frozenset()

    def is_shared_with(self, member: str) -> bool:
        return not self.readers.isdisjoint({EVERYONE, member})


class Albums:
    """The albums of one workspace's people. What is in them is in `Appearances`, and goes with them."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def keep(self, user_id: str) -> bool:
        """Keep an album of somebody from now on; False where one is kept already."""
        row = {"user_id": user_id, "workspace": self._workspace, "since": datetime.now(UTC), "tells": False}
        try:
            with self._database.begin() as db:
                db.execute(sa.insert(_albums).values(row))
        except sa.exc.IntegrityError:
            return False
        return True

    def of(self, user_ids: Collection[str]) -> dict[str, KeptAlbum]:
        """The albums of those who keep one."""
        if not user_ids:
            return {}
        here = sa.select(_albums).where(self._is_here(), _albums.c.user_id.in_(sorted(user_ids)))
        with self._database.begin() as db:
            rows = db.execute(here).all()
            readers = db.execute(sa.select(_readers).where(_readers.c.user_id.in_([row.user_id for row in rows]))).all()
        return {
            row.user_id: KeptAlbum(
                row.user_id,
                row.since,
                row.tells,
                frozenset(each.reader for each in readers if each.user_id == row.user_id),
            )
            for row in rows
        }

    def keepers(self) -> dict[str, datetime]:
        """Everyone who keeps an album, and since when."""
        with self._database.begin() as db:
            rows = db.execute(sa.select(_albums.c.user_id, _albums.c.since).where(self._is_here()))
            return {row.user_id: row.since for row in rows}

    def share(self, user_id: str, readers: Collection[str]) -> None:
        """Let these look at an album, and nobody else but whose it is."""
        with self._database.begin() as db:
            db.execute(sa.delete(_readers).where(_readers.c.user_id == user_id))
            if readers:
                db.execute(sa.insert(_readers), [{"user_id": user_id, "reader": each} for each in sorted(readers)])

    def readers(self) -> frozenset[str]:
        """All members with whom any album is shared by name."""
        theirs = sa.select(_readers.c.reader).where(self._is_of_here(), _readers.c.reader != EVERYONE)
        with self._database.begin() as db:
            return frozenset(db.scalars(theirs))

    def remove_reader(self, member: str) -> None:
        """Share no album with a member by name any longer."""
        with self._database.begin() as db:
            db.execute(sa.delete(_readers).where(self._is_of_here(), _readers.c.reader == member))

    def tell(self, user_id: str, *, on: bool) -> None:
        """Whether somebody wants to be told of new photos."""
        theirs = sa.update(_albums).where(self._is_here(), _albums.c.user_id == user_id)
        with self._database.begin() as db:
            db.execute(theirs.values(tells=on))

    def drop(self, user_id: str) -> None:
        """Keep it no longer: all that is in it goes at once."""
        with self._database.begin() as db:
            db.execute(sa.delete(_albums).where(self._is_here(), _albums.c.user_id == user_id))

    def _is_of_here(self) -> sa.ColumnElement[bool]:
        """Whether a reader is one of an album of this workspace."""
        return _readers.c.user_id.in_(sa.select(_albums.c.user_id).where(self._is_here()))

    def _is_here(self) -> sa.ColumnElement[bool]:
        return _albums.c.workspace == self._workspace
