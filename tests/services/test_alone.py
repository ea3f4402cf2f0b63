"""What only one may have at a time only one has, and who waits for it holds up nobody who wants something else."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import postgres
import pytest
import sqlalchemy as sa

from services.records import Database


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres.running() as started:
        Database(started, migrate=True).close()
        yield started


@pytest.fixture
def ours(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def theirs(url: str) -> Iterator[Database]:
    """As another process opens it."""
    database = Database(url)
    yield database
    database.close()


def _have(database: Database, name: str, got: threading.Event, over: threading.Event) -> None:
    with database.alone(name):
        got.set()
        over.wait(20)


def test_one_waits_until_the_other_has_done(ours: Database, theirs: Database) -> None:
    got, over, second = threading.Event(), threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as threads:
        threads.submit(_have, ours, "T1", got, over)
        assert got.wait(60)
        waiting = threads.submit(_have, theirs, "T1", second, over)
        assert not second.wait(1.5), "longer than it waits at a time"
        over.set()
        waiting.result(20)
    assert second.is_set()


def test_who_waits_leaves_the_connection_to_who_wants_another(ours: Database, theirs: Database) -> None:
    got, over, second, other = (threading.Event() for _ in range(4))
    with ThreadPoolExecutor(3) as threads:
        threads.submit(_have, ours, "T1", got, over)
        assert got.wait(60)
        threads.submit(_have, theirs, "T1", second, over)
        threads.submit(_have, theirs, "T2", other, over)
        assert other.wait(60)
        assert not second.is_set()
        over.set()


def test_an_error_within_lets_it_go(ours: Database, theirs: Database) -> None:
    with pytest.raises(ZeroDivisionError), ours.alone("T1"):
        raise ZeroDivisionError
    with theirs.alone("T1"):
        pass


def test_of_one_database_many_threads_have_as_few_connections_as_were_said(url: str) -> None:
    database = Database(url, connections=2)

    def ask(_: int) -> int:
        with database.alone("T1"), database.begin() as db:
            db.execute(sa.text("SELECT pg_sleep(0.01)"))
            mine = "application_name = current_setting('application_name')"
            count: int = db.execute(sa.text(f"SELECT count(*) FROM pg_stat_activity WHERE {mine}")).scalar_one()
            return count

    with ThreadPoolExecutor(16) as threads:
        assert max(threads.map(ask, range(64))) <= 3
    database.close()
