"""Whoever is in the way: a port that somebody else has, and callers who do not say what they announced."""

import json
import logging
import socket
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette

from bot import app
from bot.settings import Settings
from bot.transports import web
from services.errors import Refusal


def test_a_taken_port_is_refused_by_its_number() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=str(port)), web.listening(Starlette(), "127.0.0.1", port):
            pass


_HEAD = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 1000\r\n\r\nab"


@contextmanager
def _bot(tmp_path: Path) -> Iterator[int]:
    given = {"slack_client_id": "1.2", "slack_client_secret": "hush", "workers": 1}
    settings = Settings(_env_file=None, data_dir=tmp_path, slack_mode="http", **given)  # type: ignore[arg-type, call-arg]
    with app.open_workspaces(settings) as workspaces:
        site = web.create_app(app.serve(settings, workspaces), "secret")
        with web.listening(site, "127.0.0.1", 0) as port:
            yield port


def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_READ_WITHIN", 0.2)
    with _bot(tmp_path) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as caller:
        caller.sendall(_HEAD)
        assert caller.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_caller_who_hangs_up_is_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), _bot(tmp_path) as port:  # whose end waits for all requests
        with socket.create_connection(("127.0.0.1", port), timeout=5) as caller:
            caller.sendall(_HEAD)
        with socket.create_connection(("127.0.0.1", port), timeout=5) as caller:
            caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n")
            assert caller.recv(100).startswith(b"HTTP/1.1 200 ")
    assert not caplog.records


def _signed(payload: object) -> tuple[bytes, dict[str, str]]:
    body = urllib.parse.urlencode({"payload": json.dumps(payload)}).encode()
    now = str(int(time.time()))
    signature = SignatureVerifier("secret").generate_signature(timestamp=now, body=body) or ""
    kind = "application/x-www-form-urlencoded"
    return body, {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature, "Content-Type": kind}


@pytest.mark.parametrize("actions", [[], [7], {}, None, "x"])
def test_a_click_on_nothing_is_malformed(tmp_path: Path, caplog: pytest.LogCaptureFixture, actions: object) -> None:
    who = {"team": {"id": "T1"}, "user": {"id": "U1"}, "channel": {"id": "C1"}}
    body, headers = _signed({"type": "block_actions", "actions": actions, **who})
    with caplog.at_level(logging.ERROR), _bot(tmp_path) as port:
        answered = httpx.post(f"http://127.0.0.1:{port}/slack/events", content=body, headers=headers)
    assert answered.status_code == 400
    assert not caplog.records


def test_to_begin_to_install_leaves_nothing(tmp_path: Path) -> None:
    with _bot(tmp_path) as port, httpx.Client() as browser:
        states = {
            browser.get(f"http://127.0.0.1:{port}/slack/install").cookies["slack-app-oauth-state"] for _ in range(50)
        }
    assert len(states) == 50
    with sa.create_engine(f"sqlite:///{tmp_path / 'records.sqlite'}").connect() as db:
        assert db.execute(sa.text("SELECT count(*) FROM slack_oauth_states")).scalar_one() == 0
