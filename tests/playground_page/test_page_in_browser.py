"""The page in a browser, against the real playground and a small Bolt app connected to it by Socket Mode."""

import re

import pytest
from page_app import PNG, PageApp, picture, plain
from page_parts import composer, message, png, send
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect


def drop(target: Locator, name: str, data: bytes) -> None:
    """Drop a file on an element, as a browser does it."""
    target.evaluate(
        """(node, [name, bytes]) => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}));
          for (const type of ["dragenter", "dragover", "drop"])
            node.dispatchEvent(new DragEvent(type, {dataTransfer: carried, bubbles: true, cancelable: true}));
        }""",
        [name, list(data)],
    )


def paste(target: Locator, data: bytes) -> None:
    target.evaluate(
        """(node, bytes) => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], "image.png", {type: "image/png"}));
          node.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
        }""",
        list(data),
    )


def open_form(page: Page) -> Locator:
    send(page, "/form")
    modal = page.get_by_role("dialog", name="A form")
    expect(modal).to_be_visible()
    return modal


def test_the_workspace_opens_with_its_places_and_what_to_try(page: Page) -> None:
    sidebar = page.get_by_role("navigation", name="Workspace")
    expect(sidebar.get_by_role("button", name="general")).to_be_visible()
    expect(sidebar.get_by_role("button", name="Page tester")).to_be_visible()
    expect(page.locator(".topbar-status")).to_have_text("Page tester connected")
    sidebar.get_by_role("button", name="Try it").click()
    steps = ["1. Have photos at hand", "2. Type a command", "3. Post a photo", "Look around"]
    expect(page.get_by_label("Try it").locator(".try-title")).to_have_text(steps)
    for slacks_own in ("/invite", "/remove"):
        expect(page.get_by_label("Try it")).not_to_contain_text(slacks_own)
    page.get_by_label("Try it").get_by_role("button", name="/form alice").click()
    expect(composer(page)).to_have_value("/form alice")


def test_a_message_appears_once_with_its_marks_and_nothing_runs(page: Page) -> None:
    send(page, "*bold* <img src=x onerror=alert(1)> <script>1</script> javascript:alert(1) one")
    mine = message(page, "one")
    expect(mine).to_have_count(1)
    expect(mine.locator("strong")).to_have_text("bold")
    expect(mine.locator(".text, .rich-text")).to_contain_text("<img src=x onerror=alert(1)> <script>1</script>")
    assert mine.locator(".message-body :is(img, script, a)").count() == 0
    expect(composer(page)).to_have_value("")


def test_shift_enter_makes_a_line(page: Page) -> None:
    composer(page).press_sequentially("first line")
    composer(page).press("Shift+Enter")
    composer(page).press_sequentially("second line")
    composer(page).press("Enter")
    expect(message(page, "first line").locator(".message-body")).to_have_text(re.compile(r"first line\s*second line"))


@pytest.mark.parametrize("way", ["chooser", "drop", "paste", "drop beside the composer"])
def test_a_photo_is_posted_and_answered_in_a_thread(page: Page, way: str) -> None:
    if way == "chooser":
        page.locator(".main input[type=file]").set_input_files(png("red.png"))
    elif way == "paste":
        paste(composer(page), PNG)
    else:
        drop(page.locator(".main .composer" if way == "drop" else ".main .scroller"), "red.png", PNG)
    expect(page.locator(".main .tray-done")).to_have_count(1)
    send(page, f"look, by {way}.")
    posted = message(page, f"look, by {way}.")
    expect(posted.locator(".picture img")).to_have_attribute("width", "320")
    expect(page.locator(".main .tray-item")).to_have_count(0)
    expect(posted.get_by_role("button", name="eyes, 1")).to_be_visible()

    posted.get_by_role("button", name=re.compile("1 reply")).click()
    thread = page.get_by_role("region", name="Thread")
    answer = thread.locator(".message").filter(has_text="A picture of 320 × 200")
    expect(answer.locator(".app-badge")).to_be_visible()
    expect(answer.get_by_role("button", name="Enlarge: the annotated picture")).to_be_visible()


