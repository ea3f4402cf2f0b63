"""Brings a database to the present schema, revision by revision.

`alembic -c services/records/migrations/alembic.ini revision --autogenerate -m "What changes"` begins a new one.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from services import texts
from services.errors import Refusal
from services.records import schema

_HERE = Path(__file__).parent


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has the newest revision. Raises `Refusal` for one that this release does not know."""
    scripts = _scripts()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise Refusal(texts.OF_A_LATER_RELEASE)
    return found == scripts.get_current_head()


def upgrade(engine: sa.Engine) -> None:
    """Apply the revisions that are missing, and the guards of the audit log."""
    if not is_current(engine):
        config = _config()
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    schema.guard(engine)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config
