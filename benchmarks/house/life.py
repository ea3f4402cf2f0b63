"""A bot that lives, in one process or several, and a member who talks to it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.house.bots import Bot, crew
from benchmarks.house.members import Member
from benchmarks.house.slack import playground
from benchmarks.servers import postgres


@contextmanager
def living(workers: int | None = None) -> Iterator[tuple[Member, list[Bot]]]:
    """A member of a playground where the bot runs, and the bot's processes.

    That is one that does everything, or with `workers` one that listens and so many that work, on a PostgreSQL.
    """
    with ExitStack() as stack:
        url = stack.enter_context(playground())
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if workers is None:
            bots = [Bot(url, data_dir)]
        else:
            bots = crew(url, data_dir, stack.enter_context(postgres.running()), workers)
        for bot in bots:
            bot.start()
            stack.callback(bot.stop)
            bot.wait_started()
        yield stack.enter_context(Member.at(url)), bots
