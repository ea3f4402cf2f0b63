"""A playground in this process that speaks https, as Slack does."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest import mock

import trustme
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.house.bots import ROOT
from playground.app import create_app
from playground.state import Options, load_manifest
from playground.web import PortBusy, Server, listen

_HOST = f"127.{os.getpid() >> 16 & 255}.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"  # each benchmark has its own


@contextmanager
def playground(options: Options | None = None, host: str = _HOST) -> Iterator[str]:
    """The address of a playground that speaks https, as Slack does: with a certificate that this process and those
    that it starts meanwhile trust. Whoever may not listen on port 443, as root may, has one that speaks http."""
    try:
        listener = listen(host, 443)  # the only port that Slack's SDK speaks TLS to
        url = f"https://{host}:443"
    except PortBusy:
        listener = listen(host, 0)
        url = f"http://{host}:{listener.getsockname()[1]}"
    ready = threading.Event()
    slack = create_app(load_manifest(ROOT / "manifest.yml"), url, options)
    server = Server(slack if host == _HOST else _as_local(slack, host), ready.set)
    server.config.log_level = "critical"  # answers that break off half-way may be meant
    server.config.configure_logging()
    with _certificate(host) if url.startswith("https") else nullcontext() as server.config.ssl_certfile:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        ready.wait(10)
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join()


def _as_local(slack: ASGIApp, host: str) -> ASGIApp:
    """The same for who calls it by another address of this machine, which a playground refuses by itself."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        named, local = host.encode(), _HOST.encode()
        headers = [(name, value.replace(named, local)) for name, value in scope.get("headers", ())]
        await slack({**scope, "headers": headers}, receive, send)

    return answer


@contextmanager
def _certificate(host: str) -> Iterator[str]:
    """A file with a key and its certificate, whose authority `SSL_CERT_FILE` names."""
    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ):
        trusted, own = Path(folder, "authority.pem"), Path(folder, "own.pem")
        authority.cert_pem.write_to_path(str(trusted))
        authority.issue_cert(host).private_key_and_cert_chain_pem.write_to_path(str(own))
        os.environ["SSL_CERT_FILE"] = str(trusted)
        yield str(own)
