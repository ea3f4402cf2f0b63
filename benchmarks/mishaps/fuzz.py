"""Inputs that nobody means well: pictures that are broken, requests to the engine, payloads of Slack.

    python -m benchmarks.fuzz [--inputs 10000] [--seed 1]

Each is answered or refused in words, within five seconds; what takes longer is tried once more. What is not is printed,
and the exit code is 1. Hypothesis makes them.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from traceback import extract_tb
from typing import Any
from urllib.parse import urlencode

import hypothesis
import pillow_heif
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import randoms
from PIL import Image
from rich.console import Console
from rich.table import Table
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

import handlers
from benchmarks.figures import console
from engine import Engine
from engine.operations import OPERATIONS
from engine.wire.protocol import answer
from services.collection import FolderPhotoStore, OwnEngine, rekognition
from services.errors import Refusal
from services.jobs import Line
from services.pictures import images
from services.preferences import Tuning
from services.records import Database, sqlite_url
from services.search import Mode, Strategy
from services.workspace import Workspaces

MOST = 5.0  # seconds

Fuzz = Callable[[random.Random], None]


@dataclass(slots=True)
class Tally:
    """What came of the inputs of one kind."""

    inputs: int = 0
    slowest: float = 0.0
    failures: Counter[str] = field(default_factory=Counter)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        tallies = run(Path(folder), options.inputs, options.seed)
    table = Table("kind", "inputs", "slowest, s", "failures")
    for kind, tally in tallies.items():
        table.add_row(kind, str(tally.inputs), f"{tally.slowest:.2f}", str(sum(tally.failures.values())))
    console().print(table)
    for kind, tally in tallies.items():
        for failure, count in tally.failures.items():
            Console(stderr=True).print(f"{kind}: {count} × {failure}", markup=False)
    return 1 if any(tally.failures or tally.slowest > MOST for tally in tallies.values()) else 0


def run(folder: Path, inputs: int, seed: int) -> Mapping[str, Tally]:
    """Try as many inputs in all, a third of each kind."""
    with targets(folder) as kinds:
        return {kind: tried(fuzz, inputs // len(kinds), seed) for kind, fuzz in kinds.items()}


def tried(fuzz: Fuzz, inputs: int, seed: int) -> Tally:
    """Try as many inputs."""
    tally = Tally()

    @hypothesis.seed(seed)
    @settings(
        max_examples=inputs,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(randoms(use_true_random=False))
    def each(chance: random.Random) -> None:
        state = chance.getstate()
        took = _timed(fuzz, chance, tally.failures)
        if took > MOST:  # what is slow by itself is so again; what others on this machine made slow is not
            chance.setstate(state)
            took = min(took, _timed(fuzz, chance, Counter()))
        tally.inputs += 1
        tally.slowest = max(tally.slowest, took)

    each()
    return tally


def _timed(fuzz: Fuzz, chance: random.Random, failures: Counter[str]) -> float:
    """Seconds; how it fails is counted."""
    begun = time.perf_counter()
    try:
        fuzz(chance)
    except Exception as error:  # noqa: BLE001  # that is what is looked for
        failures[f"{type(error).__name__}: {str(error)[:300]}"] += 1
    return time.perf_counter() - begun


@contextmanager
def targets(folder: Path) -> Iterator[Mapping[str, Fuzz]]:
    """What is tried, by kind."""
    seeds = _pictures()
    with (
        Engine.open(folder / "served") as engine,
        rekognition.embedded(OwnEngine(folder / "engine")) as faces,
        _slack() as slack,
    ):
        database = Database(sqlite_url(folder / "records.sqlite"))
        workspaces = Workspaces(
            database=database,
            rekognition=faces,
            photos=FolderPhotoStore(folder / "photos"),
            collection="facesearch",
            strategy=Strategy.INDEX,
            defaults=Tuning(99, Mode.USERS),
        )
        app = _app(workspaces, slack)
        yield {
            "pictures": lambda chance: _open(_broken(chance, seeds)),
            "requests to the engine": lambda chance: _ask(engine, chance),
            "payloads of Slack": lambda chance: _dispatch(app, chance),
        }
        database.close()


# Pictures


def _pictures() -> list[bytes]:
    """A small picture in every format."""
    image = Image.radial_gradient("L").convert("RGB").resize((160, 120))
    pictures = []
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIC"):
        buffer = io.BytesIO()
        if kind == "HEIC":
            pillow_heif.from_pillow(image).save(buffer, quality=60)
        else:
            image.save(buffer, kind)
        pictures.append(buffer.getvalue())
    return pictures


def _broken(chance: random.Random, seeds: list[bytes]) -> bytes:
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice([1, 2, 4, 16])):
        at = chance.randrange(len(data)) if data else 0
        match chance.randrange(4):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                data[at : at + 4] = chance.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"])
            case 2:
                del data[at : at + chance.randrange(1, 50)]
            case _:
                data[at:at] = data[max(0, at - 30) : at]
    return bytes(data)


def _open(data: bytes) -> None:
    with suppress(Refusal):
        images.open(data)


# The engine


def _ask(engine: Engine, chance: random.Random) -> None:
    operation = chance.choice(sorted(OPERATIONS))
    names = "CollectionId", "UserId", "FaceId", "FaceIds", "Image", "MaxFaces", "MaxResults", "NextToken", "Tags"
    body: dict[str, Any] = {name: _value(chance, 3) for name in chance.sample(names, chance.randrange(len(names)))}
    body |= {"CollectionId": "team"} if chance.random() < 0.5 else {}
    body |= {"Image": {"Bytes": base64.b64encode(chance.randbytes(99)).decode()}} if chance.random() < 0.3 else {}
    data = json.dumps(body).encode()
    data = _broken(chance, [data]) if chance.random() < 0.3 else data
    response = answer(engine, f"RekognitionService.{operation}", data)
    if response.status >= 500:
        raise RuntimeError(f"{operation} answered {response.status} to {data[:300]!r}")


# Slack


@dataclass(slots=True)
class _Jobs:
    """Takes jobs and does none: their payloads are looked at when they are submitted."""

    def register(self, name: str, job: Any, *, workspace: str) -> None:
        """Nothing is done."""

    def submit(self, name: str, key: str, payload: Mapping[str, Any], line: Line) -> None:
        json.dumps([name, key, payload, str(line)])


class _Recording(App):
    """A Bolt app that knows the actions and views that it answers to."""

    def __init__(self, **options: Any) -> None:
        self.actions: list[str] = []
        self.views: list[str] = []
        super().__init__(**options)

    def action(self, constraints: Any, *rest: Any, **more: Any) -> Any:
        self.actions.append(str(constraints))
        return super().action(constraints, *rest, **more)

    def view(self, constraints: Any, *rest: Any, **more: Any) -> Any:
        self.views.append(str(constraints))
        return super().view(constraints, *rest, **more)


class _Agreeing(BaseHTTPRequestHandler):
    """A Slack that agrees to everything."""

    def do_POST(self) -> None:  # the library's name
        self.rfile.read(int(self.headers.get("content-length") or 0))
        body = json.dumps(_AGREED).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


_AGREED = {
    "ok": True,
    "ts": "1.2",
    "channel": {"id": "C1"},
    "user": {"id": "U1", "name": "u", "team_id": "T1"},
    "view": {"id": "V1"},
}


@contextmanager
def _slack() -> Iterator[str]:
    """The address of a Slack that agrees to everything."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Agreeing)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def _app(workspaces: Workspaces, slack: str) -> _Recording:
    """The bot, of which only the jobs are not done."""
    client = WebClient(token="xoxb-fuzz", base_url=f"{slack}api/", timeout=5, retry_handlers=[])
    bot = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-fuzz", bot_id="B1", bot_user_id="U0")
    workspace = workspaces.open()
    visitors = handlers.Visitors(client, workspace.records, handlers.Home("T1"))
    app = _Recording(
        client=client,
        authorize=lambda: bot,
        request_verification_enabled=False,
        process_before_response=True,
    )
    handlers.register(app, handlers.Desk(workspace, _Jobs(), client, visitors))  # type: ignore[arg-type]
    return app


