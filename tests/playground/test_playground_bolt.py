"""A real Bolt app on the real SocketModeHandler, as apps are written for Slack."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playground_kit import Json, Running, eventually, jpeg
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.models import blocks as b
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from bot.transports.sockets import close
from playground.state import seed


@pytest.fixture
def bolt(slack: Running) -> Iterator[App]:
    """An app that is connected once its listeners are there."""
    app = App(client=slack.client, token=slack.options.bot_token)
    handler = SocketModeHandler(app, slack.options.app_token, web_client=app.client, ping_interval=0.5)
    handler.connect()  # type: ignore[no-untyped-call]
    eventually(lambda: slack.slack.sockets.connected, "the connection")
    yield app
    close(handler.client)


def test_a_photo_is_answered_in_its_thread(slack: Running, bolt: App) -> None:
    seen: queue.Queue[Json] = queue.Queue()

    @bolt.event("message")
    def photo(event: Json, client: Any, say: Any) -> None:
        client.reactions_add(channel=event["channel"], timestamp=event["ts"], name="eyes")
        headers = {"Authorization": f"Bearer {client.token}"}
        content = requests.get(event["files"][0]["url_private_download"], headers=headers, timeout=60).content
        client.files_upload_v2(
            file=content,
            filename="annotated.jpg",
            alt_txt="1: Alice",
            channel=event["channel"],
            thread_ts=event["ts"],
            initial_comment="1 of 1",
        )
        say("Alice", thread_ts=event["ts"])
        seen.put(event)

    robin = slack.member()
    content = jpeg(800, 600)
    ts = robin.post(seed.PHOTOS, "who?", files=[robin.upload("group.jpg", content)["id"]])
    assert seen.get(timeout=60)["subtype"] == "file_share"
    assert robin.hears("reaction_added", ts=ts, reaction="eyes", user=seed.BOT_USER)

    def answered() -> list[Json] | None:
        thread = robin.messages(seed.PHOTOS, thread_ts=ts)
        return thread if len(thread) == 3 else None

    said, shown = sorted(eventually(answered, "both answers")[1:], key=lambda each: "files" in each)
    assert said["text"] == "Alice"
    assert (shown["text"], shown["files"][0]["alt_txt"]) == ("1 of 1", "1: Alice")
    assert requests.get(slack.url + shown["files"][0]["url"], timeout=60).content == content
    assert seen.empty(), "Bolt leaves out the app's own messages"


def test_a_command_opens_a_modal_and_takes_photos(slack: Running, bolt: App) -> None:
    taken: queue.Queue[Json] = queue.Queue()

    @bolt.command("/greet")
    def enroll(ack: Any, body: Json, client: Any) -> None:
        ack()
        name = b.PlainTextInputElement(action_id="name", initial_value=body["text"])
        photos = FileInputElement(action_id="photos", filetypes=["jpg"])
        view = View(
            type="modal",
            callback_id="enroll",
            title="Enroll",
            submit="Enroll",
            private_metadata=body["channel_id"],
            blocks=[
                b.InputBlock(block_id="name", label="Name", element=name),
                b.InputBlock(block_id="photos", label="Photos", element=photos),
            ],
        )
        client.views_open(trigger_id=body["trigger_id"], view=view)

    @bolt.view("enroll")
    def submitted(ack: Any, view: Json, body: Json, client: Any) -> None:
        values = view["state"]["values"]
        if values["name"]["name"]["value"] == "nobody":
            ack(response_action="errors", errors={"name": "Who is that?"})
            return
        ack()
        client.chat_postEphemeral(channel=view["private_metadata"], user=body["user"]["id"], text="Thank you")
        taken.put(values)

    robin = slack.member()
    robin.do("command", channel=seed.PHOTOS, command="/greet", text="alice")
    view = robin.hears("view_open")["view"]
    assert view["blocks"][0]["element"]["initial_value"] == "alice"
    photo = {"photos": {"photos": {"files": [{"id": robin.upload("a.jpg", jpeg())["id"]}]}}}
    nobody = {"name": {"name": {"value": "nobody"}}}
    assert robin.do("view_submit", view_id=view["id"], state={"values": photo | nobody})["errors"] == {
        "name": "Who is that?"
    }
    assert robin.do("view_submit", view_id=view["id"], state={"values": photo})["ok"] is True
    values = taken.get(timeout=60)
    assert values["name"]["name"]["value"] == "alice"
    assert values["photos"]["photos"]["files"][0]["name"] == "a.jpg"
    assert robin.hears("ephemeral")["message"]["text"] == "Thank you"


def test_a_button_and_its_response_url(slack: Running, bolt: App) -> None:
    @bolt.command("/greet")
    def greet(ack: Any, respond: Any) -> None:
        ack()
        respond(
            text="Sure?",
            blocks=[
                b.ActionsBlock(
                    elements=[b.ButtonElement(text="Forget", action_id="forget", value="alice", style="danger")]
                )
            ],
        )

    @bolt.action("forget")
    def forget(ack: Any, action: Json, respond: Any) -> None:
        ack()
        respond(text=f"{action['value']} is forgotten", replace_original=True)

    robin = slack.member()
    robin.do("command", channel=seed.GENERAL, command="/greet", text="")
    message = robin.hears("ephemeral")["message"]
    block = message["blocks"][0]
    container = {"type": "message", "channel": seed.GENERAL, "ts": message["ts"]}
    robin.do(
        "action", container=container, action={"block_id": block["block_id"], "action_id": "forget", "type": "button"}
    )
    assert robin.hears("message_changed", channel=seed.GENERAL)["message"]["text"] == "alice is forgotten"


def test_retries_reach_bolt_with_their_number(slack: Running, bolt: App) -> None:
    deliveries: queue.Queue[tuple[str, str]] = queue.Queue()

    @bolt.middleware
    def note(request: Any, next: Any) -> None:  # noqa: A002 - Bolt's name for it
        number, reason = (request.headers.get(f"x-slack-retry-{name}", [""])[0] for name in ("num", "reason"))
        deliveries.put((number, reason))
        next()

    slack.member().post(seed.GENERAL, "nobody listens to messages, so nobody acknowledges this one")
    seen = [deliveries.get(timeout=60) for _ in range(4)]
    assert seen == [("0", ""), ("1", "timeout"), ("2", "timeout"), ("3", "timeout")]


def test_bolt_follows_a_request_to_reconnect(slack: Running, bolt: App) -> None:
    heard: queue.Queue[str] = queue.Queue()

    @bolt.event("message")
    def message(event: Json) -> None:
        heard.put(event["text"])

    robin = slack.member()
    slack.run(lambda: asyncio.ensure_future(slack.slack.sockets.refresh()))
    robin.hears("app", connected=False)
    robin.post(seed.GENERAL, "are you back?")
    assert heard.get(timeout=60) == "are you back?"
