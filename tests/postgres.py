"""PostgreSQL for the tests that need one, which skip where there is none."""

import atexit
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

import psycopg
import pytest

from benchmarks.servers import postgres


@contextmanager
def running() -> Iterator[str]:
    """A database of its own, for as long as the context lasts; its URL. One server has those of all tests."""
    try:
        server = _server()
    except postgres.Missing as missing:
        pytest.skip(str(missing))
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            db.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def alone() -> Iterator[str]:
    """The same on a server that nobody else is connected to."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.running())
        except postgres.Missing as missing:
            pytest.skip(str(missing))
        yield url


@cache
def _server() -> str:
    """The server of this process's tests. Starting one takes as long as most of them."""
    stack = ExitStack()
    url = stack.enter_context(postgres.running())
    atexit.register(stack.close)
    return url
