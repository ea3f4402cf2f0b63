"""What it takes to answer a photo once more"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answers") as answers:
        answers.add_column(sa.Column("how", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("answers") as answers:
        answers.drop_column("how")
