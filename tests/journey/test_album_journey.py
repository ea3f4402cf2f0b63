"""Photos of oneself, in the page: kept after a yes, found on a sheet, shared with another member, and erased."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect


def _say(page: Page, text: str) -> None:
    composer = page.locator(".main .composer-input")
    composer.fill(text)
    composer.press("Enter")


def _post(page: Page, text: str, *photos: tuple[str, bytes]) -> Locator:
    files = [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in photos]
    page.locator(".main input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    expect(page.locator(".main .tray-done")).to_have_count(len(photos))
    _say(page, text)
    return page.locator(".main .message").filter(has_text=text)


def _said(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.locator(".main .message").filter(has_text=text).last


@pytest.mark.thorough
def test_all_photos_of_me(
    page: Page, browser: Browser, running_bot: str, photos: dict[str, Path], group: bytes
) -> None:
    navigation = page.get_by_role("navigation", name="Workspace")
    navigation.get_by_role("button", name="photos").click()
    mine = [(name, photos[name].read_bytes()) for name in ("obama.jpg", "obama3.jpg")]
    enrolled = _post(page, "enroll me", *mine)
    expect(enrolled.get_by_role("button", name=re.compile(r"[12] repl"))).to_be_visible()
    before = _post(page, "before", ("before.jpg", group))
    expect(before.get_by_role("button", name=re.compile("white check mark, 1"))).to_be_visible()

    # A yes, and what was posted before is found too.
    _say(page, "/facesearch photos")
    offer = _said(page, "Shall I keep which photos show you?")
    expect(offer).to_contain_text("No picture, and no numbers computed from your face")
    offer.get_by_role("button", name="Look back too").click()
    expect(_said(page, "From now on I keep which photos show you")).to_be_visible()
    after = _post(page, "after", ("after.jpg", group))
    expect(after.get_by_role("button", name=re.compile("white check mark, 1"))).to_be_visible()

    # A sheet, and links below it, for nobody else.
    _say(page, "/facesearch photos me since yesterday")
    found = _said(page, re.compile(r"\d photos of you, since"))
    expect(found).to_contain_text("Only visible to you")
    sheet = found.get_by_role("img", name=re.compile("photos of you"))
    expect(sheet).to_be_visible()
    assert sheet.evaluate("image => image.complete && image.naturalWidth") > 300
    expect(found.get_by_role("link").first).to_have_attribute("href", re.compile(r"/archives/C0PHOTOS01/p\d{16}"))
    if folder := os.environ.get("SCREENSHOTS"):
        found.scroll_into_view_if_needed()
        page.screenshot(path=f"{folder}/album.png")

    # Another member sees nothing, until it is shared.
    sasha = browser.new_page(viewport={"width": 1440, "height": 900})
    sasha.goto(f"{running_bot}/?user=U0SASHAQUI")
    sasha.get_by_role("navigation", name="Workspace").get_by_role("button", name="photos").click()
    _say(sasha, "/facesearch photos robin")
    expect(_said(sasha, "Robin shares no photos with you")).to_be_visible()
    _say(page, "/facesearch photos share everyone")
    expect(_said(page, "All members can ask for photos of you")).to_be_visible()
    _say(sasha, "/facesearch photos robin")
    expect(_said(sasha, re.compile(r"\d photos of Robin"))).to_be_visible()

    # Off erases it.
    _say(page, "/facesearch photos off")
    expect(_said(page, "I keep none any more")).to_be_visible()
    _say(sasha, "/facesearch photos robin")
    expect(_said(sasha, "Robin shares no photos with you")).to_be_visible()
    sasha.close()
