"""The Web API for jobs: nothing is tried again behind their backs, and a refusal is plain data that they can keep."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable
from email.message import Message
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from handlers.slack import refusals
from services.errors import Unavailable
from services.jobs import Setback
from services.records import is_full, is_unreachable

if TYPE_CHECKING:
    import httpx

_CONNECTIONS, _KEPT, _KEPT_FOR = 64, 16, 30  # the last in seconds
_TIMEOUT, _CONNECTS_WITHIN = 30, 5  # seconds


class Refused(SlackApiError):
    """A refusal of Slack's. `status` is HTTP's; `wait` the seconds that Slack asks to be left alone for.

    `details` are what Slack says beside its word for it.
    """

    def __init__(self, code: str, status: int = 200, wait: float = 0.0, details: str = "") -> None:
        super().__init__(f"Slack refused: {code}", {"error": code})  # type: ignore[no-untyped-call]
        self.args = code, status, wait, details  # what pickle makes it from again
        self.status = status
        self.wait = wait

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.args[0], self.args[3]) if part)

    @classmethod
    def of(cls, response: SlackResponse) -> Refused:
        wait = str(response.headers.get("Retry-After") or response.headers.get("retry-after") or "0")
        messages = (response.get("response_metadata") or {}).get("messages") or response.get("errors") or ()
        seconds = float(wait) if wait.isdigit() else 0.0
        return cls(str(response.get("error", "no error")), response.status_code, seconds, "; ".join(map(str, messages)))


class Wire:
    """The connections to Slack's hosts. They are kept from one call to the next: each costs time on both sides, and
    to read the list of authorities anew, as each would without `tls`, costs more than all that is said. It is not read
    before somebody has to be trusted.
    """

    @cached_property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    @cached_property
    def http(self) -> httpx.Client:
        import httpx  # here and below: a tenth of a start, which needs none

        limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_KEPT, keepalive_expiry=_KEPT_FOR)
        return httpx.Client(verify=self.tls, timeout=_timeout(), limits=limits)

    def tls_to(self, url: str) -> ssl.SSLContext:
        """For a client of this address: on this machine itself nobody has to be trusted, and nobody else is."""
        address = urlsplit(url)
        is_here = address.scheme == "http" and (address.hostname or "").startswith("127.")
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_here else self.tls


class JobClient(WebClient):
    """A `WebClient` that raises `Refused`, and asks for the token anew with every call: it may have been changed."""

    def __init__(self, token: Callable[[], str], base_url: str, wire: Wire) -> None:
        super().__init__(base_url=base_url, retry_handlers=[])
        self._token = token
        self.wire = wire

    def api_call(self, *args: Any, **more: Any) -> SlackResponse:
        self.token = self._token()
        try:
            return super().api_call(*args, **more)
        except SlackApiError as error:
            raise Refused.of(error.response) from None

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        """What slack_sdk does on a connection of its own, which it closes after every call."""
        import httpx

        said = req.data if isinstance(req.data, bytes) else None
        try:
            answer = self.wire.http.request(
                req.get_method(), url, content=said, headers=dict(req.header_items()), timeout=self.timeout
            )
        except httpx.HTTPError as error:
            raise URLError(str(error) or type(error).__name__) from error  # a job keeps it: the request has the token
        headers = Message()
        for name, value in answer.headers.items():
            headers[name] = value
        if not answer.is_success:
            raise HTTPError(url, answer.status_code, answer.reason_phrase, headers, BytesIO(answer.content))
        return {"status": answer.status_code, "headers": headers, "body": answer.text}


def connection(client: WebClient) -> httpx.Client:
    """What other addresses of Slack's are called with by whoever has this client."""
    import httpx

    if isinstance(client, JobClient):
        return client.wire.http
    return httpx.Client(verify=client.ssl or True, timeout=_timeout())


def _timeout() -> httpx.Timeout:
    import httpx

    return httpx.Timeout(_TIMEOUT, connect=_CONNECTS_WITHIN)


def setback(error: Exception) -> Setback | None:
    """Whether an error of a step may pass: Slack, Rekognition or the database is too busy, the network fails, or a disk
    is full."""
    if isinstance(error, Refused):
        if error.status == 429 or refusals.code(error) in refusals.BUSY:
            return Setback(error.wait, perhaps_done=False)
        return Setback() if refusals.may_pass(error) else None
    passing = isinstance(error, (Unavailable, OSError, http.client.HTTPException))
    return Setback() if passing or is_unreachable(error) or is_full(error) else None
