"""HTTP instead of Socket Mode: payloads are posted to the app's request URL, signed with its secret."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from playground.slack.delivery.delivery import Envelope, NotDelivered, TooLate
from playground.state import Json

if TYPE_CHECKING:
    import httpx

MAX_ANSWER = 1024 * 1024


class SignedHttp:
    """Posts each payload as Slack does: events as JSON, the others as forms."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret.encode()
        import httpx  # here and below: a playground of Socket Mode, which is the usual one, needs none

        self._http = httpx.AsyncClient()

    async def wait_connected(self, timeout: float) -> bool:
        """Nobody stays connected over HTTP; whether the app is there shows as it is called."""
        return True

    async def send(self, envelope: Envelope, timeout: float) -> Json:
        import httpx

        body, kind = encode(envelope)
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= self.signature(body, int(time.time()))
        if envelope.retry_reason:
            reason = envelope.retry_reason.replace("timeout", "http_timeout")
            headers |= {"X-Slack-Retry-Num": str(envelope.retry_attempt), "X-Slack-Retry-Reason": reason}
        try:
            answer = await self._http.post(self._url, content=body, headers=headers, timeout=timeout)
        except httpx.TimeoutException as error:
            raise TooLate(f"no answer within {timeout:g} s") from error
        except httpx.HTTPError as error:
            raise NotDelivered("the request URL cannot be reached") from error
        if answer.status_code != 200:
            raise NotDelivered(f"the request URL answered {answer.status_code}")
        return _payload(answer)

    def signature(self, body: bytes, now: int) -> Mapping[str, str]:
        """The two headers by which the app knows who calls (docs.slack.dev/authentication/verifying-requests…)."""
        digest = hmac.new(self._secret, f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": f"v0={digest}"}


def encode(envelope: Envelope) -> tuple[bytes, str]:
    """The body of a request, and its content type."""
    if envelope.type == "events_api":
        return json.dumps(envelope.payload).encode(), "application/json"
    fields = {"payload": json.dumps(envelope.payload)} if envelope.type == "interactive" else envelope.payload
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _payload(answer: "httpx.Response") -> Json:
    """What the app answers with: JSON, or plain text as a message, or nothing."""
    text = answer.text[:MAX_ANSWER].strip()
    if not text:
        return {}
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return {"text": text}
    parsed = json.loads(text)
    return parsed if isinstance(parsed, dict) else {}
