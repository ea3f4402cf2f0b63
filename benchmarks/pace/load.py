"""What the bot carries: photos a minute, how long an answer takes, and how long Slack waits, by clients and processes.

    python -m benchmarks.load [--photos 8] [--clients 1 2 4 8] [--workers 1 2 4]

A client posts a photo as phones take them, waits for the whole answer and posts the next; meanwhile somebody types
commands. First the bot is one process that does everything. Then one listens, and others work on what it stores in a
PostgreSQL, for as many clients as there were at most. Each figure has its ratio to that of the first row behind it.
Beside them stands what the floor would do on these cores with nothing else to do, one process on each; and how much of
all CPU the playground takes with its clients, which are one process.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from itertools import cycle, islice
from statistics import median, quantiles

from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from benchmarks.figures import console, floor_on
from benchmarks.house import Member, ask, from_a_phone, living

CHANNELS = ("photos", "general", "back-office")
HEADINGS = (
    "bot",
    "clients",
    "photos\na minute",
    "answer, s\nmedian",
    "answer, s\n99th",
    "ack., ms\nmedian",
    "ack., ms\n99th",
    "memory\nMB",
    "of the\nfloor",
    "the play-\nground's",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run: photos a minute, seconds from post to answer, milliseconds to the acknowledgement, MB.

    `playground` is its share of all CPU, with its clients.
    """

    photos: float
    answer: float
    answer_99: float
    acknowledged: float
    acknowledged_99: float
    memory: float
    playground: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=8, help="of each client")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument(
        "--workers", type=int, nargs="*", default=[1, 2, 4], help="processes beside the one that listens"
    )
    options = parser.parse_args()
    table = Table(*(Column(each, no_wrap=True) for each in HEADINGS), box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    runs: list[tuple[int | None, int]] = [
        *((None, clients) for clients in options.clients),
        *((workers, max(options.clients)) for workers in options.workers),
    ]
    cores = sorted(os.sched_getaffinity(0))
    floor = 60 / floor_on(cores, from_a_phone(), options.photos, reduced=True)  # photos a minute
    first: Figures | None = None
    for workers, clients in runs:
        figures = measure(workers, clients, options.photos)
        first = first or figures
        ratios = [_with_ratio(*pair) for pair in zip(astuple(figures)[:-1], astuple(first)[:-1], strict=True)]
        shares = f"{figures.photos / floor:.2f}", f"{figures.playground:.0%}"
        table.add_row("1" if workers is None else f"1 + {workers}", str(clients), *ratios, *shares)
    console().print(table)
    print(f"the floor alone: {floor:.0f} photos a minute")


def measure(workers: int | None, clients: int, photos: int) -> Figures:
    """Each client's first photo is not counted: networks are loaded with it."""
    photo = from_a_phone()
    with living(workers) as (member, bots), ThreadPoolExecutor(clients) as pool:
        channels = list(islice(cycle(member.channels[name] for name in CHANNELS), clients))
        answers = [pool.submit(ask, member, channel, photo) for channel in channels]
        for each in answers:
            each.result()
        before = {kind: len(times) for kind, times in member.acknowledgements().items()}
        cpu, own, stopped = sum(bot.cpu() for bot in bots), time.process_time(), threading.Event()
        begun = time.monotonic()
        commands = threading.Thread(target=_type_commands, args=(member, stopped))
        commands.start()
        runs = [pool.submit(ask, member, channel, photo, photos) for channel in channels]
        waits = [wait for run in runs for wait in run.result()]
        took = time.monotonic() - begun
        stopped.set()
        commands.join()
        own, cpu = time.process_time() - own, sum(bot.cpu() for bot in bots) - cpu
        taken = member.acknowledgements().items()
        acknowledged = [each for kind, times in taken for each in times[before.get(kind, 0) :]]
        memory = sum(bot.memory() for bot in bots)
    return Figures(
        60 * len(waits) / took,
        median(waits),
        _99th(waits),
        median(acknowledged),
        _99th(acknowledged),
        memory,
        own / (own + cpu),
    )


def _type_commands(member: Member, stopped: threading.Event) -> None:
    while not stopped.wait(0.3):
        member.command(member.channels["random"], "threshold")


def _99th(values: Sequence[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[98]


def _with_ratio(value: float, first: float) -> str:
    return f"{value:.{1 if value < 10 else 0}f} ×{value / first:.1f}"


if __name__ == "__main__":
    main()
