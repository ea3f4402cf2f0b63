"""What the benchmarks of the whole bot run in: a playground in this process, and the bot in processes of its own."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import trustme
from PIL import Image
from starlette.types import ASGIApp, Receive, Scope, Send

from artifacts.photos import fetch_photos
from benchmarks import postgres, processes
from bot import app
from bot.settings import Settings
from playground.app import create_app
from playground.state import Options, load_manifest
from playground.web import PortBusy, Server, listen

ROOT = Path(__file__).parents[1]
_HOST = f"127.{os.getpid() >> 16 & 255}.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"  # each benchmark has its own
LEAVE_TIME = 60.0  # seconds that the bot has to go

Json = dict[str, Any]


@contextmanager
def playground(options: Options | None = None, host: str = _HOST) -> Iterator[str]:
    """The address of a playground that speaks https, as Slack does: with a certificate that this process and those
    that it starts meanwhile trust. Whoever may not listen on port 443, as root may, has one that speaks http."""
    try:
        listener = listen(host, 443)  # the only port that Slack's SDK speaks TLS to
        url = f"https://{host}:443"
    except PortBusy:
        listener = listen(host, 0)
        url = f"http://{host}:{listener.getsockname()[1]}"
    ready = threading.Event()
    slack = create_app(load_manifest(ROOT / "manifest.yml"), url, options)
    server = Server(slack if host == _HOST else _as_local(slack, host), ready.set)
    server.config.log_level = "critical"  # answers that break off half-way may be meant
    server.config.configure_logging()
    with _certificate(host) if url.startswith("https") else nullcontext() as server.config.ssl_certfile:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        ready.wait(10)
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join()


def _as_local(slack: ASGIApp, host: str) -> ASGIApp:
    """The same for who calls it by another address of this machine, which a playground refuses by itself."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        named, local = host.encode(), _HOST.encode()
        headers = [(name, value.replace(named, local)) for name, value in scope.get("headers", ())]
        await slack({**scope, "headers": headers}, receive, send)

    return answer


@contextmanager
def _certificate(host: str) -> Iterator[str]:
    """A file with a key and its certificate, whose authority `SSL_CERT_FILE` names."""
    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ):
        trusted, own = Path(folder, "authority.pem"), Path(folder, "own.pem")
        authority.cert_pem.write_to_path(str(trusted))
        authority.issue_cert(host).private_key_and_cert_chain_pem.write_to_path(str(own))
        os.environ["SSL_CERT_FILE"] = str(trusted)
        yield str(own)


@contextmanager
def living(workers: int | None = None) -> Iterator[tuple[Member, list[Bot]]]:
    """A member of a playground where the bot runs, and the bot's processes.

    That is one that does everything, or with `workers` one that listens and so many that work, on a PostgreSQL.
    """
    with ExitStack() as stack:
        url = stack.enter_context(playground())
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if workers is None:
            bots = [Bot(url, data_dir)]
        else:
            bots = crew(url, data_dir, stack.enter_context(postgres.running()), workers)
        for bot in bots:
            bot.start()
            stack.callback(bot.stop)
            bot.wait_started()
        yield stack.enter_context(Member.at(url)), bots


def crew(url: str, data_dir: Path, database_url: str, workers: int, *, within: Sequence[str] = ()) -> list[Bot]:
    """What listens to Slack, and workers on the same PostgreSQL, not started yet. Without workers it works, too."""
    app.migrate(Settings(_env_file=None, data_dir=data_dir, database_url=database_url))  # type: ignore[call-arg]
    commands = ["start", *["worker"] * workers]
    cores = ["0" if workers else "1", *["1"] * workers]
    return [
        Bot(url, data_dir, command, within=within, DATABASE_URL=database_url, WORKERS=n)
        for command, n in zip(commands, cores, strict=True)
    ]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


