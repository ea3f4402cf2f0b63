"""Brings a database to the present schema, revision by revision.

`alembic -c services/records/database/migrations/alembic.ini revision --autogenerate -m "What changes"` begins another.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from services import texts
from services.errors import Refusal
from services.records import schema

_HERE = Path(__file__).parent
_VERSION = sa.table("alembic_version", sa.column("version_num"))


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has the newest revision. Raises `Refusal` for one that this release does not know."""
    known = _revisions()
    with engine.connect() as connection:
        is_there = sa.inspect(connection).has_table(_VERSION.name)
        found = connection.scalar(sa.select(_VERSION.c.version_num)) if is_there else None
    if found is not None and found not in known:
        raise Refusal(texts.OF_A_LATER_RELEASE)
    return found == known[-1]


def upgrade(engine: sa.Engine) -> None:
    """Apply the revisions that are missing, and the guards of the audit log."""
    if not is_current(engine):
        _apply(engine)
    schema.guard(engine)


def _revisions() -> list[str]:
    """Those of this release, in order: each file's name begins with its own."""
    return sorted(path.name.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py"))


def _apply(engine: sa.Engine) -> None:
    from alembic import command  # which a start that finds nothing to do need not load
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
