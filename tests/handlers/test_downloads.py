"""What a download's status says, and which hosts are given the token."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest

from handlers.slack.incoming import downloads
from services import texts
from services.errors import Refusal, Unavailable
from services.pictures.images import MAX_BYTES

HOME = "https://slack.com/api/"


class _Answering(BaseHTTPRequestHandler):
    """Answers `/403` with that status, and 200 with the token that it was given."""

    def do_GET(self) -> None:
        body = self.headers.get("Authorization", "no token").encode()
        status = int(self.path.strip("/"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/302")
        self.send_header("Content-Length", str(MAX_BYTES + 1 if status == 206 else len(body)))
        self.end_headers()
        if status == 206:
            for _ in range(MAX_BYTES // 2**16 + 1):
                self.wfile.write(bytes(2**16))
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Answering)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("status", [400, 401, 403, 451])
def test_what_slack_will_never_hand_over_is_not_asked_for_again(site: str, status: int) -> None:
    with pytest.raises(Refusal, match="does not let me read") as refused:
        downloads.fetch(f"{site}/{status}", httpx.Client(), token="t", home=HOME)
    assert not isinstance(refused.value, Unavailable)


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_said_to_be(site: str, status: int) -> None:
    with pytest.raises(Refusal) as refused:
        downloads.fetch(f"{site}/{status}", httpx.Client(), token="t", home=HOME)
    assert refused.value.sentence == texts.FILE_GONE
    assert not isinstance(refused.value, Unavailable)


@pytest.mark.parametrize("status", [302, 408, 425, 429, 500, 503])
def test_what_may_pass_is_unavailable(site: str, status: int) -> None:
    with pytest.raises(Unavailable):
        downloads.fetch(f"{site}/{status}", httpx.Client(), token="t", home=HOME)


def test_a_file_may_not_be_endless(site: str) -> None:
    with pytest.raises(Refusal, match="MB"):
        downloads.fetch(f"{site}/206", httpx.Client(), token="t", home=HOME)


def test_the_token_goes_home_only(site: str) -> None:
    assert downloads.fetch(f"{site}/200", httpx.Client(), token="xoxb", home=f"{site}/api/") == b"Bearer xoxb"
    assert downloads.fetch(f"{site}/200", httpx.Client(), token="xoxb", home=HOME) == b"no token"


def _slack(pages: dict[str, httpx.Response]) -> httpx.Client:
    """A network in which these addresses answer so, and say which token they were given."""

    def answer(request: httpx.Request) -> httpx.Response:
        page = pages[str(request.url)]
        page.headers["X-Given"] = request.headers.get("Authorization", "no token")
        return page

    return httpx.Client(transport=httpx.MockTransport(answer))


def test_the_token_does_not_follow_to_another_host() -> None:
    pages = {
        "https://files.slack.com/a": httpx.Response(302, headers={"Location": "/b"}),
        "https://files.slack.com/b": httpx.Response(302, headers={"Location": "https://cdn.test/c"}),
        "https://cdn.test/c": httpx.Response(200, content=b"a photo"),
    }
    assert downloads.fetch("https://files.slack.com/a", _slack(pages), token="xoxb", home=HOME) == b"a photo"
    assert [page.headers["X-Given"] for page in pages.values()] == ["Bearer xoxb", "Bearer xoxb", "no token"]


def test_who_is_sent_round_in_circles_or_finds_nobody_is_told_which() -> None:
    there, back = ("https://files.slack.com/a", "https://files.slack.com/b")
    pages = {
        there: httpx.Response(302, headers={"Location": back}),
        back: httpx.Response(302, headers={"Location": there}),
    }
    with pytest.raises(Unavailable, match="from one address to the next"):
        downloads.fetch(there, _slack(pages), token="t", home=HOME)

    def unplugged(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host", request=request)

    with pytest.raises(Unavailable, match="did not hand the file over"):
        downloads.fetch(there, httpx.Client(transport=httpx.MockTransport(unplugged)), token="t", home=HOME)


def test_a_file_may_be_as_large_as_is_said_and_no_larger() -> None:
    url = "https://files.slack.com/a"
    largest = downloads.fetch(url, _slack({url: httpx.Response(200, content=bytes(MAX_BYTES))}), token="t", home=HOME)
    assert len(largest) == MAX_BYTES
    larger = _slack({url: httpx.Response(200, content=bytes(MAX_BYTES + 1))})
    with pytest.raises(Refusal, match=f"larger than {MAX_BYTES // 2**20} MB"):
        downloads.fetch(url, larger, token="t", home=HOME)


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.jpg", True),
        ("https://slack.com/a.jpg", True),
        ("https://slack-files.com/a.jpg", False),
        ("https://x.slack-files.com/a.jpg", True),
        ("http://files.slack.com/a.jpg", False),
        ("https://files.slack.com.evil.test/a.jpg", False),
        ("https://evilslack.com/a.jpg", False),
        ("https://files.slack.com@evil.test/a.jpg", False),
    ],
)
def test_the_token_goes_to_slacks_hosts_over_tls(url: str, may: bool) -> None:
    assert downloads.may_have_token(url, HOME) is may


def test_slacks_own_host_has_the_token_wherever_its_api_is() -> None:
    assert downloads.may_have_token("https://slack.com/a.jpg", "https://slack-gov.com/api/")
    assert not downloads.may_have_token("https://evil.test/a.jpg", "https://slack-gov.com/api/")


def test_what_the_host_keeps_that_is_set_up_as_slacks_is_slacks() -> None:
    assert downloads.is_slacks("http://127.0.0.1:3000/avatar.png", "http://127.0.0.1:3000/api/")
    assert not downloads.is_slacks("http://127.0.0.1:3001/avatar.png", "http://127.0.0.1:3000/api/")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://avatars.slack-edge.com/2026-01-01/1_512.png", True),
        ("http://avatars.slack-edge.com/2026-01-01/1_512.png", False),
        ("https://slack-edge.com/1.png", False),
        ("https://evilslack-edge.com/1.png", False),
        ("https://avatars.slack-edge.com.evil.test/1.png", False),
        ("https://avatars.slack-edge.com@evil.test/1.png", False),
        ("https://files.slack.com/files-pri/T1-F1/a.jpg", True),
        ("http://files.slack.com/files-pri/T1-F1/a.jpg", False),
        ("https://secure.gravatar.com/avatar/1.jpg", False),
        ("avatars.slack-edge.com/1.png", False),
        ("", False),
    ],
)
def test_a_profile_photo_is_slacks_where_slack_keeps_it_over_tls(url: str, kept: bool) -> None:
    assert downloads.is_slacks(url, HOME) is kept
    assert not downloads.may_have_token("https://avatars.slack-edge.com/1.png", HOME)
