"""Slack is called on connections that are kept, and what it shows is noticed when an event says so."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread, Timer
from typing import Any

import pytest
from small_slack import SmallSlack

from handlers.slack import JobClient, Place, Shown, Slack, Wire
from handlers.slack.client import Refused, setback


class _Site(BaseHTTPRequestHandler):
    """Says yes to every method but one, and counts who comes."""

    protocol_version = "HTTP/1.1"
    connections: set[Any] = set()  # noqa: RUF012  # one a test

    def do_POST(self) -> None:
        self.connections.add(self.client_address)
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        busy = self.path.endswith("chat.postMessage")
        body = json.dumps({"ok": not busy, **({"error": "ratelimited"} if busy else {})}).encode()
        self.send_response(429 if busy else 200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if busy:
            self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def site() -> Iterator[str]:
    _Site.connections = set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api/"
    server.shutdown()
    server.server_close()


def test_many_calls_are_made_on_one_connection(site: str) -> None:
    wire = Wire()
    for token in ("xoxb-1", "xoxb-2"):
        client = JobClient(lambda token=token: token, site, wire)
        for _ in range(3):
            assert client.auth_test()["ok"]
    assert len(_Site.connections) == 1


def test_what_slack_refuses_is_what_it_was(site: str) -> None:
    with pytest.raises(Refused) as refused:
        JobClient(lambda: "xoxb", site, Wire()).chat_postMessage(channel="C1", text="hello")
    found = setback(refused.value)
    assert found is not None
    assert (refused.value.status, found.wait, found.perhaps_done) == (429, 7.0, False)


def test_nobody_there_may_pass_and_may_have_been_done(site: str) -> None:
    client = JobClient(lambda: "xoxb", "http://127.0.0.1:9/api/", Wire())
    with pytest.raises(OSError) as failed:  # as urllib says it
        client.auth_test()
    found = setback(failed.value)
    assert found is not None
    assert found.perhaps_done


class _Slow(SmallSlack):
    """Shows a file from the second look on."""

    looks = 0

    def files_info(self, **_: Any) -> Any:
        self.looks += 1
        shares = {"private": {"C1": [{"ts": "1.0", "thread_ts": "0.1"}]}} if self.looks > 1 else {}
        return {"file": {"id": "F1", "mimetype": "image/jpeg", "shares": shares}}


def test_an_event_says_that_a_picture_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.slack.uploads._FIRST_LOOK", 60.0)
    monkeypatch.setattr("handlers.slack.uploads._READY_WITHIN", 120.0)
    shown, client = Shown(), _Slow()
    Timer(0.1, shown.tell, [["F0", "F1"]]).start()
    wait = Slack(client, shown=shown).uploads.wait_until_shown
    waited = Thread(target=wait, args=["F1"], kwargs={"place": Place("C1", "0.1")})
    waited.start()
    waited.join(20)
    assert not waited.is_alive()
    assert client.looks >= 2
