"""One workspace's people and faces, preferences, and by attribute what else is recorded."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from services import names, texts
from services.errors import Conflict, NotFound
from services.records.albums import Albums, Appearances, LookBacks, Sheets
from services.records.answers import Answers, Crowds, Denials, Digests
from services.records.audit import Admins, AuditLog, Changes
from services.records.consents import Consents, Invitations
from services.records.database import Database, Turn, put
from services.records.people import Exports, Generations, Merges, Sightings, Threads, Thumbnails
from services.records.schema import audit as _audit
from services.records.schema import consents as _consents
from services.records.schema import faces as _faces
from services.records.schema import metadata
from services.records.schema import people as _people
from services.records.schema import settings as _settings
from services.records.values import EnrolledFace, Person


class Records:
    """The records of one workspace. Open one `Database` a process and ask it for each workspace's records."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self.workspace = workspace
        self.admins = Admins(database, workspace)
        self.albums = Albums(database, workspace)
        self.answers = Answers(database, workspace)
        self.appearances = Appearances(database, workspace)
        self.changes = Changes(database, workspace)
        self.crowds = Crowds(database, workspace)
        self.denials = Denials(database, workspace)
        self.digests = Digests(database, workspace)
        self.exports = Exports(database, workspace)
        self.generations = Generations(database, workspace)
        self.invitations = Invitations(database, workspace)
        self.look_backs = LookBacks(database, workspace)
        self.merges = Merges(database)
        self.threads = Threads(database, workspace)
        self.thumbnails = Thumbnails(database, workspace)
        self.consents = Consents(database, workspace)
        self.sheets = Sheets(database, workspace)
        self.sightings = Sightings(database, workspace)
        self.log = AuditLog(database, workspace)
        self._turn = Turn(database, workspace)

    def alone(self) -> AbstractContextManager[None]:
        """One thread at a time, in all processes: for who changes whose faces are whose. It may be entered again."""
        return self._turn.held()

    @property
    def kind(self) -> str:
        """The database that they are in, `sqlite` or `postgresql`."""
        return self._database.kind

    # People

    def people(self) -> tuple[Person, ...]:
        """Everyone, by name."""
        with self._database.begin() as db:
            rows = db.execute(self._select_people().order_by(_people.c.name_key)).all()
        return tuple(Person(**row._mapping) for row in rows)

    def count(self) -> tuple[int, int]:
        """How many people are enrolled, and with how many faces."""
        query = (
            sa.select(sa.func.count(sa.distinct(_faces.c.user_id)), sa.func.count())
            .join_from(_people, _faces)
            .where(_people.c.workspace == self.workspace)
        )
        with self._database.begin() as db:
            people, faces = db.execute(query).one()
        return people, faces

    def people_by_id(self, user_ids: Sequence[str]) -> dict[str, Person]:
        """Those of `user_ids` who are known here."""
        if not user_ids:
            return {}
        with self._database.begin() as db:
            rows = db.execute(self._select_people().where(_people.c.user_id.in_(user_ids))).all()
        return {row.user_id: Person(**row._mapping) for row in rows}

    def find(self, name: str) -> Person | None:
        """The person of that name, in any spelling that folds to the same key.

        Until 1.0.0 a key had the punctuation around a name, and joiners within it.
        """
        return self._one(_people.c.name_key == names.key(name)) or self._one(_people.c.name_key == names.folded(name))

    def find_member(self, member: str) -> Person | None:
        """The person who is that Slack member."""
        return self._one(_people.c.member == member)

    def get(self, name: str) -> Person:
        """The person of that name. Raises `NotFound`."""
        person = self.find(name)
        if person is None:
            raise NotFound(texts.KNOWS_NOBODY_CALLED.format(name=names.quoted(name)))
        return person

    def add_person(self, name: str, *, member: str | None, added_by: str) -> Person:
        """A new person without any face yet. Raises `Conflict` when the name is taken, or the member is somebody."""
        person = Person(f"u-{uuid.uuid4().hex}", name, member, added_by, _now(), faces=0)
        row = {
            "user_id": person.user_id,
            "workspace": self.workspace,
            "name": name,
            "name_key": names.key(name),
            "member": member,
            "added_by": added_by,
            "added_at": person.added_at,
        }
        try:
            with self._database.begin() as db:
                db.execute(sa.insert(_people).values(row))
        except sa.exc.IntegrityError as error:
            raise Conflict(texts.NAME_TAKEN.format(name=name)) from error
        return person

    def rename(self, user_id: str, name: str) -> None:
        """Give a person another name. Raises `Conflict` when somebody else has it."""
        mine = _people.c.user_id == user_id, _people.c.workspace == self.workspace
        change = sa.update(_people).where(*mine).values(name=name, name_key=names.key(name))
        try:
            with self._database.begin() as db:
                db.execute(change)
        except sa.exc.IntegrityError as error:
            raise Conflict(texts.NAME_TAKEN.format(name=name)) from error

    def remove_person(self, user_id: str) -> None:
        """Forget a person: their row, faces and consents go in one transaction."""
        with self._database.begin() as db:
            db.execute(sa.delete(_faces).where(_faces.c.user_id == user_id, self._is_here(_faces)))
            db.execute(sa.delete(_consents).where(_consents.c.user_id == user_id, self._is_here(_consents)))
            db.execute(sa.delete(_people).where(_people.c.user_id == user_id, _people.c.workspace == self.workspace))

    # Faces

    def faces(self, user_id: str) -> tuple[EnrolledFace, ...]:
        """A person's enrolled faces, oldest first."""
        theirs = sa.select(_faces).where(_faces.c.user_id == user_id, self._is_here(_faces))
        query = theirs.order_by(_faces.c.added_at, _faces.c.face_id)
        with self._database.begin() as db:
            return tuple(EnrolledFace(**row._mapping) for row in db.execute(query))

    def owners(self, face_ids: Sequence[str]) -> dict[str, str]:
        """`face_id` to `user_id`, for those of `face_ids` who are enrolled."""
        if not face_ids:
            return {}
        enrolled = sa.select(_faces.c.face_id, _faces.c.user_id).where(self._is_here(_faces))
        query = enrolled.where(_faces.c.face_id.in_(face_ids))
        with self._database.begin() as db:
            return {row.face_id: row.user_id for row in db.execute(query)}

    def all_owners(self) -> dict[str, str]:
        """`face_id` to `user_id`, of everyone."""
        with self._database.begin() as db:
            rows = db.execute(sa.select(_faces.c.face_id, _faces.c.user_id).where(self._is_here(_faces)))
            return {row.face_id: row.user_id for row in rows}

    def photos(self) -> tuple[str, ...]:
        """The keys of all photos that people are enrolled with."""
        with self._database.begin() as db:
            return tuple(db.scalars(sa.select(_faces.c.photo).where(self._is_here(_faces)).order_by(_faces.c.photo)))

    def owners_of_photo(self, digest: str) -> tuple[Person, ...]:
        """Who has been enrolled with exactly this file."""
        owners = sa.select(_faces.c.user_id).where(_faces.c.digest == digest)
        with self._database.begin() as db:
            rows = db.execute(self._select_people().where(_people.c.user_id.in_(owners))).all()
        return tuple(Person(**row._mapping) for row in rows)

    def add_face(
        self,
        user_id: str,
        *,
        face_id: str,
        photo: str,
        digest: str,
        added_by: str,
        yaw: float | None = None,
        pitch: float | None = None,
    ) -> None:
        """Record an enrolled face; recording it again changes nothing."""
        self.put_face(EnrolledFace(face_id, user_id, photo, digest, added_by, _now(), yaw, pitch))

    def put_face(self, face: EnrolledFace) -> None:
        """Record a face as it stands, unless it is recorded already."""
        with self._database.begin() as db:
            if db.scalar(sa.select(sa.func.count()).where(_faces.c.face_id == face.face_id)) == 0:
                db.execute(sa.insert(_faces).values(dataclasses.asdict(face)))

    def remove_face(self, face_id: str) -> None:
        """Forget one enrolled face."""
        with self._database.begin() as db:
            db.execute(sa.delete(_faces).where(_faces.c.face_id == face_id, self._is_here(_faces)))

    # Consent

    def add_consent(self, user_id: str, *, statement: str, given_by: str) -> int:
        """Record on which ground a person may be recognised: the version of the statement, and who made it; its id."""
        row = {"user_id": user_id, "statement": statement, "given_by": given_by, "given_at": _now()}
        with self._database.begin() as db:
            return int(db.execute(sa.insert(_consents).values(row).returning(_consents.c.id)).scalar_one())

    # Settings

    def setting(self, name: str, channel: str = "") -> str | None:
        """A setting of the channel, else of the workspace, else None."""
        query = (
            sa.select(_settings.c.value)
            .where(_settings.c.workspace == self.workspace, _settings.c.name == name)
            .where(_settings.c.channel.in_([channel, ""]))
            .order_by(_settings.c.channel.desc())
        )
        with self._database.begin() as db:
            value: str | None = db.scalar(query)
        return value

    def own_setting(self, name: str, channel: str = "") -> str | None:
        """A setting of the channel itself, or with no channel of the workspace; None where it is not set."""
        query = sa.select(_settings.c.value).where(
            _settings.c.workspace == self.workspace, _settings.c.name == name, _settings.c.channel == channel
        )
        with self._database.begin() as db:
            value: str | None = db.scalar(query)
        return value

    def set_setting(self, name: str, value: str | None, channel: str = "") -> str | None:
        """Set it for a channel, or with no channel for the workspace; None unsets it. Returns what it was there."""
        where = sa.and_(
            _settings.c.workspace == self.workspace,
            _settings.c.channel == channel,
            _settings.c.name == name,
        )
        row = {"workspace": self.workspace, "channel": channel, "name": name, "value": value}
        with self._database.begin() as db:
            before: str | None = db.scalar(sa.select(_settings.c.value).where(where))
            if value is None:
                db.execute(sa.delete(_settings).where(where))
            else:
                put(db, _settings, row)
        return before

    def move_settings(self, old: str, new: str) -> None:
        """A channel has another id; what is set for that already stays."""
        self._database.move_channel(_settings, self.workspace, old, new)

    # Audit

    def audit(self, actor: str, action: str, **details: Any) -> None:
        """Append to the log of who did what. Identifiers only, no names."""
        self.log.append(actor, action, **details)

    def erase(self, *, actor: str) -> None:
        """Forget everyone and everything of the workspace but its audit log."""
        with self._database.begin() as db:
            for table in reversed(metadata.sorted_tables):
                if "workspace" in table.c and table is not _audit:
                    db.execute(sa.delete(table).where(table.c.workspace == self.workspace))
        self.audit(actor, "erase")

    def _is_here(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """Whether a row is about somebody of this workspace: an identifier guessed elsewhere opens nothing."""
        return table.c.user_id.in_(sa.select(_people.c.user_id).where(_people.c.workspace == self.workspace))

    def _select_people(self) -> sa.Select[Any]:
        count = (
            sa.select(sa.func.count()).where(_faces.c.user_id == _people.c.user_id).correlate(_people).scalar_subquery()
        )
        columns = [_people.c[name] for name in ("user_id", "name", "member", "added_by", "added_at")]
        return sa.select(*columns, count.label("faces")).where(_people.c.workspace == self.workspace)

    def _one(self, condition: sa.ColumnElement[bool]) -> Person | None:
        with self._database.begin() as db:
            row = db.execute(self._select_people().where(condition)).first()
        return Person(**row._mapping) if row else None


def _now() -> datetime:
    return datetime.now(UTC)
