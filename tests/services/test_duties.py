"""The database says which workspaces have something to do today, and names no other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import postgres
import pytest
import sqlalchemy as sa

from handlers import keeping
from services.people import EXPIRES, WINDOW
from services.records import Database, Records, Source, Stage, Standing, schema, sqlite_url

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = 365


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = sqlite_url(tmp_path / "r.sqlite") if request.param == "sqlite" else request.getfixturevalue("postgresql")
    database = Database(url, migrate=True)
    with database.begin() as db:
        for table in reversed(schema.metadata.sorted_tables):
            if table is not schema.audit:
                db.execute(sa.delete(table))
    yield database
    database.close()


def _due(database: Database, now: datetime = NOW) -> tuple[str, ...]:
    return keeping.to_sweep(database, now, retention_days=YEAR)


def _put(database: Database, table: sa.Table, **row: object) -> None:
    with database.begin() as db:
        db.execute(sa.insert(table).values(row))


def _answer(database: Database, workspace: str, at: datetime, *, photo: str = "F1") -> None:
    row = {"channel": "C1", "posted": "1.1", "photo_channel": "C1", "photo_ts": "", "photo_file": photo, "at": at}
    _put(database, schema.answers, workspace=workspace, **row)


def test_who_has_people_or_admins_is_looked_after_daily(database: Database) -> None:
    Records(database, "T1").add_person("Ann", member=None, added_by="U1")
    Records(database, "T2").admins.add("U1", added_by="U1")
    Records(database, "T3").set_setting("threshold", "90")
    Records(database, "T3").audit("U1", "threshold")
    assert _due(database) == ("T1", "T2")


def test_of_a_question_a_change_and_an_export_the_end_counts(database: Database) -> None:
    request = {"member": "U1", "name": "Ann", "asked_by": "U2", "shown": "[]"}
    _put(database, schema.consent_requests, id="q1", workspace="T1", asked_at=NOW - EXPIRES, **request)
    _put(database, schema.consent_requests, id="q2", workspace="T2", asked_at=NOW - EXPIRES + DAY, **request)
    change = {"actor": "U1", "kind": "setting", "before": "{}"}
    _put(database, schema.changes, id="c3", workspace="T3", at=NOW - WINDOW, **change)
    _put(database, schema.changes, id="c4", workspace="T4", at=NOW, **change)
    _put(database, schema.exports, file_id="F5", workspace="T5", at=NOW - DAY)
    _put(database, schema.exports, file_id="F6", workspace="T6", at=NOW)
    assert _due(database) == ("T1", "T3", "T5")
    assert _due(database, NOW + DAY) == ("T1", "T2", "T3", "T4", "T5", "T6")


def test_what_is_shown_of_nobody_is_taken_back(database: Database) -> None:
    Records(database, "T1").thumbnails.add("face-gone", "F1")
    _put(database, schema.exports, file_id="F2", workspace="T2", user_id="u-gone", at=NOW)
    assert _due(database) == ("T1", "T2")


def test_answers_count_while_they_are_new_and_once_they_are_over(database: Database) -> None:
    ages = {"T1": timedelta(0), "T2": 2 * DAY, "T3": 4 * DAY, "T4": YEAR * DAY, "T5": (YEAR + 1) * DAY}
    for workspace, age in ages.items():
        _answer(database, workspace, NOW - age)
    _answer(database, "T6", NOW - 4 * DAY, photo="")  # of no photo: over in two days
    assert _due(database) == ("T1", "T2", "T5", "T6")


def test_deletions_and_menus_count_once_they_are_over(database: Database) -> None:
    for workspace, age in {"T1": DAY, "T2": 3 * DAY}.items():
        _put(database, schema.deleted, workspace=workspace, channel="C1", ts="1.1", file_id="", at=NOW - age)
    for workspace, age in {"T3": 29 * DAY, "T4": 31 * DAY}.items():
        _put(database, schema.crowds, workspace=workspace, answer="1.1", number=1, box="0 0 1 1", at=NOW - age)
    for workspace, age in {"T5": DAY, "T6": 3 * DAY}.items():
        ts = f"{(NOW - age).timestamp():.6f}"
        _put(
            database,
            schema.digest_photos,
            workspace=workspace,
            channel="C1",
            ts=ts,
            file_id="F1",
            poster="U1",
            batch="",
        )
    assert _due(database) == ("T2", "T4", "T6")


def test_of_look_backs_those_count_that_are_stopped_and_old(database: Database) -> None:
    def begun(workspace: str, age: timedelta, state: Stage) -> None:
        row = {"asked_by": "U1", "state": state.value, "begun_at": NOW - age, "progress": "{}"}
        _put(database, schema.look_backs, id=f"l-{workspace}", workspace=workspace, **row)

    begun("T1", 29 * DAY, Stage.STOPPED)
    begun("T2", 31 * DAY, Stage.STOPPED)
    begun("T3", 31 * DAY, Stage.WAITING)
    assert _due(database) == ("T2",)


def test_real_records_are_counted_as_rows_are(database: Database) -> None:
    records = Records(database, "T1")
    records.answers.mark_gone(Source("C1", "1.1"))
    records.answers.keep(Standing("C1", "1.2", Source("C1", "1.1", "F1"), "", ""))
    assert _due(database, datetime.now(UTC)) == ("T1",)
