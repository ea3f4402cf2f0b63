"""The revisions, one after the other, make exactly the schema that the code is written for."""

import sys
from datetime import UTC, datetime
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


def _is_twice(url: str) -> None:
    """Take a database back to before a member was one person, and have a member who is two."""
    engine = sa.create_engine(url)
    with engine.begin() as db:
        db.execute(sa.text("DROP INDEX ix_people_member"))
        db.execute(sa.text("UPDATE alembic_version SET version_num = '0010'"))
        for number, member in enumerate(("U1", "U1", "U2", None, None)):
            row = {"user_id": f"u-{number}", "name": f"{number}", "name_key": f"{number}", "member": member}
            more = {"workspace": "home", "added_by": "U9", "added_at": datetime(2026, 1, number + 1, tzinfo=UTC)}
            db.execute(sa.insert(metadata.tables["people"]).values(**row, **more))
        face = {"face_id": "f", "user_id": "u-1", "photo": "p", "digest": "d", "added_by": "U9"}
        db.execute(sa.insert(metadata.tables["faces"]).values(**face, added_at=datetime(2026, 2, 1, tzinfo=UTC)))
    engine.dispose()


def _is_once(database: Database) -> None:
    with database.begin() as db:
        assert set(db.scalars(sa.text("SELECT user_id FROM people"))) == {"u-1", "u-2", "u-3", "u-4"}
    assert _differences(database.engine) == []
    database.close()


def test_a_member_who_was_two_is_one(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "records.sqlite")
    Database(url).close()
    _is_twice(url)
    _is_once(Database(url))


def test_a_member_who_was_two_is_one_in_postgresql() -> None:
    with postgres.running() as url:
        Database(url, migrate=True).close()
        _is_twice(url)
        _is_once(Database(url, migrate=True))


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
