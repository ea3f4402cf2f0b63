"""A request is let in by its signature alone: what is signed, by whom, and when."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from engine import EngineError
from engine.wire.signatures import SignedRequest, verify

KEY, SECRET, BODY = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", b'{"MaxResults":1}'
SECRETS = {"AKIDOTHER": "another", KEY: SECRET}
URL = "http://engine.test:8100/"
INCOMPLETE = "IncompleteSignatureException", "The Authorization header is not a complete AWS4-HMAC-SHA256"


def _signed(url: str = URL, body: bytes = BODY, **headers: str) -> SignedRequest:
    target = {"X-Amz-Target": "RekognitionService.ListCollections"}
    request = AWSRequest("POST", url, {"Content-Type": "application/x-amz-json-1.1", **target, **headers}, body)
    SigV4Auth(Credentials(KEY, SECRET), "rekognition", "eu-west-1").add_auth(request)
    sent = {name.lower(): value for name, value in request.headers.items()}
    return SignedRequest("POST", url, sent | {"host": "engine.test:8100"}, body)


def _with(request: SignedRequest, **headers: str | None) -> SignedRequest:
    """The request with other headers than it was signed with; None takes one away."""
    changed: Mapping[str, str | None] = {**request.headers, **{n.replace("_", "-"): v for n, v in headers.items()}}
    return replace(request, headers={name: value for name, value in changed.items() if value is not None})


def _refused(request: SignedRequest, now: dt.datetime | None = None) -> tuple[str, str]:
    with pytest.raises(EngineError) as refused:
        verify(request, SECRETS, now)
    return refused.value.code, refused.value.message


def _moment(request: SignedRequest) -> dt.datetime:
    return dt.datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)


def test_who_signed_is_known_by_their_key() -> None:
    assert verify(_signed(), SECRETS) == KEY
    assert verify(_signed("http://engine.test:8100/path?b=2&a=1"), SECRETS) == KEY
    request = _signed()
    padded = f"  {request.headers['authorization']} "
    assert verify(_with(request, authorization=padded), SECRETS) == KEY


@pytest.mark.parametrize("authorization", [None, ""])
def test_without_a_signature_nobody_is_let_in(authorization: str | None) -> None:
    request = _with(_signed(), authorization=authorization)
    assert _refused(request) == ("MissingAuthenticationTokenException", "Missing Authentication Token")


@pytest.mark.parametrize("without", ["host", "x-amz-date"])
def test_host_and_date_must_be_signed(without: str) -> None:
    request = _signed()
    signed = request.headers["authorization"].replace(f"{without};", "")
    assert without not in signed
    assert _refused(_with(request, authorization=signed)) == INCOMPLETE


def test_host_and_date_are_enough_where_nothing_else_of_amazon_s_is_sent() -> None:
    request = AWSRequest("POST", URL, {}, BODY)
    SigV4Auth(Credentials(KEY, SECRET), "rekognition", "eu-west-1").add_auth(request)
    sent = {name.lower(): value for name, value in request.headers.items()} | {"host": "engine.test:8100"}
    assert "SignedHeaders=host;x-amz-date," in sent["authorization"]
    assert verify(SignedRequest("POST", URL, sent, BODY), SECRETS) == KEY


@pytest.mark.parametrize("added", ["x_amz_security_token", "x_amz_meta"])
def test_a_header_of_amazon_s_that_is_not_signed_is_refused(added: str) -> None:
    assert _refused(_with(_signed(), **{added: "anything"})) == INCOMPLETE


@pytest.mark.parametrize("authorization", ["Bearer token", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE"])
def test_what_is_no_signature_is_incomplete(authorization: str) -> None:
    assert _refused(_with(_signed(), authorization=authorization))[0] == "IncompleteSignatureException"


def test_an_unknown_key_is_refused_by_name() -> None:
    request = _signed()
    with pytest.raises(EngineError) as refused:
        verify(request, {"AKIDOTHER": SECRET})
    said = refused.value.code, refused.value.message
    assert said == ("UnrecognizedClientException", "The security token included in the request is invalid.")


def test_what_was_changed_after_it_was_signed_is_refused() -> None:
    request = _signed()
    for changed in (
        replace(request, body=b"{}"),
        replace(request, url="http://engine.test:8100/?a=1"),
        replace(request, method="PUT"),
        _with(request, x_amz_target="RekognitionService.DeleteUser"),
        _with(request, x_amz_target=None),
        _with(request, host="other.test"),
    ):
        code, message = _refused(changed)
        assert code == "InvalidSignatureException"
        assert "does not match the signature you provided" in message
    with pytest.raises(EngineError, match="does not match"):
        verify(request, {KEY: "another secret"})


def test_a_digest_that_is_sent_along_is_that_of_the_body() -> None:
    right = hashlib.sha256(BODY).hexdigest()
    assert verify(_signed(**{"X-Amz-Content-SHA256": right}), SECRETS) == KEY
    for wrong in ("UNSIGNED-PAYLOAD", hashlib.sha256(b"").hexdigest()):
        assert _refused(_signed(**{"X-Amz-Content-SHA256": wrong}))[0] == "InvalidSignatureException"


def test_a_signature_holds_for_a_quarter_of_an_hour_either_way() -> None:
    request = _signed()
    signed, quarter, second = _moment(request), dt.timedelta(minutes=15), dt.timedelta(seconds=1)
    for moment in (signed - quarter, signed, signed + quarter):
        assert verify(request, SECRETS, moment) == KEY
    stamp = request.headers["x-amz-date"]
    late = signed + quarter + second
    assert _refused(request, late) == (
        "InvalidSignatureException",
        f"Signature expired: {stamp} is not within 15 minutes of {late:%Y%m%dT%H%M%SZ}",
    )
    code, message = _refused(request, signed - quarter - second)
    assert (code, message.split(":")[0]) == ("InvalidSignatureException", "Signature not yet current")


def test_the_date_is_that_of_the_key_and_readable() -> None:
    request = _signed()
    other = (_moment(request) - dt.timedelta(days=1)).strftime("%Y%m%dT%H%M%SZ")
    assert _refused(_with(request, x_amz_date=other)) == (
        "InvalidSignatureException",
        "The date of the credential is not the date of X-Amz-Date",
    )
    for unreadable in ("yesterday", None):
        assert _refused(_with(request, x_amz_date=unreadable)) == (
            "IncompleteSignatureException",
            "X-Amz-Date must be of the form 20260131T235959Z",
        )


def _signed_by_hand(names: str, headers: Mapping[str, str]) -> SignedRequest:
    """As AWS's manual says, over just the headers that are named."""
    date = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    sent = {"host": "engine.test:8100", "x-amz-date": date, **headers}
    lines = "".join(f"{name}:{' '.join(sent[name].split())}\n" for name in names.split(";"))
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(BODY).hexdigest()}"
    scope = f"{date[:8]}/eu-west-1/rekognition/aws4_request"
    said = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signature = hmac.digest(key, said.encode(), hashlib.sha256).hex()
    authorization = f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={names}, Signature={signature}"
    return SignedRequest("POST", URL, {**sent, "authorization": authorization}, BODY)


@pytest.mark.parametrize(
    ("names", "headers"),
    [
        ("host;x-amz-date", {"user-agent": "curl/8"}),
        ("host;user-agent;x-amz-date", {"user-agent": "aws-cli/1.11.187  Python/2.7.9"}),
        ("expect;host;x-amz-date", {"expect": "100-continue"}),
        ("host;x-amz-date;x-amzn-trace-id", {"x-amzn-trace-id": "Root=1"}),
    ],
)
def test_a_signature_may_cover_any_header(names: str, headers: Mapping[str, str]) -> None:
    request = _signed_by_hand(names, headers)
    assert verify(request, SECRETS) == KEY
    for name in set(names.split(";")) & set(headers):
        assert _refused(_with(request, **{name: "another"}))[0] == "InvalidSignatureException"
