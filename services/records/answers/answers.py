"""What the bot has posted about which photo, and which photos are gone: with a photo go its answers.

Whoever answers records what was posted and then looks whether the photo is gone; whoever hears that it is gone records
that and then looks what was posted. So one of the two sees the other, whichever comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from services.records.database import Database, put
from services.records.schema import answers as _answers
from services.records.schema import deleted as _deleted

_PART = "^"  # with what begins what is kept of a message whose answer counts where another stands


@dataclass(frozen=True, slots=True)
class Source:
    """A photo as it was posted: a file of a message. Without a file it is all of the message."""

    channel: str
    ts: str
    file_id: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that stands in a channel about a photo: the `ts` of a message, or the id of a picture.

    `how` is what whoever posted it has to know to answer once more in its place; "" where that cannot be. By its
    `mark` a job finds what it has said. What is about no photo has no file. Of an answer in several messages the last
    one counts, and the others are parts of it.
    """

    channel: str
    posted: str
    source: Source
    how: str = ""
    mark: str = ""

    @property
    def is_picture(self) -> bool:
        return self.posted.startswith("F")

    @property
    def is_part(self) -> bool:
        return self.how.startswith(_PART)


class Answers:
    """The answers of one workspace that stand, and its photos that do not."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = workspace

    def keep(self, standing: Standing) -> Standing:
        """Record that something was posted; recording it again takes neither its mark from it nor its `how`.

        What counts: where something else stands under its mark already, that, and this is not recorded.
        """
        try:
            return self._put(standing)
        except sa.exc.IntegrityError:
            if not standing.mark:
                raise
            return self.marked(standing.channel, standing.mark) or self._put(standing)

    def note(self, channel: str, posted: str, how: str) -> None:
        """Keep what it takes to answer once more in the place of something that stands; of what does not, nothing."""
        here = _answers.c.channel == channel, _answers.c.posted == posted
        with self._database.begin() as db:
            db.execute(sa.update(_answers).where(_answers.c.workspace == self._workspace, *here).values(how=how))

    def join(self, channel: str, posted: Sequence[str]) -> None:
        """Keep that messages are one answer, of which the last counts: it takes over what was kept with the others."""
        *others, last = posted
        found = (self.standing(channel, each) for each in (last, *others))
        self.note(channel, last, next((each.how for each in found if each and each.how and not each.is_part), ""))
        for each in others:
            self.note(channel, each, _PART + last)

    def drop(self, standing: Standing) -> None:
        """It does not stand there any more."""
        with self._database.begin() as db:
            db.execute(sa.delete(_answers).where(self._is(standing)))

    def marked(self, channel: str, mark: str) -> Standing | None:
        """What a job has said in a channel under that mark, if it stands."""
        return next(iter(self._found(sa.and_(_answers.c.channel == channel, _answers.c.mark == mark))), None)

    def about(self, channel: str, ts: str, files: Collection[str] | None = None) -> tuple[Standing, ...]:
        """What stands about a message's photos, or about those `files` of it only."""
        here = sa.and_(_answers.c.photo_channel == channel, _answers.c.photo_ts == ts)
        return self._found(here if files is None else sa.and_(here, _answers.c.photo_file.in_(sorted(files))))

    def about_file(self, file_id: str) -> tuple[Standing, ...]:
        """What stands about a file, wherever it was posted."""
        return self._found(_answers.c.photo_file == file_id)

    def naming(self, word: str) -> tuple[Standing, ...]:
        """What stands about no one file whose `how` names a file or a message, such as a list about many photos."""
        named = _answers.c.how.contains(f'"{word}"', autoescape=True)
        return self._found(sa.and_(_answers.c.photo_file == "", named)) if word else ()

    def standing(self, channel: str, posted: str) -> Standing | None:
        """Something posted, if it is known and stands."""
        return next(iter(self._found(sa.and_(_answers.c.channel == channel, _answers.c.posted == posted))), None)

    def whole(self, channel: str, posted: str) -> Standing | None:
        """The same; of what is a part of an answer, the message that counts."""
        found = self.standing(channel, posted)
        return self.standing(channel, found.how.removeprefix(_PART)) if found and found.is_part else found

    def parts(self, channel: str, posted: str) -> tuple[str, ...]:
        """The other messages of an answer in several, in their order."""
        found = self._found(sa.and_(_answers.c.channel == channel, _answers.c.how == _PART + posted))
        return tuple(sorted(each.posted for each in found))

    def source_of(self, channel: str, posted: str) -> Source | None:
        """The photo that something posted is about, if that is known."""
        found = self.standing(channel, posted)
        return found.source if found else None

    def source_in(self, channel: str, file_id: str) -> Source:
        """A file as the photo of a channel's message that was answered, or if none was, as it is for itself."""
        found = (each.source for each in self.about_file(file_id) if each.channel == channel)
        return next(found, Source("", "", file_id))

    def mark_gone(self, source: Source) -> None:
        """Record that a photo is gone; with a file and nothing else, that it is gone everywhere."""
        row = {"workspace": self._workspace, "channel": source.channel, "ts": source.ts, "file_id": source.file_id}
        with self._database.begin() as db:
            put(db, _deleted, row | {"at": datetime.now(UTC)})

    def is_gone(self, source: Source) -> bool:
        """Whether a photo is gone: its message, its file, or it from its message."""
        ways = {source, Source(source.channel, source.ts), Source("", "", source.file_id)} - {Source("", "")}
        marked = sa.or_(*(self._is_deleted(way) for way in ways)) if ways else sa.false()
        with self._database.begin() as db:
            return bool(db.scalar(sa.select(sa.func.count()).select_from(_deleted).where(marked)))

    def move(self, old: str, new: str) -> None:
        """A channel has another id; what is kept under that already stays, and keeps the marks that both have."""
        here, there = _answers.c.workspace == self._workspace, _answers.alias()
        same = there.c.workspace == self._workspace, there.c.channel == new, there.c.mark == _answers.c.mark
        marked_there = _answers.c.channel == old, _answers.c.mark != "", sa.exists().where(*same)
        with self._database.begin() as db:
            db.execute(sa.update(_answers).where(here, *marked_there).values(mark=""))
            db.execute(sa.update(_answers).where(here, _answers.c.photo_channel == old).values(photo_channel=new))
        for table in (_answers, _deleted):
            self._database.move_channel(table, self._workspace, old, new)

    def forget(self, *, answers: datetime, deletions: datetime, marks: datetime) -> None:
        """Forget answers, that photos were deleted, and under which marks jobs have said something, each before then.

        Of what is about no photo only jobs want to know, and no longer than of deletions.
        """
        about_none = _answers.c.photo_ts == "", _answers.c.photo_file == ""
        gone = (_answers, _answers.c.at < answers), (_deleted, _deleted.c.at < deletions)
        for table, *conditions in (*gone, (_answers, _answers.c.at < deletions, *about_none)):
            with self._database.begin() as db:
                db.execute(sa.delete(table).where(table.c.workspace == self._workspace, *conditions))
        with self._database.begin() as db:
            here, old = _answers.c.workspace == self._workspace, _answers.c.at < marks
            db.execute(sa.update(_answers).where(here, old, _answers.c.mark != "").values(mark=""))

    def _put(self, standing: Standing) -> Standing:
        source = standing.source
        row = {
            "workspace": self._workspace,
            "channel": standing.channel,
            "posted": standing.posted,
            "how": standing.how,
            "mark": standing.mark,
        }
        photo = {"photo_channel": source.channel, "photo_ts": source.ts, "photo_file": source.file_id}
        with self._database.begin() as db:
            put(db, _answers, row | photo | {"at": datetime.now(UTC)}, unless_known=("how", "mark"))
        return standing

    def _found(self, condition: sa.ColumnElement[bool]) -> tuple[Standing, ...]:
        here = sa.select(_answers).where(_answers.c.workspace == self._workspace, condition)
        with self._database.begin() as db:
            rows = db.execute(here.order_by(_answers.c.at, _answers.c.posted)).all()
        return tuple(
            Standing(
                row.channel, row.posted, Source(row.photo_channel, row.photo_ts, row.photo_file), row.how, row.mark
            )
            for row in rows
        )

    def _is(self, standing: Standing) -> sa.ColumnElement[bool]:
        return sa.and_(
            _answers.c.workspace == self._workspace,
            _answers.c.channel == standing.channel,
            _answers.c.posted == standing.posted,
        )

    def _is_deleted(self, source: Source) -> sa.ColumnElement[bool]:
        return sa.and_(
            _deleted.c.workspace == self._workspace,
            _deleted.c.channel == source.channel,
            _deleted.c.ts == source.ts,
            _deleted.c.file_id == source.file_id,
        )
