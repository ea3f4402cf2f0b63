"""How long Slack waits for the bot while it works on photos: from an envelope sent to its acknowledgement.

    python -m benchmarks.acknowledgement [--photos 60] [--json]

The bot runs in a process of its own against the playground. Photos are posted one after the other for as long as
commands are typed, so every acknowledgement is taken while photos are being worked on.
"""

from __future__ import annotations

import argparse
import json
import time
from statistics import median, quantiles
from typing import Any

from rich.table import Table

from artifacts.photos import fetch_photos
from benchmarks.figures import console
from benchmarks.house import Member, living

MOST = 100.0  # milliseconds, at the 99th percentile


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    photo = fetch_photos()["t1.jpg"].read_bytes()
    with living() as (member, _):
        _load(member, photo, options.photos)
        rows = {kind: _figures(times) for kind, times in member.acknowledgements().items()}
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    table = Table("acknowledged", "how many", "median, ms", "99th, ms", "at most")
    for kind, row in rows.items():
        table.add_row(kind, str(row["count"]), f"{row['median']:.1f}", f"{row['p99']:.1f}", f"{MOST:.0f}")
    console().print(table)


def _load(member: Member, photo: bytes, photos: int) -> None:
    channel = member.channels["photos"]
    posted: list[str] = []
    for _ in range(photos):
        posted.append(member.post(channel, photo))
        for text in ("people", "threshold"):
            member.command(channel, text)
    for ts in posted:
        _wait_for_answer(member, channel, ts)


def _wait_for_answer(member: Member, channel: str, ts: str) -> None:
    for _ in range(600):
        if len(member.replies(channel, ts)) >= 2:
            return
        time.sleep(0.2)
    raise SystemExit("a photo was not answered")


def _figures(times: list[float]) -> dict[str, Any]:
    return {"count": len(times), "median": median(times), "p99": quantiles(times, n=100)[98], "most": MOST}


if __name__ == "__main__":
    main()
