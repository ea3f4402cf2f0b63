"""Which pictures of albums have been handed to Slack, and what each shows: it goes with any of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from services.records.albums.appearances import Appearance
from services.records.database import Database
from services.records.schema import album_sheets as _sheets
from services.records.schema import appearances as _appearances

_NEVER = datetime.min.replace(tzinfo=UTC)


class Sheets:
    """The contact sheets of one workspace, by the id of Slack's file."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def add(self, sheet: str, shown: Sequence[Appearance]) -> None:
        """A picture was handed to Slack that shows these."""
        self._add(sheet, shown, first=0)

    def add_other(self, file_id: str, shown: Sequence[Appearance]) -> None:
        """Something else than a picture is handed out that has these: it is not `showing` them, but goes as sheets do.

        The same again changes nothing.
        """
        self.remove(file_id)
        self._add(file_id, shown, first=1)

    def _add(self, sheet: str, shown: Sequence[Appearance], *, first: int) -> None:
        now = datetime.now(UTC)
        rows = [
            {
                "sheet": sheet,
                "number": number,
                "workspace": self._workspace,
                "user_id": each.user_id,
                "channel": each.source.channel,
                "ts": each.source.ts,
                "file_id": each.source.file_id,
                "at": now,
            }
            for number, each in enumerate(shown, start=first)
        ]
        with self._database.begin() as db:
            db.execute(sa.insert(_sheets), rows)

    def copy(self, sheet: str, copy: str) -> None:
        """Another file shows the same; of what is no sheet nothing is kept."""
        columns = [column.name for column in _sheets.c if column.name != "sheet"]
        same = sa.select(sa.literal(copy), *(_sheets.c[name] for name in columns)).where(self._is(sheet))
        with self._database.begin() as db:
            db.execute(sa.insert(_sheets).from_select(["sheet", *columns], same))

    def showing(self, shown: Sequence[Appearance]) -> str | None:
        """A picture that shows exactly these, in this order."""
        columns = ("user_id", "channel", "ts", "file_id")
        wanted = [(each.user_id, each.source.channel, each.source.ts, each.source.file_id) for each in shown]
        first = sa.and_(
            _sheets.c.number == 0, *(_sheets.c[name] == is_ for name, is_ in zip(columns, wanted[0], strict=True))
        )
        with self._database.begin() as db:
            sheets = db.scalars(sa.select(_sheets.c.sheet).where(_sheets.c.workspace == self._workspace, first)).all()
            for sheet in sheets:
                rows = sa.select(*(_sheets.c[name] for name in columns)).where(self._is(sheet))
                if [tuple(row) for row in db.execute(rows.order_by(_sheets.c.number))] == wanted:
                    return str(sheet)
        return None

    def over(self, before: datetime) -> tuple[str, ...]:
        """Those that were made before then, and those that show what is in nobody's album any more."""
        stands = sa.exists().where(
            *(_appearances.c[name] == _sheets.c[name] for name in ("user_id", "ts", "channel", "file_id"))
        )
        gone = sa.or_(_sheets.c.at <= before, ~stands)
        query = sa.select(_sheets.c.sheet).where(_sheets.c.workspace == self._workspace, gone).distinct()
        with self._database.begin() as db:
            return tuple(db.scalars(query))

    def stands(self, sheet: str) -> bool:
        """Whether it is known, and all that it shows is in an album."""
        with self._database.begin() as db:
            known = db.scalar(sa.select(sa.func.count()).select_from(_sheets).where(self._is(sheet)))
        return bool(known) and sheet not in self.over(_NEVER)

    def remove(self, sheet: str) -> None:
        with self._database.begin() as db:
            db.execute(sa.delete(_sheets).where(self._is(sheet)))

    def _is(self, sheet: str) -> sa.ColumnElement[bool]:
        return sa.and_(_sheets.c.workspace == self._workspace, _sheets.c.sheet == sheet)
