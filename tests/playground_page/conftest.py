"""A browser for the tests of the page: Debian's chromium, driven by playwright."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from page_app import PageApp, running_app
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

PAGE_FOLDER = Path(__file__).parents[2] / "playground" / "page"
BARE = "http://page.test/"
"""Where `modules` serves the page's files, with no server behind them."""

_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """A machine that does much else is slow; what is wrong stays wrong for a minute."""
    expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    fresh = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    fresh.set_default_timeout(60_000)
    yield fresh
    fresh.close()


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """A bare document from which the page's modules can be imported, one for all the tests of a file."""

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(BARE)
        if not path:
            route.fulfill(body="<!doctype html><body><div id=out></div>", content_type="text/html")
            return
        file = PAGE_FOLDER / path
        route.fulfill(path=file, content_type=_TYPES[file.suffix]) if file.is_file() else route.fulfill(status=404)

    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    page = context.new_page()
    page.route(f"{BARE}**", serve)
    page.goto(BARE)
    yield page
    context.close()


@pytest.fixture(scope="session")
def app(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageApp]:
    with running_app(tmp_path_factory.mktemp("page")) as running:
        yield running


def _close_modals(page: Page, app: PageApp) -> None:
    """What a test leaves open would lie over the next one's page, as it would over a person's."""
    for view in page.request.get(f"{app.url}/client/boot").json()["views"]:
        page.request.post(f"{app.url}/client/view_close", data={"view_id": view["id"], "clear": True})


@pytest.fixture
def page(context: BrowserContext, app: PageApp) -> Iterator[Page]:
    """The page at #general as the workspace's first member; what it complains of fails the test."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.goto(f"{app.url}/#{app.channel('general')}")
    opened.locator(".main .composer-input").wait_for()
    expect(opened.locator(".topbar-status")).to_have_text("Page tester connected")
    yield opened
    _close_modals(opened, app)
    opened.close()
    assert [each for each in complaints if not each.startswith("Failed to load resource")] == []
