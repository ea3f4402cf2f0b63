"""AWS Signature Version 4, checked: botocore's own signer computes what the signature should have been."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from ..errors import EngineError

_MAX_SKEW = dt.timedelta(minutes=15)
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[\w+=,.@-]+)/(?P<date>\d{8})/(?P<region>[\w-]+)/(?P<service>[\w-]+)/"
    r"aws4_request *, *SignedHeaders=(?P<headers>[\w;-]+) *, *Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came: `headers` by lower-case name, `url` with the host that the client used."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def verify(request: SignedRequest, secrets: Mapping[str, str], now: dt.datetime | None = None) -> str:
    """The access key id that signed `request`. `secrets` are secret access keys by access key id.

    Raises EngineError as AWS does for a signature that is missing, malformed, unknown, too old or wrong.
    """
    authorization = request.headers.get("authorization")
    if not authorization:
        raise EngineError("MissingAuthenticationTokenException", "Missing Authentication Token")
    parts = _AUTHORIZATION.fullmatch(authorization.strip())
    timestamp = request.headers.get("x-amz-date", "")
    if parts is None or not _to_be_signed(request) <= set(parts["headers"].split(";")):
        raise EngineError("IncompleteSignatureException", "The Authorization header is not a complete AWS4-HMAC-SHA256")
    secret = secrets.get(parts["key"])
    if secret is None:
        raise EngineError("UnrecognizedClientException", "The security token included in the request is invalid.")
    _check_age(timestamp, parts["date"], now or dt.datetime.now(dt.UTC))
    if not _says_its_body(request) or not hmac.compare_digest(
        _signature(request, parts, timestamp, secret), parts["signature"]
    ):
        raise EngineError(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.",
        )
    return parts["key"]


def _to_be_signed(request: SignedRequest) -> set[str]:
    """The headers that a signature must cover: among them those that say what is asked for."""
    return {"host", "x-amz-date"} | {name for name in request.headers if name.startswith("x-amz-")}


def _check_age(timestamp: str, date: str, now: dt.datetime) -> None:
    try:
        signed = dt.datetime.strptime(timestamp, _TIME_FORMAT).replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise EngineError("IncompleteSignatureException", "X-Amz-Date must be of the form 20260131T235959Z") from error
    if timestamp[:8] != date:
        raise EngineError("InvalidSignatureException", "The date of the credential is not the date of X-Amz-Date")
    if abs(now - signed) > _MAX_SKEW:
        what = "Signature expired" if signed < now else "Signature not yet current"
        raise EngineError(
            "InvalidSignatureException", f"{what}: {timestamp} is not within 15 minutes of {now:{_TIME_FORMAT}}"
        )


def _says_its_body(request: SignedRequest) -> bool:
    """Whether the digest of the body that a client sent along is right: the signature is made of it unseen."""
    claimed = request.headers.get("x-amz-content-sha256")
    return claimed is None or claimed == hashlib.sha256(request.body).hexdigest()


class _Signer(SigV4Auth):
    """Signs all the headers it is given, as those that the signature names; botocore's own leaves `user-agent` out."""

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            headers[name] = value
        return headers


def _signature(request: SignedRequest, parts: re.Match[str], timestamp: str, secret: str) -> str:
    signer = _Signer(Credentials(parts["key"], secret), parts["service"], parts["region"])
    headers = {name: request.headers.get(name, "") for name in parts["headers"].split(";")}
    again = AWSRequest(method=request.method, url=request.url, headers=headers, data=request.body)
    again.context["timestamp"] = timestamp
    return str(signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again))
