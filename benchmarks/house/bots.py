"""The bot in processes of its own, which are started, killed and watched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.servers import processes
from bot import app
from bot.settings import Settings
from playground.state import Options

ROOT = Path(__file__).parents[2]
LEAVE_TIME = 60.0  # seconds that the bot has to go


class Bot:
    """A process of the bot, which may be started again. `within` is a command that runs the one behind it elsewhere."""

    def __init__(
        self,
        url: str,
        data_dir: Path,
        command: str = "start",
        *,
        log: Path | None = None,
        within: Sequence[str] = (),
        **more: str,
    ) -> None:
        self._command = [*within, sys.executable, "-m", "bot", command]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
        self._environment = kept | {
            "DATA_DIR": str(data_dir),
            "SLACK_BOT_TOKEN": Options().bot_token,
            "SLACK_APP_TOKEN": Options().app_token,
            "SLACK_API_URL": f"{url}/api/",
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": "ERROR",
            **more,
        }
        self._log = ((log or data_dir) / "bot.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self._is_silent = False  # since it was started

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._is_silent = True

    def start_if_ended(self) -> None:
        """Start it again where it has ended by itself, as a supervisor does: so it does without a database."""
        if self._process is not None and self._process.poll() is not None:
            self._process.communicate()
            self.start()

    def wait_started(self) -> None:
        """Until it has said that it is connected, or at work."""
        if self._is_silent and self._process is not None and self._process.stdout is not None:
            self._process.stdout.readline()
            self._is_silent = False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def signal_all(self, number: int) -> None:
        """To it and to the decoders that it started."""
        for pid in [*processes.family(self._process.pid)] if self._process is not None else ():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.communicate(timeout=LEAVE_TIME)
        self._log.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def cpu(self) -> float:
        """Seconds of CPU that it and the decoders that it started have taken until now."""
        return sum(processes.cpu(self._process.pid)) if self._process is not None else 0.0

    def memory(self) -> float:
        """The most that it and the decoders that it started had resident until now, each by itself, in MB."""
        return sum(processes.resident(self._process.pid, "VmHWM")) / 1024 if self._process is not None else 0.0

    def memory_now(self) -> float:
        """What it and the decoders that it started have resident at this moment, in MB."""
        return sum(processes.resident(self._process.pid, "VmRSS")) / 1024 if self._process is not None else 0.0


def crew(url: str, data_dir: Path, database_url: str, workers: int, *, within: Sequence[str] = ()) -> list[Bot]:
    """What listens to Slack, and workers on the same PostgreSQL, not started yet. Without workers it works, too."""
    app.migrate(Settings(_env_file=None, data_dir=data_dir, database_url=database_url))  # type: ignore[call-arg]
    commands = ["start", *["worker"] * workers]
    cores = ["0" if workers else "1", *["1"] * workers]
    return [
        Bot(url, data_dir, command, within=within, DATABASE_URL=database_url, WORKERS=n)
        for command, n in zip(commands, cores, strict=True)
    ]
