"""Answers that stand, and photos that do not"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.records.schema import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("posted", sa.String(length=32), nullable=False),
        sa.Column("photo_channel", sa.String(length=32), nullable=False),
        sa.Column("photo_ts", sa.String(length=32), nullable=False),
        sa.Column("photo_file", sa.String(length=32), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "posted"),
    )
    op.create_index("ix_answers_photo", "answers", ["workspace", "photo_channel", "photo_ts"])
    op.create_index("ix_answers_photo_file", "answers", ["workspace", "photo_file"])
    op.create_table(
        "deleted",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "ts", "file_id"),
    )


def downgrade() -> None:
    op.drop_table("deleted")
    op.drop_index("ix_answers_photo_file", table_name="answers")
    op.drop_index("ix_answers_photo", table_name="answers")
    op.drop_table("answers")
