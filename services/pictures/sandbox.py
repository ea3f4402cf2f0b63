"""Makes pictures simple JPEGs in processes of their own: a decoder that crashes, hangs or hungers takes nobody with it.

A worker is this module run as a program, so it starts in a tenth of a second and holds little. It has no environment,
thus no secrets, a limit of memory, and a limit of processor time for each picture. It lives until it fails or until the
process that started it is gone. This guards against accidents and bombs; it is no wall against a decoder taken over.
"""

from __future__ import annotations

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
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import LifoQueue

from services import cores, texts
from services.errors import Unavailable
from services.pictures import jpeg
from services.pictures.colours import TABLE_BYTES, table
from services.pictures.decoding import REKOGNITION_BYTES, ImageError, decode, encode

_logger = logging.getLogger(__name__)

_WORKERS = max(1, cores.usable() // 2)  # at once: a decoder uses more than one core, and bombs do not add up
_MEMORY = 1_500_000_000  # bytes of address space
_SECONDS, _SECONDS_AT_MOST = 2.5, 8  # of processor time: for any picture, with one more a megabyte, up to the most
_PATIENCE = 30.0  # s by the clock
_ROOT = Path(__file__).parents[2]
_LONGEST_HEADER = 10_000  # bytes
_PICTURE, _PROFILE = b"picture", b"profile"  # what a worker is sent next
_LOST = (EOFError, OSError, ValueError, LookupError, TypeError)


@dataclass(frozen=True, slots=True)
class Converted:
    """A picture as a simple, upright JPEG without metadata, as large as `services.pictures.decoding.decode` leaves it.

    `width` and `height` are the file's, in pixels, turned upright; `format` is the file's, as Pillow names it.
    """

    width: int
    height: int
    format: str
    jpeg: bytes


class Sandbox:
    """Workers, started when they are needed. For any number of threads."""

    def __init__(self) -> None:
        self._slots: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(_WORKERS):
            self._slots.put(None)

    def convert(self, data: bytes) -> Converted:
        """The picture in `data`, read within limits. Raises `ImageError`, `services.errors.Unavailable`."""
        with self._worker() as worker:
            return worker.convert(data)

    def table(self, profile: bytes) -> bytes:
        """`colours.table` of an ICC profile, made within limits. Raises like `convert`."""
        with self._worker() as worker:
            return worker.table(profile)

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
            self._connection.recv_bytes(_LONGEST_HEADER)
        except _LOST as error:
            raise Unavailable(texts.PICTURES_NOT_READ_NOW) from error

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def convert(self, data: bytes) -> Converted:
        with self._alarm(len(data)):
            answer = self._ask(data)
        if isinstance(answer, str):
            raise ImageError(answer)
        return answer

    def table(self, profile: bytes) -> bytes:
        with self._alarm(len(profile)):
            self._connection.send_bytes(_PROFILE)
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

    def _ask(self, data: bytes) -> Converted | str:
        """The picture, or why it is none."""
        self._connection.send_bytes(_PICTURE)
        self._connection.send_bytes(data)
        header = json.loads(self._connection.recv_bytes(_LONGEST_HEADER))
        if "refusal" in header:
            return str(header["refusal"])
        made = self._connection.recv_bytes(REKOGNITION_BYTES)
        read = jpeg.read(made)
        if read is None or not read.simple:  # nobody else looks at it before it is decoded here
            raise ValueError(header)
        return Converted(int(header["width"]), int(header["height"]), str(header["format"]), made)

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._connection.close()


def _start(descriptor: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-m", "services.pictures.sandbox", str(descriptor)],
        cwd=_ROOT,
        env={"MALLOC_ARENA_MAX": "2"},  # each of them reserves memory that would count
        pass_fds=[descriptor],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the bot
    )


def _serve(connection: Connection) -> None:
    """The worker's side: a picture after the other until the other side is gone."""
    connection.send_bytes(b"ready")
    while True:
        answer = {_PICTURE: _answer, _PROFILE: _answer_profile}[connection.recv_bytes(_LONGEST_HEADER)]
        data = connection.recv_bytes()
        _allow(min(_SECONDS + len(data) // 1_000_000, _SECONDS_AT_MOST))
        answer(connection, data)


def _answer_profile(connection: Connection, data: bytes) -> None:
    connection.send_bytes(table(data))


def _answer(connection: Connection, data: bytes) -> None:
    try:
        picture = decode(data)
    except ImageError as error:
        connection.send_bytes(json.dumps({"refusal": error.sentence}).encode())
        return
    header = {"width": picture.width, "height": picture.height, "format": picture.format}
    connection.send_bytes(json.dumps(header).encode())
    connection.send_bytes(encode(picture.image))


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
    with suppress(EOFError, OSError), Connection(int(sys.argv[1])) as connection:
        _serve(connection)


if __name__ == "__main__":
    _main()
