"""What becomes of photos and enrolments while Slack misbehaves and the bot is killed again and again.

    python -m benchmarks.faults [--kills 200] [--seed 1]
    python -m benchmarks.faults --workers 2 --photos 1000 --longest 15 --calm
    python -m benchmarks.faults --workers 2 --photos 500 --pauses 100 --calm
    python -m benchmarks.faults --workers 2 --photos 270 --storm --rounds 10 --calm

The bot runs in a process of its own against the playground, whose faults are all turned on. Photos are posted and
people enrolled all the while, and the bot is killed with SIGKILL at random moments, also while it starts. When the
faults are over, everything posted must have been answered exactly once, every enrolment must be whole, and nothing
may be left in the engine or among the photos that the records do not know. With `--workers` one process listens to
Slack, so many others work on what it stores in PostgreSQL, and those are killed. With `--photos` that goes on until so
many are posted; with `--calm` Slack behaves, and only the killing is wrong. With `--storm` it is not killing alone that
befalls the processes, but whatever `benchmarks.storm` has.
"""

from __future__ import annotations

import argparse
import io
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image
from rich.table import Table

from artifacts.photos import fetch_photos
from benchmarks import postgres
from benchmarks.house import Bot, Member, crew, playground
from benchmarks.printed import console
from benchmarks.storm import PAUSE, Storm
from bot import app
from bot.settings import Settings
from handlers.views.statement import STATE
from playground.state import Options
from services.collection.photostore import UNFINISHED
from services.collection.rekognition import QUERY_PREFIX

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
# A minute's standstill and two without Slack outlast those; Slack's own six minutes do not end before they are over.
PATIENT = replace(OPTIONS, retry_delays=(*OPTIONS.retry_delays, 15.0, 30.0, 60.0, 60.0, 60.0, 60.0))
MOST_OPEN = 20  # posts that may be without an answer before another is made
MOST_ENROLMENTS = 90  # of two people by two photos each: a person has at most a hundred faces
TOGETHER = 4  # photos of some messages, which get one sheet and one list
LONGEST_RUN = 20.0  # seconds for which it goes on before the next time, at most
PATIENCE = 180.0  # seconds for the last answers, once the faults are over
PATIENCE_AFTER_STORM = 400.0
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
    pauses: int = 0
    stops_in_commits: int = 0
    database_crashes: int = 0
    slack_away: int = 0
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
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--photos", type=int, default=0, help="how many to post at least, killing all the while")
    parser.add_argument("--pauses", type=int, default=0, help="how often a worker stands still for a while")
    parser.add_argument("--storm", action="store_true", help="with all that may befall a crew, until all are posted")
    parser.add_argument("--rounds", type=int, default=1, help="how often all of it, each time with the next seed")
    parser.add_argument("--calm", action="store_true", help="without Slack's faults")
    parser.add_argument("--longest", type=float, default=3.0, help="seconds between two kills at most")
    options = parser.parse_args()
    kills = 200 if options.kills is None and not (options.photos or options.pauses) else options.kills
    wrong = 0
    for seed in range(options.seed, options.seed + options.rounds):
        tally = run(
            0 if kills is None and not options.pauses else kills,
            seed,
            options.workers,
            longest=options.longest,
            photos=options.photos,
            pauses=options.pauses,
            storm=options.storm,
            rates={} if options.calm else RATES,
        )
        _print(tally, seed)
        wrong += tally.wrong
    sys.exit(1 if wrong else 0)


def _print(tally: Tally, seed: int) -> None:
    table = Table("", "", title=f"seed {seed}")
    for name in Tally.__slots__:
        if name not in {"struck", "instead"}:
            table.add_row(name.replace("_", " "), str(getattr(tally, name)))
    for fault, times in sorted(tally.struck.items()):
        table.add_row(f"fault: {fault}", str(times), style="dim")
    console().print(table)
    for line in tally.instead:
        print(line, flush=True)


