"""Several machines of which some are lost for a while, for `benchmarks.faults --machines`.

Each has a network and a DATA_DIR of its own, a process that listens to Slack and one that works. They share a
PostgreSQL and a bucket. One machine is killed, all its processes at once, and started again; one stands still, and goes
on; PostgreSQL crashes. Meanwhile people are enrolled one after the other, and photos of those who are ask who it is. A
photo that is posted once an enrolment is told of must name who was enrolled, whichever machine looks.
"""

from __future__ import annotations

import io
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psycopg
from PIL import Image

import engine
from artifacts.photos import fetch_photos
from benchmarks.house import Member, crew, playground
from benchmarks.mishaps.networks import Networks, networks
from benchmarks.mishaps.posting import MOST_CUT, MOST_OPEN, Draft, Post, Poster, meanwhile
from benchmarks.mishaps.tally import Tally, judge_answers, judge_records
from benchmarks.servers import bucket, postgres
from bot.settings import Settings
from handlers import photos as asking
from playground.state import Options
from services.jobs.journal import identifier

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import ImageTypeDef

PATIENCE = 240.0  # seconds for the last answers, once nothing is lost any more
SIDE = 400  # pixels of a photo: what is asked here is not how small a face may be
_ALIKE = 80.0  # percent
_ROUNDS = 30  # of asking who has not been looked for on each machine yet
_FIRST_NAMES = ("Ada", "Bo", "Cleo", "Dag", "Esra", "Finn", "Gil", "Hana", "Ida", "Jun")
_LAST_NAMES = ("Okafor", "Lindqvist", "Haddad", "Moreau", "Tanaka", "Silva", "Novak", "Brandt", "Yilmaz", "Kowalski")
_WHO_WORKED = "SELECT workflow_uuid, executor_id FROM dbos.workflow_status WHERE workflow_uuid = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is posted, and how often a machine is killed, one stands still, and PostgreSQL crashes.

    `away` is for how many seconds a machine that was killed is gone, `still` for how many one stands still: longer than
    the fifteen after which the others take up its jobs. `faces` is a folder of photos, one a person; without it there
    are three people, who are enrolled with other photos of theirs again and again. A machine has `processes`: one that
    listens and one that works, or one that does both.
    """

    machines: int = 3
    photos: int = 600
    enrolments: int = 60
    kills: int = 1
    freezes: int = 1
    crashes: int = 2
    away: tuple[float, float] = (3.0, 40.0)
    still: tuple[float, float] = (17.0, 45.0)
    faces: Path | None = None
    processes: int = 2
    most_open: int = MOST_OPEN


def run(plan: Plan, seed: int, options: Options, rates: Mapping[str, float]) -> Tally:
    """What came of it, with so many of Slack's faults besides."""
    dice, tally = Random(seed), Tally()
    with _shared(plan, options) as (net, server, url), ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        team = Team(stack.enter_context(Member.at(url)), dice, plan)
        places = [(folder / str(number), within) for number, within in enumerate(net.within)]
        machines = [Machine(url, data_dir, server.url, plan.processes, within) for data_dir, within in places]
        with _living(machines):
            team.faults(rates, seed)
            _lose(plan, team, _losses(plan, machines, server, dice, tally))
            tally.struck = team.faults({}, seed)
            team.wait(PATIENCE, longer=0)
            tally.not_searched = _ask_on_each(team, machines, server)
            team.wait(0)
        judge_answers(team, tally)
        judge_records(_settings(folder, server.url), tally)
    return tally


@contextmanager
def _shared(plan: Plan, options: Options) -> Iterator[tuple[Networks, postgres.Server, str]]:
    """What the machines share: wires, a PostgreSQL, a bucket, and the address of a Slack."""
    with ExitStack() as stack:
        net = stack.enter_context(networks(plan.machines))
        if not net.apart:
            print("There are no network namespaces: the machines share one network.", file=sys.stderr)
        server = stack.enter_context(postgres.serving(net.host))
        stack.enter_context(bucket.serving(net.host, PHOTOS_BUCKET=bucket.BUCKET))
        yield net, server, stack.enter_context(playground(options, net.host) if net.apart else playground(options))


