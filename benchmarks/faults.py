"""What becomes of photos and enrolments while Slack misbehaves and the bot is killed again and again.

    python -m benchmarks.faults [--kills 200] [--seed 1] [--workers 2 --database postgresql://…]

The bot runs in a process of its own against the playground, whose faults are all turned on. Photos are posted and
people enrolled all the while, and the bot is killed with SIGKILL at random moments, also while it starts. When the
faults are over, everything posted must have been answered exactly once, every enrolment must be whole, and nothing
may be left in the engine or among the photos that the records do not know. With `--workers` one process listens to
Slack, so many others work on what it stores in PostgreSQL, and those are killed.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx
from PIL import Image
from rich.console import Console
from rich.table import Table

from artifacts.photos import fetch_photos
from bot import app
from bot.settings import Settings
from playground.app import create_app
from playground.manifest import load
from playground.options import Options
from playground.server import Server, listen
from services.rekognition import QUERY_PREFIX

ROOT = Path(__file__).parents[1]
RATES = {
    "twice": 0.2,
    "late": 0.2,
    "hang_up": 0.05,
    "disconnect": 0.05,
    "busy": 0.05,
    "error": 0.05,
    "lost": 0.05,
    "slow": 0.1,
    "dropped": 0.1,
    "cut": 0.1,
}
# Slack tries three times in six minutes; a bot that is killed every few seconds needs the same chances in less time.
OPTIONS = Options(ack_timeout=3.0, retry_delays=(0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0), reconnect_wait=30.0)
MOST_OPEN = 10  # posts that may be without an answer before another is made
PATIENCE = 180.0  # seconds for the last answers, once the faults are over
PEOPLE = {"barack": ("obama.jpg", "obama2.jpg"), "joe": ("biden.jpg", "biden.jpg")}


@dataclass(frozen=True, slots=True)
class Post:
    """Something posted, where, and whether it enrols or asks."""

    channel: str
    ts: str
    enrols: bool


@dataclass(slots=True)
class Tally:
    """What came of it. All but the first block must be nought."""

    kills: int = 0
    photos: int = 0
    enrolments: int = 0
    struck: dict[str, int] = field(default_factory=dict)
    instead: list[str] = field(default_factory=list)  # what was said instead of an answer
    left_to_the_sweep: int = 0
    unanswered: int = 0
    answered_twice: int = 0
    told_of_failure: int = 0
    enrolments_in_part: int = 0
    stray_vectors: int = 0
    stray_photos: int = 0
    stray_uploads: int = 0

    @property
    def wrong(self) -> int:
        return (
            self.unanswered
            + self.answered_twice
            + self.told_of_failure
            + self.enrolments_in_part
            + self.stray_vectors
            + self.stray_photos
            + self.stray_uploads
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--database", help="an empty PostgreSQL database for the workers to share")
    options = parser.parse_args()
    tally = run(options.kills, options.seed, options.workers, options.database)
    table = Table("", "", title=f"{options.kills} kills, seed {options.seed}")
    for name in Tally.__slots__:
        if name not in {"struck", "instead"}:
            table.add_row(name.replace("_", " "), str(getattr(tally, name)))
    for fault, times in sorted(tally.struck.items()):
        table.add_row(f"fault: {fault}", str(times), style="dim")
    Console().print(table)
    for line in tally.instead:
        print(line)
    sys.exit(1 if tally.wrong else 0)


def run(kills: int, seed: int, workers: int = 0, database: str | None = None, *, longest: float = 3.0) -> Tally:
    """Let everything go wrong until the bot, or one of its workers, has been killed so many times; what came of it.

    `longest` is how many seconds it lives between two kills at most, once it has started.
    """
    dice, tally = Random(seed), Tally()
    with tempfile.TemporaryDirectory() as data, _playground() as url, httpx.Client(base_url=url, timeout=30) as page:
        settings = Settings(_env_file=None, data_dir=Path(data), database_url=database)  # type: ignore[call-arg]
        slack = _Slack(page, dice)
        bot = _Workers(url, settings, workers, dice) if workers else _Bot(url, settings.data_dir)
        slack.faults(RATES, seed)
        with _meanwhile(slack.keep_posting):
            for _ in range(kills):
                bot.kill_after(dice.uniform(0.0, longest), started=dice.random() > 0.25)
                tally.kills += 1
        tally.struck = slack.faults({}, seed)
        bot.start()
        slack.wait(PATIENCE)
        bot.stop()
        _judge_answers(slack, tally)
        _judge_records(settings, tally)
    return tally


class _Slack:
    """The page of a member who posts photos, enrols people and counts answers."""

    def __init__(self, page: httpx.Client, dice: Random) -> None:
        self._page = page
        self._dice = Random(dice.random())
        self._numbers = count()
        self._photos = {name: path.read_bytes() for name, path in fetch_photos().items()}
        boot = page.get("/client/boot").json()
        self._user: str = boot["me"]["id"]
        self._channels = [each["id"] for each in boot["channels"] if each["name"] in {"photos", "general"}]
        self.posts: list[Post] = []

    def faults(self, rates: dict[str, float], seed: int) -> dict[str, int]:
        struck: dict[str, int] = self._do("faults", rates=rates, seed=seed)["struck"]
        return struck

    def keep_posting(self, stopped: threading.Event) -> None:
        while not stopped.wait(self._dice.uniform(0.2, 1.0)):
            if sum(not self.replies(post) for post in self.posts[-3 * MOST_OPEN :]) < MOST_OPEN:
                self._post(enrols=len(self.posts) % 5 == 1)

    def wait(self, seconds: float) -> None:
        """Until everything is answered, and a little longer for what should not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(not self._whole(post) for post in self.posts):
            time.sleep(0.5)
        time.sleep(3)

    def replies(self, post: Post) -> list[dict[str, Any]]:
        where = {"user": self._user, "channel": post.channel, "thread_ts": post.ts}
        messages: list[dict[str, Any]] = self._page.get("/client/messages", params=where).json()["messages"][1:]
        return messages

    def _whole(self, post: Post) -> bool:
        return len(self.replies(post)) >= (1 if post.enrols else 2)

    def _post(self, *, enrols: bool) -> None:
        channel = self._dice.choice(self._channels)
        name = self._dice.choice(sorted(PEOPLE))
        pictures = PEOPLE[name] if enrols else [self._dice.choice(["obama3.jpg", "biden.jpg"])]
        files = [self._upload(picture) for picture in pictures]
        ts = self._do("post", channel=channel, text=f"enroll {name}" if enrols else "", files=files)["ts"]
        self.posts.append(Post(channel, ts, enrols))

    def _upload(self, name: str) -> str:
        """Upload a photo with bytes and pixels of its own, so that it is no other one's twin."""
        with Image.open(io.BytesIO(self._photos[name])) as photo:
            number = next(self._numbers)
            left, top, quality = number % 12, number // 12 % 12, 95 - number // 144 % 12
            buffer = io.BytesIO()
            photo.convert("RGB").crop((left, top, photo.width, photo.height)).save(buffer, "JPEG", quality=quality)
        file = {"file": (name, buffer.getvalue())}
        identifier: str = self._page.post("/client/upload", params={"user": self._user}, files=file).json()["id"]
        return identifier

    def _do(self, name: str, **body: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._page.post(f"/client/{name}", json={"user": self._user, **body}).json()
        if not answer["ok"]:
            raise RuntimeError(f"{name}: {answer}")
        return answer

    def stray_uploads(self) -> int:
        """Files of the bot's that are complete, and shown nowhere."""
        headers = {"Authorization": f"Bearer {OPTIONS.bot_token}"}
        answer = self._page.get("/api/files.list", params={"count": 100_000}, headers=headers).json()
        return sum(not file["shares"] for file in answer["files"] if file["name"] == "who-is-in-it.jpg")


class _Bot:
    """The bot's process, which is started as often as it is killed."""

    def __init__(self, url: str, data_dir: Path, command: str = "start", **more: str) -> None:
        self._command = command
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
        self._environment = kept | {
            "DATA_DIR": str(data_dir),
            "SLACK_BOT_TOKEN": OPTIONS.bot_token,
            "SLACK_APP_TOKEN": OPTIONS.app_token,
            "SLACK_API_URL": f"{url}/api/",
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": "ERROR",
            **more,
        }
        self._log = (data_dir / "bot.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", self._command],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

    def kill_after(self, seconds: float, *, started: bool) -> None:
        """Start it, and kill it after some seconds: of its life, or once it has said that it is connected."""
        self.start()
        if started:
            self.wait_started()
        time.sleep(seconds)
        self.kill()

    def wait_started(self) -> None:
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.readline()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.communicate(timeout=30)
        self._log.close()


class _Workers:
    """One process that listens to Slack, and workers, one of which is killed and started again at a time."""

    def __init__(self, url: str, settings: Settings, workers: int, dice: Random) -> None:
        app.migrate(settings)
        shared = {"DATABASE_URL": settings.database_url or ""}
        self._listener = _Bot(url, settings.data_dir, WORKERS="0", **shared)
        self._workers = [_Bot(url, settings.data_dir, "worker", WORKERS="1", **shared) for _ in range(workers)]
        self._dice = Random(dice.random())
        for each in (self._listener, *self._workers):
            each.start()
            each.wait_started()

    def kill_after(self, seconds: float, *, started: bool) -> None:
        time.sleep(seconds)
        killed = self._dice.choice(self._workers)
        killed.kill()
        killed.start()
        if started:
            killed.wait_started()

    def start(self) -> None:
        """They run."""

    def stop(self) -> None:
        for each in (self._listener, *self._workers):
            each.stop()


@contextmanager
def _playground() -> Iterator[str]:
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    ready = threading.Event()
    server = Server(create_app(load(ROOT / "manifest.yml"), url, OPTIONS), ready.set)
    server.config.log_level = "critical"  # answers that break off half-way are meant
    server.config.configure_logging()
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
    thread.start()
    ready.wait(10)
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def _meanwhile(work: Callable[[threading.Event], None]) -> Iterator[None]:
    stopped = threading.Event()
    thread = threading.Thread(target=work, args=(stopped,))
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _judge_answers(slack: _Slack, tally: Tally) -> None:
    for post in slack.posts:
        replies = slack.replies(post)
        pictures = sum(bool(reply.get("files")) for reply in replies)
        said = Counter(str(reply["text"]) for reply in replies if not reply.get("files"))
        tally.photos += not post.enrols
        tally.enrolments += post.enrols
        tally.unanswered += not said or (not post.enrols and not pictures)
        tally.answered_twice += said.total() > 1 or pictures > 1
        if not any("2 of 2 photos added" in line or "recognised" in line for line in said):
            tally.instead.append(
                f"{'enrolment' if post.enrols else 'photo'} {post.ts}, {pictures} pictures: {list(said)}"
            )
        if post.enrols:
            tally.enrolments_in_part += not any("2 of 2 photos added" in line for line in said)
        else:
            tally.told_of_failure += not any("recognised" in line for line in said)
    tally.stray_uploads = slack.stray_uploads()


def _judge_records(settings: Settings, tally: Tally) -> None:
    """What lies in the engine and in the photos, against what the records know."""
    with app.open_workspaces(settings) as workspaces:
        workspace = workspaces.open()
        faces = [face for person in workspace.people.all() for face in workspace.records.faces(person.user_id)]
        listed = list(workspace.collection.faces())
        # A search cut short leaves its vectors, which match nobody, to the next sweep.
        tally.left_to_the_sweep = sum(external_id.startswith(QUERY_PREFIX) for _, external_id in listed)
        vectors = {face_id for face_id, external_id in listed if not external_id.startswith(QUERY_PREFIX)}
        kept = {path.relative_to(settings.data_dir / "photos").as_posix() for path in _files(settings)}
        tally.stray_vectors = len(vectors ^ {face.face_id for face in faces})
        tally.stray_photos = len(kept ^ {face.photo for face in faces})
        tally.enrolments_in_part += len(faces) != 2 * tally.enrolments


def _files(settings: Settings) -> Iterator[Path]:
    return (path for path in (settings.data_dir / "photos").rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
