"""The page shows what arrives in other ways: forwarded messages, replies that stand in the channel too, documents."""

from typing import Any

from page_app import PNG, PageApp
from playwright.sync_api import Page, expect


def _do(page: Page, app: PageApp, action: str, **body: Any) -> Any:
    answer = page.request.post(f"{app.url}/client/{action}", data={"channel": app.channel("general"), **body})
    assert answer.ok, answer.text()
    return answer.json()


def _photo(page: Page, app: PageApp, text: str, **more: Any) -> str:
    file = {"file": {"name": "team.png", "mimeType": "image/png", "buffer": PNG}}
    uploaded = page.request.post(f"{app.url}/client/upload", multipart=file).json()
    return str(_do(page, app, "post", text=text, files=[uploaded["id"]], **more)["ts"])


def test_a_forwarded_message_is_shown_with_its_author_and_its_photo(page: Page, app: PageApp) -> None:
    ts = _photo(page, app, "the offsite")
    _do(page, app, "forward", ts=ts, to=app.channel("general"), text="look at this")
    forwarded = page.locator(".main .message", has_text="look at this").last.locator(".attachment-forward")
    expect(forwarded).to_contain_text("the offsite")
    expect(forwarded).to_contain_text("Posted in #general")
    expect(forwarded.locator(".picture img")).to_be_visible()


def test_a_reply_that_is_also_sent_to_the_channel_leads_to_its_thread(page: Page, app: PageApp) -> None:
    root = str(_do(page, app, "post", text="who was there?")["ts"])
    _photo(page, app, "these people", thread_ts=root, broadcast=True)
    reply = page.locator(".main .message", has_text="these people").last
    expect(reply).to_contain_text("replied to a thread")
    reply.get_by_role("button", name="a thread").click()
    thread = page.locator(".thread-pane")
    expect(thread.locator(".message").first).to_contain_text("who was there?")
    expect(thread.locator(".message", has_text="these people")).to_contain_text("Also sent to the channel")


def test_what_is_no_upload_says_what_it_is(page: Page, app: PageApp) -> None:
    for kind, word in (("canvas", "Canvas"), ("external", "Kept outside Slack")):
        _do(page, app, "document", kind=kind, title=f"Plan as {kind}")
        card = page.locator(".main .file-card", has_text=f"Plan as {kind}").last
        expect(card).to_contain_text(word)
        assert card.evaluate("card => card.localName") == "div", "there is nothing to download"
