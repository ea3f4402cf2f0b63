"""The engine's command line: `serve` it over HTTP, or `fetch` its models beforehand."""

from __future__ import annotations

import argparse
import configparser
import ipaddress
import logging
import os
import re
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import get_args

import uvicorn
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

from . import cores
from .api import Engine
from .errors import StoreError
from .store import MEMORY_FOR_VECTORS
from .version import VERSION
from .vision import Models, WeightsError, weights
from .wire.server import create_app

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_SECONDS_TO_FINISH = 60
"""For requests under way when the server is to stop: as long as an SDK by default waits for an answer."""

_LAST_PORT = 65535
_MEGABYTE = 1_000_000

_log = logging.getLogger(__package__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all went well, 1 with one line on stderr when it did not."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # uvicorn stops gracefully and then sends itself the signal again; this makes that an ordinary end.
    signal.signal(signal.SIGTERM, _end)
    try:
        options.run(options)
    except KeyboardInterrupt:
        return 0
    except (StoreError, WeightsError, CommandError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


class CommandError(Exception):
    """A command cannot run; the message says why, and what to do."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=_called(), description=__doc__)
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="answer AWS SDKs over HTTP", description="Answer AWS SDKs over HTTP.")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s: this machine only)")
    serve.add_argument("--port", type=_port, default=8100, help="port to listen on (%(default)s)")
    serve.add_argument("--data-dir", type=Path, default=Path("data"), help="folder of the store (%(default)s)")
    serve.add_argument(
        "--database-url",
        metavar="URL",
        help="PostgreSQL to have the store in, instead of a folder, for several machines",
    )
    serve.add_argument(
        "--memory-for-vectors",
        type=_megabytes,
        default=MEMORY_FOR_VECTORS,
        metavar="MB",
        help=f"for the collections that were searched last ({MEMORY_FOR_VECTORS // _MEGABYTE})",
    )
    serve.add_argument("--no-extras", action="store_true", help="faster and less accurate: one pass a face")
    serve.add_argument(
        "--neutral-attributes", action="store_true", help="give what AWS guesses about people, too, claiming nothing"
    )
    serve.add_argument(
        "--allow-origin",
        type=_origin,
        action="append",
        default=[],
        metavar="ORIGIN",
        help="web site whose pages may call, such as https://app.example; may be repeated",
    )
    serve.add_argument(
        "--credentials", type=Path, metavar="FILE", help="AWS credentials file; requests must be signed by a key in it"
    )
    serve.add_argument("--models", choices=get_args(Models), help="what tells faces apart (MODELS, or auto)")
    serve.set_defaults(run=_serve)
    get = commands.add_parser("fetch", help="download and verify the models", description="Download the models.")
    get.add_argument("--all", action="store_true", help="also the second of those that tell faces apart")
    get.set_defaults(run=_fetch)
    for command in (serve, get):
        command.add_argument("--models-dir", type=Path, help=f"folder of the models ({weights.default_dir()})")
    return parser


def _called() -> str:
    """What was typed to run this: the name of the command that is installed, or `python -m` and the package's."""
    script = Path(sys.argv[0]).name
    return f"python -m {__package__}" if script == "__main__.py" else script


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to {_LAST_PORT}")
    return int(text)


def _megabytes(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of megabytes")
    return int(text) * _MEGABYTE


def _origin(text: str) -> str:
    # No pattern and no `*`: whoever may call may read and change every collection.
    if not re.fullmatch(r"https?://[^/?#@*\s]+", text):
        raise argparse.ArgumentTypeError(
            f"{text} is not an origin, which is like https://app.example or http://[::1]:3000"
        )
    return text.lower()


def _serve(options: argparse.Namespace) -> None:
    secrets = _secrets(options.credentials) if options.credentials else None
    local = _is_loopback(options.host)
    if not local and not secrets:
        _log.warning("Anyone who can reach %s can read and change every collection: see --credentials", options.host)
    listener = _listen(options.host, options.port)
    cores.one_for_opencv()
    with listener, _open(options) as engine:
        # Who answers anybody on this machine must not be talked to by a web site whose name leads here.
        names = (*_LOOPBACK, options.host) if local and not secrets else None
        app = create_app(engine, secrets, names, options.allow_origin)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=_SECONDS_TO_FINISH, lifespan="off"
        )
        host, port = listener.getsockname()[:2]
        _log.info("Listening on http://%s:%s", f"[{host}]" if ":" in host else host, port)
        uvicorn.Server(config).run(sockets=[listener])


def _open(options: argparse.Namespace) -> Engine:
    return Engine.open(
        options.database_url or options.data_dir,
        options.models_dir,
        models=options.models,
        extras=not options.no_extras,
        encryption_key=os.environ.get("ENCRYPTION_KEY") or None,
        neutral_attributes=options.neutral_attributes,
        memory_for_vectors=options.memory_for_vectors,
    )


def _fetch(options: argparse.Namespace) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns) as bars:
        tasks: dict[str, TaskID] = {}

        def show(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=done, total=total)

        found = weights.fetch(options.models_dir, show, second=options.all)
        for path in filter(None, (found.detector, found.recognizer, found.second)):
            bars.console.print(f"{path}: verified")


def _secrets(path: Path) -> Mapping[str, str]:
    """Secret access keys by access key id, from a file like `~/.aws/credentials`."""
    profiles = configparser.RawConfigParser()
    try:
        profiles.read_string(path.read_text())
    except (OSError, configparser.Error, UnicodeDecodeError) as error:
        raise CommandError(f"Cannot read credentials from {path}: {str(error).splitlines()[0]}") from error
    names = "aws_access_key_id", "aws_secret_access_key"
    pairs = [(profile[names[0]], profile[names[1]]) for profile in profiles.values() if set(names) <= set(profile)]
    if not pairs:
        raise CommandError(f"There are no credentials in {path}: it needs {' and '.join(names)}.")
    return dict(pairs)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to `host` and `port`; a port of 0 is any that is free."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family, backlog=128)
    except OSError as error:
        raise CommandError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Choose another --port or --host."
        ) from error
    # Connections inherit it. asyncio does not see that this is TCP, and an answer's body would wait for its head's ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _end(signal_number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
