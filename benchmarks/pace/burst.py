"""What a burst of photos does to a bot: how long others wait, and how much memory it takes.

    python -m benchmarks.burst [--photos 500] [--heic]

Photos as phones take them are posted as fast as the playground accepts them, in three channels, while commands are
typed in a fourth, until all are answered. The bot's memory is what the kernel counts as resident in its process and its
decoders' together, looked at fifty times a second; the sum of what each of them ever had, at moments of their own, is a
bound that no moment reaches.
"""

from __future__ import annotations

import argparse
import io
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

import pillow_heif
from PIL import Image
from rich.table import Table

from artifacts.photos import fetch_photos
from benchmarks.figures import console
from benchmarks.house import Bot, Member, from_a_phone, living

MOST_MEMORY = 600  # MB
MOST_WAIT = 3000  # ms until Slack gives a command up
_MOMENT = 0.02  # s
CHANNELS = ("photos", "back-office", "general")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--small", action="store_true", help="photos of two million pixels and one face")
    parser.add_argument("--heic", action="store_true", help="as iPhones take them")
    parser.add_argument("--seconds", type=float, default=1800, help="how long to wait for answers, once all is posted")
    options = parser.parse_args()
    photo = fetch_photos()["biden.jpg"].read_bytes() if options.small else from_a_phone()
    photo = _heic(photo) if options.heic else photo
    with ExitStack() as stack:
        member, [bot] = stack.enter_context(living())
        rest, moments = bot.memory(), stack.enter_context(_memory(bot))
        started = time.monotonic()
        posts = _post(member, photo, options.photos)
        posted = time.monotonic() - started
        unanswered = _watch(member, posts, started + posted + options.seconds)
        answered = time.monotonic() - started
        waits = member.acknowledgements()["slash_commands"]
        apart = bot.memory()
    table = Table("a burst of photos", f"{options.photos} in {posted:.0f} s", "at most")
    table.add_row("all answered, after s", f"{answered:.0f}" if not unanswered else f"{unanswered} are not", "")
    table.add_row("commands acknowledged, median, ms", f"{median(waits):.0f}", "")
    table.add_row("commands acknowledged, longest, ms", f"{max(waits):.0f}", str(MOST_WAIT))
    table.add_row("memory at rest, MB", f"{rest:.0f}", "")
    table.add_row("memory at its highest, MB", f"{max(moments):.0f}", str(MOST_MEMORY))
    table.add_row("sum of each process's highest, MB", f"{apart:.0f}", "")
    console().print(table)


@contextmanager
def _memory(bot: Bot) -> Iterator[list[float]]:
    """What the bot has resident, moment by moment, in MB."""
    moments, ended = [bot.memory_now()], threading.Event()

    def watch() -> None:
        while not ended.wait(_MOMENT):
            moments.append(bot.memory_now())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield moments
    finally:
        ended.set()
        thread.join()


def _heic(photo: bytes) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(photo)) as image:
        pillow_heif.from_pillow(image).save(buffer, quality=60)
    return buffer.getvalue()


def _post(member: Member, photo: bytes, photos: int) -> list[tuple[str, str]]:
    """Where what was posted is: channel and `ts`."""
    posts = []
    for number in range(photos):
        channel = member.channels[CHANNELS[number % len(CHANNELS)]]
        posts.append((channel, member.post(channel, photo)))
        if number % 10 == 0:
            _command(member)
    return posts


def _watch(member: Member, posts: list[tuple[str, str]], until: float) -> int:
    """Type commands until all is answered; how many posts are not."""
    waiting = list(posts)
    while waiting and time.monotonic() < until:
        _command(member)
        time.sleep(0.5)
        waiting = [post for post in waiting[:20] if len(member.replies(*post)) < 2] + waiting[20:]
    return len(waiting)


def _command(member: Member) -> None:
    member.command(member.channels["random"], "threshold")


if __name__ == "__main__":
    main()