class Machine:
    """The processes of one machine, with a DATA_DIR of their own."""

    def __init__(self, url: str, data_dir: Path, database_url: str, processes: int, within: tuple[str, ...]) -> None:
        data_dir.mkdir()
        self._bots = crew(url, data_dir, database_url, processes - 1, within=within)
        self._pids: set[int | None] = set()

    def start(self) -> None:
        for bot in self._bots:
            bot.start()
        self._pids.update(bot.pid for bot in self._bots)

    def wait_started(self) -> None:
        for bot in self._bots:
            bot.wait_started()

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        for bot in self._bots:
            bot.kill()

    def signal(self, number: int) -> None:
        for bot in self._bots:
            bot.signal_all(number)

    def stop(self) -> None:
        for bot in self._bots:
            bot.stop()

    def has(self, executor: str) -> bool:
        """Whether it is one of its processes, or was, by what the jobs call it."""
        return int(executor.split("-")[-2]) in self._pids


class Team(Poster):
    """Enrols one person after the other, and asks who it is about those who are enrolled, in turn."""

    def __init__(self, member: Member, dice: Random, plan: Plan) -> None:
        super().__init__(member, dice)
        self._plan = plan
        self.most_open = plan.most_open
        self._people = _people(plan)
        self._enrolled: list[Post] = []
        self.asked: dict[Post, list[Post]] = {}  # what was asked about whom, once they were enrolled

    def draft(self) -> Draft | None:
        self._notice()
        plan, n = self._plan, self.enrolments
        if n < plan.enrolments and n * plan.photos <= self.photos * plan.enrolments:
            who = list(self._people)[n % len(self._people)]
            return Draft((self._of(who), self._of(who)), enrols=True, who=who)
        if not self.asked or self.photos >= plan.photos:
            return None
        return self.question(min(self.asked, key=lambda enrolment: len(self.asked[enrolment])))

    def question(self, enrolment: Post) -> Draft:
        return Draft((self._of(enrolment.who),), enrols=False, who=enrolment.who)

    def post(self, draft: Draft) -> Post:
        for _ in range(self._dice.randrange(3)):  # else each photo's events, as many, go to the same machines
            self._member.command(self._member.channels["random"], "threshold")
        post = super().post(draft)
        for enrolment, questions in self.asked.items():
            if not draft.enrols and enrolment.who == draft.who:
                questions.append(post)
        return post

    def wait_for(self, photos: float) -> None:
        """Until so many are posted."""
        while self.photos < photos:
            time.sleep(0.2)

    def _notice(self) -> None:
        """Who has been enrolled meanwhile."""
        for post in self.posts:
            if post.enrols and post not in self.asked and any("added" in str(r["text"]) for r in self.replies(post)):
                self.asked[post] = []

    def _of(self, who: str) -> bytes:
        return self.variant(self._people[who])


def _people(plan: Plan) -> dict[str, bytes]:
    names = [f"{first} {last}" for last in _LAST_NAMES for first in _FIRST_NAMES]
    if plan.faces is None:
        found = fetch_photos()
        photos = [found[name] for name in ("obama.jpg", "biden.jpg", "astronaut.png")]
    else:
        photos = list(_told_apart(sorted(path for path in plan.faces.iterdir() if path.suffix in {".jpg", ".jpeg"})))
    return {name: _small(photo) for name, photo in zip(names, photos[: plan.enrolments], strict=False)}


def _told_apart(photos: Iterable[Path]) -> Iterator[Path]:
    """Those of one person each, unlike those before: others are not enrolled, whatever befalls the machines."""
    with tempfile.TemporaryDirectory() as folder, engine.Engine.open(Path(folder), models="sface") as opened:
        client, there = engine.connect(opened), "people"
        client.create_collection(CollectionId=there)
        for photo in photos:
            small = _small(photo)
            image: ImageTypeDef = {"Bytes": small}
            if any(len(client.detect_faces(Image={"Bytes": each})["FaceDetails"]) != 1 for each in _cut(small)):
                continue
            found = client.search_faces_by_image(CollectionId=there, Image=image, FaceMatchThreshold=_ALIKE)
            if not found["FaceMatches"]:
                client.index_faces(CollectionId=there, Image=image)
                yield photo


