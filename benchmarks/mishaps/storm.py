"""All that may befall the processes of the bot, one thing after the other, for `benchmarks.faults`.

Any of them is killed, or stands still for up to a minute, or does so, or is killed, in the middle of a commit: that has
reached the database, and the process has not heard so. The database crashes, and starts again; who starts meanwhile
ends, and is started again as by a supervisor. Beside all that Slack is away for two minutes.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random

import psycopg

from benchmarks.house import Bot
from benchmarks.servers.postgres import Server

PAUSE = 5.0, 60.0  # seconds for which a process stands still
AWAY = 120.0  # seconds for which Slack is away
_BETWEEN = 4.0, 15.0  # seconds
_GOES_AFTER = 5.0, 60.0  # seconds after which Slack goes
_CAUGHT_WITHIN = 15.0  # seconds for which a commit is waited for
_NO_SLACK = {"error": 1.0, "dropped": 1.0, "cut": 1.0, "hang_up": 1.0}
_WAITING = "SELECT application_name FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


class Storm:
    """What befalls a crew on one database, and how often each thing has.

    `faults` sets the chances of Slack's faults, which are the `usual` ones unless it is away.
    """

    def __init__(
        self,
        bots: Sequence[Bot],
        server: Server,
        faults: Callable[[Mapping[str, float]], object],
        usual: Mapping[str, float],
        dice: Random,
    ) -> None:
        self._bots, self._server, self._faults, self._usual = bots, server, faults, usual
        self._dice = Random(dice.random())
        self.struck: Counter[str] = Counter()

    @property
    def complete(self) -> bool:
        """Whether each has happened, and Slack is back."""
        return self.struck.keys() == {"kills", "pauses", "stops_in_commits", "database_crashes", "slack_away"}

    def strike(self) -> str:
        """The next thing, after a while, and what it was."""
        time.sleep(self._dice.uniform(*_BETWEEN))
        for bot in self._bots:
            bot.start_if_ended()
        what = self._dice.choice([self._kill, self._pause, self._stop_in_commit, self._crash])
        what()
        return what.__name__.strip("_").replace("_", " ")

    @contextmanager
    def while_slack_goes_and_comes_back(self) -> Iterator[None]:
        """Have Slack go at some time, and come back."""
        thread = threading.Thread(target=self._go_and_come_back, args=(self._dice.uniform(*_GOES_AFTER),))
        thread.start()
        yield
        thread.join()

    def _go_and_come_back(self, after: float) -> None:
        time.sleep(after)
        self._faults(_NO_SLACK)
        time.sleep(AWAY)
        self._faults(self._usual)
        self.struck["slack_away"] += 1

    def _kill(self) -> None:
        """What befalls the next one may befall this one while it starts."""
        killed = self._dice.choice(self._bots)
        self._again(killed)
        if self._dice.random() > 0.25:
            killed.wait_started()
        self.struck["kills"] += 1

    def _pause(self) -> None:
        standing = self._dice.choice(self._bots)
        standing.signal(signal.SIGSTOP)
        self._stand(standing)
        self.struck["pauses"] += 1

    def _crash(self) -> None:
        self._server.restart()
        self.struck["database_crashes"] += 1

    def _stop_in_commit(self) -> None:
        with self._server.commits_wait() as watch:
            caught = self._catch(watch)
        if caught is None:
            return
        if self._dice.random() < 0.5:
            self._again(caught)
        else:
            self._stand(caught)
        self.struck["stops_in_commits"] += 1

    def _catch(self, watch: psycopg.Connection) -> Bot | None:
        """Stop the first process whose commit waits; None where none commits."""
        deadline = time.monotonic() + _CAUGHT_WITHIN
        while time.monotonic() < deadline:
            for (name,) in watch.execute(_WAITING):
                for bot in self._bots:
                    if f"facesearch {bot.pid} " in name:
                        bot.signal(signal.SIGSTOP)
                        return bot
            time.sleep(0.01)
        return None

    def _stand(self, standing: Bot) -> None:
        time.sleep(self._dice.uniform(*PAUSE))
        standing.signal(signal.SIGCONT)

    @staticmethod
    def _again(killed: Bot) -> None:
        killed.kill()
        killed.start()
