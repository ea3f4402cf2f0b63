"""Which of a database's errors say that it is away: those may pass, whatever was asked."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from handlers.slack import setback
from services.records import is_full, is_unreachable, sqlite_url


def _locked(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    try:
        _asked(path, "INSERT INTO people VALUES ('a')")
    finally:
        other.close()


def _not_there(path: Path) -> None:
    _asked(path.parent / "no folder" / "records.sqlite", "SELECT 1")


def _misspelt(path: Path) -> None:
    _asked(path, "SELECT nme FROM people")


def _full(path: Path) -> None:
    _asked(path, "PRAGMA max_page_count = 2", f"INSERT INTO people VALUES ('{'a' * 100_000}')")


def _asked(path: Path, *statements: str) -> None:
    engine = sa.create_engine(sqlite_url(path), connect_args={"timeout": 0})
    try:
        with engine.begin() as db:
            for statement in statements:
                db.exec_driver_sql(statement)
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("fail", "unreachable", "full", "passing"),
    [
        (_locked, True, False, True),
        (_not_there, True, False, True),
        (_misspelt, False, False, False),
        (_full, False, True, True),
    ],
)
def test_only_what_is_away_or_locked_is_unreachable(
    tmp_path: Path, fail: Callable[[Path], None], unreachable: bool, full: bool, passing: bool
) -> None:
    path = tmp_path / "records.sqlite"
    _asked(path, "CREATE TABLE people (name TEXT)")
    with pytest.raises(sa.exc.OperationalError) as caught:
        fail(path)
    assert (is_unreachable(caught.value), is_full(caught.value)) == (unreachable, full)
    assert (setback(caught.value) is not None) == passing


def test_a_connection_that_is_refused_is_unreachable() -> None:
    refused = sa.exc.OperationalError("SELECT 1", {}, OSError("connection refused"))
    assert is_unreachable(refused)
    assert not is_full(refused)
    assert not is_unreachable(OSError("connection refused"))  # that is somebody else's