def run(
    kills: int | None,
    seed: int,
    workers: int = 0,
    *,
    longest: float = 3.0,
    photos: int = 0,
    pauses: int = 0,
    storm: bool = False,
    rates: Mapping[str, float] = RATES,
) -> Tally:
    """Let everything go wrong until it has so many times, and so many photos are posted; what came of it.

    The bot, or one of its workers, is killed all the while, unless `kills` is None; `longest` is how many seconds it
    lives between two kills at most, once it has started. `rates` are the chances of Slack's faults. In a `storm` it is
    not killed alone.
    """
    dice, tally = Random(seed), Tally()
    with ExitStack() as stack:
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(playground(PATIENT if storm else OPTIONS))
        slack = _Slack(stack.enter_context(Member.at(url)), dice)
        server = stack.enter_context(postgres.serving()) if workers else None
        database = server.url if server else None
        settings = Settings(_env_file=None, data_dir=data_dir, database_url=database)  # type: ignore[call-arg]
        bots = crew(url, data_dir, database, workers) if database else []
        bot = _Crew(bots, dice) if bots else _Alone(url, data_dir)
        slack.faults(rates, seed)
        with ExitStack() as life:
            life.callback(bot.stop)
            with _meanwhile(slack.keep_posting), _meanwhile(partial(bot.keep_pausing, tally, pauses)):
                if storm and server:
                    _let_storm(Storm(bots, server, partial(slack.faults, seed=seed), rates, dice), slack, photos, tally)
                while tally.kills < (kills or 0) or tally.pauses < pauses or slack.photos < photos:
                    if kills is None:
                        time.sleep(1)
                        continue
                    bot.kill_after(dice.uniform(0.0, longest), started=dice.random() > 0.25)
                    tally.kills += 1
            tally.struck = slack.faults({}, seed)
            bot.start()
            slack.wait(PATIENCE_AFTER_STORM if storm else PATIENCE)
        _judge_answers(slack, tally)
        _judge_records(settings, tally)
    return tally


def _let_storm(storm: Storm, slack: _Slack, photos: int, tally: Tally) -> None:
    """Until so many photos are posted, and everything has befallen the bot at least once."""
    with storm.while_slack_goes_and_comes_back():
        while slack.photos < photos or not storm.complete:
            print(f"{storm.strike()}, {slack.photos} photos posted", file=sys.stderr, flush=True)
    for what, times in storm.struck.items():
        setattr(tally, what, times)


class _Slack:
    """A member who posts photos, enrols people and counts answers."""

    def __init__(self, member: Member, dice: Random) -> None:
        self._member = member
        self._dice = Random(dice.random())
        self._numbers = count()
        self._photos = {name: path.read_bytes() for name, path in fetch_photos().items()}
        self._channels = [member.channels[name] for name in ("photos", "general", "back-office")]
        self.posts: list[Post] = []
        self._open: list[Post] = []

    @property
    def photos(self) -> int:
        """How many are posted that ask."""
        return sum(not post.enrols for post in self.posts)

    def faults(self, rates: Mapping[str, float], seed: int) -> dict[str, int]:
        struck: dict[str, int] = self._member.do("faults", rates=dict(rates), seed=seed)["struck"]
        return struck

    def keep_posting(self, stopped: threading.Event) -> None:
        while not stopped.wait(self._dice.uniform(0.1, 0.8)):
            self._open = [post for post in self._open if not self.replies(post)]
            self._state(self._open)
            if len(self._open) < MOST_OPEN:
                enrolments = len(self.posts) - self.photos
                self._post(enrols=len(self.posts) % 5 == 1 and enrolments < MOST_ENROLMENTS)

    def wait(self, seconds: float) -> None:
        """Until everything is answered, and a little longer for what should not come."""
        deadline = time.monotonic() + seconds
        waiting = list(self.posts)
        while waiting and time.monotonic() < deadline:
            waiting = [post for post in waiting if not self._whole(post)]
            self._state(waiting)
            time.sleep(0.5)
        time.sleep(3)

    def replies(self, post: Post) -> list[dict[str, Any]]:
        return self._member.replies(post.channel, post.ts)

    def _state(self, waiting: Iterable[Post]) -> None:
        """State that whoever is to be enrolled agreed, where that is asked; a click that got lost is made again."""
        for channel in {post.channel for post in waiting if post.enrols}:
            with suppress(RuntimeError):  # settled meanwhile
                self._member.click_all(channel, STATE)

    def _whole(self, post: Post) -> bool:
        return len(self.replies(post)) >= (1 if post.enrols else 2)

    def _post(self, *, enrols: bool) -> None:
        channel = self._dice.choice(self._channels)
        # In turn, or one of them would have more photos than a person can have.
        name = sorted(PEOPLE)[sum(post.enrols for post in self.posts) % len(PEOPLE)]
        asked = [self._dice.choice(["obama3.jpg", "biden.jpg"])] * (TOGETHER if len(self.posts) % 7 == 3 else 1)
        pictures = PEOPLE[name] if enrols else asked
        photos = [self._variant(picture) for picture in pictures]
        ts = self._member.post(channel, *photos, text=f"enroll {name}" if enrols else "")
        post = Post(channel, ts, enrols)
        self.posts.append(post)
        self._open.append(post)

    def _variant(self, name: str) -> bytes:
        """A photo with bytes and pixels of its own, so that it is no other one's twin."""
        with Image.open(io.BytesIO(self._photos[name])) as photo:
            number = next(self._numbers)
            left, top, quality = number % 12, number // 12 % 12, 95 - number // 144 % 12
            buffer = io.BytesIO()
            photo.convert("RGB").crop((left, top, photo.width, photo.height)).save(buffer, "JPEG", quality=quality)
        return buffer.getvalue()

    def stray_uploads(self) -> int:
        """Files of the bot's that are complete, and shown nowhere."""
        answer = self._member.ask("files.list", count=100_000)
        return sum(not file["shares"] for file in answer["files"] if file["name"] in {"who-is-in-it.jpg", "photos.jpg"})


