"""A small Bolt app on the real playground, to test the page with: it opens forms, answers photos, asks and tells."""

import io
import queue
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.transports.sockets import close

MANIFEST = """
display_information: {name: Page tester}
features:
  app_home: {home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false}
  assistant_view: {assistant_description: Helps with pages}
  bot_user: {display_name: Page tester, always_online: true}
  shortcuts:
    - {name: Look closer, type: message, callback_id: look, description: Looks at a message}
  slash_commands:
    - {command: /form, description: Opens a form, usage_hint: name, should_escape: false}
    - {command: /echo, description: Says it again, usage_hint: words, should_escape: false}
    - {command: /buttons, description: Shows a button, should_escape: false}
oauth_config:
  scopes:
    bot: [commands, "assistant:write", "chat:write", "files:read", "files:write", "reactions:write",
      "channels:history", "im:history", "channels:read"]
settings:
  event_subscriptions: {bot_events: [app_home_opened, assistant_thread_started,
    assistant_thread_context_changed, message.channels, message.im]}
  interactivity: {is_enabled: true}
  socket_mode_enabled: true
"""


def picture(width: int = 320, height: int = 200) -> bytes:
    """A PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (190, 60, 60)).save(buffer, "PNG")
    return buffer.getvalue()


PNG = picture()
CITIES = ("Aarhus", "Bergen", "Berlin", "Cork")


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def field(block: str, label: str, element: dict[str, Any], *, optional: bool = True) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block,
        "label": plain(label),
        "optional": optional,
        "element": element | {"action_id": "it"},
    }


FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("A form"),
    "submit": plain("Save"),
    "blocks": [
        field("name", "Name", {"type": "plain_text_input", "max_length": 80}, optional=False),
        field("files", "Photos", {"type": "file_input", "filetypes": ["png", "jpg"], "max_files": 5}, optional=False),
        field(
            "colour", "Colour", {"type": "static_select", "options": [option("Red", "red"), option("Green", "green")]}
        ),
        field("city", "City", {"type": "external_select", "min_query_length": 0}),
        field("people", "People", {"type": "multi_users_select"}),
        field("agree", "Consent", {"type": "checkboxes", "options": [option("I agree", "yes")]}),
        field("which", "Which", {"type": "radio_buttons", "options": [option("First", "1"), option("Second", "2")]}),
        field("number", "Number", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
        {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": plain("More…")}]},
    ],
}
SECOND = {
    "type": "modal",
    "title": plain("A second view"),
    "blocks": [{"type": "section", "text": plain("Below it is the first.")}],
}


def question() -> list[dict[str, Any]]:
    confirm = {
        "title": plain("Really?"),
        "text": plain("It is done at once."),
        "confirm": plain("Yes, do"),
        "deny": plain("No"),
    }
    button = {
        "type": "button",
        "action_id": "do",
        "value": "42",
        "text": plain("Do it"),
        "style": "primary",
        "confirm": confirm,
    }
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Shall I?*"}},
        {"type": "actions", "elements": [button]},
    ]


def home(count: int) -> dict[str, Any]:
    again = {"type": "button", "action_id": "again", "value": str(count), "text": plain("Again")}
    return {"type": "home", "blocks": [{"type": "section", "text": plain(f"Seen {count} times"), "accessory": again}]}


class PageApp:
    """The running app: where the playground is, and what the app has been sent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.commands: queue.Queue[dict[str, Any]] = queue.Queue()
        self.actions: queue.Queue[dict[str, Any]] = queue.Queue()
        self.shortcuts: queue.Queue[dict[str, Any]] = queue.Queue()
        self.submissions: queue.Queue[dict[str, Any]] = queue.Queue()
        self.looks: queue.Queue[dict[str, Any]] = queue.Queue()
        self._threads: queue.Queue[dict[str, Any]] = queue.Queue()
        self._thread: dict[str, Any] = {}
        self.client = WebClient("xoxb-playground", base_url=f"{url}/api/")
        self.bolt = App(client=self.client)
        self.socket = SocketModeHandler(self.bolt, "xapp-playground").client
        self._listen()

    def leave(self) -> None:
        """Hang up, for a while."""
        self.socket.auto_reconnect_enabled = False
        self.socket.disconnect()

    def come_back(self) -> None:
        self.socket.auto_reconnect_enabled = True
        self.socket.connect()

    def channel(self, name: str) -> str:
        channels = self.client.conversations_list()["channels"]
        return next(str(each["id"]) for each in channels if each["name"] == name)

    def thread(self) -> dict[str, str]:
        """Where the thread is that a member has begun last."""
        while not self._threads.empty() or not self._thread:
            self._thread = self._threads.get(timeout=60)
        return {"channel_id": self._thread["channel_id"], "thread_ts": self._thread["thread_ts"]}

    def prompt(self, *, thread_title: str, prompt: str, message: str) -> None:
        """Suggest something to say in it."""
        prompts = [{"title": prompt, "message": message}]
        self.client.assistant_threads_setSuggestedPrompts(**self.thread(), title=thread_title, prompts=prompts)

    def _listen(self) -> None:
        self.bolt.event("assistant_thread_started")(lambda event: self._threads.put(event["assistant_thread"]))
        self.bolt.event("assistant_thread_context_changed")(lambda event: self.looks.put(event["assistant_thread"]))
        self.bolt.command("/form")(self._form)
        self.bolt.command("/echo")(self._echo)
        self.bolt.command("/buttons")(self._buttons)
        self.bolt.view("form")(self._submitted)
        self.bolt.action("more")(self._more)
        self.bolt.options("it")(self._cities)
        self.bolt.action("do")(self._do)
        self.bolt.action("again")(self._again)
        self.bolt.shortcut("look")(self._look)
        self.bolt.event("app_home_opened")(self._home)
        self.bolt.event("message")(self._message)

    def _form(self, ack: Any, body: dict[str, Any]) -> None:
        ack()
        self.client.views_open(trigger_id=body["trigger_id"], view=FORM)

    def _echo(self, ack: Any, body: dict[str, Any]) -> None:
        ack(text=f"You said: {body['text']}")
        self.commands.put(body)

    def _buttons(self, ack: Any, say: Any) -> None:
        ack()
        say(text="Shall I?", blocks=question())

    def _submitted(self, ack: Any, view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        if values["name"]["it"]["value"] == "taken":
            ack(response_action="errors", errors={"name": "This name is taken."})
            return
        ack()
        self.submissions.put(values)

    def _cities(self, ack: Any, payload: dict[str, Any]) -> None:
        typed = payload["value"].lower()
        ack(options=[option(city, city[:3]) for city in CITIES if typed in city.lower()])

    def _more(self, ack: Any, body: dict[str, Any]) -> None:
        ack()
        self.client.views_push(trigger_id=body["trigger_id"], view=SECOND)

    def _do(self, ack: Any, body: dict[str, Any]) -> None:
        ack()
        self.actions.put(body["actions"][0])
        self.client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="It is done.", blocks=[])

    def _again(self, ack: Any, body: dict[str, Any]) -> None:
        ack()
        self.client.views_publish(user_id=body["user"]["id"], view=home(int(body["actions"][0]["value"]) + 1))

    def _look(self, ack: Any, body: dict[str, Any]) -> None:
        ack()
        self.shortcuts.put(body)

    def _home(self, event: dict[str, Any]) -> None:
        if event["tab"] == "home":
            self.client.views_publish(user_id=event["user"], view=home(1))

    def _message(self, event: dict[str, Any]) -> None:
        """A photo is answered in its thread; all other messages are left alone."""
        if event.get("subtype") != "file_share" or not event.get("text", "").startswith("look,"):
            return
        file = event["files"][0]
        self.client.reactions_add(channel=event["channel"], timestamp=event["ts"], name="eyes")
        self.client.files_upload_v2(
            channel=event["channel"],
            thread_ts=event["ts"],
            initial_comment=f"*A picture of {file['original_w']} × {file['original_h']}*",
            content=picture(640, 400),
            filename="annotated.png",
            alt_txt="the annotated picture",
        )


@contextmanager
def running_app(folder: Path) -> Iterator[PageApp]:
    """The playground in a process of its own, and the app connected to it by Socket Mode."""
    (folder / "manifest.yml").write_text(MANIFEST)
    samples = folder / "samples"
    samples.mkdir()
    (samples / "somebody.png").write_bytes(picture(200, 200))
    command = [
        sys.executable,
        "-m",
        "playground",
        "--port",
        "0",
        "--manifest",
        str(folder / "manifest.yml"),
        "--samples",
        str(samples),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert "ready on" in ready, ready
            app = PageApp(ready.split()[-1])
            app.socket.connect()
            yield app
            close(app.socket)
        finally:
            process.terminate()
            process.wait(timeout=60)
