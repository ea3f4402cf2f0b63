"""What becomes of a look back over a channel while the bot is killed again and again.

    python -m benchmarks.lookback [--kills 20] [--photos 120] [--seed 1] [--limited]

A member keeps an album, and half of the photos of a channel show them. The bot, in a process of its own, looks back
over it, and is killed with SIGKILL at random moments, also while it starts. In the end each of their photos must be in
the album and no other, nothing may have been said in the channel, and one message, and no more, tells that it is done.
With `--limited` Slack hands out fifteen messages at a time, as to apps that it does not list, if more often than those.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image
from rich.table import Table

from artifacts.photos import fetch_photos
from benchmarks.figures import console
from benchmarks.house import Bot, Member, playground
from bot import app
from bot.settings import Settings
from playground.state import Options, seed
from services.people import Actor, GivenPhoto, Request
from services.records import Database, Records, sqlite_url
from services.workspace import HOME

ROBIN = Actor(seed.ADMIN)
CHANNEL, DIRECT = seed.PHOTOS, "D0ROBINAPP"
LONGEST = 6.0  # seconds between two kills
PATIENCE = 300.0  # seconds for the rest, once nobody is killed any more


@dataclass(slots=True)
class Tally:
    """What came of it. All but the first block must be nought."""

    kills: int = 0
    photos: int = 0
    missing: int = 0
    too_many: int = 0
    said_in_channel: int = 0
    not_told: int = 0
    told_twice: int = 0
    not_ended: int = 0

    @property
    def wrong(self) -> int:
        return sum(getattr(self, name) for name in Tally.__slots__ if name not in {"kills", "photos"})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lookback", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--photos", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limited", action="store_true", help="fifteen messages at a time")
    options = parser.parse_args()
    tally = run(options.kills, options.photos, options.seed, limited=options.limited)
    table = Table("", "", title=f"seed {options.seed}")
    for name in Tally.__slots__:
        table.add_row(name.replace("_", " "), str(getattr(tally, name)))
    console().print(table)
    return 1 if tally.wrong else 0


def run(kills: int, photos: int, seed: int = 1, *, limited: bool = False) -> Tally:
    """Look back over so many photos, and be killed so often meanwhile; what came of it."""
    dice, tally = Random(seed), Tally(photos=photos)
    options = Options(history_interval=1.0 if limited else None, retry_delays=(0.5,))
    with tempfile.TemporaryDirectory() as folder, playground(options) as url, Member.at(url) as robin:
        data_dir = Path(folder)
        _keep_an_album(data_dir)
        theirs = {robin.post(CHANNEL, photo) for photo, shows in _photos(photos) if shows}
        bot = Bot(url, data_dir)
        bot.start()
        bot.wait_started()
        robin.command(CHANNEL, "lookback")
        _wait_for_answer(robin)
        for _ in range(kills):
            time.sleep(dice.uniform(0.2, LONGEST))
            bot.kill()
            tally.kills += 1
            bot.start()
            if dice.random() > 0.25:
                bot.wait_started()
        with _records(data_dir) as records:
            _wait(records, tally)
            (person,) = records.people()
            kept = {each.source.ts for each, _ in records.appearances.all_of(person.user_id)}
        bot.stop()
        _judge(robin, theirs, kept, tally)
    return tally


def _keep_an_album(data_dir: Path) -> None:
    """Enrol the member, who keeps an album from now on, and answer no photo of the channel unasked."""
    samples = fetch_photos()
    with app.open_workspaces(Settings(_env_file=None, data_dir=data_dir)) as workspaces:  # type: ignore[call-arg]
        workspace = workspaces.open()
        given = [GivenPhoto(name, samples[name].read_bytes) for name in ("obama.jpg", "obama2.jpg")]
        person = workspace.enrolment.enroll(Request("Robin", ROBIN, member=ROBIN.id), given).person
        if person is None:
            raise RuntimeError("nobody was enrolled")
        workspace.album.keep(person, actor=ROBIN)
        workspace.preferences.set_auto("off", channel=CHANNEL, actor=ROBIN.id)


def _photos(n: int) -> Iterator[tuple[bytes, bool]]:
    """So many photos, each with pixels of its own, and whether it shows the member."""
    samples = fetch_photos()
    for number in range(n):
        shows = number % 2 == 0
        with Image.open(samples["obama3.jpg" if shows else "biden.jpg"]) as photo:
            buffer = io.BytesIO()
            photo.convert("RGB").crop((number % 12, number // 12 % 12, photo.width, photo.height)).save(buffer, "JPEG")
        yield buffer.getvalue(), shows


@contextmanager
def _records(data_dir: Path) -> Iterator[Records]:
    database = Database(sqlite_url(data_dir / "records.sqlite"))
    yield Records(database, HOME)
    database.close()


def _wait_for_answer(robin: Member) -> None:
    """Until it is said that it begins: a command that is cut short by a kill is typed again."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if any("look back" in message["text"] for message in robin.messages(CHANNEL)):
            return
        time.sleep(0.1)


def _wait(records: Records, tally: Tally) -> None:
    """Until it has ended."""
    deadline = time.monotonic() + PATIENCE
    while records.look_backs.all() and time.monotonic() < deadline:
        time.sleep(0.5)
    tally.not_ended = len(records.look_backs.all())
    time.sleep(1)  # for what should not come


def _judge(robin: Member, theirs: set[str], kept: set[str], tally: Tally) -> None:
    tally.missing, tally.too_many = len(theirs - kept), len(kept - theirs)
    posted = robin.messages(CHANNEL)
    tally.said_in_channel = sum(message["user"] == seed.BOT_USER and not message.get("ephemeral") for message in posted)
    tally.said_in_channel += sum(bool(message.get("reply_count")) for message in posted)
    told = [message for message in robin.messages(DIRECT) if "back over" in message["text"]]
    tally.told_twice = max(0, len(told) - 1)
    tally.not_told = int(not told or "I have looked back" not in told[-1]["text"])


if __name__ == "__main__":
    sys.exit(main())
