"""What becomes of photos and enrolments while Slack misbehaves and the bot is killed again and again.

    python -m benchmarks.faults [--kills 200] [--seed 1]
    python -m benchmarks.faults --workers 2 --photos 1000 --longest 15 --calm
    python -m benchmarks.faults --workers 2 --photos 500 --pauses 100 --calm
    python -m benchmarks.faults --workers 2 --photos 270 --storm --rounds 10 --calm
    python -m benchmarks.faults --machines 3 [--photos 600] [--enrolments 60] [--faces FOLDER] --calm

The bot runs in a process of its own against the playground, whose faults are all turned on. Photos are posted and
people enrolled all the while, and the bot is killed with SIGKILL at random moments, also while it starts. When the
faults are over, everything posted must have been answered exactly once, every enrolment must be whole, and nothing
may be left in the engine or among the photos that the records do not know. With `--workers` one process listens to
Slack, so many others work on what it stores in PostgreSQL, and those are killed. With `--photos` that goes on until so
many are posted; with `--calm` Slack behaves, and only the killing is wrong. With `--storm` it is not killing alone that
befalls the processes, but whatever `storm` has. With `--machines` whole machines are lost, as
`machines` says.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from rich.table import Table

from benchmarks.figures import console
from benchmarks.house import Bot, Member, crew, playground
from benchmarks.mishaps import machines
from benchmarks.mishaps.machines import Plan
from benchmarks.mishaps.posting import Poster, TwoPeople, meanwhile
from benchmarks.mishaps.storm import PAUSE, Storm
from benchmarks.mishaps.tally import Tally, judge_answers, judge_records
from benchmarks.servers import postgres
from bot.settings import Settings
from playground.state import Options

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
LONGEST_RUN = 20.0  # seconds for which it goes on before the next time, at most
PATIENCE = 180.0  # seconds for the last answers, once the faults are over
PATIENCE_AFTER_STORM = 400.0
_USUAL = Plan()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--photos", type=int, default=0, help="how many to post at least, killing all the while")
    parser.add_argument("--pauses", type=int, default=0, help="how often a worker, or a machine, stands still")
    parser.add_argument("--machines", type=int, default=0, help="have whole machines, so many, of which one is lost")
    parser.add_argument("--enrolments", type=int, default=_USUAL.enrolments, help="with --machines")
    parser.add_argument("--crashes", type=int, default=_USUAL.crashes, help="of PostgreSQL, with --machines")
    parser.add_argument("--faces", type=Path, help="photos of people to enrol, one each, with --machines")
    parser.add_argument("--storm", action="store_true", help="with all that may befall a crew, until all are posted")
    parser.add_argument("--rounds", type=int, default=1, help="how often all of it, each time with the next seed")
    parser.add_argument("--calm", action="store_true", help="without Slack's faults")
    parser.add_argument("--longest", type=float, default=3.0, help="seconds between two kills at most")
    options = parser.parse_args()
    wrong = 0
    for seed in range(options.seed, options.seed + options.rounds):
        tally = _run(options, seed)
        _print(tally, seed)
        wrong += tally.wrong
    sys.exit(1 if wrong else 0)


def _run(options: argparse.Namespace, seed: int) -> Tally:
    rates = {} if options.calm else RATES
    if options.machines:
        plan = Plan(
            machines=options.machines,
            photos=options.photos or _USUAL.photos,
            enrolments=options.enrolments,
            kills=_USUAL.kills if options.kills is None else options.kills,
            freezes=options.pauses or _USUAL.freezes,
            crashes=options.crashes,
            faces=options.faces,
        )
        return machines.run(plan, seed, PATIENT, rates)
    kills = 200 if options.kills is None and not (options.photos or options.pauses) else options.kills
    return run(
        0 if kills is None and not options.pauses else kills,
        seed,
        options.workers,
        longest=options.longest,
        photos=options.photos,
        pauses=options.pauses,
        storm=options.storm,
        rates=rates,
    )


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
        slack = TwoPeople(stack.enter_context(Member.at(url)), dice)
        server = stack.enter_context(postgres.serving()) if workers else None
        database = server.url if server else None
        settings = Settings(_env_file=None, data_dir=data_dir, database_url=database)  # type: ignore[call-arg]
        bots = crew(url, data_dir, database, workers) if database else []
        bot = _Crew(bots, dice) if bots else _Alone(url, data_dir)
        slack.faults(rates, seed)
        with ExitStack() as life:
            life.callback(bot.stop)
            with meanwhile(slack.keep_posting), meanwhile(partial(bot.keep_pausing, tally, pauses)):
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
        judge_answers(slack, tally)
        judge_records(settings, tally)
    return tally


def _let_storm(storm: Storm, slack: Poster, photos: int, tally: Tally) -> None:
    """Until so many photos are posted, and everything has befallen the bot at least once."""
    with storm.while_slack_goes_and_comes_back():
        while slack.photos < photos or not storm.complete:
            print(f"{storm.strike()}, {slack.photos} photos posted", file=sys.stderr, flush=True)
    for what, times in storm.struck.items():
        setattr(tally, what, times)


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
        """They run, but for who has ended by itself."""
        for each in self._bots:
            each.start_if_ended()

    def stop(self) -> None:
        for each in self._bots:
            each.stop()


if __name__ == "__main__":
    main()
