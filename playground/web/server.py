"""Serves the playground on a loopback port until it is told to stop."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANY = "0.0.0.0"  # noqa: S104  # in a container, where nothing else reaches what is published
SHUTDOWN_SECONDS = 1
_TICK = 1.0  # seconds


class PortBusy(Exception):
    """Someone else listens there; the text says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises PortBusy."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections inherit it. asyncio does not see that this is TCP, and an answer's body would wait for its head's ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortBusy(
            f"Port {port} on {host} cannot be used ({error.strerror}): stop what uses it, or choose another port."
        ) from error
    return listener


class Server(uvicorn.Server):
    """uvicorn, that says when it is ready."""

    def __init__(self, app: ASGIApp, on_ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            log_level="warning",
            log_config=None,  # uvicorn's would close the handlers of whom it is in one process with
            access_log=False,
            lifespan="on",
            ws="websockets-sansio",
            ws_ping_interval=20,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        super().__init__(config)
        self._on_ready = on_ready
        self._stopping = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on the first signal, at once on the second. uvicorn would raise the signal again and not exit with 0."""
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self.stop)
        yield

    def stop(self) -> None:
        """Stop, and when it is said again, at once. To be called in the server's loop."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        """Tick once a second, for the date in the headers. uvicorn does ten times, and at rest nothing else."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _TICK)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def serve(app: Starlette, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM."""
    asyncio.run(Server(app, on_ready).serve([listener]))
