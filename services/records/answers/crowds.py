"""The faces of photos with many: what the menus of an answer offer, where it has no room for them itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from services.records.database import Database
from services.records.schema import crowds as _crowds
from services.records.schema import people as _people


@dataclass(frozen=True, slots=True)
class CrowdFace:
    """A face by its number and its place in the photo, and who it was taken for, if anybody."""

    number: int
    box: tuple[int, int, int, int]
    user_id: str | None = None
    name: str = ""


class Crowds:
    """The crowds of one workspace, by an id of the answer. Whoever is erased leaves theirs; of others none is known."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def remember(self, answer: str, faces: Iterable[CrowdFace]) -> None:
        """The faces that an answer is about, without who is known no longer; the last ones count."""
        now = datetime.now(UTC)
        rows = [
            {
                "workspace": self._workspace,
                "answer": answer,
                "number": face.number,
                "box": " ".join(map(str, face.box)),
                "user_id": face.user_id,
                "at": now,
            }
            for face in faces
        ]
        named = [row["user_id"] for row in rows if row["user_id"]]
        with self._database.begin() as db:
            db.execute(sa.delete(_crowds).where(self._is(answer)))
            there = set(db.scalars(sa.select(_people.c.user_id).where(_people.c.user_id.in_(named))))
            if rows:
                db.execute(
                    sa.insert(_crowds), [row if row["user_id"] in there else row | {"user_id": None} for row in rows]
                )

    def of(self, answer: str) -> tuple[CrowdFace, ...]:
        """The faces that an answer is about, by number; none after a while."""
        query = (
            sa.select(_crowds, _people.c.name)
            .join(_people, _people.c.user_id == _crowds.c.user_id, isouter=True)
            .where(self._is(answer))
            .order_by(_crowds.c.number)
        )
        with self._database.begin() as db:
            return tuple(CrowdFace(row.number, _box(row.box), row.user_id, row.name or "") for row in db.execute(query))

    def purge(self, before: datetime) -> None:
        """Forget those of answers from before then."""
        with self._database.begin() as db:
            db.execute(sa.delete(_crowds).where(_crowds.c.workspace == self._workspace, _crowds.c.at < before))

    def _is(self, answer: str) -> sa.ColumnElement[bool]:
        return sa.and_(_crowds.c.workspace == self._workspace, _crowds.c.answer == answer)


def _box(text: str) -> tuple[int, int, int, int]:
    left, top, width, height = map(int, text.split())
    return left, top, width, height
