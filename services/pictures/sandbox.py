"""Makes pictures simple JPEGs in processes of their own: a decoder that crashes, hangs or hungers takes nobody with it.

A worker is this module run as a program, so it starts in a tenth of a second and holds little. It has no environment,
thus no secrets, a limit of memory, and a limit of processor time for each picture, by its pixels. Where the system lets
it, it shuts itself off from files and from the network (`services.pictures.walls`). It lives until it fails or until
the process that started it is gone.
"""

from __future__ import annotations

import io
import json
import logging
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path
from queue import LifoQueue
from typing import Any

from PIL import Image

from services import cores, texts
from services.errors import Unavailable
from services.pictures import heif, jpeg, walls
from services.pictures.colours import TABLE_BYTES, table
from services.pictures.decoding import ImageError, decode, decode_closely, encode
from services.pictures.parts import MIN_SIDE, REKOGNITION_BYTES, Part

_logger = logging.getLogger(__name__)

_WORKERS = max(1, cores.usable() // 2)  # at once: a decoder uses more than one core, and bombs do not add up
_MEMORY = 1_500_000_000  # bytes of address space
_SECONDS = 3.0  # of processor time, for any picture
_PIXELS_A_SECOND, _JPEG_PIXELS_A_SECOND = 6_000_000, 16_000_000  # a quarter of what we have measured
_PATIENCE = 120.0  # s by the clock
_ROOT = Path(__file__).parents[2]
_LONGEST_HEADER = 10_000  # bytes
_ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "2",  # each of them reserves memory that would count
    "OPENBLAS_NUM_THREADS": "1",  # a process with threads cannot have a network of its own
}
_PLACE = ("left", "top", "width", "height")
_LOST = (EOFError, OSError, ValueError, LookupError, TypeError)


class _Wanted(StrEnum):
    """What a worker is to make of what it is sent."""

    PICTURE = "picture"
    PARTS = "parts"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Converted:
    """A picture as a simple, upright JPEG without metadata, as large as `services.pictures.decoding.decode` leaves it.

    `width` and `height` are the file's, in pixels, turned upright; `format` is the file's, as Pillow names it. `parts`
    are there where they were asked for, of a picture that is larger than its JPEG.
    """

    width: int
    height: int
    format: str
    jpeg: bytes
    parts: tuple[Part, ...] = ()


class Sandbox:
    """Workers, started when they are needed. For any number of threads."""

    def __init__(self) -> None:
        self._slots: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(_WORKERS):
            self._slots.put(None)

    def convert(self, data: bytes, *, closely: bool = False) -> Converted:
        """The picture in `data`, read within limits; `closely`: with its parts, if it is large.

        Raises `ImageError`, `services.errors.Unavailable`.
        """
        with self._worker() as worker:
            return worker.convert(data, closely=closely)

    def table(self, profile: bytes) -> bytes:
        """`colours.table` of an ICC profile, made within limits. Raises like `convert`."""
        with self._worker() as worker:
            return worker.table(profile)

    def walls(self) -> walls.Walls:
        """What workers are shut off from here."""
        with self._worker() as worker:
            return worker.walls

    @contextmanager
    def _worker(self) -> Iterator[_Worker]:
        worker = self._slots.get()
        try:
            if worker is None or not worker.alive:
                worker = _Worker()
            yield worker
        finally:
            self._slots.put(worker)


