"""The audit log is appended to, read and exported, and the database lets nobody change it."""

from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
import sqlalchemy as sa

from services.records import Database, Records, sqlite_url


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.running() as started:
        yield started.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = sqlite_url(tmp_path / "r.sqlite") if request.param == "sqlite" else request.getfixturevalue("postgresql")
    database = Database(url, migrate=True)
    yield database
    database.close()


def test_no_entry_can_be_changed_or_deleted(database: Database) -> None:
    records = Records(database, "T1")
    records.audit("U1", "enroll", user_id="u-1")
    for change in ("UPDATE audit SET actor = 'U2'", "DELETE FROM audit"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.begin() as db:
            db.execute(sa.text(change))
    assert [entry.actor for entry in records.log.newest()] == ["U1"]


def test_the_guards_are_there_when_the_database_is_opened_again(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "r.sqlite")
    first = Database(url)
    Records(first, "T1").audit("U1", "enroll")
    with first.begin() as db:
        db.execute(sa.text("DROP TRIGGER audit_no_delete"))
    first.close()
    again = Database(url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), again.begin() as db:
        db.execute(sa.text("DELETE FROM audit"))
    again.close()


def test_everyone_reads_what_concerns_them(database: Database) -> None:
    records = Records(database, "T2")
    records.audit("U1", "enroll", user_id="u-1")
    records.audit("U2", "identify", recognised=["u-1", "u-10"])
    records.audit("U3", "threshold", threshold=90.0)
    concerning = records.log.newest(concerning=frozenset({"u-1"}))
    assert [entry.action for entry in concerning] == ["identify", "enroll"]
    assert [entry.action for entry in records.log.newest(concerning=frozenset({"U3"}))] == ["threshold"]
    assert records.log.newest(concerning=frozenset({"u-"})) == ()
    assert [entry.action for entry in records.log.all()] == ["enroll", "identify", "threshold"]


def test_an_export_reads_page_by_page(tmp_path: Path) -> None:
    records = Records(Database(sqlite_url(tmp_path / "r.sqlite")), "T1")
    for number in range(501):
        records.audit("U1", "identify", faces=number)
    assert [entry.details["faces"] for entry in records.log.all()] == list(range(501))
