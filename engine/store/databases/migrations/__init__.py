"""Brings the tables of a store in PostgreSQL to the present schema, revision by revision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from ..tables import metadata

NEWEST = "0001"
_VERSIONS = "revision"


def revision(connection: Any, schema: str) -> str | None:
    """Which one psycopg's `connection` finds there; None where there is nothing yet."""
    (table,) = connection.execute("SELECT to_regclass(%s)", (f"{schema}.{_VERSIONS}",)).fetchone()
    row = connection.execute(f'SELECT version_num FROM "{schema}".{_VERSIONS}').fetchone() if table else None
    return str(row[0]) if row else None


def upgrade(url: str, schema: str) -> None:
    """Apply the revisions that are missing."""
    from alembic import command  # takes longer to import than a store to open
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    engine = sa.create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
        within = connection.execution_options(schema_translate_map={None: schema})
        # Where it is installed the engine has another name: what its scripts need, they are given.
        config.attributes.update(
            connection=within, target_metadata=metadata, version_table=_VERSIONS, version_table_schema=schema
        )
        command.upgrade(config, "head")
