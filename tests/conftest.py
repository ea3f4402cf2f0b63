"""Fixtures that more than one package's tests use: the models, the photos, and the shared data for development."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from artifacts.photos import fetch_photos
from engine.weights import Weights, fetch


@pytest.fixture(scope="session")
def weights() -> Weights:
    """The verified models, downloaded once for all runs."""
    return fetch()


@pytest.fixture(scope="session")
def photos() -> dict[str, Path]:
    """The photos of `artifacts.photos.CATALOGUE` by file name."""
    return fetch_photos()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The data that developers have beside the repository."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the development data in {folder}")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium. Playwright allows one of itself a process, so all tests share it."""
    chromium = Path("/usr/bin/chromium")
    if not chromium.exists():
        pytest.skip("these tests need a browser: apt-get install -y chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()
