"""Which exports have been handed out"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.records.schema import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("file_id"),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("exports")
