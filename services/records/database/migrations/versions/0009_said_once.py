"""What a job has said under a mark stands once in a channel"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MARKED = sa.text("mark <> ''")


def upgrade() -> None:
    op.drop_index("ix_answers_mark", "answers", if_exists=True)  # first: whoever else writes waits from here on
    op.execute("UPDATE answers SET mark = '' WHERE mark <> ''")  # jobs under way look into the conversation instead
    op.create_index(
        "ix_answers_said",
        "answers",
        ["workspace", "channel", "mark"],
        unique=True,
        sqlite_where=_MARKED,
        postgresql_where=_MARKED,
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_index("ix_answers_said", "answers")
    op.create_index("ix_answers_mark", "answers", ["workspace", "mark"])
