"""Which Rekognition collection holds a workspace's faces now, and which one is being built to take its place."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from services.records.database import Database, put
from services.records.schema import changes as _changes
from services.records.schema import faces as _faces
from services.records.schema import people as _people
from services.records.schema import settings as _settings
from services.records.schema import thumbnails as _thumbnails

_CURRENT, _NEXT, _OLD = "collection", "collection.next", "collection.old"
_LACKS, _LOST = "collection.lacks", "collection.lost"


def workspaces_with_people(database: Database) -> tuple[str, ...]:
    """The workspaces that have anybody enrolled."""
    with database.begin() as db:
        return tuple(db.scalars(sa.select(_people.c.workspace).distinct().order_by(_people.c.workspace)))


class Generations:
    """The collections of one workspace, one after the other."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def current(self) -> str | None:
        """The collection that is searched; None for the first."""
        return self._get(_CURRENT)

    def next(self) -> str | None:
        """The one that is being built."""
        return self._get(_NEXT)

    def old(self) -> str | None:
        """The one that has been replaced, and is to be deleted."""
        return self._get(_OLD)

    def lost(self) -> int:
        """How many enrolled faces are known to be in no collection, and not to come back."""
        return int(self._get(_LOST) or 0)

    def note_lost(self, faces: int) -> None:
        """Know of so many."""
        with self._database.begin() as db:
            self._set(db, _LOST, str(faces) if faces else None)

    def lacks(self) -> bool:
        """Whether faces are missing in the current collection, and to be put back before anybody is searched for."""
        return self._get(_LACKS) is not None

    def note_lacks(self, lacks: bool) -> None:
        """Have every process know of it."""
        with self._database.begin() as db:
            self._set(db, _LACKS, "yes" if lacks else None)

    def begin(self, collection: str) -> None:
        """Remember which one is being built."""
        with self._database.begin() as db:
            self._set(db, _NEXT, collection)

    def switch(self, collection: str, face_ids: Mapping[str, str], *, old: str) -> None:
        """Make a collection the current one, its faces in place of the old ones, in one transaction."""
        with self._database.begin() as db:
            _rename(db, face_ids)
            self._set(db, _CURRENT, collection)
            self._set(db, _NEXT, None)
            self._set(db, _OLD, old)

    def amend(self, face_ids: Mapping[str, str]) -> None:
        """Put more faces of the current collection in place of old ones."""
        with self._database.begin() as db:
            _rename(db, face_ids)

    def end(self) -> None:
        """The old one is gone."""
        with self._database.begin() as db:
            self._set(db, _OLD, None)

    def _get(self, name: str) -> str | None:
        query = sa.select(_settings.c.value).where(self._is(name))
        with self._database.begin() as db:
            value: str | None = db.scalar(query)
        return value

    def _set(self, db: sa.Connection, name: str, value: str | None) -> None:
        if value is None:
            db.execute(sa.delete(_settings).where(self._is(name)))
        else:
            put(db, _settings, {"workspace": self._workspace, "channel": "", "name": name, "value": value})

    def _is(self, name: str) -> sa.ColumnElement[bool]:
        here = _settings.c.workspace == self._workspace, _settings.c.channel == "", _settings.c.name == name
        return sa.and_(*here)


def _rename(db: sa.Connection, face_ids: Mapping[str, str]) -> None:
    """Faces get other identifiers wherever they are spoken of."""
    for before, after in face_ids.items():
        for table in (_faces, _thumbnails):
            db.execute(sa.update(table).where(table.c.face_id == before).values(face_id=after))
        spoken_of = sa.func.replace(_changes.c.before, before, after)
        db.execute(sa.update(_changes).where(_changes.c.before.contains(before)).values(before=spoken_of))
