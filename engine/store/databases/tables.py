"""The tables of a store, the same in SQLite and in PostgreSQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers only what is called INTEGER by itself


def _id() -> sa.Column[int]:
    return sa.Column("id", _ID, sa.Identity(), primary_key=True)


def _of_collection(**options: Any) -> sa.Column[int]:
    return sa.Column("collection", _ID, sa.ForeignKey("collections.id", ondelete="CASCADE"), nullable=False, **options)


def _vector(**options: Any) -> sa.Column[int]:
    # Deferred: the row that names a vector and the vector itself go in either order.
    vector = sa.ForeignKey("vectors.id", deferrable=True, initially="DEFERRED")
    return sa.Column("vector", _ID, vector, **options)


about = sa.Table(
    "about",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

collections = sa.Table(
    "collections",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("created", sa.Double, nullable=False),
    # How many vectors have come and gone: who has seen as many has seen all.
    sa.Column("changes", _ID, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

tags = sa.Table(
    "tags",
    metadata,
    _of_collection(primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

# A vector never changes, and in its collection a new one gets a higher id, because those who write into one take turns:
# who has read up to an id has read everything before it.
vectors = sa.Table(
    "vectors",
    metadata,
    _id(),
    sa.Column("collection", _ID, nullable=False),
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sa.Column("checksum", _ID, nullable=False),
    sa.Index("vectors_in_order", "collection", "kind", "id"),
    sqlite_autoincrement=True,
)

# What has been removed, for those who have it in memory; `number` is which of the collection's changes that was.
removals = sa.Table(
    "removals",
    metadata,
    _of_collection(primary_key=True),
    sa.Column("number", _ID, primary_key=True),
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("vector", _ID, nullable=False),
    sqlite_with_rowid=False,
)

users = sa.Table(
    "users",
    metadata,
    _id(),
    _of_collection(),
    sa.Column("user_id", sa.Text, nullable=False),
    _vector(unique=True),
    sa.UniqueConstraint("collection", "user_id"),
    sa.Index("users_in_order", "collection", "id"),
    sqlite_autoincrement=True,
)

faces = sa.Table(
    "faces",
    metadata,
    _vector(primary_key=True, autoincrement=False),
    _of_collection(),
    sa.Column("face_id", sa.Text, nullable=False),
    sa.Column("image_id", sa.Text, nullable=False),
    sa.Column("external_image_id", sa.Text),
    sa.Column("image_digest", sa.LargeBinary, nullable=False),
    sa.Column("box_left", sa.Double, nullable=False),
    sa.Column("box_top", sa.Double, nullable=False),
    sa.Column("box_width", sa.Double, nullable=False),
    sa.Column("box_height", sa.Double, nullable=False),
    sa.Column("confidence", sa.Double, nullable=False),
    sa.Column("user", _ID, sa.ForeignKey("users.id", ondelete="SET NULL")),
    sa.UniqueConstraint("collection", "face_id"),
    sa.Index("faces_in_order", "collection", "vector"),
    sa.Index("faces_of_image", "image_digest", "collection"),
)
_is_of_a_user = faces.c.user.is_not(None)
sa.Index("faces_of_user", faces.c.user, faces.c.vector, sqlite_where=_is_of_a_user, postgresql_where=_is_of_a_user)

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("token", sa.Text, primary_key=True),
    _of_collection(),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Index("requests_of_collection_by_age", "collection", "at"),
    sqlite_with_rowid=False,
)
