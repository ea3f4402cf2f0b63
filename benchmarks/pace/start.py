"""What a start costs, and a bot that nobody talks to.

    python -m benchmarks.start [--starts 5] [--idle 60]

`./facesearch start` brings up the bot and its playground on a DATA_DIR that has been used before, as often as said. The
kernel says how much CPU both have taken until they say that they are ready; the least of all starts counts, as whatever
else runs beside only adds to it. Beside each start the libraries that neither can be without are loaded bare, which is
the floor. Then both are left alone for a while, after the half minute in which what a start leaves to do is done.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.table import Table

from benchmarks.figures import console
from benchmarks.house import LEAVE_TIME, ROOT
from benchmarks.servers import free_port

_TICKS = os.sysconf("SC_CLK_TCK")
_SETTLES = 30.0  # seconds
_READY = "Ctrl-C stops"
_BARE = ("import dbos, numpy, PIL.Image, pydantic_settings, slack_bolt", "import starlette.applications, uvicorn, yaml")
_MOST_CPU, _MOST_IDLE, _MOST_MEMORY = 1.0, 0.5, 140


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--idle", type=float, default=60, help="seconds")
    options = parser.parse_args()
    starts, floors, idle, memory = [], [], 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        with _started(Path(folder)):
            pass
        for left in reversed(range(options.starts)):
            floors.append(sum(map(_bare, _BARE)))
            with _started(Path(folder)) as processes:
                starts.append(sum(map(_cpu, processes)))
                if left == 0:
                    time.sleep(_SETTLES)
                    idle, memory = _idle(processes, options.idle), sum(map(_memory, processes))
    table = Table("bot and playground together", "", "at most")
    table.add_row("a start, CPU until ready, s", f"{min(starts):.2f}", f"{_MOST_CPU:.2f}")
    table.add_row("the libraries alone, CPU, s", f"{min(floors):.2f}", "")
    table.add_row("ratio", f"{min(starts) / min(floors):.2f}", "")
    table.add_row("at rest, % of a core", f"{idle:.2f}", f"{_MOST_IDLE:.2f}")
    table.add_row("memory at rest, MB", f"{memory:.0f}", f"{_MOST_MEMORY}")
    console().print(table)


@contextmanager
def _started(data_dir: Path) -> Iterator[list[int]]:
    """The processes of a bot and its playground that are ready."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    settings |= {"DATA_DIR": str(data_dir), "PLAYGROUND_PORT": str(free_port())}
    command = [str(ROOT / "facesearch"), "start"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        if not any(_READY in line for line in process.stdout or ()):
            raise SystemExit("The bot did not start; ./facesearch start says why.")
        yield [process.pid, *_children(process.pid)]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LEAVE_TIME)


def _bare(imports: str) -> float:
    """The CPU of a process that imports and no more."""
    before = os.times()
    subprocess.run([sys.executable, "-c", imports], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _idle(processes: list[int], seconds: float) -> float:
    """How busy they are together, in percent of a core."""
    before = sum(map(_cpu, processes))
    time.sleep(seconds)
    return 100 * (sum(map(_cpu, processes)) - before) / seconds


def _cpu(process: int) -> float:
    """The seconds that a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(process: int) -> float:
    """What is resident of it, what it shares with others by its share."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _children(process: int) -> list[int]:
    """Those of all its threads."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


if __name__ == "__main__":
    main()
