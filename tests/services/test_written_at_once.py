"""Two processes that record the same thing for the first time at the same moment: neither fails."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import postgres
import pytest
import sqlalchemy as sa

from services.records import Database, Records, Source, Standing
from services.records.schema import answers, deleted, objections, settings, sightings

NOW = datetime.now(UTC)
_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def _until_somebody_waits(database: Database) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with database.begin() as db:
            if db.exec_driver_sql(_WAITS).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_who_is_seen_by_two_at_once_has_been_seen() -> None:
    with postgres.running() as url, ThreadPoolExecutor(1) as pool:
        ours, theirs = Database(url, migrate=True), Database(url)
        ada = Records(ours, "home").add_person("Ada", member=None, added_by="U1")
        with ours.begin() as db:
            # As `see` goes about it, between what it has looked up and what it has committed.
            db.execute(sa.text("SELECT 1 FROM people FOR NO KEY UPDATE"))
            seeing = pool.submit(Records(theirs, "home").sightings.see, [ada.user_id], NOW)
            _until_somebody_waits(theirs)
            db.execute(sa.insert(sightings).values(user_id=ada.user_id, seen_at=NOW, warned_at=None))
        seeing.result(timeout=20)
        assert list(Records(ours, "home").sightings.all()) == [ada.user_id]
        theirs.close()
        ours.close()


HERE = {"workspace": "home", "channel": "C1"}
PHOTO = {"photo_channel": "C1", "photo_ts": "1.0", "photo_file": "F1"}


@pytest.mark.parametrize(
    ("table", "row", "write"),
    [
        (settings, HERE | {"name": "auto", "value": "off"}, lambda records: records.set_setting("auto", "on", "C1")),
        (
            answers,
            HERE | PHOTO | {"posted": "2.0", "at": NOW},
            lambda records: records.answers.keep(Standing("C1", "2.0", Source("C1", "1.0", "F1"))),
        ),
        (
            deleted,
            HERE | {"ts": "1.0", "file_id": "F1", "at": NOW},
            lambda records: records.answers.mark_gone(Source("C1", "1.0", "F1")),
        ),
        (
            objections,
            {"workspace": "home", "member": "U1", "said_at": NOW},
            lambda records: records.consents.add_objection("U1"),
        ),
    ],
    ids=["settings", "answers", "deleted", "objections"],
)
def test_what_two_write_at_once_is_there_once(
    table: sa.Table, row: dict[str, object], write: Callable[[Records], object]
) -> None:
    with postgres.running() as url, ThreadPoolExecutor(1) as pool:
        ours, theirs = Database(url, migrate=True), Database(url)
        with ours.begin() as db:
            db.execute(sa.insert(table).values(row))
            writing = pool.submit(write, Records(theirs, "home"))
            _until_somebody_waits(theirs)
        writing.result(timeout=20)
        with ours.begin() as db:
            assert db.scalar(sa.select(sa.func.count()).select_from(table)) == 1
        theirs.close()
        ours.close()
