"""What becomes of a download, and of a zip of a team, while the bot is killed again and again.

    python -m benchmarks.album_faults [--kills 20] [--photos 120] [--people 40] [--seed 1]

A member downloads the originals of an album, and an admin has a team asked by a zip of its photos. The bot, in a
process of its own, is killed with SIGKILL at random moments until each is done. Every photo must be handed over once,
every member asked once, what came of it said in one message, and nothing left among the bot's temporary files. For
look backs and invitations `python -m benchmarks.lookback` and `python -m benchmarks.invited` do the same.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random

import httpx
from PIL import Image
from rich.console import Console
from rich.table import Table

from artifacts.photos import fetch_photos
from benchmarks.house import Bot, Member, playground
from bot import app
from bot.settings import Settings
from handlers.views import album
from handlers.views.enroll import teams
from handlers.views.people import consent
from playground.state import Options, seed
from services.people import Actor
from services.pictures import Box
from services.records import Database, Records, Source, sqlite_url
from services.search import Candidate, Identification, Mode, Sighting
from services.workspace import HOME, Workspace

ROBIN = Actor(seed.ADMIN)
CHANNEL, DIRECT = seed.PHOTOS, "D0ROBINAPP"
PATIENCE = 240.0  # seconds for the rest, once nobody is killed any more
LONGEST = 2.0  # seconds that it works before it is killed, once it has started
_WEIGHT = 150_000  # bytes of a photo at least


@dataclass(slots=True)
class Tally:
    """What came of it. All but the kills must be nought."""

    kills: int = 0
    missing: int = 0
    twice: int = 0
    told_twice: int = 0
    not_ended: int = 0
    left_on_disk: int = 0

    @property
    def wrong(self) -> int:
        return sum(getattr(self, each.name) for each in fields(self) if each.name != "kills")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.album_faults", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--photos", type=int, default=120)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tallies = {
        "download": download(options.kills, options.photos, options.seed),
        "team": team(options.kills, options.people, options.seed),
    }
    table = Table("", *tallies, title=f"seed {options.seed}")
    for each in fields(Tally):
        table.add_row(each.name.replace("_", " "), *(str(getattr(tally, each.name)) for tally in tallies.values()))
    Console().print(table)
    return 1 if any(tally.wrong for tally in tallies.values()) else 0


def download(kills: int, photos: int, number: int = 1) -> Tally:
    """Download an album of so many photos, and be killed so often meanwhile."""
    with _house(lambda workspace: workspace.preferences.set_auto("off", channel=CHANNEL, actor=ROBIN.id)) as house:
        posted = {house.robin.post(CHANNEL, photo) for photo in _photos(photos)}
        with app.open_workspaces(house.settings) as workspaces:
            _keep_all(workspaces.open(), house.robin, posted)
        house.start()
        house.robin.command(CHANNEL, "photos")
        _until(lambda: f"{photos} photos of you" in str(house.robin.messages(CHANNEL)))
        house.robin.click_all(CHANNEL, album.DOWNLOAD)
        _until(lambda: bool(house.said("Gathering photos")))
        house.be_killed(kills, Random(number), lambda: bool(house.said("Here are")))
        tally = house.tally
        tally.told_twice = max(0, len(house.said("Gathering photos")) + len(house.said("Here are")) - 1)
        zips = [file for file in house.robin.ask("files.list", count=1000)["files"] if file["name"].endswith(".zip")]
        names = [name for file in zips for name in house.names_in(file["url_private_download"])]
    tally.missing, tally.twice = max(0, photos - len(set(names))), len(names) - len(set(names)) + len(zips) - 1
    return tally


def team(kills: int, people: int, number: int = 1) -> Tally:
    """Have so many members asked by a zip of their photos, and be killed so often meanwhile."""
    with _house(lambda _: None, members=people) as house:
        house.start()
        ts = house.robin.post(CHANNEL, _zip(people), text="enroll team")
        _until(lambda: teams.ENROLL in str(house.robin.replies(CHANNEL, ts)))
        house.enrol(ts)
        _until(lambda: len(house.robin.replies(CHANNEL, ts)) > 1)
        done = f"{people} of {people} people asked"
        house.be_killed(kills, Random(number), lambda: done in str(house.robin.replies(CHANNEL, ts)))
        tally, said = house.tally, house.robin.replies(CHANNEL, ts)
        tally.told_twice = len(said) - 2  # who is in it, and what became of them
        asked = [house.asked(f"U0MEMBER{n:03}") for n in range(1, people + 1)]
        with house.records() as records:
            waiting = {request.member for request in records.consents.requests()}
    tally.missing = asked.count(0) + people - len(waiting)
    tally.twice = sum(max(0, n - 1) for n in asked)
    return tally


class _House:
    """A playground with a member in it, and the bot, which is killed and started again."""

    def __init__(self, url: str, data_dir: Path, robin: Member) -> None:
        self._url = url
        self._temporary = data_dir / "temporary"
        self._temporary.mkdir()
        self._data_dir = data_dir
        self._bot = Bot(url, data_dir, TMPDIR=str(self._temporary))
        self.robin = robin
        self.settings = Settings(_env_file=None, data_dir=data_dir)  # type: ignore[call-arg]
        self.tally = Tally()

    def start(self) -> None:
        self._bot.start()
        self._bot.wait_started()

    def be_killed(self, kills: int, dice: Random, done: Callable[[], bool]) -> None:
        """Be killed so often, unless all is done before; then wait until it is."""
        for _ in range(kills):
            time.sleep(dice.uniform(0, LONGEST))
            if done():
                break
            self._bot.kill()
            self.tally.kills += 1
            self.tally.left_on_disk += sum(1 for each in self._temporary.rglob("*") if each.is_file())
            self.start()
        _until(done)
        self.tally.not_ended = int(not done())
        time.sleep(1)  # for what should not come

    def stop(self) -> None:
        self._bot.stop()

    def said(self, text: str) -> list[str]:
        """What the member reads with that text in their direct messages."""
        return [each["text"] for each in self.robin.messages(DIRECT) if text in each["text"]]

    def names_in(self, url: str) -> list[str]:
        """The names of the photos of a zip."""
        answer = httpx.get(url, headers={"Authorization": f"Bearer {Options().bot_token}"}, timeout=60)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as unpacked:
            return unpacked.namelist()

    def enrol(self, ts: str) -> None:
        """Say in the form that everybody in the zip agreed."""
        (review,) = (each for each in self.robin.replies(CHANNEL, ts) if teams.ENROLL in str(each["blocks"]))
        (block,) = (each for each in review["blocks"] if each["type"] == "actions")
        container = {"type": "message", "channel": CHANNEL, "ts": review["ts"], "thread_ts": ts}
        action = {"block_id": block["block_id"], "action_id": teams.ENROLL, "type": "button"}
        self.robin.do("action", container=container, action=action, state={"values": {}})
        _until(lambda: any(teams.CALLBACK in str(view) for view in self.robin.views()))
        (view,) = (view for view in self.robin.views() if teams.CALLBACK in str(view))
        (stated,) = (block["element"] for block in view["blocks"] if block.get("block_id") == consent.CONSENT)
        ticked = {consent.CONSENT: {"type": "checkboxes", "selected_options": stated["options"]}}
        self.robin.do("view_submit", view_id=view["id"], state={"values": {consent.CONSENT: ticked}})

    def asked(self, member: str) -> int:
        """How many questions whether they agree a member has in their direct messages."""
        channel = self.robin.ask("conversations.open", users=member)["channel"]["id"]
        messages = self.robin.ask("conversations.history", channel=channel, limit=100)["messages"]
        return sum(f"'{consent.ACCEPT}'" in str(message.get("blocks")) for message in messages)

    @contextmanager
    def records(self) -> Iterator[Records]:
        database = Database(sqlite_url(self._data_dir / "records.sqlite"))
        yield Records(database, HOME)
        database.close()


@contextmanager
def _house(prepare: Callable[[Workspace], object], members: int = 0) -> Iterator[_House]:
    with ExitStack() as stack:
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(playground(Options(retry_delays=(0.5,), members=members)))
        house = _House(url, data_dir, stack.enter_context(Member.at(url)))
        with app.open_workspaces(house.settings) as workspaces:
            prepare(workspaces.open())
        stack.callback(house.stop)
        yield house


def _keep_all(workspace: Workspace, robin: Member, posted: set[str]) -> None:
    """The member keeps an album, which has all that was posted: who is in it is not what is asked here."""
    person = workspace.records.add_person("Robin", member=ROBIN.id, added_by=ROBIN.id)
    workspace.album.keep(person, actor=ROBIN)
    found = Identification(100, 100, Mode.USERS, 99, (Sighting(1, Box(10, 10, 30, 40), Candidate(person, 99.9)),))
    for message in robin.messages(CHANNEL):
        if message["ts"] in posted:
            workspace.album.take_in(Source(CHANNEL, message["ts"], message["files"][0]["id"]), found)


def _photos(n: int) -> Iterator[bytes]:
    """So many photos, none like another, each with more bytes than it takes."""
    for number in range(n):
        yield _photo(number) + os.urandom(_WEIGHT)


def _photo(number: int) -> bytes:
    """A photo of somebody, with pixels of its own."""
    buffer = io.BytesIO()
    with Image.open(fetch_photos()["obama3.jpg"]) as photo:
        small = photo.convert("RGB").crop((number % 12, number // 12, photo.width, photo.height))
        small.thumbnail((500, 500))
        small.save(buffer, "JPEG")
    return buffer.getvalue()


def _zip(people: int) -> bytes:
    """A folder a member, with a photo in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for number in range(people):
            made.writestr(f"team/@Member Number {number + 1}/1.jpg", _photo(number))
    return buffer.getvalue()


def _until(done: Callable[[], bool]) -> None:
    """Wait until it is done, or too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not done():
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
