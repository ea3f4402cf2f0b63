"""What the bot says and does in strange conditions: a clock that jumps, a full disk, a locked database, broken files.

    python -m benchmarks.strange [clock full photos locked cut bad bombs]

In each the bot runs in a process of its own against the playground, with one enrolled person. Something is asked before
the trouble, meanwhile and afterwards. What was answered is printed, word for word, and the exit code is 1 where a photo
was answered twice or not at all, or where the bot does not go on. `full` and `photos` mount file systems, which takes
root; `clock` takes a C compiler.
"""

from __future__ import annotations

import argparse
import io
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pillow_heif
from PIL import Image

from artifacts.photos import fetch_photos
from benchmarks.figures import console
from benchmarks.house import ROOT, Bot, Member, playground
from handlers.views.enroll.statement import STATE
from playground.state import Options

OPTIONS = Options(retry_delays=(0.5, 2.0, 8.0, 15.0, 30.0, 60.0))
PATIENCE = 180.0  # seconds for an answer
LOCKED = 60.0  # seconds for which another process holds the database
FULL = 30.0  # seconds for which the disk is full
BAD = 20, 10  # messages of so many bad files each
CLOCKS = 1, -1, 400 * 24, -48, 0  # hours
# The time of day alone jumps. libfaketime would do it, but where it leaves the monotonic clock alone as kernels do,
# Python cannot sleep (0.9.10).
_CLOCK = """
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long ahead(void) {
    static volatile long *hands;
    if (!hands) {
        int file = open(getenv("CLOCK_HANDS"), O_RDONLY);
        hands = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
        close(file);
    }
    return *hands;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead();
    return failed;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *kept) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (kept) *kept = exact.tv_sec;
    return exact.tv_sec;
}
"""


@dataclass(slots=True)
class Scene:
    """A bot that knows Barack, and what is asked of it and said."""

    bot: Bot
    member: Member
    data_dir: Path
    wrong: list[str] = field(default_factory=list)
    _asked: dict[str, str] = field(default_factory=dict)  # what it was for, by `ts` of a photo
    _heard: set[str] = field(default_factory=set)

    @property
    def channel(self) -> str:
        return self.member.channels["photos"]

    def ask(self, when: str) -> str:
        """Post a photo of Barack."""
        ts = self.member.post(self.channel, _variant("obama3.jpg", len(self._asked)))
        self._asked[ts] = when
        return ts

    def expect(self, *asked: str) -> None:
        """Wait for the answers to photos, or for a sentence instead of one; it is printed."""
        for ts in asked:
            begun = time.monotonic()
            while not (texts := self._texts(ts)) and time.monotonic() < begun + PATIENCE:
                time.sleep(0.5)
            said(f"photo, {self._asked[ts]}", " | ".join(texts) or "NOTHING")
            if not any("recognised" in text for text in texts):
                self.wrong.append(f"photo {self._asked[ts]}: {texts}")

    def command(self, text: str, when: str) -> None:
        """Type a command, and print what is answered within some seconds."""
        with closing(_Timer()) as timer:
            try:
                self.member.command(self.channel, text)
            except RuntimeError as error:
                said(f"{text}, {when}", f"Slack: {error}")
                return
            while not (fresh := self._fresh()) and timer.seconds < 40:
                time.sleep(0.3)
        said(f"{text}, {when}, after {timer.seconds:.0f} s", " | ".join(fresh) or "NOTHING")

    def post(self, *files: bytes, text: str = "") -> str:
        return self.member.post(self.channel, *files, text=text)

    def settled(self) -> None:
        """Nothing is answered twice."""
        time.sleep(5)
        for ts, when in self._asked.items():
            if len(self._texts(ts)) > 1:
                self.wrong.append(f"photo {when} answered twice: {self._texts(ts)}")

    def _texts(self, ts: str) -> list[str]:
        return [str(each["text"]) for each in self.member.replies(self.channel, ts) if not each.get("files")]

    def _fresh(self) -> list[str]:
        """What the bot has said in the channel since this was asked last, without threads."""
        new = [each for each in self.member.messages(self.channel) if each["ts"] not in self._heard]
        self._heard |= {each["ts"] for each in new}
        return [str(each.get("text", ""))[:200] for each in new if each["user"] == self._me(each)]

    @staticmethod
    def _me(message: dict[str, object]) -> object:
        return message["user"] if message.get("bot_id") else None


class _Timer:
    def __init__(self) -> None:
        self._begun = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def close(self) -> None:
        """Nothing is to be ended."""