class _Alone:
    """The bot in one process, which is killed, also while it starts."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self._bot = Bot(url, data_dir)

    def kill_after(self, seconds: float, *, started: bool) -> None:
        """Start it, and kill it after some seconds: of its life, or once it has said that it is connected."""
        self.start()
        if started:
            self._bot.wait_started()
        time.sleep(seconds)
        self._bot.kill()

    def keep_pausing(self, tally: Tally, pauses: int, stopped: threading.Event) -> None:
        """There is nobody who would go on meanwhile."""

    def start(self) -> None:
        self._bot.start()

    def stop(self) -> None:
        self._bot.stop()


class _Crew:
    """One process that listens to Slack, and workers, one of which is killed and started again at a time."""

    def __init__(self, bots: list[Bot], dice: Random) -> None:
        self._bots = bots
        self._dice = Random(dice.random())
        for each in bots:
            each.start()
            each.wait_started()

    def kill_after(self, seconds: float, *, started: bool) -> None:
        time.sleep(seconds)
        killed = self._dice.choice(self._bots[1:])
        killed.kill()
        killed.start()
        if started:
            killed.wait_started()

    def keep_pausing(self, tally: Tally, pauses: int, stopped: threading.Event) -> None:
        """Have each worker stand still again and again, and go on."""
        workers = self._bots[1:]
        with ThreadPoolExecutor(len(workers)) as threads:
            for each in workers:
                threads.submit(self._pause, each, Random(self._dice.random()), tally, pauses, stopped)

    def _pause(self, worker: Bot, dice: Random, tally: Tally, pauses: int, stopped: threading.Event) -> None:
        while tally.pauses < pauses and not stopped.wait(dice.uniform(0.5, LONGEST_RUN)):
            worker.signal(signal.SIGSTOP)
            stopped.wait(dice.uniform(*PAUSE))
            worker.signal(signal.SIGCONT)
            tally.pauses += 1

    def start(self) -> None:
        """They run."""

    def stop(self) -> None:
        for each in self._bots:
            each.stop()


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
        texts = [str(reply["text"]) for reply in replies if not reply.get("files")]
        said = Counter(text for text in texts if "who is it?" not in text)  # which is asked besides, about strangers
        tally.photos += not post.enrols
        tally.enrolments += post.enrols
        tally.unanswered += not said or (not post.enrols and not pictures)
        tally.answered_twice += said.total() > 1 or pictures > 1
        expected = "2 of 2 photos added" if post.enrols else "recognised"
        if not any(expected in line for line in said):
            tally.instead.append(
                f"{'enrolment' if post.enrols else 'photo'} {post.ts}, {pictures} pictures: {list(said)}"
            )
            tally.enrolments_in_part += post.enrols
            tally.told_of_failure += not post.enrols
    tally.stray_uploads = slack.stray_uploads()


def _judge_records(settings: Settings, tally: Tally) -> None:
    """What lies in the engine and in the photos, against what the records know."""
    with app.open_workspaces(settings) as workspaces:
        workspace = workspaces.open()
        faces = [face for person in workspace.people.all() for face in workspace.records.faces(person.user_id)]
        listed = list(workspace.collection.faces())
        files = [path.relative_to(settings.data_dir / "photos") for path in _files(settings)]
        kept = {path.as_posix() for path in files if path.parts[0] != UNFINISHED}
        # A search cut short leaves its vectors, which match nobody, and a photo half written, to the next sweep.
        queries = sum(face.name.startswith(QUERY_PREFIX) for face in listed)
        tally.left_to_the_sweep = queries + len(files) - len(kept)
        vectors = {face.face_id for face in listed if not face.name.startswith(QUERY_PREFIX)}
        tally.stray_vectors = len(vectors ^ {face.face_id for face in faces})
        tally.stray_photos = len(kept ^ {face.photo for face in faces})
        tally.enrolments_in_part += len(faces) != 2 * tally.enrolments


def _files(settings: Settings) -> Iterator[Path]:
    return (path for path in (settings.data_dir / "photos").rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