def _dispatch(app: _Recording, chance: random.Random) -> None:
    payload = _bent(chance, chance.choice(_payloads(app, chance)))
    body = json.dumps(payload) if payload.get("type") == "event_callback" else urlencode(_form(payload))
    kind = "application/json" if payload.get("type") == "event_callback" else "application/x-www-form-urlencoded"
    try:
        response = app.dispatch(BoltRequest(body=body, headers={"content-type": kind}))
    except Exception as error:
        if any("slack_bolt" not in frame.filename for frame in extract_tb(error.__traceback__)[1:]):
            raise
        return  # Bolt itself cannot read it, so that no handler of ours is asked
    if response is None:
        raise RuntimeError(f"no answer to {body[:300]}")


def _form(payload: Mapping[str, Any]) -> dict[str, str]:
    if "command" in payload:
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()}
    return {"payload": json.dumps(payload)}


def _payloads(app: _Recording, chance: random.Random) -> list[dict[str, Any]]:
    """A proper payload of every kind that Slack delivers."""
    user, channel, file = (
        {"id": "U1", "team_id": "T1"},
        {"id": "C1"},
        {"id": "F1", "mimetype": "image/jpeg", "name": "x"},
    )
    message = {"type": "message", "channel": "C1", "user": "U1", "ts": "1.1", "text": "enroll alice", "files": [file]}
    events = [
        {**message, "subtype": "file_share", "channel_type": "channel"},
        {**message, "type": "app_mention"},
        {"type": "app_home_opened", "user": "U1", "tab": "home", "channel": "D1"},
        {"type": "user_change", "user": {"id": "U1", "deleted": True}},
        {"type": "tokens_revoked", "tokens": {"bot": ["U0"]}},
    ]
    about = {
        "team": {"id": "T1"},
        "user": user,
        "channel": channel,
        "trigger_id": "1.2",
        "response_url": "http://127.0.0.1:9/",
    }
    view = {"id": "V1", "type": "modal", "private_metadata": "{}", "state": {"values": {}}, "blocks": [], "hash": "1"}
    action = {"action_id": chance.choice(app.actions), "block_id": "b", "type": "button", "value": "{}"}
    words = chance.choice(["people", "threshold 90", "mode", "forget alice", "rename a to b", "audit", "help", "\0"])
    return [
        *({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event} for event in events),
        {
            "command": chance.choice(["/enroll", "/facesearch"]),
            "text": words,
            "user_id": "U1",
            "channel_id": "C1",
            **_WHERE,
        },
        {"type": "block_actions", "actions": [action], "container": {"type": "message"}, "message": message, **about},
        {"type": "view_submission", "view": {**view, "callback_id": chance.choice(app.views)}, **about},
        {"type": "message_action", "callback_id": "who_is_in_this", "message": message, **about},
        {"type": "message_action", "callback_id": "enroll_from_photo", "message": message, **about},
    ]


