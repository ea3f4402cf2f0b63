"""Fixtures: playgrounds on free ports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playground_kit import FAST, Json, Running, Start, start_playground

from playground.state import Options


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts playgrounds with options or a manifest of their own."""
    running: list[Running] = []

    def begin(options: Options = FAST, manifest: Json | None = None, samples: Path | None = None) -> Running:
        running.append(start_playground(options, manifest, samples))
        return running[-1]

    yield begin
    for each in running:
        each.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    """One playground for the tests of a file that leave nothing behind which another of them would see."""
    running = start_playground()
    yield running
    running.close()


@pytest.fixture
def slack(start: Start) -> Running:
    """A playground with short timeouts."""
    return start()
