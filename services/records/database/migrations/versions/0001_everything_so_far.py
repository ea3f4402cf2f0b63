"""Everything so far"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.records.schema import Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A database from before there were revisions has some of this.
    op.create_table(
        "admins",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "member"),
        if_not_exists=True,
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_audit_workspace"), "audit", ["workspace"], if_not_exists=True)
    op.create_table(
        "consent_requests",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace", "member"),
        if_not_exists=True,
    )
    op.create_table(
        "objections",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("said_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "member"),
        if_not_exists=True,
    )
    op.create_table(
        "people",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=True),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
        sa.UniqueConstraint("workspace", "name_key"),
        if_not_exists=True,
    )
    op.create_table(
        "settings",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "name"),
        if_not_exists=True,
    )
    op.create_table(
        "thumbnails",
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("face_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("file_id"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_thumbnails_face_id"), "thumbnails", ["face_id"], if_not_exists=True)
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_changes_user_id"), "changes", ["user_id"], if_not_exists=True)
    op.create_index(op.f("ix_changes_workspace"), "changes", ["workspace"], if_not_exists=True)
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.String(length=40), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.Column("given_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_consents_user_id"), "consents", ["user_id"], if_not_exists=True)
    op.create_table(
        "enrolment_threads",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "channel", "ts"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_enrolment_threads_user_id"), "enrolment_threads", ["user_id"], if_not_exists=True)
    op.create_table(
        "faces",
        sa.Column("face_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("photo", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", Utc(), nullable=False),
        sa.Column("yaw", sa.Float(), nullable=True),
        sa.Column("pitch", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("face_id"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_faces_digest"), "faces", ["digest"], if_not_exists=True)
    op.create_index(op.f("ix_faces_user_id"), "faces", ["user_id"], if_not_exists=True)
    op.create_table(
        "portraits",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["consent_requests.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_portraits_request_id"), "portraits", ["request_id"], if_not_exists=True)
    op.create_table(
        "sightings",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", Utc(), nullable=True),
        sa.Column("warned_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id"),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("sightings")
    op.drop_index(op.f("ix_portraits_request_id"), table_name="portraits")
    op.drop_table("portraits")
    op.drop_index(op.f("ix_faces_user_id"), table_name="faces")
    op.drop_index(op.f("ix_faces_digest"), table_name="faces")
    op.drop_table("faces")
    op.drop_index(op.f("ix_enrolment_threads_user_id"), table_name="enrolment_threads")
    op.drop_table("enrolment_threads")
    op.drop_index(op.f("ix_consents_user_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_index(op.f("ix_changes_workspace"), table_name="changes")
    op.drop_index(op.f("ix_changes_user_id"), table_name="changes")
    op.drop_table("changes")
    op.drop_table("workers")
    op.drop_index(op.f("ix_thumbnails_face_id"), table_name="thumbnails")
    op.drop_table("thumbnails")
    op.drop_table("settings")
    op.drop_table("people")
    op.drop_table("objections")
    op.drop_table("consent_requests")
    op.drop_index(op.f("ix_audit_workspace"), table_name="audit")
    op.drop_table("audit")
    op.drop_table("admins")
