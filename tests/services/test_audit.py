"""The audit log is appended to, read and exported, and the database lets nobody change it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.records import Database, Records, sqlite_url

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL of our own, reached by a socket in its folder."""
    if not BINARIES or os.geteuid() != 0:
        pytest.skip("needs PostgreSQL (apt-get install postgresql) and root, who may start it as its own user")
    folder = tmp_path_factory.mktemp("pg")
    for each in (folder, *folder.parents[:3]):
        each.chmod(0o755)
    shutil.chown(folder, "postgres", "postgres")

    def run(binary: str, *arguments: str) -> None:
        command = ["runuser", "-u", "postgres", "--", str(BINARIES[-1] / binary), "-D", str(folder / "data")]
        subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    run("initdb", "--no-sync", "--auth=trust")
    run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses='' -c fsync=off")
    yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    run("pg_ctl", "stop", "-m", "immediate")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = sqlite_url(tmp_path / "r.sqlite") if request.param == "sqlite" else request.getfixturevalue("postgresql")
    database = Database(url)
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