def test_a_photo_dropped_on_a_thread_s_messages_is_attached_to_the_reply(page: Page) -> None:
    send(page, "photos of it below")
    message(page, "photos of it below").hover()
    message(page, "photos of it below").get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("region", name="Thread")
    drop(thread.locator(".scroller"), "red.png", PNG)
    expect(thread.locator(".tray-done")).to_have_count(1)
    expect(page.locator(".main .tray-item")).to_have_count(0)
    thread.get_by_role("textbox").press("Enter")
    expect(thread.locator(".file-name")).to_have_text("red.png")


def test_a_message_is_offered_no_more_files_than_it_takes(page: Page) -> None:
    page.locator(".main input[type=file]").set_input_files([png(f"{number}.png") for number in range(11)])
    expect(page.get_by_role("alert").filter(has_text="At most 10 files fit here.")).to_be_visible()
    expect(page.locator(".main .tray-done")).to_have_count(10)
    send(page, "all ten of them")
    expect(message(page, "all ten of them").locator(".picture img")).to_have_count(10)


def test_a_file_can_be_taken_away_before_it_is_sent(page: Page) -> None:
    page.locator(".main input[type=file]").set_input_files([png("a.png"), png("b.png")])
    expect(page.locator(".main .tray-done")).to_have_count(2)
    page.get_by_role("button", name="Remove a.png").click()
    expect(page.locator(".main .tray-item")).to_have_count(1)
    send(page, "only one of two.")
    expect(message(page, "only one of two.").locator(".file-name")).to_have_text("b.png")


def test_a_reply_goes_to_its_thread_and_is_counted(page: Page) -> None:
    send(page, "parent of replies")
    parent = message(page, "parent of replies")
    parent.hover()
    parent.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("region", name="Thread")
    reply = thread.get_by_role("textbox")
    expect(reply).to_be_focused()
    for text in ("first reply", "second reply"):
        reply.fill(text)
        reply.press("Enter")
        expect(thread.locator(".message").filter(has_text=text)).to_have_count(1)
    expect(parent.locator(".thread-count")).to_have_text("2 replies")
    expect(message(page, "first reply")).to_have_count(0)
    reply.fill("/form")
    reply.press("Enter")
    expect(thread.locator(".message").filter(has_text="is not supported in threads")).to_be_visible()
    reply.fill("")
    page.keyboard.press("Escape")
    expect(thread).to_have_count(0)


def test_reactions_by_toolbar_picker_and_click(page: Page) -> None:
    send(page, "react to me")
    mine = message(page, "react to me")
    mine.hover()
    mine.get_by_role("button", name="React with white check mark").click()
    check = mine.get_by_role("button", name="white check mark, 1: You")
    expect(check).to_have_attribute("aria-pressed", "true")
    mine.get_by_role("group", name="Reactions").get_by_role("button", name="Add a reaction").click()
    page.get_by_role("searchbox", name="Search emoji").fill("rocket")
    page.keyboard.press("Enter")
    expect(mine.get_by_role("button", name="rocket, 1: You")).to_be_visible()
    check.click()
    expect(check).to_have_count(0)


def test_ones_own_message_is_deleted_after_a_question(page: Page) -> None:
    send(page, "delete me")
    mine = message(page, "delete me")
    mine.hover()
    mine.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete message").click()
    page.get_by_role("dialog", name="Delete message").get_by_role("button", name="Delete").click()
    expect(mine).to_have_count(0)