class Bot:
    """A process of the bot, which may be started again. `within` is a command that runs the one behind it elsewhere."""

    def __init__(
        self,
        url: str,
        data_dir: Path,
        command: str = "start",
        *,
        log: Path | None = None,
        within: Sequence[str] = (),
        **more: str,
    ) -> None:
        self._command = [*within, sys.executable, "-m", "bot", command]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
        self._environment = kept | {
            "DATA_DIR": str(data_dir),
            "SLACK_BOT_TOKEN": Options().bot_token,
            "SLACK_APP_TOKEN": Options().app_token,
            "SLACK_API_URL": f"{url}/api/",
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": "ERROR",
            **more,
        }
        self._log = ((log or data_dir) / "bot.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self._is_silent = False  # since it was started

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._is_silent = True

    def wait_started(self) -> None:
        """Until it has said that it is connected, or at work."""
        if self._is_silent and self._process is not None and self._process.stdout is not None:
            self._process.stdout.readline()
            self._is_silent = False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def signal_all(self, number: int) -> None:
        """To it and to the decoders that it started."""
        for pid in [*processes.family(self._process.pid)] if self._process is not None else ():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.communicate(timeout=LEAVE_TIME)
        self._log.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def cpu(self) -> float:
        """Seconds of CPU that it and the decoders that it started have taken until now."""
        return sum(processes.cpu(self._process.pid)) if self._process is not None else 0.0

    def memory(self) -> float:
        """The most that it and the decoders that it started had resident until now, each by itself, in MB."""
        return sum(processes.resident(self._process.pid, "VmHWM")) / 1024 if self._process is not None else 0.0

    def memory_now(self) -> float:
        """What it and the decoders that it started have resident at this moment, in MB."""
        return sum(processes.resident(self._process.pid, "VmRSS")) / 1024 if self._process is not None else 0.0


class Member:
    """A member at the playground's page."""

    def __init__(self, page: httpx.Client) -> None:
        self._page = page
        boot = page.get("/client/boot").json()
        self._user: str = boot["me"]["id"]
        self.channels: dict[str, str] = {each["name"]: each["id"] for each in boot["channels"]}

    @classmethod
    @contextmanager
    def at(cls, url: str) -> Iterator[Member]:
        with httpx.Client(base_url=url, timeout=60) as page:
            yield cls(page)

    def do(self, name: str, **body: Any) -> Json:
        answer: Json = self._page.post(f"/client/{name}", json={"user": self._user, **body}).json()
        if not answer["ok"]:
            raise RuntimeError(f"{name}: {answer}")
        return answer

    def post(self, channel: str, *photos: bytes, text: str = "") -> str:
        """The `ts` of a new message with photos."""
        files = [self._upload(photo) for photo in photos]
        ts: str = self.do("post", channel=channel, text=text, files=files)["ts"]
        return ts

    def command(self, channel: str, text: str) -> None:
        """`/facesearch` with this text."""
        self.do("command", channel=channel, command="/facesearch", text=text)

    def replies(self, channel: str, ts: str) -> list[Json]:
        return self._messages(channel=channel, thread_ts=ts)[1:]

    def click_all(self, channel: str, action_id: str) -> None:
        """Click every button of this action in a channel."""
        for message in self._messages(channel=channel):
            container = {"type": "message", "channel": channel, "ts": message["ts"]}
            for block in message.get("blocks") or ():
                if any(element.get("action_id") == action_id for element in block.get("elements") or ()):
                    action = {"block_id": block["block_id"], "action_id": action_id, "type": "button"}
                    self.do("action", container=container, action=action, state={"values": {}})

    def views(self) -> list[Json]:
        """The modals that they have open."""
        views: list[Json] = self._page.get("/client/boot", params={"user": self._user}).json()["views"]
        return views

    def messages(self, channel: str) -> list[Json]:
        """What they see in a channel, without the threads."""
        where = {"user": self._user, "channel": channel}
        messages: list[Json] = self._page.get("/client/messages", params=where).json()["messages"]
        return messages

    def acknowledgements(self) -> dict[str, list[float]]:
        """How long each was waited for, in ms, by the kind of what was delivered."""
        kinds: dict[str, list[float]] = {}
        for taken in self._page.get("/client/acknowledgements").json()["acknowledgements"]:
            kinds.setdefault(taken["type"], []).append(taken["milliseconds"])
        return kinds

    def ask(self, method: str, **query: Any) -> Json:
        """A call of the Web API with the bot's token."""
        headers = {"Authorization": f"Bearer {Options().bot_token}"}
        answer: Json = self._page.get(f"/api/{method}", params=query, headers=headers).json()
        return answer

    def _messages(self, **where: str) -> list[Json]:
        messages: list[Json] = self._page.get("/client/messages", params={"user": self._user, **where}).json()[
            "messages"
        ]
        return messages

    def _upload(self, photo: bytes) -> str:
        file = {"file": ("a.zip" if photo.startswith(b"PK") else "a.jpg", photo)}
        identifier: str = self._page.post("/client/upload", params={"user": self._user}, files=file).json()["id"]
        return identifier


def from_a_phone() -> bytes:
    """A group photo of six faces, with as many pixels as phones take: 12 million."""
    buffer = io.BytesIO()
    with Image.open(fetch_photos()["t1.jpg"]) as photo:
        photo.convert("RGB").resize((4032, 3024), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
