"""A PgBouncer before a PostgreSQL for as long as it is needed, in transaction mode: from Debian's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.servers.ports import free_port

_STARTS_WITHIN = 20  # seconds


class Missing(LookupError):
    """There is no PgBouncer on this machine."""

    def __init__(self) -> None:
        super().__init__("PgBouncer is not installed: apt-get install -y pgbouncer")


@contextmanager
def running(database_url: str, *, sessions: int) -> Iterator[str]:
    """The database's URL behind one that opens at most so many sessions for everyone. Raises `Missing`."""
    binary = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None:
        raise Missing
    url, port = make_url(database_url), free_port()
    with tempfile.TemporaryDirectory(prefix="facesearch-pgbouncer-") as folder:
        settings = Path(folder, "pgbouncer.ini")
        settings.write_text(
            f"[databases]\n* = host={url.host} port={url.port} user={url.username}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nlogfile = {folder}/log\n"
            f"auth_type = any\npool_mode = transaction\ndefault_pool_size = {sessions}\n"
        )
        command = [binary, "-q", str(settings)]
        if os.geteuid() == 0:  # which it refuses
            for path in (Path(folder), settings):
                shutil.chown(path, "postgres", "postgres")
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        process = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            behind = url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
            _wait_for(behind)
            yield behind
        finally:
            process.terminate()
            process.wait()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
