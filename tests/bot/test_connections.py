"""A process has few connections to PostgreSQL, counted while it works, and works behind a pooler of transactions."""

import io
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from PIL import Image

from benchmarks import house
from benchmarks.servers import pgbouncer
from bot import app
from engine.vision import Weights

sys.path.append(str(Path(__file__).parents[1]))
import postgres

pytestmark = pytest.mark.thorough

DEFAULT = 97  # of PostgreSQL's hundred connections three are for its superuser
PHOTOS = 4


@contextmanager
def _working(migrated: str, url: str) -> Iterator[house.Member]:
    """A member of a playground with a process that listens and one that works, which reach the database at a URL."""
    with ExitStack() as stack:
        slack = stack.enter_context(house.playground())
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        house.crew(slack, data_dir, migrated, 0)[0].stop()  # for the tables alone
        listener = house.Bot(slack, data_dir, DATABASE_URL=url, WORKERS="0")
        worker = house.Bot(slack, data_dir, "worker", DATABASE_URL=url, WORKERS="1")
        for bot in (listener, worker):
            bot.start()
            stack.callback(bot.stop)
        for bot in (listener, worker):
            bot.wait_started()
        yield stack.enter_context(house.Member.at(slack))


def _photo(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 240), (shade, shade, shade)).save(buffer, "JPEG")
    return buffer.getvalue()


def _answered(member: house.Member, watch: psycopg.Connection) -> list[Counter[str]]:
    """Post photos, type commands, and wait for all answers; how many connections each process had, again and again."""
    channels, seen = sorted(member.channels.values())[:2], list[Counter[str]]()
    posted = [(channel, member.post(channel, _photo(shade))) for shade in range(PHOTOS // 2) for channel in channels]
    waiting, deadline = list(posted), time.monotonic() + 80
    while waiting and time.monotonic() < deadline:
        member.command(channels[0], "people")
        waiting = [(channel, ts) for channel, ts in waiting if not member.replies(channel, ts)]
        query = "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'facesearch %'"
        seen.append(Counter(name for (name,) in watch.execute(query)))
        time.sleep(0.05)
    assert not waiting
    return seen


@pytest.mark.usefixtures("photos")
def test_twenty_processes_fit_into_what_postgresql_lets_in(weights: Weights) -> None:
    with postgres.alone() as url, psycopg.connect(url, autocommit=True) as watch, _working(url, url) as member:
        seen = _answered(member, watch)
    assert {len(processes) for processes in seen} == {2}
    assert max(count for processes in seen for count in processes.values()) <= app.connections(1) + 1
    assert 20 * (app.connections(1) + 1) <= DEFAULT


@pytest.mark.usefixtures("photos")
def test_a_pooler_hands_three_sessions_round_among_all(weights: Weights) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(postgres.alone())
        try:
            pooled = stack.enter_context(pgbouncer.running(url, sessions=3))
        except pgbouncer.Missing as missing:
            pytest.skip(str(missing))
        watch = stack.enter_context(psycopg.connect(url, autocommit=True))
        seen = _answered(stack.enter_context(_working(url, pooled)), watch)
    assert max(processes.total() for processes in seen) <= 3
