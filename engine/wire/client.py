"""An ordinary boto3 client whose requests never leave the process."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from .. import boto
from ..api import Engine
from ..params import Params
from .protocol import IMAGES, Answer, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_rekognition import RekognitionClient

_ELSEWHERE = "https://engine.invalid/"
"""Where a request goes as far as others can see who answer what goes to AWS, such as moto's `mock_aws`: they let it."""


def connect(engine: Engine, **kwargs: Any) -> RekognitionClient:
    """As `engine.connect` says."""
    # Nobody checks a signature within the process, so none is made: hashing a photo costs a millisecond. Nobody reads
    # who calls either, which botocore would put together anew for each call, in a sixth of the time that one takes.
    config = Config(signature_version=UNSIGNED, user_agent="facesearch").merge(kwargs.pop("config", None) or Config())
    client: RekognitionClient = boto.client("rekognition", **{"region_name": "us-east-1", **kwargs, "config": config})

    beside = _Beside()

    def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        url, request.url = request.url, _ELSEWHERE
        return _response(url, ask(engine, _text(request.headers["X-Amz-Target"]), _bytes(request.body), beside.images))

    events: Any = client.meta.events  # Its stubs know no handlers that return something.
    events.register_last("provide-client-params.rekognition", beside.put)
    events.register("after-call.rekognition", beside.take_away)
    events.register("after-call-error.rekognition", beside.take_away)
    events.register_first("before-send.rekognition", send)
    events.register("before-parse.rekognition", _read)
    return client


class _Beside:
    """The images of requests that are under way, by what stands for them there: writing them as JSON takes longer than
    to decode them."""

    def __init__(self) -> None:
        self.images: dict[bytes, bytes] = {}

    def put(self, params: Params, context: Params, **_: object) -> Params:
        """The parameters of a call with something short in the place of its images."""
        given = {name: params[name]["Bytes"] for name in IMAGES if _is_bytes(params.get(name))}
        tickets = context["beside"] = {name: uuid.uuid4().bytes for name in given}
        self.images |= {ticket: given[name] for name, ticket in tickets.items()}
        return {**params, **{name: {**params[name], "Bytes": ticket} for name, ticket in tickets.items()}}

    def take_away(self, context: Params, **_: object) -> None:
        """The call is over, also where it was tried several times."""
        for ticket in context.get("beside", {}).values():
            self.images.pop(ticket, None)


def _is_bytes(image: object) -> bool:
    """Whether it is an image by its bytes; what is nothing of the kind botocore complains of."""
    return isinstance(image, dict) and isinstance(image.get("Bytes"), bytes) and len(image["Bytes"]) > 0


class _Said(bytes):
    """The body of a response that need not be parsed, as what it says is at hand: parsing costs more than answering."""

    answer: Params


class _Response(AWSResponse):
    """A response with its body in memory."""

    def __init__(self, url: str, status: int, headers: HTTPHeaders, body: bytes) -> None:
        super().__init__(url, status, headers, _Body(body))
        self._body = body

    @property
    def content(self) -> bytes:
        return self._body


class _Body(BytesIO):
    """What AWSResponse reads from, in place of a socket."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def _response(url: str, answer: Answer) -> _Response:
    body = answer.body() if answer.error else _said(answer.content)
    headers = HTTPHeaders()
    for name, value in answer.headers().items():
        headers[name] = value
    return _Response(url, answer.status, headers, body)


def _said(answer: Params) -> _Said:
    body = _Said(b"{}")
    body.answer = answer
    return body


def _read(response_dict: dict[str, Any], customized_response_dict: Params, **_: object) -> None:
    """Hand what was said past botocore's parser."""
    body = response_dict["body"]
    if isinstance(body, _Said):
        customized_response_dict.update(body.answer)


def _text(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else bytes(body)
