"""A PostgreSQL of its own for the tests that need one, which skip where there is none."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from benchmarks.servers import postgres


@contextmanager
def running() -> Iterator[str]:
    """A server whose database is at the URL, for as long as the context lasts."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.running())
        except postgres.Missing as missing:
            pytest.skip(str(missing))
        yield url
