"""The records: people, their enrolled faces, consent, settings and audit, in SQLite or PostgreSQL.

Rekognition knows faces and users by identifiers; who they are, who added them and on which ground is kept here.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from services import names
from services.errors import Conflict, NotFound


class _Utc(sa.types.TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


_schema = sa.MetaData()

_people = sa.Table(
    "people",
    _schema,
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
    sa.Column("member", sa.String(32)),
    sa.Column("added_by", sa.String(64), nullable=False),
    sa.Column("added_at", _Utc, nullable=False),
    sa.UniqueConstraint("workspace", "name_key"),
)

_faces = sa.Table(
    "faces",
    _schema,
    sa.Column("face_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("photo", sa.String(200), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("added_by", sa.String(64), nullable=False),
    sa.Column("added_at", _Utc, nullable=False),
)

_consents = sa.Table(
    "consents",
    _schema,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("statement", sa.String(40), nullable=False),
    sa.Column("given_by", sa.String(64), nullable=False),
    sa.Column("given_at", _Utc, nullable=False),
)

_settings = sa.Table(
    "settings",
    _schema,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

_audit = sa.Table(
    "audit",
    _schema,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", _Utc, nullable=False),
    sa.Column("workspace", sa.String(32), nullable=False, index=True),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can be recognised. `user_id` is the Rekognition user; `member` the Slack member, if they are one."""

    user_id: str
    name: str
    member: str | None
    added_by: str
    added_at: datetime
    faces: int


