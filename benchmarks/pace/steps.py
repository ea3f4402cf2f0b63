"""Where the CPU of an answered photo goes, step by step, against the bare minimum measured beside it.

    python -m benchmarks.steps [--photos 12]

A client posts a photo as phones take them, of 12 million pixels and six faces, waits for the answer and posts the next.
The bot's own metrics say what each step took, of its own thread; the kernel says what the whole process took. The floor
is one decode at the detector's scale, one YuNet pass and a SFace pass a face, done bare in the same run. What Slack
takes until it shows the picture is not counted as the bot's.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import httpx
from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from benchmarks.figures import Floor, console, cpu_of, side_by_side
from benchmarks.house import Bot, Member, ask, from_a_phone, playground
from benchmarks.servers import free_port
from engine.vision import weights
from playground.state import Options

_LINE = re.compile(
    r'facesearch_step_(?P<what>seconds_sum|seconds_count|cpu_seconds_total)\{step="(?P<step>[^"]+)"\} (?P<n>\S+)'
)
Numbers = Mapping[tuple[str, str], float]
"""By step and by what was counted."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=12)
    photos: int = parser.parse_args().photos
    photo, floor = from_a_phone(), Floor(weights.fetch())
    with ExitStack() as stack:
        port = free_port()
        url = stack.enter_context(playground())
        bot = Bot(url, Path(stack.enter_context(tempfile.TemporaryDirectory())), METRICS_PORT=str(port))
        bot.start()
        stack.callback(bot.stop)
        bot.wait_started()
        member = stack.enter_context(Member.at(url))
        channel = member.channels["photos"]
        ask(member, channel, photo, 2)  # networks are loaded with the first
        before, cpu = _numbers(port), bot.cpu()
        bare = cpu_of(lambda: floor.run_reduced(photo), photos)
        (alone,) = side_by_side([lambda: floor.run_reduced(photo)], runs=photos)
        waits = ask(member, channel, photo, photos)
        after, spent = _numbers(port), bot.cpu() - cpu
    console().print(_table(before, after, photos, spent, bare))
    waited, shown = median(waits), Options().share_delay
    own = (waited - shown) / alone.median
    print(f"answered after {waited:.2f} s in the middle, of which {shown} s are until the picture is shown;")
    print(f"the rest is {own:.1f} times the floor's {alone.median:.2f} s")


def _table(before: Numbers, after: Numbers, photos: int, spent: float, floor: float) -> Table:
    table = Table(
        "step",
        *(Column(each, justify="right") for each in ("times", "ms", "ms of CPU", "× the floor")),
        box=SIMPLE_HEAD,
    )
    rows = sorted(_steps(before, after, photos), key=lambda row: -row[3])
    for step, times, seconds, cpu in rows:
        table.add_row(step, f"{times:.1f}", f"{seconds * 1000:.0f}", f"{cpu * 1000:.1f}", f"{cpu / floor:.2f}")
    rest = spent / photos - sum(cpu for *_, cpu in rows)
    table.add_row("other threads, and decoders", "", "", f"{rest * 1000:.1f}", f"{rest / floor:.2f}")
    table.add_row("the process", "", "", f"{spent / photos * 1000:.1f}", f"{spent / photos / floor:.2f}", style="bold")
    table.add_row("the floor", "", "", f"{floor * 1000:.1f}", "1.00")
    return table


def _steps(before: Numbers, after: Numbers, photos: int) -> Iterator[tuple[str, float, float, float]]:
    """Each step, how often it is done for a photo, and its seconds and seconds of CPU a photo."""
    for step in sorted({step for step, _ in after}):
        counts = ("seconds_count", "seconds_sum", "cpu_seconds_total")
        times, seconds, cpu = ((after.get((step, n), 0) - before.get((step, n), 0)) / photos for n in counts)
        if times:
            yield step, times, seconds, cpu


def _numbers(port: int) -> Numbers:
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    return {(line["step"], line["what"]): float(line["n"]) for line in _LINE.finditer(text)}


if __name__ == "__main__":
    main()
