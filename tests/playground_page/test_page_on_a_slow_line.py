"""What is written, chosen and read at the page outlives a line that is slow, or breaks."""

from page_app import FORM, PageApp, plain
from page_parts import composer, message, png, send
from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect


def attach(page: Page, name: str) -> None:
    page.locator(".main input[type=file]").set_input_files(png(name))


def photo_on_its_way(page: Page, name: str) -> tuple[Locator, "Holding"]:
    """A form with a photo whose upload is held up."""
    send(page, "/form")
    form, held = page.get_by_role("dialog", name="A form"), Holding(page, "upload")
    form.locator("input[type=file]").set_input_files(png(name))
    return form, held


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


class Line:
    """The page's stream of news, which can be cut."""

    def __init__(self, page: Page) -> None:
        self._up = True
        self._open: list[WebSocketRoute] = []
        self._lost = page.get_by_text("The connection to the playground is lost")
        page.route_web_socket("**/client/ws*", self._meet)
        page.reload()
        expect(page.locator(".main .message").first).to_be_visible()

    def cut(self) -> None:
        self._up = False
        self._open[-1].close()
        expect(self._lost).to_be_visible()

    def mend(self) -> None:
        self._up = True
        expect(self._lost).to_be_hidden()

    def _meet(self, socket: WebSocketRoute) -> None:
        if self._up:
            socket.connect_to_server()
            self._open.append(socket)
        else:
            socket.close()


def says(page: Page, app: PageApp, text: str, channel: str, user: str = "U0SASHAQUI") -> str:
    """Somebody else posts."""
    data = {"user": user, "channel": app.channel(channel), "text": text}
    return str(page.request.post(f"{app.url}/client/post", data=data).json()["ts"])


def test_who_reads_further_up_stays_there_through_a_break(page: Page, app: PageApp) -> None:
    for number in range(40):
        says(page, app, f"line {number} of a long talk", "general")
    gone = says(page, app, "soon deleted", "general")
    line = Line(page)
    place = page.locator(".main .scroller")
    place.evaluate("node => (node.scrollTop = node.scrollHeight / 3)")
    page.locator(".main .message").nth(10).evaluate("node => (window.held = node)")
    before = place.evaluate("node => node.scrollTop")
    line.cut()
    says(page, app, "said during the break", "general")
    page.request.post(f"{app.url}/client/delete", data={"channel": app.channel("general"), "ts": gone})
    line.mend()
    expect(message(page, "said during the break")).to_have_count(1)
    expect(message(page, "soon deleted")).to_have_count(0)
    assert place.evaluate("node => node.scrollTop") == before
    assert page.evaluate("window.held.isConnected"), "the list was drawn anew"


def test_an_open_edit_outlives_a_break(page: Page, app: PageApp) -> None:
    says(page, app, "to be corrected", "general", "")
    line = Line(page)
    mine = message(page, "to be corrected").last
    mine.hover()
    mine.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    page.get_by_role("textbox", name="Edit message").fill("a long and careful change")
    line.cut()
    says(page, app, "what comes after the break", "general")
    line.mend()
    expect(message(page, "what comes after the break")).to_have_count(1)
    expect(page.get_by_role("textbox", name="Edit message")).to_have_value("a long and careful change")
    page.get_by_role("textbox", name="Edit message").press("Enter")
    expect(message(page, "a long and careful change")).to_contain_text("(edited)")


def test_what_was_said_elsewhere_during_a_break_is_unread(page: Page, app: PageApp) -> None:
    says(page, app, "known already", "photos")
    says(page, app, "in the channel that is shown", "general")
    line = Line(page)
    channels = page.get_by_role("navigation", name="Workspace")
    expect(channels.locator(".badge")).to_have_count(0)
    line.cut()
    says(page, app, "missed", "photos")
    says(page, app, "seen on return", "general")
    line.mend()
    expect(channels.get_by_role("button", name="photos").get_by_label("1 unread")).to_be_visible()
    expect(channels.locator(".badge")).to_have_count(1)
    says(page, app, "live again", "photos")
    expect(channels.get_by_role("button", name="photos").get_by_label("2 unread")).to_be_visible()


def test_a_photo_on_its_way_and_the_caret_stay_where_the_app_draws_the_form_anew(page: Page, app: PageApp) -> None:
    form, held = photo_on_its_way(page, "slow.png")
    name = form.get_by_role("textbox", name="Name")
    name.fill("hello world")
    name.evaluate("node => node.setSelectionRange(2, 5)")
    form.locator(".modal-body").evaluate("node => (node.scrollTop = 120)")
    note = {"type": "section", "block_id": "note", "text": plain("The list is loaded.")}
    drawn = FORM | {"blocks": [*FORM["blocks"], note]}
    app.client.views_update(view_id=form.get_attribute("data-view"), view=drawn)
    expect(form.get_by_text("The list is loaded.")).to_have_count(1)
    expect(form.locator(".tray-item")).to_contain_text("slow.png")
    expect(name).to_be_focused()
    assert name.evaluate("node => [node.selectionStart, node.selectionEnd]") == [2, 5]
    assert form.locator(".modal-body").evaluate("node => node.scrollTop") == 120
    held.let_go()
    expect(form.locator(".tray-done")).to_have_count(1)
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    assert [each["name"] for each in app.submissions.get(timeout=60)["files"]["it"]["files"]] == ["slow.png"]


def test_what_was_filled_in_outlives_a_break_in_which_the_form_changed(page: Page, app: PageApp) -> None:
    says(page, app, "before the form", "general")
    line = Line(page)
    send(page, "/form")
    form = page.get_by_role("dialog", name="A form")
    form.get_by_role("textbox", name="Name").fill("typed before")
    view = form.get_attribute("data-view")
    line.cut()
    note = {"type": "section", "block_id": "note", "text": plain("Changed meanwhile.")}
    app.client.views_update(view_id=view, view=FORM | {"blocks": [note, *FORM["blocks"]]})
    line.mend()
    expect(form.get_by_text("Changed meanwhile.")).to_be_visible()
    expect(form.get_by_role("textbox", name="Name")).to_have_value("typed before")


def test_a_photo_for_a_question_that_is_asked_no_more_is_let_go(page: Page, app: PageApp) -> None:
    form, held = photo_on_its_way(page, "unwanted.png")
    form.get_by_role("textbox", name="Name").fill("without photos")
    fewer = [each for each in FORM["blocks"] if each.get("block_id") != "files"]
    app.client.views_update(view_id=form.get_attribute("data-view"), view=FORM | {"blocks": fewer})
    expect(form.locator(".file-input")).to_have_count(0)
    held.lose()
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    assert "files" not in app.submissions.get(timeout=60)


def test_who_is_taken_out_of_a_channel_during_a_break_is_elsewhere_after_it(page: Page, app: PageApp) -> None:
    def command(name: str) -> None:
        data = {"user": "U0SASHAQUI", "channel": app.channel("photos"), "command": name, "text": "@Robin"}
        assert page.request.post(f"{app.url}/client/command", data=data).ok

    says(page, app, "still here", "photos")
    page.get_by_role("navigation", name="Workspace").get_by_role("button", name="photos").click()
    expect(page.locator(".main .channel-title")).to_contain_text("photos")
    line = Line(page)
    line.cut()
    command("/remove")
    line.mend()
    expect(page.locator(".main .channel-title")).to_contain_text("general")
    command("/invite")
