"""A channel's photos of a day, and members who are invited"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.records.schema import Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("begun_by", sa.String(length=128), nullable=False),
        sa.Column("ts", sa.String(length=32), server_default="", nullable=False),
        sa.Column("photos", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "day"),
        if_not_exists=True,
    )
    op.create_table(
        "digest_photos",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("poster", sa.String(length=32), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "ts", "file_id"),
        if_not_exists=True,
    )
    op.create_index("ix_digest_photos_batch", "digest_photos", ["workspace", "channel", "batch"], if_not_exists=True)
    op.create_table(
        "campaigns",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), server_default="", nullable=False),
        sa.Column("ts", sa.String(length=32), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id"),
        if_not_exists=True,
    )
    op.create_table(
        "invitations",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("campaign", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=32), server_default="", nullable=False),
        sa.Column("ts", sa.String(length=32), server_default="", nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("reminded_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "member"),
        if_not_exists=True,
    )
    op.create_index("ix_invitations_campaign", "invitations", ["workspace", "campaign"], if_not_exists=True)


def downgrade() -> None:
    op.drop_table("invitations")
    op.drop_table("campaigns")
    op.drop_table("digest_photos")
    op.drop_table("digests")