class _Worker:
    """One process, which answers every picture with a header in JSON and, where it could be read, a JPEG.

    A profile it answers with a table of colours.
    """

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._connection = Connection(ours.detach())
        try:
            with theirs:
                self._process = _start(theirs.fileno())
            if not self._connection.poll(_PATIENCE):
                self._process.kill()
            self.walls = walls.Walls(**json.loads(self._connection.recv_bytes(_LONGEST_HEADER)))
        except _LOST as error:
            raise Unavailable(texts.PICTURES_NOT_READ_NOW) from error

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def convert(self, data: bytes, *, closely: bool) -> Converted:
        with self._alarm(len(data)):
            answer = self._ask(data, closely=closely)
        if isinstance(answer, ImageError):
            raise answer
        return answer

    def table(self, profile: bytes) -> bytes:
        with self._alarm(len(profile)):
            self._connection.send_bytes(_Wanted.TABLE.encode())
            self._connection.send_bytes(profile)
            return self._connection.recv_bytes(TABLE_BYTES)

    @contextmanager
    def _alarm(self, length: int) -> Iterator[None]:
        """Ends the process, and refuses what it was given, where its answer does not come or is none."""
        alarm = threading.Timer(_PATIENCE, self._process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        except _LOST as error:
            self._end()
            _logger.warning("A picture of %d bytes ended its decoder: status %d", length, self._process.returncode)
            raise ImageError(texts.PICTURE_TOO_DEMANDING) from error
        except BaseException:
            self._end()  # or its next answer would be this one
            raise
        finally:
            alarm.cancel()

    def _ask(self, data: bytes, *, closely: bool) -> Converted | ImageError:
        """The picture, or why it is none."""
        wanted = _Wanted.PARTS if closely else _Wanted.PICTURE
        self._connection.send_bytes(wanted.encode())
        self._connection.send_bytes(data)
        header = self._hear()
        if "refusal" in header:
            return ImageError(str(header["refusal"]))
        made = self._hear_jpeg()
        parts: list[Part] = []
        while place := self._hear():
            left, top, width, height = (int(place[side]) for side in _PLACE)
            parts.append(Part(left, top, width, height, self._hear_jpeg()))
        return Converted(int(header["width"]), int(header["height"]), str(header["format"]), made, tuple(parts))

    def _hear(self) -> dict[str, Any]:
        header: dict[str, Any] = json.loads(self._connection.recv_bytes(_LONGEST_HEADER))
        return header

    def _hear_jpeg(self) -> bytes:
        made = self._connection.recv_bytes(REKOGNITION_BYTES)
        read = jpeg.read(made)
        if read is None or not read.simple:  # nobody else looks at it before it is decoded here
            raise ValueError(made[:100])
        return made

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._connection.close()


def _start(descriptor: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-m", "services.pictures.sandbox", str(descriptor)],
        cwd=_ROOT,
        env=_ENVIRONMENT,
        pass_fds=[descriptor],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the bot
    )


def _serve(connection: Connection, shut: walls.Walls) -> None:
    """The worker's side: a picture after the other until the other side is gone."""
    connection.send_bytes(json.dumps(asdict(shut)).encode())
    while True:
        wanted = _Wanted(connection.recv_bytes(_LONGEST_HEADER).decode())
        data = connection.recv_bytes()
        _allow(_SECONDS)
        if wanted is _Wanted.TABLE:
            connection.send_bytes(table(data))
        else:
            _answer(connection, data, closely=wanted is _Wanted.PARTS)


def _answer(connection: Connection, data: bytes, *, closely: bool) -> None:
    """A header and a JPEG, and of each part of it as much; an empty header is the end."""
    rate = _JPEG_PIXELS_A_SECOND if data.startswith(b"\xff\xd8") else _PIXELS_A_SECOND

    def watch(pixels: int) -> None:
        _allow(_SECONDS + pixels / rate)

    try:
        picture, parts = decode_closely(data, watch=watch) if closely else (decode(data, watch=watch), ())
        _send(connection, {"width": picture.width, "height": picture.height, "format": picture.format})
    except ImageError as error:
        _send(connection, {"refusal": error.sentence})
        return
    connection.send_bytes(encode(picture.image))
    for part in parts:
        _send(connection, {side: getattr(part, side) for side in _PLACE})
        connection.send_bytes(part.jpeg)
    _send(connection, {})


def _send(connection: Connection, header: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(header).encode())


def _allow(seconds: float) -> None:
    """The kernel ends this process once it has computed for so many seconds more.

    RLIMIT_CPU would count from the process's start, by ticks that run up to a fifth ahead of `time.process_time`: a
    hundred pictures later, nothing would be left of the seconds.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold the photo
    with suppress(OSError, ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    _warm_up()
    shut = walls.shut()
    with suppress(EOFError, OSError), Connection(int(sys.argv[1])) as connection:
        _serve(connection, shut)


def _warm_up() -> None:
    """Import what decoders import when they are first needed: later, they find no file."""
    Image.init()
    heif.library()
    small = Image.new("RGB", (MIN_SIDE, MIN_SIDE))
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"):
        file = io.BytesIO()
        small.save(file, kind)
        decode(file.getvalue())


if __name__ == "__main__":
    _main()
