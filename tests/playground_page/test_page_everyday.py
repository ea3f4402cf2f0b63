"""What one does all day at the page: going back, correcting a message or a form, listening, asking an assistant."""

import re
import socket
from collections.abc import Iterator

import pytest
from page_app import PageApp, question, running_app
from page_parts import composer, send
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect


@pytest.fixture(scope="module")
def app(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageApp]:
    """One that no other tests have been at: channels and messages are found by what they are called."""
    with running_app(tmp_path_factory.mktemp("everyday")) as running:
        yield running


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    fresh = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    fresh.set_default_timeout(60_000)
    yield fresh
    fresh.close()


def title(page: Page) -> Locator:
    return page.locator(".main .channel-title")


def place(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Workspace").get_by_role("button", name=name)


def test_back_and_forward_go_through_channels(page: Page) -> None:
    for name in ("photos", "random"):
        place(page, name).click()
        expect(title(page)).to_contain_text(name)
    page.go_back()
    expect(title(page)).to_contain_text("photos")
    page.go_back()
    expect(title(page)).to_contain_text("general")
    page.go_forward()
    expect(title(page)).to_contain_text("photos")
    expect(composer(page)).to_have_attribute("placeholder", "Message #photos")


def test_a_message_is_edited_where_it_stands(page: Page) -> None:
    send(page, "hello @Sasha, a <tpyo> here")
    mine = page.locator(".main .message").filter(has_text="tpyo")
    mine.hover()
    mine.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    field = page.get_by_role("textbox", name="Edit message")
    was = field.input_value()
    assert was.startswith("hello @Sasha")
    assert was.endswith("a <tpyo> here")
    field.fill("never mind")
    field.press("Escape")
    expect(mine).to_contain_text("<tpyo>")
    mine.hover()
    mine.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    field.fill(was.replace("tpyo", "typo"))
    field.press("Enter")
    edited = page.locator(".main .message").filter(has_text="<typo>")
    expect(edited).to_contain_text("(edited)")
    expect(edited.locator(".mention")).to_contain_text("@Sasha")
    expect(mine).to_have_count(0)


def test_what_is_copied_is_what_is_shown(page: Page, app: PageApp) -> None:
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    send(page, "@Sasha: <b> & *more*")
    me = page.locator(".main .message").filter(has_text="<b> & more")
    text = "*Look*, <https://a.example/|here> &amp; there"
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Found"}}, *question()]
    for said, drawn, shown in ((text, [], "Look, here & there"), ("fallback", blocks, "Found\nShall I?")):
        ts = app.client.chat_postMessage(channel=app.channel("general"), text=said, blocks=drawn)["ts"]
        app.client.chat_update(channel=app.channel("general"), ts=ts, text=said, blocks=drawn)
        assert _copied(page, page.locator(f'.main .message[data-ts="{ts}"]')) == shown
    assert _copied(page, me) == "@Sasha: <b> & more"


def _copied(page: Page, message: Locator) -> str:
    page.evaluate("window.copied = null")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Copy text").click()
    page.wait_for_function("window.copied !== null")
    return str(page.evaluate("window.copied"))


def test_text_runs_as_its_script_does(page: Page, app: PageApp) -> None:
    for text, way in (("שלום לכולם", "rtl"), ("hello all", "ltr")):
        composer(page).fill(text)
        expect(composer(page)).to_have_css("direction", way)
        composer(page).press("Enter")
        mine = page.locator(".main .message").filter(has_text=text)
        expect(mine.locator(".rich-section")).to_have_css("direction", way)
        ts = app.client.chat_postMessage(channel=app.channel("general"), text=f"{text}!")["ts"]
        theirs = page.locator(f'.main .message[data-ts="{ts}"]')
        expect(theirs.locator(".text")).to_have_css("direction", way)


def test_somebody_else_s_message_is_not_edited(page: Page, app: PageApp) -> None:
    app.client.chat_postMessage(channel=app.channel("general"), text="not yours to edit")
    theirs = page.locator(".main .message").filter(has_text="not yours to edit")
    theirs.hover()
    theirs.get_by_role("button", name="More actions").click()
    expect(page.get_by_role("menuitem", name="Copy text")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Edit message")).to_have_count(0)
    page.keyboard.press("Escape")


def test_what_a_form_misses_is_said_until_it_is_there(page: Page) -> None:
    send(page, "/form")
    modal = page.get_by_role("dialog", name="A form")
    modal.get_by_role("button", name="Save").click()
    missing = modal.get_by_text("Please complete this required field.")
    expect(missing).to_have_count(2)
    name = modal.get_by_role("textbox", name="Name")
    expect(name).to_have_attribute("aria-invalid", "true")
    name.press_sequentially("A")
    expect(missing).to_have_count(1)
    expect(name).not_to_have_attribute("aria-invalid", "true")
    name.fill("")
    expect(missing).to_have_count(1)
    modal.get_by_role("button", name="Close").click()


def test_a_click_is_not_lost_where_the_message_changes_under_it(page: Page, app: PageApp) -> None:
    channel = app.channel("general")
    ts = app.client.chat_postMessage(channel=channel, text="Shall I?", blocks=question())["ts"]
    with page.expect_websocket() as opened:
        page.reload()
    asked = page.locator(".main .message").filter(has_text="Shall I?").last
    asked.get_by_role("button", name="Do it").hover()
    page.mouse.down()
    with opened.value.expect_event("framereceived", lambda frame: "twice" in str(frame)):
        app.client.chat_update(channel=channel, ts=ts, text="Shall I, twice?", blocks=[*question(), *question()])
    expect(asked.get_by_role("button", name="Do it")).to_have_count(1)
    page.mouse.up()
    page.get_by_role("dialog", name="Really?").get_by_role("button", name="No").click()
    expect(asked.get_by_role("button", name="Do it")).to_have_count(2)


def test_what_the_app_draws_anew_is_not_said_to_be_edited(page: Page, app: PageApp) -> None:
    channel = app.channel("general")
    for before, after, shown, marks in (
        (question(), question() * 2, "Shall I?Do itShall I?", 0),
        ([], [], "as it is", 1),
    ):
        ts = app.client.chat_postMessage(channel=channel, text="as it was", blocks=before)["ts"]
        app.client.chat_update(channel=channel, ts=ts, text="as it is", blocks=after)
        changed = page.locator(f'.main .message[data-ts="{ts}"]')
        expect(changed).to_contain_text(shown)
        expect(changed.locator(".edited")).to_have_count(marks)


def test_screen_readers_are_told_names_and_not_ids(page: Page, app: PageApp) -> None:
    me = str(page.evaluate("fetch('/client/boot').then((answer) => answer.json()).then((boot) => boot.me.id)"))
    channel = app.channel("general")
    app.client.chat_postMessage(channel=channel, text=f"*Look*, <@{me}> &amp; <#{channel}|general> :eyes:")
    expect(page.locator("#live")).to_have_text("Page tester: Look, @Robin & #general eyes")


def test_a_channel_says_that_the_app_is_not_there_until_it_is(page: Page) -> None:
    place(page, "random").click()
    topic = page.locator(".main .channel-topic")
    expect(topic).to_contain_text("Page tester is not in this channel")
    send(page, "/invite @Page tester")
    expect(topic).not_to_contain_text("is not in this channel")


@pytest.fixture
def astray(context: BrowserContext) -> Iterator[Page]:
    """A page whose streams of news lead to where nobody answers, until `window.astray` is false."""
    page = context.new_page()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        page.add_init_script(
            f"""window.astray = true;
            window.WebSocket = class extends WebSocket {{
              constructor(url) {{ super(window.astray ? "ws://127.0.0.1:{silent.getsockname()[1]}/" : url); }}
            }};"""
        )
        yield page
    page.close()


def test_the_workspace_opens_without_its_stream_of_news_and_catches_up(astray: Page, app: PageApp) -> None:
    astray.goto(f"{app.url}/#{app.channel('general')}")
    expect(composer(astray)).to_be_visible()
    expect(astray.get_by_text("The connection to the playground is lost")).to_be_visible()
    app.client.chat_postMessage(channel=app.channel("general"), text="said meanwhile")
    astray.evaluate("window.astray = false")
    expect(astray.locator(".main .message").filter(has_text="said meanwhile")).to_be_visible()
    expect(astray.get_by_text("The connection to the playground is lost")).to_be_hidden()


def test_so_does_the_app_s_home(astray: Page, app: PageApp) -> None:
    astray.goto(app.url)
    place(astray, "Page tester").click()
    expect(astray.get_by_text("The connection to the playground is lost")).to_be_visible()
    astray.evaluate("window.astray = false")
    expect(astray.get_by_text("The connection to the playground is lost")).to_be_hidden()
    expect(astray.get_by_text("Seen 1 times")).to_be_visible()


def test_an_assistant_begins_a_thread_with_prompts(page: Page, app: PageApp) -> None:
    place(page, "Page tester").click()
    page.get_by_role("tab", name="Messages").click()
    page.get_by_role("button", name="New chat").click()
    thread = page.get_by_role("region", name="Thread")
    app.prompt(thread_title="Where to begin", prompt="Ask me", message="What is this?")
    expect(thread.get_by_text("Where to begin")).to_be_visible()
    app.client.assistant_threads_setStatus(**app.thread(), status="is thinking…")
    expect(thread.get_by_text("Page tester is thinking…")).to_be_visible()
    thread.get_by_role("button", name="Ask me").click()
    expect(thread.locator(".message").filter(has_text="What is this?")).to_have_count(1)
    app.client.chat_postMessage(channel=app.thread()["channel_id"], thread_ts=app.thread()["thread_ts"], text="A test.")
    expect(thread.locator(".message").filter(has_text="A test.")).to_have_count(1)
    expect(thread.get_by_text("is thinking…")).to_have_count(0)
    place(page, "photos").click()
    look = app.looks.get(timeout=60)
    assert (look["thread_ts"], look["context"]["channel_id"]) == (app.thread()["thread_ts"], app.channel("photos"))
    expect(thread.locator(".message").filter(has_text="A test.")).to_be_visible()


def test_the_tabs_of_the_app_are_places_to_come_back_to(page: Page) -> None:
    place(page, "Page tester").click()
    page.get_by_role("tab", name="Home").click()
    expect(page).to_have_url(re.compile("/home$"))
    page.get_by_role("tab", name="Messages").click()
    expect(page).not_to_have_url(re.compile("/home$"))
    page.reload()
    expect(page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")


def test_a_form_that_is_cancelled_is_closed_in_the_member_s_other_pages_too(page: Page, app: PageApp) -> None:
    send(page, "/form")
    expect(page.get_by_role("dialog", name="A form")).to_be_visible()
    with page.context.new_page() as other:
        other.goto(f"{app.url}/#{app.channel('general')}")
        form = other.get_by_role("dialog", name="A form")
        form.get_by_role("button", name="More").click()
        second = page.get_by_role("dialog").filter(has_text="Second")
        expect(second).to_be_visible()
        second.get_by_role("button", name="Back").click()
        expect(form).to_be_visible()
        page.get_by_role("dialog", name="A form").get_by_role("button", name="Close").click()
        expect(other.get_by_role("dialog")).to_have_count(0)


def test_who_is_taken_out_of_a_channel_looks_at_another(page: Page, app: PageApp) -> None:
    with page.context.new_page() as other:
        other.goto(f"{app.url}/?user=U0SASHAQUI#{app.channel('photos')}")
        expect(title(other)).to_contain_text("photos")
        place(page, "photos").click()
        send(page, "/remove @Sasha ")
        expect(title(other)).to_contain_text("general")
        expect(other.get_by_text("You are not in #photos any more.")).to_be_visible()
        expect(place(other, "photos")).to_have_count(0)


def test_the_last_reply_is_longer_ago_as_time_goes_by(page: Page, app: PageApp) -> None:
    channel = app.channel("general")
    page.clock.install()
    page.reload()
    root = app.client.chat_postMessage(channel=channel, text="a question")["ts"]
    app.client.chat_postMessage(channel=channel, text="an answer", thread_ts=root)
    link = page.locator(f'.main .message[data-ts="{root}"]').locator(".thread-last")
    expect(link).to_have_text("Last reply just now")
    page.clock.fast_forward("05:00")
    expect(link).to_have_text("Last reply 5 minutes ago")
