"""Which job asks a member, so that no other takes its question for one cut short"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consent_requests") as requests:
        requests.add_column(sa.Column("job", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("consent_requests") as requests:
        requests.drop_column("job")