@dataclass(frozen=True, slots=True)
class EnrolledFace:
    """One face of a person, with the key of the photo it came from and the SHA-256 of the file that was given."""

    face_id: str
    user_id: str
    photo: str
    digest: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, and when. Details never hold a picture or a vector."""

    at: datetime
    actor: str
    action: str
    details: Mapping[str, Any]


class Records:
    """The records of one workspace. Open one `Database` a process and ask it for each workspace's records."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self.workspace = workspace

    # People

    def people(self) -> tuple[Person, ...]:
        """Everyone, by name."""
        with self._database.begin() as db:
            rows = db.execute(self._select_people().order_by(_people.c.name_key)).all()
        return tuple(Person(**row._mapping) for row in rows)

    def people_by_id(self, user_ids: Sequence[str]) -> dict[str, Person]:
        """Those of `user_ids` who are known here."""
        if not user_ids:
            return {}
        with self._database.begin() as db:
            rows = db.execute(self._select_people().where(_people.c.user_id.in_(user_ids))).all()
        return {row.user_id: Person(**row._mapping) for row in rows}

    def find(self, name: str) -> Person | None:
        """The person of that name, in any spelling that folds to the same key."""
        return self._one(_people.c.name_key == names.key(name))

    def find_member(self, member: str) -> Person | None:
        """The person who is that Slack member."""
        return self._one(_people.c.member == member)

    def get(self, name: str) -> Person:
        """The person of that name. Raises `NotFound`."""
        person = self.find(name)
        if person is None:
            raise NotFound(f"I know nobody called “{name}”. `/facesearch people` lists everyone I know.")
        return person

    def add_person(self, name: str, *, member: str | None, added_by: str) -> Person:
        """A new person without any face yet. Raises `Conflict` when the name is taken."""
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
            raise Conflict(f"Someone called “{name}” is enrolled already.") from error
        return person

    def remove_person(self, user_id: str) -> None:
        """Forget a person: their row, faces and consents go in one transaction."""
        with self._database.begin() as db:
            db.execute(sa.delete(_faces).where(_faces.c.user_id == user_id))
            db.execute(sa.delete(_consents).where(_consents.c.user_id == user_id))
            db.execute(sa.delete(_people).where(_people.c.user_id == user_id))

    # Faces

    def faces(self, user_id: str) -> tuple[EnrolledFace, ...]:
        """A person's enrolled faces, oldest first."""
        query = sa.select(_faces).where(_faces.c.user_id == user_id).order_by(_faces.c.added_at, _faces.c.face_id)
        with self._database.begin() as db:
            return tuple(EnrolledFace(**row._mapping) for row in db.execute(query))

    def owners(self, face_ids: Sequence[str]) -> dict[str, str]:
        """`face_id` to `user_id`, for those of `face_ids` who are enrolled."""
        if not face_ids:
            return {}
        query = sa.select(_faces.c.face_id, _faces.c.user_id).where(_faces.c.face_id.in_(face_ids))
        with self._database.begin() as db:
            return {row.face_id: row.user_id for row in db.execute(query)}

    def owners_of_photo(self, digest: str) -> tuple[Person, ...]:
        """Who has been enrolled with exactly this file."""
        owners = sa.select(_faces.c.user_id).where(_faces.c.digest == digest)
        with self._database.begin() as db:
            rows = db.execute(self._select_people().where(_people.c.user_id.in_(owners))).all()
        return tuple(Person(**row._mapping) for row in rows)

    def add_face(self, user_id: str, *, face_id: str, photo: str, digest: str, added_by: str) -> None:
        """Record an enrolled face; recording it again changes nothing."""
        row = {
            "face_id": face_id,
            "user_id": user_id,
            "photo": photo,
            "digest": digest,
            "added_by": added_by,
            "added_at": _now(),
        }
        with self._database.begin() as db:
            if db.scalar(sa.select(sa.func.count()).where(_faces.c.face_id == face_id)) == 0:
                db.execute(sa.insert(_faces).values(row))

    def remove_face(self, face_id: str) -> None:
        """Forget one enrolled face."""
        with self._database.begin() as db:
            db.execute(sa.delete(_faces).where(_faces.c.face_id == face_id))

    # Consent

    def add_consent(self, user_id: str, *, statement: str, given_by: str) -> None:
        """Record on which ground a person may be recognised: the version of the statement, and who made it."""
        row = {"user_id": user_id, "statement": statement, "given_by": given_by, "given_at": _now()}
        with self._database.begin() as db:
            db.execute(sa.insert(_consents).values(row))

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

    def set_setting(self, name: str, value: str, channel: str = "") -> None:
        """Set it for a channel, or with no channel for the workspace."""
        where = sa.and_(
            _settings.c.workspace == self.workspace, _settings.c.channel == channel, _settings.c.name == name
        )
        row = {"workspace": self.workspace, "channel": channel, "name": name, "value": value}
        with self._database.begin() as db:
            db.execute(sa.delete(_settings).where(where))
            db.execute(sa.insert(_settings).values(row))

    # Audit

    def audit(self, actor: str, action: str, **details: Any) -> None:
        """Append to the log of who did what."""
        row = {
            "at": _now(),
            "workspace": self.workspace,
            "actor": actor,
            "action": action,
            "details": json.dumps(details, ensure_ascii=False, sort_keys=True),
        }
        with self._database.begin() as db:
            db.execute(sa.insert(_audit).values(row))

    def audit_log(self, limit: int = 100) -> tuple[AuditEntry, ...]:
        """The newest entries, newest first."""
        query = sa.select(_audit).where(_audit.c.workspace == self.workspace).order_by(_audit.c.id.desc()).limit(limit)
        with self._database.begin() as db:
            rows = db.execute(query).all()
        return tuple(AuditEntry(row.at, row.actor, row.action, json.loads(row.details)) for row in rows)

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


class Database:
    """The connection pool that all workspaces' records share."""

    def __init__(self, url: str | URL) -> None:
        self._engine = sa.create_engine(url, pool_pre_ping=True)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
        _schema.create_all(self._engine)

    def workspace(self, workspace: str) -> Records:
        return Records(self, workspace)

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction: committed at the end, rolled back by an exception."""
        with self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()


def sqlite_url(path: Path) -> URL:
    """The URL of a SQLite file, whatever characters its path has."""
    return make_url("sqlite://").set(database=str(path))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Writers wait for each other instead of failing; readers never wait; a deleted person's bytes are overwritten.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _now() -> datetime:
    return datetime.now(UTC)