_WHERE = {"team_id": "T1", "trigger_id": "1.2", "response_url": "http://127.0.0.1:9/"}


def _bent(chance: random.Random, value: Any, depth: int = 0) -> Any:
    """The value with some of what is in it missing, or something else."""
    if depth > 1 and chance.random() < 0.05:
        return _value(chance, 2)
    if isinstance(value, dict):
        return {
            key: _bent(chance, each, depth + 1) for key, each in value.items() if not depth or chance.random() > 0.04
        }
    if isinstance(value, list):
        return [_bent(chance, each, depth + 1) for each in value * chance.choice([1, 1, 1, 0, 3])]
    return value


def _value(chance: random.Random, depth: int) -> Any:
    """Anything that JSON can say."""
    match chance.randrange(8 if depth else 6):
        case 0:
            return None
        case 1:
            return chance.choice([0, -1, 1, 10**18, 1.5, True])
        case 2:
            return ""
        case 3:
            return chance.choice(["team", "\x00", "🙂" * 50, "../..", "<@U1>", "x" * 5000, "{", "[]", "1.1"])
        case 4:
            return "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(20)))
        case 5:
            return []
        case 6:
            return [_value(chance, depth - 1) for _ in range(chance.randrange(4))]
        case _:
            return {chance.choice(["id", "Bytes", "value", "text"]): _value(chance, depth - 1) for _ in range(2)}


if __name__ == "__main__":
    sys.exit(main())
