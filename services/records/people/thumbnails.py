"""Which copies of enrolment photos have been handed out to be shown, so that they can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import faces as _faces
from services.records.schema import thumbnails as _thumbnails


class Thumbnails:
    """File ids by face, of one workspace."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def of(self, face_ids: Sequence[str]) -> dict[str, str]:
        """`face_id` to `file_id`, for those of the faces that have one; of several copies, any."""
        query = sa.select(_thumbnails).where(_thumbnails.c.face_id.in_(face_ids))
        with self._database.begin() as db:
            return {row.face_id: row.file_id for row in db.execute(query)}

    def add(self, face_id: str, file_id: str) -> None:
        with self._database.begin() as db:
            db.execute(sa.insert(_thumbnails).values(workspace=self._workspace, face_id=face_id, file_id=file_id))

    def face(self, file_id: str) -> str | None:
        """The face that a file shows, if it is one of these."""
        query = sa.select(_thumbnails.c.face_id).where(_thumbnails.c.file_id == file_id)
        with self._database.begin() as db:
            face_id: str | None = db.scalar(query)
        return face_id

    def orphans(self) -> tuple[str, ...]:
        """The files of faces that are enrolled no more."""
        enrolled = sa.select(_faces.c.face_id)
        query = sa.select(_thumbnails.c.file_id).where(
            _thumbnails.c.workspace == self._workspace, _thumbnails.c.face_id.not_in(enrolled)
        )
        with self._database.begin() as db:
            return tuple(db.scalars(query))

    def remove(self, file_id: str) -> None:
        with self._database.begin() as db:
            db.execute(sa.delete(_thumbnails).where(_thumbnails.c.file_id == file_id))
