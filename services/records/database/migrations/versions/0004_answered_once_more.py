"""What it takes to answer a photo once more, and by what a job finds what it has said"""

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
        answers.add_column(sa.Column("mark", sa.Text(), server_default="", nullable=False))
        answers.create_index("ix_answers_mark", ["workspace", "mark"])


def downgrade() -> None:
    with op.batch_alter_table("answers") as answers:
        answers.drop_index("ix_answers_mark")
        answers.drop_column("mark")
        answers.drop_column("how")
