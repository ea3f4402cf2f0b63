"""What Alembic runs for every command: on the connection it is given, or on a new SQLite file to compare with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from services.records.schema import metadata


def run(connection: sa.Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given: sa.Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with sa.create_engine(context.config.get_main_option("sqlalchemy.url") or "sqlite://").begin() as opened:
        run(opened)
