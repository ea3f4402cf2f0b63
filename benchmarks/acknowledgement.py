"""How long Slack waits for the bot while it works on photos: from an envelope sent to its acknowledgement.

    python -m benchmarks.acknowledgement [--photos 60] [--json]

The bot runs in a process of its own against the playground. Photos are posted one after the other for as long as
commands are typed, so every acknowledgement is taken while photos are being worked on.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from artifacts.photos import fetch_photos

MOST = 100.0  # milliseconds, at the 99th percentile


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    photo = fetch_photos()["t1.jpg"].read_bytes()
    with running_bot() as address, httpx.Client(base_url=address, timeout=60) as page:
        _load(page, photo, options.photos)
        rows = {kind: _figures(times) for kind, times in _acknowledgements(page).items()}
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    table = Table("acknowledged", "how many", "median, ms", "99th, ms", "at most")
    for kind, row in rows.items():
        table.add_row(kind, str(row["count"]), f"{row['median']:.1f}", f"{row['p99']:.1f}", f"{MOST:.0f}")
    Console().print(table)


@contextmanager
def running_bot() -> Iterator[str]:
    """`python -m bot start` with an empty DATA_DIR; the address of its playground."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as data:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
        environment |= {"DATA_DIR": data, "PLAYGROUND_PORT": port, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "start"],
            cwd=Path(__file__).parents[1],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            for line in process.stdout or ():
                if "Ctrl-C stops" in line:
                    break
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _load(page: httpx.Client, photo: bytes, photos: int) -> None:
    boot = page.get("/client/boot").json()
    user = boot["me"]["id"]
    channel = next(channel["id"] for channel in boot["channels"] if channel["name"] == "photos")
    posted: list[str] = []
    for _ in range(photos):
        upload = page.post("/client/upload", params={"user": user}, files={"file": ("six.jpg", photo)}).json()
        message = {"user": user, "channel": channel, "text": "", "files": [upload["id"]]}
        posted.append(page.post("/client/post", json=message).json()["ts"])
        for text in ("people", "threshold"):
            command = {"user": user, "channel": channel, "command": "/facesearch", "text": text}
            page.post("/client/command", json=command)
    for ts in posted:
        _wait_for_answer(page, user, channel, ts)


def _wait_for_answer(page: httpx.Client, user: str, channel: str, ts: str) -> None:
    for _ in range(600):
        where = {"user": user, "channel": channel, "thread_ts": ts}
        if len(page.get("/client/messages", params=where).json()["messages"]) >= 3:
            return
        time.sleep(0.2)
    raise SystemExit("a photo was not answered")


def _acknowledgements(page: httpx.Client) -> dict[str, list[float]]:
    kinds: dict[str, list[float]] = {}
    for taken in page.get("/client/acknowledgements").json()["acknowledgements"]:
        kinds.setdefault(taken["type"], []).append(taken["milliseconds"])
    return kinds


def _figures(times: list[float]) -> dict[str, Any]:
    return {"count": len(times), "median": median(times), "p99": quantiles(times, n=100)[98], "most": MOST}


if __name__ == "__main__":
    main()
