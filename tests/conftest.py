"""Fixtures that more than one package's tests use: the models, the photos, and the shared data for development."""

from __future__ import annotations

import gc
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from artifacts.photos import fetch_photos
from engine.vision.networks.weights import SECOND, SECOND_NUMBERS, Weights, fetch

settings.register_profile("untimed", deadline=None)  # on a busy machine every example may take long
settings.load_profile("untimed")

os.environ.setdefault("MODELS", "sface")  # each new store would look for the second on the network

LONGEST = (
    "test_notebook_lesson.py",
    "test_page_accessible.py",
    "test_page_in_browser.py",
    "test_newcomer.py",
    "test_album_in_slack.py",
    "test_many_photos.py",
    "test_faults.py",
    "test_machines_lost.py",
    "test_connections.py",
    "test_lookback_killed.py",
    "test_album_journey.py",
    "test_closely.py",
    "test_elsewhere.py",
    "test_workers.py",
)
"""Files that take a minute or so. They begin first: a process that began one last would keep all others waiting."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_collection_finish() -> None:
    """What collecting has made is there for good: each full search for garbage would look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def weights() -> Weights:
    """The verified models, downloaded once for all runs."""
    return fetch()


@pytest.fixture(scope="session")
def both(weights: Weights, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Weights:
    """The same with the second that helps to tell faces apart, in one folder."""
    folder = tmp_path_factory.mktemp("models")
    second = (shared_data / "models" / model.name for model in (SECOND, SECOND_NUMBERS))
    for path in (weights.detector, weights.recognizer, *second):
        (folder / path.name).symlink_to(path)
    return fetch(folder, second=True)


SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
_HAS_BOTH = (SHARED_DATA / "models" / SECOND.name).exists()


@pytest.fixture(
    scope="session",
    params=[pytest.param("sface", marks=[pytest.mark.thorough] if _HAS_BOTH else []), "both"],
)
def models(request: pytest.FixtureRequest) -> Weights:
    """Each of the two ways to tell faces apart."""
    found: Weights = request.getfixturevalue("weights" if request.param == "sface" else "both")
    return found


@pytest.fixture(scope="session")
def photos() -> dict[str, Path]:
    """The photos of `artifacts.photos.CATALOGUE` by file name."""
    return fetch_photos()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The data that developers have beside the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the development data in {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without windows if it is there so: drawing those takes most of its time.

    Playwright allows one of itself a process, so all tests share it.
    """
    installed = (Path("/usr/bin") / name for name in ("chromium-headless-shell", "chromium"))
    chromium = next((path for path in installed if path.exists()), None)
    if chromium is None:
        pytest.skip("these tests need a browser: apt-get install -y chromium-headless-shell")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


class _Overheard(logging.Handler):
    """Lines of the log, as they are before anything is taken out of them, that hold a secret."""

    _SECRETS = re.compile(r"\b(xox[a-z]|xapp)-[\w-]{8,}|the-secret-access-key-of-the-tests")

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.secrets: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = logging.Formatter().format(record)
        if record.name.split(".")[0] in ("bot", "handlers", "services", "engine") and self._SECRETS.search(line):
            self.secrets.append(line)


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_logged() -> Iterator[None]:
    """Listens to the log of all tests: no token and no key may ever be in it."""
    overheard = _Overheard()
    for package in ("bot", "handlers", "services", "engine"):
        logging.getLogger(package).addHandler(overheard)
    yield
    assert overheard.secrets == []
