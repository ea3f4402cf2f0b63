"""Two processes that recognise somebody for the first time at the same moment both record it, and neither fails."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import postgres
import sqlalchemy as sa

from services.records import Database, Records
from services.records.schema import sightings

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
