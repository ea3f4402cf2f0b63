"""A profile photo, and the end of an account, on a playground of their own."""

from collections.abc import Iterator

import pytest
from page_app import PNG, PageApp, running_app
from playwright.sync_api import BrowserContext, Page, expect


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageApp]:
    with running_app(tmp_path_factory.mktemp("accounts")) as running:
        yield running


@pytest.fixture
def page(context: BrowserContext, office: PageApp) -> Iterator[Page]:
    opened = context.new_page()
    opened.goto(f"{office.url}/#{office.channel('general')}")
    opened.locator(".main .composer-input").wait_for()
    yield opened
    opened.close()


def test_a_photo_is_put_on_the_profile_and_taken_off(page: Page) -> None:
    me = page.locator(".member-button")
    me.click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Choose a profile photo").click()
    chooser.value.set_files({"name": "me.png", "mimeType": "image/png", "buffer": PNG})
    photo = me.locator("img[src*='/avatars/']")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 192
    me.click()
    page.get_by_role("menuitem", name="Remove my profile photo").click()
    expect(photo).to_have_count(0)
    expect(me.locator(".avatar")).to_be_visible()


def test_what_is_no_picture_is_not_put_there(page: Page) -> None:
    page.locator(".member-button").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Choose a profile photo").click()
    chooser.value.set_files({"name": "me.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.get_by_role("alert")).to_contain_text("A profile photo is a picture.")


def test_an_admin_ends_an_account_after_being_asked(page: Page) -> None:
    sidebar = page.get_by_role("navigation", name="Workspace")
    sidebar.get_by_role("button", name="Sasha").click()
    account = page.get_by_role("button", name="Account of Sasha")
    account.click()
    page.get_by_role("menuitem", name="Deactivate Sasha").click()
    page.get_by_role("button", name="Cancel").click()
    expect(account).to_be_visible()
    account.click()
    page.get_by_role("menuitem", name="Deactivate Sasha").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(sidebar.get_by_role("button", name="Sasha")).to_have_count(0)
    expect(page.locator(".channel-title")).to_contain_text("DEACTIVATED")
    expect(account).to_have_count(0)


def test_who_is_no_admin_cannot(page: Page) -> None:
    page.locator(".member-button").click()
    page.get_by_role("menuitem").filter(has_text="Act as").filter(has_not_text="admin").first.click()
    page.locator(".member-note", has_text="Member").wait_for()
    sidebar = page.get_by_role("navigation", name="Workspace")
    sidebar.locator(".place-group", has_text="Direct messages").get_by_role("button").first.click()
    expect(page.locator(".channel-title")).to_be_visible()
    expect(page.get_by_role("button", name="Account of")).to_have_count(0)
