"""A playground with the whole bot in it, and a member who talks to it, for tests."""

import io
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from dbos import DBOS
from PIL import Image
from pydantic import SecretStr
from slack_bolt import App, BoltRequest

from bot import app, transports
from bot.settings import Settings
from engine.vision import Vision
from handlers import Desk, keeping
from handlers.views.enroll import statement
from handlers.views.names import naming
from handlers.views.people import consent
from playground.state import Options, seed
from services import texts
from services.jobs import journal
from services.people.grounds.consent import Policy
from services.workspace import Workspace, Workspaces

sys.path.append(str(Path(__file__).parents[1] / "playground"))
sys.path.append(str(Path(__file__).parents[1] / "services"))
import painted
from house import engine_with
from playground_kit import FAST, Json, Member, Running, eventually, start_playground

Photo = Callable[[str], tuple[str, bytes]]

ROOT = Path(__file__).parents[2]
PHOTOS = "C0PHOTOS01"


@dataclass(frozen=True, slots=True)
class Team:
    """A playground with the bot in it, and a member who talks to it."""

    slack: Running
    member: Member
    workspace: Workspace
    data_dir: Path
    sweep: Callable[[datetime], None]
    plan: Callable[[datetime], None]
    app: App
    desk: Desk
    _seen: set[str] = field(default_factory=set)

    def deliver(self, event: Json) -> int:
        """Bring the bot an event that the playground would not send; the status of its answer."""
        body = {"type": "event_callback", "team_id": seed.TEAM.id, "event_id": uuid.uuid4().hex, "event": event}
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(self.app.dispatch, BoltRequest(body=body, mode="socket_mode")).result()
        return answer.status

    def post(self, text: str, *photos: tuple[str, bytes], channel: str = PHOTOS, **more: str) -> str:
        files = [self.member.upload(name, data)["id"] for name, data in photos]
        return self.member.post(channel, text, files=files, **more)

    def enrol(self, name: str, *photos: tuple[str, bytes]) -> str:
        """Enrol somebody outside Slack by a message, and state that they agreed."""
        ts = self.post(f"enroll {name}", *photos)
        self.click(self.asks_to_state(ts), statement.STATE)
        return ts

    def asks_to_state(self, ts: str) -> Json:
        """The question whether somebody has agreed whom that message enrols."""
        return asks_to_state(self.member, PHOTOS, ts)

    def thread(self, ts: str, replies: int, channel: str = PHOTOS) -> list[Json]:
        """The replies in a thread, once there are this many."""

        def found() -> list[Json] | None:
            messages = self.member.messages(channel, thread_ts=ts)[1:]
            return messages if len(messages) >= replies else None

        return eventually(found, f"{replies} replies to {ts}", within=30)

    def hears(self, text: str, channel: str = PHOTOS) -> Json:
        """The first message in a channel that has this text, also one only for the member."""

        def found() -> Json | None:
            return next((m for m in self.member.messages(channel) if text in shown(m)), None)

        return eventually(found, f"a message with {text!r}", within=30)

    def ask(self, text: str, member: Member | None = None, command: str = "/facesearch", channel: str = PHOTOS) -> Json:
        """The answer to a subcommand of `/facesearch`, or to another command."""
        asking = member or self.member
        before = {message["ts"] for message in asking.messages(channel)}
        asking.do("command", channel=channel, command=command, text=text)

        def new() -> Json | None:
            return next((m for m in asking.messages(channel) if m["ts"] not in before), None)

        return eventually(new, f"an answer to {text!r}", within=20)

    def click(self, message: Json, action_id: str, channel: str = PHOTOS, **choice: Any) -> None:
        """Click the button of a message, the last one where there are several, or choose from its menu."""
        click(self.member, message, action_id, channel, **choice)

    def name(self, view: Json, name: str) -> None:
        """Say in the form that names faces who the first one is: the last that is suggested, with what is stated."""
        asked = {"block_id": naming.block_id(0), "action_id": naming.NAME, "value": name}
        suggested = self.member.do("suggest", container={"type": "view", "view_id": view["id"]}, **asked)
        option = suggested["option_groups"][-1]["options"][-1]
        _, stated = element_of(view["blocks"], consent.CONSENT)
        values = {
            naming.block_id(0): {naming.NAME: {"type": "external_select", "selected_option": option}},
            consent.CONSENT: {consent.CONSENT: {"type": "checkboxes", "selected_options": stated["options"]}},
        }
        self.member.do("view_submit", view_id=view["id"], state={"values": values})

    def opens(self, member: Member | None = None) -> Json:
        """The modal that a member has opened since the last one, once it is filled."""

        def filled() -> Json | None:
            views: list[Json] = (member or self.member).get("boot")["views"]
            new = [view for view in views if view["id"] not in self._seen and texts.LOADING not in shown(view)]
            return new[-1] if new else None

        view = eventually(filled, "a modal", within=20)
        self._seen.add(view["id"])
        return view

    def becomes(self, message: Json, text: str, channel: str = PHOTOS) -> Json:
        """The message once it has that text."""

        def changed() -> Json | None:
            found = (m for m in self.member.messages(channel) if m["ts"] == message["ts"])
            return next((m for m in found if text in shown(m)), None)

        return eventually(changed, f"{text!r} in place of {shown(message)!r}", within=20)


