"""A member is one person: two enrolments at once made two, of whom "forget me" erased one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_people = sa.table("people", *(sa.column(name) for name in ("user_id", "workspace", "member", "added_at")))
_faces = sa.table("faces", sa.column("user_id"))


def upgrade() -> None:
    # The one with the most photos stays, else the first. What the collection has of others goes as it is reconciled.
    photos = sa.select(sa.func.count()).where(_faces.c.user_id == _people.c.user_id).scalar_subquery()
    rank = sa.func.row_number().over(
        partition_by=(_people.c.workspace, _people.c.member),
        order_by=(photos.desc(), _people.c.added_at, _people.c.user_id),
    )
    ranked = sa.select(_people.c.user_id, rank.label("rank")).where(_people.c.member.is_not(None)).subquery()
    spare = sa.select(ranked.c.user_id).where(ranked.c.rank > 1)
    op.execute(sa.delete(_people).where(_people.c.user_id.in_(spare)))
    op.create_index("ix_people_member", "people", ["workspace", "member"], unique=True, if_not_exists=True)


def downgrade() -> None:
    op.drop_index("ix_people_member", "people")
