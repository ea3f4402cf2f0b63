"""The faces of photos with many"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.records.schema import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crowds",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("box", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "answer", "number"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_crowds_user_id"), "crowds", ["user_id"], if_not_exists=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_crowds_user_id"), table_name="crowds")
    op.drop_table("crowds")