def said(what: str, text: str) -> None:
    print(f"  {what}: {text}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("conditions", nargs="*", metavar="CONDITION", default=list(CONDITIONS))
    wrong = 0
    for name in parser.parse_args().conditions:
        console().rule(name)
        found = CONDITIONS[name]()
        wrong += len(found)
        print("\n".join(["", *found] if found else ["", "as it should be"]), flush=True)
    return 1 if wrong else 0


@contextmanager
def scene(data_dir: Path | None = None, **environment: str) -> Iterator[Scene]:
    """A playground, and a bot that has been started there and has enrolled Barack."""
    with ExitStack() as stack:
        url = stack.enter_context(playground(OPTIONS))
        folder = data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bot = Bot(url, folder, log=logs, **environment)
        stack.callback(_print_log, logs)
        stack.callback(bot.stop)
        bot.start()
        bot.wait_started()
        member = stack.enter_context(Member.at(url))
        set_up = Scene(bot, member, folder)
        ts = set_up.post(_variant("obama.jpg", 0), _variant("obama2.jpg", 0), text="enroll barack")
        while not any("added" in str(each["text"]) for each in member.replies(set_up.channel, ts)):
            member.click_all(set_up.channel, STATE)
            time.sleep(0.5)
        set_up._fresh()
        set_up.expect(set_up.ask("before"))
        yield set_up


def _print_log(logs: Path) -> None:
    for line in (logs / "bot.log").read_text(errors="replace").splitlines()[-12:]:
        said("log", line[:300])


def clock() -> list[str]:
    """The clock jumps, forwards and back."""
    with tempfile.TemporaryDirectory() as name:
        library, hands = Path(name, "clock.so"), Path(name, "hands")
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", library, "-"], input=_CLOCK, text=True, check=True)
        _set(hands, 0)
        fake: dict[str, Any] = {"LD_PRELOAD": str(library), "CLOCK_HANDS": str(hands)}
        with scene(**fake) as here:
            for jump in CLOCKS:
                when = f"the clock at {timedelta(hours=jump)}"
                waiting = here.ask(f"meanwhile {when}")
                _set(hands, jump)
                here.expect(waiting, here.ask(when))
                here.command("people", when)
            here.settled()
        return here.wrong


def full() -> list[str]:
    """There is no more room on the disk for a while."""
    with _mounted("-t", "tmpfs", "-o", "size=48M", "tmpfs") as folder, scene(folder) as here:
        ballast = folder / "ballast"
        _fill(ballast)
        asked = [here.ask("with the disk full") for _ in range(3)]
        here.command("threshold 91", "with the disk full")
        here.command("people", "with the disk full")
        time.sleep(FULL)
        ballast.unlink()
        here.expect(*asked, here.ask("afterwards"))
        here.command("threshold 92", "afterwards")
        here.settled()
    return here.wrong


def photos() -> list[str]:
    """The folder of photos is read-only for a while, and the whole of DATA_DIR is so at a start."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with scene(folder) as here:
            with _mounted("--bind", str(folder / "photos"), at=folder / "photos", then="remount,ro,bind"):
                enrolled = here.post(_variant("obama3.jpg", 99), text="enroll barack")
                here.expect(here.ask("with the photos read-only"))
                time.sleep(20)
                said("enroll, with the photos read-only", " | ".join(here._texts(enrolled)) or "nothing yet")
            here.expect(here.ask("afterwards"))
            begun = time.monotonic()
            while not any("added" in text for text in here._texts(enrolled)) and time.monotonic() < begun + PATIENCE:
                time.sleep(0.5)
            said("enroll, afterwards", " | ".join(here._texts(enrolled)) or "NOTHING")
            here.settled()
        with _mounted("--bind", name, at=folder, then="remount,ro,bind"):
            said("start, read-only", _run("start", folder))
            said("doctor, read-only", _run("doctor", folder))
    return here.wrong


def locked() -> list[str]:
    """Another process holds the database of records for a minute."""
    with scene() as here:
        with closing(sqlite3.connect(here.data_dir / "records.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            begun = time.monotonic()
            asked = [here.ask("with the database locked") for _ in range(3)]
            here.command("threshold 91", "with the database locked")
            here.command("people", "with the database locked")
            time.sleep(max(0.0, begun + LOCKED - time.monotonic()))
            other.execute("ROLLBACK")
        here.expect(*asked, here.ask("afterwards"))
        here.command("threshold 92", "afterwards")
        here.settled()
    return here.wrong


def cut() -> list[str]:
    """The bot is killed, and half of each write-ahead log is lost."""
    with scene() as here:
        waiting = [here.ask("before it is killed") for _ in range(3)]
        time.sleep(1)
        here.bot.kill()
        for log in sorted(here.data_dir.glob("*.sqlite-wal")):
            half = log.stat().st_size // 2
            said(log.name, f"{2 * half} bytes, of which {half} stay")
            os.truncate(log, half)
        here.bot.start()
        here.bot.wait_started()
        here.expect(*waiting, here.ask("afterwards"))
        here.command("people", "afterwards")
        here.settled()
        said("doctor", _run("doctor", here.data_dir))
    return here.wrong


def bad() -> list[str]:
    """Two hundred bad files at once."""
    messages, each = BAD
    dice = Random(1)
    whole = fetch_photos()["biden.jpg"].read_bytes()
    kinds: list[Callable[[], bytes]] = [
        lambda: dice.randbytes(5000),
        lambda: whole[: dice.randrange(20, 900)],
        lambda: b"\x89PNG\r\n\x1a\n" + dice.randbytes(3000),
        lambda: b"RIFF\x00\x10\x00\x00WEBPVP8 " + dice.randbytes(3000),
        lambda: b"\x00\x00\x00\x18ftypheic" + dice.randbytes(3000),
    ]
    with scene() as here:
        posted = [here.post(*(dice.choice(kinds)() for _ in range(each))) for _ in range(messages)]
        here.expect(here.ask("behind two hundred bad files"))
        begun = time.monotonic()
        while not all(map(here._texts, posted)) and time.monotonic() < begun + PATIENCE:
            time.sleep(1)
        answers = [here._texts(ts) for ts in posted]
        said(f"{messages * each} bad files", f"{sum(map(len, answers))} answers, {answers.count([])} without, such as:")
        said("", (answers[0] or ["NOTHING"])[0])
        here.settled()
    return here.wrong


def bombs() -> list[str]:
    """Small files that unpack to more than the machine has."""
    with scene() as here:
        posted = {name: here.post(made, text="<@U0FACESEARCH>") for name, made in every_bomb()}
        here.expect(here.ask("behind the bombs"))
        for name, ts in posted.items():
            begun = time.monotonic()
            while not (texts := here._texts(ts)) and time.monotonic() < begun + 30:
                time.sleep(0.5)
            said(name, " | ".join(texts) or "nothing")
        said("memory at its highest", f"{here.bot.memory():.0f} MB")
        here.settled()
    return here.wrong


CONDITIONS: dict[str, Callable[[], list[str]]] = {
    each.__name__: each for each in (clock, full, photos, locked, cut, bad, bombs)
}


def every_bomb() -> Iterator[tuple[str, bytes]]:
    """Files of little length that say, or have, more pixels than anybody should unpack."""
    yield "PNG, 20000 × 20000", _png(20_000)
    yield "GIF, 65535 × 65535", b"GIF89a\xff\xff\xff\xff\x80\x00\x00" + bytes(6) + _gif_frame(65_535)
    yield "GIF, 20,000 frames", b"GIF89a\x80\x02\x80\x02\x80\x00\x00" + bytes(6) + _gif_frame(640) * 20_000 + b";"
    yield "WebP, 16383 × 16383", _webp(16_383)
    yield "TIFF, 9000 × 9000", _saved("TIFF", 9_000, mode="1", compression="tiff_lzw")
    yield "TIFF, 8000 × 7900 of floats", _saved("TIFF", 7_900, mode="F", compression="tiff_lzw")
    for kind in ("HEIF", "AVIF"):
        yield f"{kind}, that says 60000 × 60000", _resized(_high(kind, 64), 60_000)
        yield f"{kind}, 7900 × 7900", _high(kind, 7_900)


def _png(side: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer, rows = zlib.compressobj(9), bytes((side + 7) // 8 + 1)
    packed = b"".join(packer.compress(rows) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _gif_frame(side: int) -> bytes:
    return b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x4c\x01\x00"


def _saved(kind: str, side: int, *, mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (side, side)).save(buffer, kind, **options)
    return buffer.getvalue()


def _webp(side: int) -> bytes:
    """One colour for all pixels takes the same bytes however many they are."""
    one = bytearray(_saved("WEBP", 1, lossless=True))
    at = one.index(b"\x2f", one.index(b"VP8L")) + 1
    bits = int.from_bytes(one[at : at + 4], "little") >> 28 << 28
    one[at : at + 4] = (bits | (side - 1) << 14 | (side - 1)).to_bytes(4, "little")
    return bytes(one)


def _high(kind: str, side: int) -> bytes:
    if kind == "AVIF":
        return _saved("AVIF", side, quality=1, speed=10)
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("L", (side, side))).save(buffer, quality=10)
    return buffer.getvalue()


def _resized(data: bytes, side: int) -> bytes:
    """Have its header say another size than its pixels have."""
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", side, side) + data[at + 8 :]


def _variant(name: str, number: int) -> bytes:
    with Image.open(fetch_photos()[name]) as photo:
        buffer = io.BytesIO()
        photo.convert("RGB").crop((number % 12, number // 12, *photo.size)).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def _set(hands: Path, hours: int) -> None:
    """Have the clock of whoever looks at these hands be so many hours ahead."""
    with hands.open("r+b" if hands.exists() else "wb") as there:
        there.write(struct.pack("=q", hours * 3600))


def _fill(ballast: Path) -> None:
    """All the room that a file system has."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(2**16)):
                pass
        except OSError:
            return


def _run(command: str, folder: Path) -> str:
    """What a command of the bot's says in the end."""
    environment = os.environ | {"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR", "PLAYGROUND_PORT": "39127"}
    try:
        run = subprocess.run(
            [sys.executable, "-m", "bot", command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=90,
        )
    except subprocess.TimeoutExpired:
        return "it runs"
    return f"{run.returncode}: " + " / ".join((run.stdout + run.stderr).strip().splitlines()[-14:])


@contextmanager
def _mounted(*what: str, at: Path | None = None, then: str = "") -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        place = at or Path(name)
        subprocess.run(["mount", *what, str(place)], check=True)
        try:
            if then:
                subprocess.run(["mount", "-o", then, str(place)], check=True)
            yield place
        finally:
            subprocess.run(["umount", "-l", str(place)], check=True)


if __name__ == "__main__":
    sys.exit(main())
