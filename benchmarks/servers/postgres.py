"""A PostgreSQL for as long as it is needed: from Debian's package, on a free port, in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.servers import processes
from benchmarks.servers.ports import free_port


class Missing(LookupError):
    """There is no PostgreSQL on this machine."""

    def __init__(self) -> None:
        super().__init__("PostgreSQL is not installed: apt-get install -y postgresql")


@dataclass(frozen=True, slots=True)
class Server:
    """A server whose database is at the URL."""

    url: str
    control: tuple[str, ...]  # `pg_ctl` and what it needs to know

    def restart(self) -> None:
        """Have it crash, and start it again: whoever is connected loses that, and what they were at."""
        _as_postgres(*self.control, "-m", "immediate", "restart")

    def cpu(self) -> float:
        """Seconds of CPU of all its processes until now, also of those that have ended."""
        folder = Path(self.control[self.control.index("-D") + 1])
        first = int((folder / "postmaster.pid").read_text().split()[0])
        return sum(processes.cpu(first, ended=True))

    @contextmanager
    def commits_wait(self) -> Iterator[psycopg.Connection]:
        """Have what is committed meanwhile wait for a second server, which there is not, and be kept afterwards.

        The connection that is given tells who waits.
        """
        with psycopg.connect(self.url, autocommit=True) as watch:
            try:
                watch.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
                watch.execute("SELECT pg_reload_conf()")
                yield watch
            finally:
                watch.execute("ALTER SYSTEM RESET synchronous_standby_names")
                watch.execute("SELECT pg_reload_conf()")


@contextmanager
def running() -> Iterator[str]:
    """A server whose database is at the URL, for as long as the context lasts. Raises `Missing`."""
    with serving() as server:
        yield server.url


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[Server]:
    """The same, for whoever has more to do with it than to connect, on an address of this machine."""
    initdb = _binary("initdb")
    if initdb is None:
        raise Missing
    with tempfile.TemporaryDirectory(prefix="facesearch-postgres-") as folder:
        data = Path(folder)
        if os.geteuid() == 0:  # initdb refuses root
            shutil.chown(data, "postgres", "postgres")
        _as_postgres(str(initdb), "-D", folder, "-U", "postgres", "--auth=trust", "--no-sync")
        with (data / "pg_hba.conf").open("a") as allowed:
            allowed.write("host all all samenet trust\n")
        port = free_port()
        options = f"-p {port} -c listen_addresses={host} -c unix_socket_directories='' -c fsync=off"
        control = str(initdb.with_name("pg_ctl")), "-D", folder, "-w", "-l", str(data / "log")
        _as_postgres(*control, "-o", options, "start")
        try:
            yield Server(f"postgresql://postgres@{host}:{port}/postgres", control)
        finally:
            _as_postgres(*control, "-m", "immediate", "stop")


def _binary(name: str) -> Path | None:
    found = shutil.which(name)
    candidates = [Path(found).resolve()] if found else sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return candidates[-1] if candidates else None


def _as_postgres(*command: str) -> None:
    drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*drop, *command], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60)