def click(member: Member, message: Json, action_id: str, channel: str, **choice: Any) -> None:
    """Click the button of a message, the last one where there are several, or choose from its menu."""
    block_id, element = element_of(message["blocks"], action_id)
    action = {"block_id": block_id, "action_id": action_id, "type": element["type"], **choice}
    if "value" in element:
        action["value"] = element["value"]
    container = {"type": "message", "channel": channel, "ts": message["ts"]}
    member.do("action", container=container, action=action, state={"values": {}})


def asks_to_state(member: Member, channel: str, ts: str) -> Json:
    """The question whether somebody has agreed whom that message of the member's enrols."""

    def found() -> Json | None:
        buttons = ((message, element) for message in member.messages(channel) for element in _elements(message))
        stating = ((message, each) for message, each in buttons if each.get("action_id") == statement.STATE)
        return next((message for message, button in stating if ts in button["value"]), None)

    return eventually(found, f"a question about {ts}", within=30)


def _elements(message: Json) -> Iterator[Json]:
    return (element for block in message.get("blocks") or () for element in block.get("elements") or ())


def element_of(blocks: list[Json], action_id: str) -> tuple[str, Json]:
    """The last element with that action, and the id of the block that it is in."""
    found = [
        (block["block_id"], element)
        for block in blocks
        for element in [*block.get("elements", []), block.get("accessory") or {}, block.get("element") or {}]
        if element.get("action_id") == action_id
    ]
    assert found, f"no {action_id} in {blocks}"
    return found[-1]


def shown(message: Json) -> str:
    """Everything that one reads in a message, blocks first."""

    def walk(node: object) -> str:
        if isinstance(node, dict):
            text = node.get("text")
            own = text if isinstance(text, str) else ""
            return own + "".join(walk(value) for key, value in node.items() if not (key == "text" and own))
        return "".join(walk(value) for value in node) if isinstance(node, list) else ""

    return walk(message.get("blocks") or []) or str(message.get("text", ""))


def jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()


def apart(do: Callable[..., None], *arguments: Any) -> None:
    """Do it in another thread: where playwright has run, an event loop runs in this one, which DBOS refuses."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(do, *arguments).result()


def _sweep(desk: Desk, now: datetime) -> None:
    """Do the job of a day's sweep, and return when it is done."""
    key = uuid.uuid4().hex
    desk.submit(keeping.JOB, key, {"now": now.isoformat()}, channel="")

    def ended() -> str | None:
        status = DBOS.get_workflow_status(journal.identifier(keeping.JOB, key))
        return status.status if status and status.status in {"SUCCESS", "ERROR"} else None

    assert eventually(ended, "the end of the sweep", within=60) == "SUCCESS"


def sees_paint(node: pytest.Item | pytest.Collector) -> bool:
    """Whether the tests there are marked to see painted faces, which are seen and drawn at once."""
    marker = node.get_closest_marker("faces")
    return marker is not None and marker.args == ("painted",)


@contextmanager
def _open_workspaces(settings: Settings, *, is_painted: bool) -> Iterator[Workspaces]:
    if not is_painted:
        with app.open_workspaces(settings) as workspaces:
            yield workspaces
        return
    eyes = cast(Vision, painted.Painted())
    with app.open_database(settings) as database, engine_with(eyes, app.own_engine(settings)) as faces:
        yield app.workspaces_on(settings, database, faces)


@contextmanager
def open_team(
    data_dir: Path, consent: Policy = Policy.MEMBER, options: Options = FAST, *, is_painted: bool = False
) -> Iterator[Team]:
    with ExitStack() as stack:
        slack = start_playground(options, manifest=yaml.safe_load((ROOT / "manifest.yml").read_text()))
        stack.callback(slack.close)
        settings = Settings(
            _env_file=None,
            data_dir=data_dir,
            consent=consent,
            slack_bot_token=SecretStr(slack.options.bot_token),
            slack_app_token=SecretStr(slack.options.app_token),
            slack_api_url=f"{slack.url}/api/",
        )
        workspaces = stack.enter_context(_open_workspaces(settings, is_painted=is_painted))
        bot = app.build(settings, workspaces)
        apart(bot.jobs.start)
        stack.callback(bot.jobs.stop)
        stack.enter_context(transports.socket_mode(bot.app, settings))
        yield Team(
            slack,
            slack.member(),
            workspaces.open(),
            data_dir,
            partial(apart, _sweep, bot.desk),
            partial(apart, keeping.plan, bot.desk),
            bot.app,
            bot.desk,
        )
