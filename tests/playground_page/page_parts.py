"""What people find at the page, and what they do there, for its tests."""

from page_app import PNG
from playwright.sync_api import FilePayload, Locator, Page


def composer(page: Page) -> Locator:
    return page.locator(".main .composer-input")


def message(page: Page, text: str) -> Locator:
    return page.locator(".main .message").filter(has_text=text)


def send(page: Page, text: str) -> None:
    composer(page).fill(text)
    composer(page).press("Enter")


def png(name: str, data: bytes = PNG) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": data}
