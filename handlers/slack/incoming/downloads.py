"""Downloads files from Slack; the token goes to Slack's own hosts only."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from services import texts
from services.errors import Refusal, Unavailable
from services.pictures import MAX_BYTES

if TYPE_CHECKING:
    import httpx

_REDIRECTS = 3
_GONE = 410
_NOT_FOUND = 404  # which Slack also says of what it has not laid out yet
_PASSING = {408, 425, 429}  # of the 4xx, those that another attempt may not meet again


class NotReady(Refusal):
    """Slack has the file, but not ready for others yet; where it never will be, this is what is said."""


def fetch(url: str, http: httpx.Client, *, token: str, home: str) -> bytes:
    """The bytes at an address, where `home` is the Web API's.

    Raises `Unavailable` where a later attempt may do better, and `Refusal` where none will.
    """
    buffer = io.BytesIO()
    save(url, http, buffer, token=token, home=home, most=MAX_BYTES)
    return buffer.getvalue()


def save(url: str, http: httpx.Client, into: IO[bytes], *, token: str, home: str, most: int) -> None:
    """Write what is at an address into a file that is empty, if it is no more than that. Raises like `fetch`."""
    import httpx  # whoever has an `httpx.Client` has loaded it; a start has not

    try:
        for _ in range(_REDIRECTS):
            headers = {"Authorization": f"Bearer {token}"} if may_have_token(url, home) else {}
            with http.stream("GET", url, headers=headers) as answer:
                if answer.next_request is not None:
                    url = str(answer.next_request.url)
                    continue
                _read(answer, into, most)
                return
    except httpx.HTTPError as error:
        raise Unavailable(texts.FILE_NOT_HANDED_OVER) from error
    raise Unavailable(texts.FILE_REDIRECTED)


def may_have_token(url: str, home: str) -> bool:
    """The token goes to Slack's own hosts over TLS, or to the very host that is set up as Slack's."""
    there, here = urlsplit(url), urlsplit(home)
    if (there.scheme, there.netloc) == (here.scheme, here.netloc):
        return True
    host = there.hostname or ""
    return there.scheme == "https" and (host == "slack.com" or host.endswith((".slack.com", ".slack-files.com")))


def is_slacks(url: str, home: str) -> bool:
    """Whether a profile photo is kept by Slack itself, as those are that a member has put there."""
    there = urlsplit(url)
    kept = there.scheme == "https" and (there.hostname or "").endswith(".slack-edge.com")
    return kept or may_have_token(url, home)


def _read(answer: httpx.Response, into: IO[bytes], most: int) -> None:
    if answer.status_code == _NOT_FOUND:
        raise NotReady(texts.FILE_GONE)
    if answer.status_code == _GONE:
        raise Refusal(texts.FILE_GONE)
    if answer.is_client_error and answer.status_code not in _PASSING:
        raise Refusal(texts.FILE_NOT_READABLE)
    answer.raise_for_status()
    for chunk in answer.iter_bytes():
        into.write(chunk)
        if into.tell() > most:
            raise Refusal(texts.SLACK_FILE_TOO_LARGE.format(most=most // 2**20))
