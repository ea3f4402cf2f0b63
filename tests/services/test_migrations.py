"""The revisions, one after the other, make exactly the schema that the code is written for."""

import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

sys.path.append(str(Path(__file__).parents[1]))
import postgres

from services.errors import Refusal
from services.records import Database, sqlite_url
from services.records.database import migrations
from services.records.schema import metadata

_LATER = {"answers", "deleted"}  # tables that came with revisions


def _differences(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)


def test_a_new_sqlite_file_has_the_schema_at_once(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "records.sqlite"))
    assert _differences(database.engine) == []
    assert migrations.is_current(database.engine)
    database.close()


def test_a_file_from_before_there_were_revisions_is_taken_over(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "records.sqlite")
    before = sa.create_engine(url)
    metadata.create_all(before, tables=[each for each in metadata.sorted_tables if each.name not in _LATER])
    with before.begin() as db:
        db.execute(sa.text("ALTER TABLE consent_requests DROP COLUMN job"))
        db.execute(sa.text("INSERT INTO settings VALUES ('home', '', 'threshold', '90')"))
    before.dispose()
    database = Database(url)
    with database.begin() as db:
        assert db.scalar(sa.text("SELECT value FROM settings")) == "90"
    assert _differences(database.engine) == []
    database.close()


def test_postgresql_is_migrated_when_it_is_asked_for(tmp_path: Path) -> None:
    with postgres.running() as url:
        with pytest.raises(Refusal, match="facesearch migrate"):
            Database(url)
        Database(url, migrate=True).close()
        database = Database(url)
        assert _differences(database.engine) == []
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.begin() as db:
            db.execute(sa.text("DELETE FROM audit"))
        database.close()
