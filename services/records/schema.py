"""The tables of the records."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa


class Utc(sa.types.TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


metadata = sa.MetaData()

people = sa.Table(
    "people",
    metadata,
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
    sa.Column("member", sa.String(32)),
    sa.Column("added_by", sa.String(64), nullable=False),
    sa.Column("added_at", Utc, nullable=False),
    sa.UniqueConstraint("workspace", "name_key"),
    sa.Index("ix_people_member", "workspace", "member", unique=True),  # whoever is outside Slack is none
)

faces = sa.Table(
    "faces",
    metadata,
    sa.Column("face_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("photo", sa.String(200), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("added_by", sa.String(64), nullable=False),
    sa.Column("added_at", Utc, nullable=False),
    sa.Column("yaw", sa.Float),
    sa.Column("pitch", sa.Float),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("statement", sa.String(40), nullable=False),
    sa.Column("given_by", sa.String(64), nullable=False),
    sa.Column("given_at", Utc, nullable=False),
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

objections = sa.Table(
    "objections",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("member", sa.String(32), primary_key=True),
    sa.Column("said_at", Utc, nullable=False),
)

consent_requests = sa.Table(
    "consent_requests",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("member", sa.String(32), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("asked_by", sa.String(64), nullable=False),
    sa.Column("asked_at", Utc, nullable=False),
    sa.Column("shown", sa.Text, nullable=False),
    sa.Column("job", sa.Text, nullable=False, server_default=""),  # that asks: it alone goes on with what was cut short
    sa.UniqueConstraint("workspace", "member"),
)

portraits = sa.Table(
    "portraits",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request_id", sa.ForeignKey("consent_requests.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)

sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seen_at", Utc),
    sa.Column("warned_at", Utc),
)

admins = sa.Table(
    "admins",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("member", sa.String(32), primary_key=True),
    sa.Column("added_by", sa.String(64), nullable=False),
    sa.Column("added_at", Utc, nullable=False),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False, index=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), index=True),  # whoever is erased takes it
    sa.Column("before", sa.Text, nullable=False),
)

enrolment_threads = sa.Table(
    "enrolment_threads",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("ts", sa.String(32), primary_key=True),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), nullable=False, index=True),
)

thumbnails = sa.Table(
    "thumbnails",
    metadata,
    sa.Column("file_id", sa.String(32), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("face_id", sa.String(64), nullable=False, index=True),  # outlives the face, until the file is deleted
)

exports = sa.Table(
    "exports",
    metadata,
    sa.Column("file_id", sa.String(32), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(64)),  # outlives the person, until the file is deleted
    sa.Column("at", Utc, nullable=False),
)

_MARKED = sa.text("mark <> ''")
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("posted", sa.String(32), primary_key=True),  # the ts of a message of the bot's, or the id of its picture
    sa.Column("photo_channel", sa.String(32), nullable=False),
    sa.Column("photo_ts", sa.String(32), nullable=False),
    sa.Column("photo_file", sa.String(32), nullable=False),
    sa.Column("how", sa.Text, nullable=False, server_default=""),  # what it takes to answer once more
    sa.Column("mark", sa.Text, nullable=False, server_default=""),  # by which a job finds what it has said
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_answers_photo", "workspace", "photo_channel", "photo_ts"),
    sa.Index("ix_answers_photo_file", "workspace", "photo_file"),
    sa.Index(
        "ix_answers_said", "workspace", "channel", "mark", unique=True, sqlite_where=_MARKED, postgresql_where=_MARKED
    ),
)

deleted = sa.Table(
    "deleted",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),  # "" where a file is gone everywhere
    sa.Column("ts", sa.String(32), primary_key=True),
    sa.Column("file_id", sa.String(32), primary_key=True),  # "" where a whole message is gone
    sa.Column("at", Utc, nullable=False),
)

crowds = sa.Table(
    "crowds",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("answer", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("box", sa.String(40), nullable=False),
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), index=True),
    sa.Column("at", Utc, nullable=False),
)

digests = sa.Table(
    "digests",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("begun_by", sa.String(128), nullable=False),  # the job that posts what its thread hangs from
    sa.Column("ts", sa.String(32), nullable=False, server_default=""),  # of that message, once it is posted
    sa.Column("photos", sa.Integer, nullable=False, server_default="0"),
    sa.Column("at", Utc, nullable=False),
)

digest_photos = sa.Table(
    "digest_photos",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("ts", sa.String(32), primary_key=True),
    sa.Column("file_id", sa.String(32), primary_key=True),
    sa.Column("poster", sa.String(32), nullable=False),
    sa.Column("batch", sa.String(32), nullable=False),
    sa.Index("ix_digest_photos_batch", "workspace", "channel", "batch"),
)

campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("actor", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False, server_default=""),  # where the actor is told how it goes
    sa.Column("ts", sa.String(32), nullable=False, server_default=""),
    sa.Column("at", Utc, nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("member", sa.String(32), primary_key=True),
    sa.Column("campaign", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False, server_default=""),  # where the member is asked
    sa.Column("ts", sa.String(32), nullable=False, server_default=""),
    sa.Column("at", Utc, nullable=False),
    sa.Column("reminded_at", Utc),
    sa.Index("ix_invitations_campaign", "workspace", "campaign"),
)

albums = sa.Table(
    "albums",
    metadata,
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False, index=True),
    sa.Column("since", Utc, nullable=False),
    sa.Column("tells", sa.Boolean, nullable=False),
)

album_readers = sa.Table(
    "album_readers",
    metadata,
    sa.Column("user_id", sa.ForeignKey("albums.user_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("reader", sa.String(32), primary_key=True),  # a member, or everyone
)

# Without an album there is no appearance: with it all of them go, in the same statement.
appearances = sa.Table(
    "appearances",
    metadata,
    sa.Column("user_id", sa.ForeignKey("albums.user_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ts", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("file_id", sa.String(32), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("box", sa.String(60), nullable=False),  # in ratios of the photo's width and height
    sa.Column("similarity", sa.Float, nullable=False),
    sa.Column("kept_at", Utc, nullable=False),
    sa.Column("owed", sa.Boolean, nullable=False),  # they are to be told of it
    sa.Index("ix_appearances_message", "workspace", "channel", "ts"),
    sa.Index("ix_appearances_file", "workspace", "file_id"),
)

album_sheets = sa.Table(
    "album_sheets",
    metadata,
    sa.Column("sheet", sa.String(32), primary_key=True),  # a file of the bot's, which shows these appearances
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("workspace", sa.String(32), nullable=False, index=True),
    sa.Column("user_id", sa.String(64), nullable=False),  # outlives the person, until the file is deleted
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("ts", sa.String(32), nullable=False),
    sa.Column("file_id", sa.String(32), nullable=False),
    sa.Column("at", Utc, nullable=False),
)

denials = sa.Table(
    "denials",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("ts", sa.String(32), primary_key=True),
    sa.Column("file_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),  # of the face in the photo
    sa.Column("user_id", sa.ForeignKey("people.user_id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("at", Utc, nullable=False),
)

look_backs = sa.Table(
    "look_backs",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False, index=True),
    sa.Column("asked_by", sa.String(64), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("begun_at", Utc, nullable=False),
    sa.Column("progress", sa.Text, nullable=False),  # where it is, and how far it has come
)

looked_at = sa.Table(
    "looked_at",
    metadata,
    sa.Column("look_back", sa.ForeignKey("look_backs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("ts", sa.String(32), primary_key=True),
    sa.Column("file_id", sa.String(32), primary_key=True),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("workspace", sa.String(32), nullable=False, index=True),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
)

_ONLY_APPENDED = "the audit log is append-only"
_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS audit_no_{change.lower()} BEFORE {change} ON audit"
        f" BEGIN SELECT RAISE(ABORT, '{_ONLY_APPENDED}'); END"
        for change in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE OR REPLACE FUNCTION audit_only_appended() RETURNS trigger LANGUAGE plpgsql"
            f" AS $$ BEGIN RAISE EXCEPTION '{_ONLY_APPENDED}'; END $$"
        ),
        (
            "CREATE OR REPLACE TRIGGER audit_only_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_only_appended()"
        ),
    ],
}


def guard(engine: sa.Engine) -> None:
    """Have the database itself refuse to change or delete audit entries."""
    with engine.begin() as db:
        for guard in _GUARDS[engine.dialect.name]:
            db.execute(sa.text(guard))
