"""axe finds nothing to complain of, wherever one is in the page and however wide it is."""

import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from page_app import PageApp
from playwright.sync_api import BrowserContext, Locator, Page, expect

from artifacts import cache_dir

AXE = "axe-core@4.10.3"
INSTALL_TIME = 60  # s
_BEST = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def axe() -> Path:
    """Deque's rules, as npm gives them."""
    if shutil.which("npm") is None:
        pytest.skip("npm is missing: install Node.js to have axe look at the page")
    folder = cache_dir() / AXE.replace("@", "-")
    script = folder / "node_modules/axe-core/axe.min.js"
    command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--fetch-retries=0", AXE]
    if not script.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIME, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm could not install axe within {INSTALL_TIME} s")
        if done.returncode or not script.exists():
            pytest.skip(f"npm could not install axe: {done.stderr.strip().splitlines()[:2]}")
    return script


def _complaints(page: Page, axe: Path) -> list[str]:
    """What axe says, run beside the page's own policy, which lets no foreign script in."""
    page.evaluate(axe.read_text())
    found = page.evaluate("(options) => axe.run(document, options)", _BEST)
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for each in found["violations"]
        for node in each["nodes"]
        if (each["id"], node["target"]) != ("region", [".popover"])  # a menu lies above the landmarks, in none
    ]


def _post(page: Page) -> Locator:
    """Posts a message and gives it, told from those of other tests and from what is answered below it."""
    mark = uuid.uuid4().hex[:8]
    page.locator(".main .composer-input").fill(f"hello *there* :eyes: `{mark}`")
    page.locator(".main .composer-input").press("Enter")
    posted = page.locator(".main .message").filter(has_text=mark)
    expect(posted).to_be_visible()
    return posted


def _channel(page: Page) -> None:
    _post(page)


def _buttons(page: Page) -> None:
    page.locator(".main .composer-input").fill("/buttons")
    page.locator(".main .composer-input").press("Enter")
    expect(page.get_by_role("button", name="Do it").first).to_be_visible()


def _form(page: Page) -> None:
    page.locator(".main .composer-input").fill("/form")
    page.locator(".main .composer-input").press("Enter")
    page.get_by_role("dialog", name="A form").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Please complete this required field.").first).to_be_visible()


def _thread(page: Page) -> None:
    posted = _post(page)
    posted.hover()
    posted.get_by_role("button", name="Reply in thread").click()
    expect(page.get_by_role("region", name="Thread")).to_be_visible()


def _completions(page: Page) -> None:
    page.locator(".main .composer-input").press_sequentially("/")
    expect(page.get_by_role("listbox", name="Completions").first).to_be_visible()


def _switcher(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()


def _home(page: Page) -> None:
    if page.get_by_role("button", name="Open the sidebar").is_visible():
        page.get_by_role("button", name="Open the sidebar").click()
    page.get_by_role("navigation", name="Workspace").get_by_role("button", name="Page tester").click()
    expect(page.get_by_text("Seen 1 times")).to_be_visible()


def _try(page: Page) -> None:
    if page.get_by_role("button", name="Open the sidebar").is_visible():
        page.get_by_role("button", name="Open the sidebar").click()
    page.get_by_role("navigation", name="Workspace").get_by_role("button", name="Try it").click()
    expect(page.get_by_label("Try it")).to_be_visible()


def _menu(page: Page) -> None:
    """Its first item is focused, and so has other colours than the rest."""
    if page.get_by_role("button", name="Open the sidebar").is_visible():
        page.get_by_role("button", name="Open the sidebar").click()
    page.get_by_role("button", name="Act as somebody else").click()
    expect(page.get_by_role("menuitem").first).to_be_focused()


LOOKS: dict[str, Callable[[Page], None]] = {
    "a channel": _channel,
    "buttons": _buttons,
    "a form with mistakes": _form,
    "a thread": _thread,
    "completions": _completions,
    "the switcher": _switcher,
    "the app's home": _home,
    "what to try": _try,
    "a menu": _menu,
}


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1280, "light"),
        (360, "dark"),
        pytest.param(1280, "dark", marks=pytest.mark.thorough),
        pytest.param(360, "light", marks=pytest.mark.thorough),
    ],
)
def test_axe_finds_nothing(
    width: int, scheme: Literal["light", "dark"], context: BrowserContext, app: PageApp, axe: Path
) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    complaints: dict[str, list[str]] = {}
    for name, look in LOOKS.items():
        page.goto(f"{app.url}/?{name.replace(' ', '-')}#{app.channel('general')}")
        page.locator(".main .composer-input").wait_for()
        look(page)
        if found := _complaints(page, axe):
            complaints[name] = found
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    page.close()
    assert complaints == {}
