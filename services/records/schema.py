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

admins = sa.Table(
    "admins",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("member", sa.String(32), primary_key=True),
    sa.Column("added_by", sa.String(64), nullable=False),
    sa.Column("added_at", Utc, nullable=False),
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
