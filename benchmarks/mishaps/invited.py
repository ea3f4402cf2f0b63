"""What becomes of an invitation of many members while Slack misbehaves and the bot is killed again and again.

    python -m benchmarks.invited [--members 100] [--kills 20] [--seed 1] [--calm]

Everyone in a channel is invited, and the bot is killed with SIGKILL at random moments until all are asked. Each member
must have one question, no more, and whoever invited them one message that says how it goes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from rich.table import Table

from benchmarks.figures import console
from benchmarks.house import Bot, Json, Member, playground
from benchmarks.mishaps.faults import OPTIONS, RATES
from handlers.views.people import invitations

PATIENCE = 240.0  # seconds for the last questions, once the faults are over
LONGEST = 4.0  # seconds between two kills, at most
FIRST = ("U0ROBINVAL", "U0SASHAQUI", "U0JULESARB")  # who are there in any playground


@dataclass(slots=True)
class Tally:
    """What came of it; what begins with `not` or ends with `twice` must be nought."""

    members: int
    kills: int = 0
    not_asked: int = 0
    asked_twice: int = 0
    told_twice: int = 0

    @property
    def wrong(self) -> int:
        return self.not_asked + self.asked_twice + self.told_twice


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm", action="store_true", help="without Slack's faults")
    options = parser.parse_args()
    tally = run(options.members, options.kills, options.seed, rates={} if options.calm else RATES)
    table = Table("", "", title=f"seed {options.seed}")
    for name in Tally.__slots__:
        table.add_row(name.replace("_", " "), str(getattr(tally, name)))
    console().print(table)
    sys.exit(1 if tally.wrong else 0)


def run(members: int, kills: int, seed: int, *, rates: Mapping[str, float] = RATES) -> Tally:
    """Invite so many members beside the first three, and kill the bot so many times while they are asked."""
    dice, everyone = Random(seed), [*FIRST, *(f"U0MEMBER{n:03}" for n in range(1, members + 1))]
    tally = Tally(len(everyone))
    with ExitStack() as stack:
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(playground(replace(OPTIONS, members=members)))
        admin = stack.enter_context(Member.at(url))
        bot = Bot(url, data_dir)
        stack.callback(bot.stop)
        bot.start()
        bot.wait_started()
        admin.command(admin.channels["photos"], f"invite <#{admin.channels['general']}|general>")
        _until(lambda: any(_questions(admin, FIRST[0])), 60)
        admin.do("faults", rates=dict(rates), seed=seed)
        for _ in range(kills):
            time.sleep(dice.uniform(0, LONGEST))
            bot.kill()
            bot.start()
            tally.kills += 1
        admin.do("faults", rates={}, seed=seed)
        _until(lambda: all(any(_questions(admin, member)) for member in everyone), PATIENCE)
        time.sleep(3)  # for what should not come
        asked = [len(list(_questions(admin, member))) for member in everyone]
        tally.not_asked, tally.asked_twice = asked.count(0), sum(n > 1 for n in asked)
        tally.told_twice = max(0, sum("invited" in str(each["text"]) for each in _said(admin, FIRST[0])) - 1)
    return tally


def _questions(admin: Member, member: str) -> Iterator[Json]:
    """What the bot has asked a member in their direct messages."""
    return (each for each in _said(admin, member) if invitations.PROFILE in str(each.get("blocks")))


def _said(admin: Member, member: str) -> list[Json]:
    channel = admin.ask("conversations.open", users=member)["channel"]["id"]
    messages: list[Json] = admin.ask("conversations.history", channel=channel, limit=100)["messages"]
    return messages


def _until(done: Callable[[], bool], seconds: float) -> None:
    """Wait until it is done, or too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not done():
        time.sleep(1)


if __name__ == "__main__":
    main()
