"""Everything so far"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "about",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "collections",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("changes", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "vectors",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("collection", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("vectors_in_order", "vectors", ["collection", "kind", "id"])
    op.create_table(
        "tags",
        _of_collection(),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("collection", "key"),
    )
    op.create_table(
        "removals",
        _of_collection(),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("vector", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("collection", "number"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _of_collection(),
        sa.Column("user_id", sa.Text(), nullable=False),
        _vector(nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("vector"),
        sa.UniqueConstraint("collection", "user_id"),
    )
    op.create_index("users_in_order", "users", ["collection", "id"])
    _create_faces()
    op.create_table(
        "requests",
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        _of_collection(),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("operation", "token"),
    )
    op.create_index("requests_of_collection_by_age", "requests", ["collection", "at"])


def _create_faces() -> None:
    op.create_table(
        "faces",
        _vector(nullable=False),
        _of_collection(),
        sa.Column("face_id", sa.Text(), nullable=False),
        sa.Column("image_id", sa.Text(), nullable=False),
        sa.Column("external_image_id", sa.Text(), nullable=True),
        sa.Column("image_digest", sa.LargeBinary(), nullable=False),
        sa.Column("box_left", sa.Double(), nullable=False),
        sa.Column("box_top", sa.Double(), nullable=False),
        sa.Column("box_width", sa.Double(), nullable=False),
        sa.Column("box_height", sa.Double(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("user", sa.BigInteger(), sa.ForeignKey("users.id", ondelete="SET NULL"), nullable=True),
        sa.PrimaryKeyConstraint("vector"),
        sa.UniqueConstraint("collection", "face_id"),
    )
    op.create_index("faces_in_order", "faces", ["collection", "vector"])
    op.create_index("faces_of_image", "faces", ["image_digest", "collection"])
    op.create_index("faces_of_user", "faces", ["user", "vector"], postgresql_where=sa.column("user").is_not(None))


def _of_collection() -> sa.Column[int]:
    return sa.Column("collection", sa.BigInteger(), sa.ForeignKey("collections.id", ondelete="CASCADE"), nullable=False)


def _vector(*, nullable: bool) -> sa.Column[int]:
    of = sa.ForeignKey("vectors.id", deferrable=True, initially="DEFERRED")
    return sa.Column("vector", sa.BigInteger(), of, autoincrement=False, nullable=nullable)


def downgrade() -> None:
    for table in ("requests", "faces", "users", "removals", "tags", "vectors", "collections", "about"):
        op.drop_table(table)
