"""What Alembic runs for every command, on the connection that it is given."""

from __future__ import annotations

from alembic import context

given = dict(context.config.attributes)
context.configure(**given)
with context.begin_transaction():
    context.run_migrations()
