"""Albums: which photos show those who have asked for it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.records.schema import Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "albums",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_albums_workspace"), "albums", ["workspace"], if_not_exists=True)
    op.create_table(
        "album_readers",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("reader", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["albums.user_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "reader"),
        if_not_exists=True,
    )
    _appearances()
    _sheets()
    _look_backs()


def _appearances() -> None:
    op.create_table(
        "appearances",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("box", sa.String(length=60), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("kept_at", Utc(), nullable=False),
        sa.Column("owed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["albums.user_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "ts", "channel", "file_id"),
        if_not_exists=True,
    )
    message, file = ["workspace", "channel", "ts"], ["workspace", "file_id"]
    op.create_index("ix_appearances_message", "appearances", message, if_not_exists=True)
    op.create_index("ix_appearances_file", "appearances", file, if_not_exists=True)


def _sheets() -> None:
    op.create_table(
        "album_sheets",
        sa.Column("sheet", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("sheet", "number"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_album_sheets_workspace"), "album_sheets", ["workspace"], if_not_exists=True)


def _look_backs() -> None:
    op.create_table(
        "look_backs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("begun_at", Utc(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_look_backs_workspace"), "look_backs", ["workspace"], if_not_exists=True)
    op.create_table(
        "looked_at",
        sa.Column("look_back", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["look_back"], ["look_backs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("look_back", "channel", "ts", "file_id"),
        if_not_exists=True,
    )


def downgrade() -> None:
    for table in ("looked_at", "look_backs", "album_sheets", "appearances", "album_readers", "albums"):
        op.drop_table(table)