def _cut(photo: bytes) -> Iterator[bytes]:
    """As its variants are cut at most, and not at all: a bystander at the edge is a face in some of them."""
    with Image.open(io.BytesIO(photo)) as image:
        for left, top in ((0, 0), (0, MOST_CUT), (MOST_CUT, 0), (MOST_CUT, MOST_CUT)):
            buffer = io.BytesIO()
            image.crop((left, top, image.width, image.height)).save(buffer, "JPEG", quality=90)
            yield buffer.getvalue()


def _small(path: Path) -> bytes:
    buffer = io.BytesIO()
    with Image.open(path) as photo:
        photo.thumbnail((SIDE, SIDE))
        photo.convert("RGB").save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@contextmanager
def _living(machines: list[Machine]) -> Iterator[None]:
    """All of them at work, and stopped in the end."""
    with ExitStack() as stack:
        for machine in machines:
            machine.start()
            stack.callback(machine.stop)
        for machine in machines:
            machine.wait_started()
        yield


def _lose(plan: Plan, team: Team, losses: list[tuple[float, Callable[[], str]]]) -> None:
    """One thing after the other, while everything is posted."""
    with meanwhile(team.keep_posting):
        for moment, lose in losses:
            team.wait_for(moment)
            print(f"{lose()}, {team.photos} photos posted", file=sys.stderr, flush=True)
        team.wait_for(plan.photos)


def _losses(
    plan: Plan, machines: list[Machine], server: postgres.Server, dice: Random, tally: Tally
) -> list[tuple[float, Callable[[], str]]]:
    """After how many photos what is lost."""

    def kill() -> str:
        machine, seconds = dice.choice(machines), dice.uniform(*plan.away)
        machine.kill()
        time.sleep(seconds)
        machine.start()
        tally.kills += 1
        return f"a machine was gone for {seconds:.0f} s"

    def freeze() -> str:
        machine, seconds = dice.choice(machines), dice.uniform(*plan.still)
        machine.signal(signal.SIGSTOP)
        time.sleep(seconds)
        machine.signal(signal.SIGCONT)
        tally.pauses += 1
        return f"a machine stood still for {seconds:.0f} s"

    def crash() -> str:
        server.restart()
        tally.database_crashes += 1
        return "PostgreSQL crashed"

    what = [kill] * plan.kills + [freeze] * plan.freezes + [crash] * plan.crashes
    return sorted(((dice.uniform(0.1, 0.9) * plan.photos, each) for each in what), key=lambda pair: pair[0])


def _ask_on_each(team: Team, machines: list[Machine], server: postgres.Server) -> int:
    """Ask about everybody until each machine has looked for them; how many it has not, over all machines."""
    for machine in machines:
        machine.wait_started()
    for _ in range(_ROUNDS):
        lacking = _lacking(team, machines, server)
        if not lacking:
            return 0
        asked = [team.post(team.question(enrolment)) for enrolment in dict.fromkeys(lacking)]
        team.wait(PATIENCE, longer=0, for_last=len(asked))
    return len(_lacking(team, machines, server))


def _lacking(team: Team, machines: list[Machine], server: postgres.Server) -> list[Post]:
    """The enrolments that a machine has not looked for since, once for each such machine."""
    with psycopg.connect(server.url) as database:
        jobs = [_job(post) for post in team.posts if not post.enrols]
        worked: dict[str, str] = dict(database.execute(_WHO_WORKED, (jobs,)).fetchall())
    lacking = []
    for enrolment, questions in team.asked.items():
        executors = [worked[job] for job in map(_job, questions) if job in worked]
        lacking += [enrolment for machine in machines if not any(map(machine.has, executors))]
    return lacking


def _job(post: Post) -> str:
    return identifier(asking.JOB, f"{post.channel}-{post.ts}")


def _settings(folder: Path, database_url: str) -> Settings:
    """Those of a machine that looks at what is left."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=folder / "judge",
        database_url=database_url,
        photos_bucket=bucket.BUCKET,
    )
