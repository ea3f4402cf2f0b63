"""`python -m playground --http` says what the app needs to know, lets it be installed, and calls it signed."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playground_kit import Member
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from test_playground_server import launch

from playground.__main__ import over_http
from playground.state import Options, seed

ROOT = Path(__file__).parents[2]


@contextmanager
def _app() -> Iterator[tuple[str, "queue.Queue[tuple[str, bytes, dict[str, str]]]"]]:
    """An app that keeps what it is called with."""
    calls: queue.Queue[tuple[str, bytes, dict[str, str]]] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.put((self.path, self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", calls
        server.shutdown()


def test_the_app_is_installed_and_called(tmp_path: Path) -> None:
    with _app() as (app, calls):
        process = launch("--port", "0", "--manifest", str(ROOT / "manifest.yml"), "--http", app, TMPDIR=str(tmp_path))
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        told = dict(pair.split("=", 1) for pair in process.stdout.readline().split())
        assert (told["SLACK_MODE"], told["SLACK_API_URL"]) == ("http", f"{url}/api/")
        credentials = {"client_id": told["SLACK_CLIENT_ID"], "client_secret": told["SLACK_CLIENT_SECRET"]}
        scopes = "app_mentions:read,channels:history"
        with httpx.Client(base_url=url, timeout=60) as browser:
            asked = {"client_id": credentials["client_id"], "scope": scopes, "state": "s"}
            answered = browser.post("/oauth/v2/authorize", params=asked, data={"team": seed.TEAM.id, "answer": "allow"})
        back = urlsplit(answered.headers["location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == f"{app}/slack/oauth_redirect"
        WebClient(base_url=told["SLACK_API_URL"]).oauth_v2_access(**credentials, code=parse_qs(back.query)["code"][0])
        Member(url, seed.ADMIN).post(seed.GENERAL, "hello")
        path, body, headers = calls.get(timeout=60)
        assert path == "/slack/events"
        assert SignatureVerifier(told["SLACK_SIGNING_SECRET"]).is_valid_request(body, headers)
        process.terminate()
        process.communicate(timeout=60)


@pytest.mark.parametrize("address", ["https://bot.example.com", "https://bot.example.com/"])
def test_all_addresses_are_the_apps(address: str) -> None:
    options = over_http(Options(), address)
    assert options.request_url == "https://bot.example.com/slack/events"
    assert options.redirect_url == "https://bot.example.com/slack/oauth_redirect"
    assert options.bot_token == "", "it is to be installed first"