def test_a_command_is_completed_and_run_by_keyboard_alone(page: Page, app: PageApp) -> None:
    composer(page).focus()
    page.keyboard.type("/")
    menu = page.get_by_role("listbox", name="Completions")
    expect(menu.get_by_role("option")).not_to_have_count(0)
    page.keyboard.type("ec")
    expect(menu.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(composer(page)).to_have_value("/echo ")
    page.keyboard.type("hello *there*")
    page.keyboard.press("Enter")
    assert app.commands.get(timeout=60)["text"] == "hello *there*"
    answer = message(page, "You said: hello there").last
    expect(answer.get_by_text("Only visible to you")).to_be_visible()
    expect(answer.locator(".app-badge")).to_be_visible()
    answer.get_by_role("button", name="Dismiss").click()
    expect(message(page, "You said: hello there")).to_have_count(0)


def test_the_menu_moves_by_arrows_and_leaves_by_escape(page: Page) -> None:
    composer(page).press_sequentially("/")
    options = page.get_by_role("listbox", name="Completions").get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    composer(page).press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    composer(page).press("Escape")
    expect(page.locator(".main .completions")).to_be_hidden()
    expect(composer(page)).to_have_value("/")
    composer(page).fill("")


def test_a_member_is_mentioned_by_completion(page: Page) -> None:
    composer(page).press_sequentially("hello @sash")
    composer(page).press("Enter")
    composer(page).press_sequentially("mentioned")
    composer(page).press("Enter")
    expect(message(page, "mentioned").last.locator(".mention")).to_have_text("@Sasha")


def test_an_unknown_command_is_answered_by_slackbot(page: Page) -> None:
    send(page, "/nosuchthing now")
    expect(message(page, "/nosuchthing is not a valid command").get_by_text("Only visible to you")).to_be_visible()


def test_an_app_that_is_away_is_missed(page: Page, app: PageApp) -> None:
    app.leave()
    expect(page.locator(".topbar-status")).to_have_text("Page tester not connected")
    expect(page.get_by_text("nobody answers until it is started")).to_be_visible()
    send(page, "/echo anybody there?")
    expect(message(page, "/echo failed").locator(".author")).to_have_text("Slackbot")
    app.come_back()
    expect(page.locator(".topbar-status")).to_have_text("Page tester connected")
    expect(page.get_by_text("nobody answers until it is started")).to_be_hidden()


def test_a_modal_is_filled_corrected_and_submitted(page: Page, app: PageApp) -> None:
    modal = open_form(page)
    modal.get_by_role("button", name="Save").click()
    expect(modal.get_by_text("Please complete this required field.")).to_have_count(2)
    expect(modal.get_by_label("Name")).to_be_focused()

    modal.get_by_label("Name").fill("taken")
    modal.locator("input[type=file]").set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x"})
    expect(page.get_by_role("alert").filter(has_text="“notes.txt” is not of a type")).to_be_visible()
    drop(modal.locator(".file-zone"), "one.png", PNG)
    paste(modal.get_by_label("Name"), PNG)
    modal.locator("input[type=file]").set_input_files(png("three.png"))
    expect(modal.locator(".tray-done")).to_have_count(3)
    modal.get_by_role("button", name="Remove three.png").click()

    modal.get_by_role("combobox", name="Colour").click()
    page.keyboard.type("gre")
    page.keyboard.press("Enter")
    modal.get_by_role("combobox", name="City").click()
    expect(page.get_by_role("option")).to_have_text(["Aarhus", "Bergen", "Berlin", "Cork"])
    page.keyboard.type("ber")
    expect(page.get_by_role("option")).to_have_text(["Bergen", "Berlin"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    modal.get_by_role("combobox", name="People").click()
    for name in ("Sasha", "Jules"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(modal).to_be_visible()
    modal.get_by_label("I agree").check()
    modal.get_by_label("Second").check()
    modal.get_by_label("Number").fill("7")

    modal.get_by_role("button", name="Save").click()
    expect(modal.get_by_text("This name is taken.")).to_be_visible()
    expect(modal.get_by_label("Name")).to_have_value("taken")
    modal.get_by_label("Name").fill("free")
    page.keyboard.press("Enter")
    expect(modal).to_have_count(0)
    values = app.submissions.get(timeout=60)
    assert values["name"]["it"]["value"] == "free"
    assert [file["name"] for file in values["files"]["it"]["files"]] == ["one.png", "image.png"]
    assert values["colour"]["it"]["selected_option"]["value"] == "green"
    assert values["city"]["it"]["selected_option"] == {"text": plain("Berlin"), "value": "Ber"}
    assert len(values["people"]["it"]["selected_users"]) == 2
    assert [option["value"] for option in values["agree"]["it"]["selected_options"]] == ["yes"]
    assert values["which"]["it"]["selected_option"]["value"] == "2"
    assert values["number"]["it"]["value"] == "7"


def test_a_modal_holds_the_focus_stacks_and_closes_by_escape(page: Page) -> None:
    modal = open_form(page)
    for _ in range(40):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
        )
        assert inside
    modal.get_by_role("button", name="More…").click()
    second = page.get_by_role("dialog", name="A second view")
    expect(second.get_by_text("The playground cannot show the block “video”")).to_have_count(0)
    second.get_by_role("button", name="Back").click()
    expect(modal).to_be_visible()
    modal.get_by_label("Name").fill("kept")
    modal.get_by_role("button", name="More…").click()
    expect(second).to_be_visible()
    page.keyboard.press("Escape")
    expect(modal.get_by_label("Name")).to_have_value("kept")
    page.keyboard.press("Escape")
    expect(modal).to_have_count(0)
    expect(composer(page)).to_be_focused()


def test_an_open_modal_is_still_there_after_a_reload(page: Page) -> None:
    modal = open_form(page)
    page.reload()
    expect(modal).to_be_visible()
    modal.get_by_role("button", name="Close").click()
    expect(modal).to_have_count(0)


def test_a_button_asks_is_busy_and_its_message_changes(page: Page, app: PageApp) -> None:
    send(page, "/buttons")
    buttons = message(page, "Shall I?").last
    buttons.get_by_role("button", name="Do it").click()
    page.get_by_role("dialog", name="Really?").get_by_role("button", name="No").click()
    assert app.actions.empty()
    buttons.get_by_role("button", name="Do it").click()
    page.get_by_role("dialog", name="Really?").get_by_role("button", name="Yes, do").click()
    expect(message(page, "It is done.").last).to_be_visible()
    assert app.actions.get(timeout=60)["value"] == "42"


def test_a_message_shortcut_reaches_the_app_with_the_message(page: Page, app: PageApp) -> None:
    send(page, "look at me closely")
    mine = message(page, "look at me closely")
    mine.hover()
    mine.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Look closer").click()
    assert app.shortcuts.get(timeout=60)["message"]["text"] == "look at me closely"


def test_the_home_of_the_app_is_shown_and_redrawn(page: Page) -> None:
    page.get_by_role("navigation", name="Workspace").get_by_role("button", name="Page tester").click()
    home = page.get_by_role("tabpanel", name="Home")
    expect(home.get_by_text("Seen 1 times")).to_be_visible()
    home.get_by_role("button", name="Again").click()
    expect(home.get_by_text("Seen 2 times")).to_be_visible()
    page.get_by_role("tab", name="Messages").click()
    send(page, "a direct word")
    expect(message(page, "a direct word")).to_be_visible()


def test_the_lightbox_zooms_turns_pages_and_closes(page: Page) -> None:
    large = picture(2400, 1600)
    page.locator(".main input[type=file]").set_input_files([png("left.png", large), png("right.png", large)])
    expect(page.locator(".main .tray-done")).to_have_count(2)
    send(page, "two large ones.")
    pictures = message(page, "two large ones.").get_by_role("button", name=re.compile("Enlarge"))
    expect(pictures).to_have_count(2)
    pictures.first.click()
    box = page.get_by_role("dialog", name="Picture")
    image = box.locator("img")
    expect(box.get_by_text("1 of 2")).to_be_visible()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("node => node.offsetWidth <= innerWidth && node.offsetHeight <= innerHeight")
    box.get_by_role("button", name="Show at 100 %").click()
    assert image.evaluate("node => [node.offsetWidth, node.offsetHeight]") == [2400, 1600]
    box.get_by_role("button", name="Fit to the window").click()
    page.keyboard.press("ArrowRight")
    expect(box.get_by_role("heading")).to_have_text("right.png")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(pictures.first).to_be_focused()


def test_samples_are_loaded_by_a_click_named_and_attached(page: Page) -> None:
    page.get_by_role("button", name="Sample photos", exact=True).click()
    samples = page.get_by_role("dialog", name="Sample photos")
    samples.get_by_role("button", name="Load sample photos").click()
    samples.get_by_role("button", name=re.compile("Attach sample")).first.click()
    expect(page.locator(".main .tray-done")).to_have_count(1)
    page.keyboard.press("Escape")
    page.locator(".main").get_by_role("button", name=re.compile("^Remove")).click()


def test_the_switcher_and_the_arrows_reach_everything(page: Page) -> None:
    send(page, "reach me by keys")
    expect(message(page, "reach me by keys")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.classList.contains('message')"):
            break
        page.keyboard.press("Shift+Tab")
    expect(message(page, "reach me by keys")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Thread")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("photos")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("photos")


def test_another_member_sees_it_unread_and_acts(page: Page, app: PageApp) -> None:
    other = page.context.new_page()
    other.goto(f"{app.url}/?user=U0SASHAQUI#{app.channel('photos')}")
    expect(other.locator(".topbar-status")).to_have_text("Page tester connected")
    send(page, "news for everybody")
    unread = other.get_by_role("navigation", name="Workspace").get_by_role("button", name="general")
    expect(unread.get_by_label("1 unread")).to_be_visible()
    unread.click()
    expect(unread.locator(".badge")).to_have_count(0)
    theirs = message(other, "news for everybody")
    theirs.hover()
    theirs.get_by_role("button", name="React with eyes").click()
    expect(message(page, "news for everybody").get_by_role("button", name="eyes, 1")).to_be_visible()
    other.close()


def test_acting_as_somebody_else(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Act as somebody else")).click()
    page.get_by_role("menuitem", name=re.compile("Act as Sasha")).click()
    expect(page.get_by_role("button", name=re.compile("You are Sasha"))).to_be_visible()
    send(page, "this is Sasha")
    expect(message(page, "this is Sasha").locator(".author")).to_have_text("Sasha")


def test_a_thousand_messages_and_one_more(page: Page, app: PageApp) -> None:
    def many(route: Route) -> None:
        answer = route.fetch()
        texts = [
            {"ts": f"{1_700_000_000 + 40 * number}.000000", "user": "U0JULESARB", "text": f"Message *{number}*"}
            for number in range(1000)
        ]
        route.fulfill(response=answer, json={"messages": texts})

    page.route("**/client/messages?**", many)
    page.goto(f"{app.url}/#{app.channel('photos')}")
    expect(page.locator(".main .message")).to_have_count(1000)
    page.locator(".main .message").nth(500).evaluate("node => (window.held = node)")
    send(page, "the last of all")
    expect(message(page, "the last of all")).to_be_in_viewport()
    assert page.evaluate("window.held.isConnected"), "the list was drawn anew"


def test_nothing_is_wider_than_a_narrow_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    send(page, "w" * 300)
    expect(message(page, "wwww")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Open the sidebar").click()
    expect(page.get_by_role("navigation", name="Workspace")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Workspace")).to_be_hidden()
    open_form(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_policy_forbids_what_the_page_does_not_need(context: BrowserContext, app: PageApp) -> None:
    page = context.new_page()
    page.goto(app.url)
    blocked = page.evaluate(
        """() => new Promise((resolve) => {
          addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.hit = 1";
          document.body.append(script);
        })"""
    )
    assert blocked.startswith("script-src")
    assert page.evaluate("window.hit") is None
    page.close()
