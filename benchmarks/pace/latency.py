"""How long a photo of twenty faces takes where every call to Rekognition is 150 ms away.

    python -m benchmarks.latency [--delay 0.15]

`python -m engine serve` plays Rekognition, in a process of its own; each call waits before it is sent. What remains
besides the waiting is the engine's own work, on the cores of this machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image
from rich.table import Table

from artifacts.photos import fetch_photos
from benchmarks.figures import console
from bot import app
from bot.settings import Settings
from services.pictures import images
from services.pictures.images import Photo
from services.search import Mode, Search, Strategy

_ROOT = Path(__file__).resolve().parents[2]
_FACES = 20
_TIMES = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0.15, metavar="SECONDS")
    delay: float = parser.parse_args().delay
    photo = images.open(_montage())
    table = Table("strategy", "calls", "without delay, s", "with delay, s", "added, × one delay")
    with tempfile.TemporaryDirectory() as folder, _serving(Path(folder)) as address:
        os.environ |= {"AWS_ENDPOINT_URL_REKOGNITION": address, "AWS_EC2_METADATA_DISABLED": "true"}
        os.environ |= {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1"}
        for strategy in Strategy:
            settings = Settings(data_dir=Path(folder), engine="aws", search_strategy=strategy)
            with app.open_workspaces(settings) as workspaces:
                search, line = workspaces.open().search, _Line()
                workspaces.open().collection.client.meta.events.register("before-send.rekognition", line.wait)
                _seconds(search, photo)  # everything is warm from here on
                near = _seconds(search, photo)
                line.delay, line.calls = delay, 0
                far = _seconds(search, photo)
            added = (far - near) / delay
            table.add_row(strategy.value, str(line.calls // _TIMES), f"{near:.2f}", f"{far:.2f}", f"{added:.1f}")
    console().print(table)


class _Line:
    """The way to Rekognition."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.calls = 0

    def wait(self, **_: Any) -> None:
        self.calls += 1
        time.sleep(self.delay)


def _seconds(search: Search, photo: Photo) -> float:
    """The median of several times."""
    times = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        search.identify(photo, mode=Mode.USERS, threshold=99)
        times.append(time.perf_counter() - begun)
    return median(times)


def _montage() -> bytes:
    canvas = Image.new("RGB", (1500, 1200), "gray")
    photos = fetch_photos()
    for number in range(_FACES):
        with Image.open(photos["biden.jpg" if number % 2 else "obama2.jpg"]) as photo:
            picture = photo.convert("RGB")
        picture.thumbnail((290, 290))
        canvas.paste(picture, (number % 5 * 300, number // 5 * 300))
    buffer = BytesIO()
    canvas.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "engine", "serve", "--port", "0", "--data-dir", str(folder / "rekognition")]
    process = subprocess.Popen(command, cwd=_ROOT, stderr=subprocess.PIPE, text=True)
    try:
        yield next(line.split()[-1] for line in process.stderr or () if "Listening on " in line)
    finally:
        process.terminate()
        process.communicate()


if __name__ == "__main__":
    main()
