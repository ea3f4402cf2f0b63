"""What is written, chosen and read at the page outlives a line that is slow, or breaks."""

from page_app import PNG
from playwright.sync_api import FilePayload, Locator, Page, Route, expect


def composer(page: Page) -> Locator:
    return page.locator(".main .composer-input")


def message(page: Page, text: str) -> Locator:
    return page.locator(".main .message").filter(has_text=text)


def send(page: Page, text: str) -> None:
    composer(page).fill(text)
    composer(page).press("Enter")


def attach(page: Page, name: str) -> None:
    photo: FilePayload = {"name": name, "mimeType": "image/png", "buffer": PNG}
    page.locator(".main input[type=file]").set_input_files(photo)


class Holding:
    """Holds up requests of a kind until they are let go, or lost."""

    def __init__(self, page: Page, what: str) -> None:
        self._page = page
        self._held: list[Route] = []
        self._over = False
        page.route(f"**/client/{what}*", self._meet)

    def let_go(self) -> None:
        for route in self._all():
            route.continue_()

    def lose(self) -> None:
        for route in self._all():
            route.abort()

    def _all(self) -> list[Route]:
        """What is held, once there is something."""
        while not self._held:
            self._page.wait_for_timeout(20)
        self._over = True
        return self._held

    def _meet(self, route: Route) -> None:
        if self._over:
            route.continue_()
        else:
            self._held.append(route)


def test_a_photo_added_while_a_message_is_on_its_way_stays(page: Page) -> None:
    held = Holding(page, "upload")
    attach(page, "first.png")
    send(page, "with the first")
    attach(page, "second.png")
    expect(page.get_by_role("list", name="Files being sent")).to_contain_text("first.png")
    held.let_go()
    expect(message(page, "with the first").locator(".file-name")).to_have_text("first.png")
    expect(page.get_by_role("list", name="Attached files")).to_contain_text("second.png")
    expect(page.locator(".main .tray-item.tray-done")).to_have_count(1)
    send(page, "with the second")
    expect(message(page, "with the second").locator(".file-name")).to_have_text("second.png")
    expect(page.locator(".main .tray-item")).to_have_count(0)


def test_a_photo_is_taken_away_from_a_message_on_its_way(page: Page) -> None:
    held = Holding(page, "upload")
    attach(page, "wrong.png")
    send(page, "without the wrong one")
    page.get_by_role("button", name="Remove wrong.png").click()
    expect(message(page, "without the wrong one").locator(".file-name")).to_have_count(0)
    held.lose()


def test_lines_written_faster_than_they_are_sent_are_sent_once_each_in_order(page: Page) -> None:
    held = Holding(page, "post")
    composer(page).press_sequentially("line one of three")
    composer(page).press("Enter")
    expect(composer(page)).to_have_value("")
    composer(page).press_sequentially("line two of three")
    composer(page).press("Enter")
    composer(page).press_sequentially("line three of three")
    held.let_go()
    expect(message(page, "of three").locator(".message-body")).to_have_text(["line one of three", "line two of three"])
    expect(composer(page)).to_have_value("line three of three")
    composer(page).press("Enter")
    expect(message(page, "of three")).to_have_count(3)


def test_what_cannot_be_sent_is_back_in_the_box_with_its_photo(page: Page) -> None:
    held = Holding(page, "post")
    attach(page, "kept.png")
    send(page, "not sent at first")
    composer(page).press_sequentially("written meanwhile")
    expect(page.locator(".main .tray-done")).to_have_count(1)
    held.lose()
    expect(page.get_by_text("The playground does not answer")).to_be_visible()
    expect(composer(page)).to_have_value("not sent at first\nwritten meanwhile")
    expect(page.get_by_role("list", name="Attached files")).to_contain_text("kept.png")
    composer(page).press("Enter")
    expect(message(page, "not sent at first").locator(".file-name")).to_have_text("kept.png")


def test_a_command_that_is_refused_is_back_where_nothing_else_is_written(page: Page) -> None:
    send(page, "/nosuchcommand one")
    expect(composer(page)).to_have_value("/nosuchcommand one")
    held = Holding(page, "command")
    send(page, "/nosuchcommand two")
    composer(page).press_sequentially("hello")
    held.let_go()
    expect(message(page, "/nosuchcommand")).to_have_count(2)
    expect(composer(page)).to_have_value("hello")
