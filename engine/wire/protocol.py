"""AWS JSON 1.1: the bytes of a request in, the bytes of a response out; both doors of the engine speak it here."""

from __future__ import annotations

import json
import logging
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .. import errors, model
from ..api import Engine
from ..errors import EngineError
from ..operations import OPERATIONS
from ..params import Params

CONTENT_TYPE = "application/x-amz-json-1.1"

IMAGES = ("Image", "SourceImage", "TargetImage")
"""What the parameters of an operation that are images are called."""

_NOTHING: Mapping[bytes, bytes] = MappingProxyType({})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered, before it is written: the operation's `content`, or the `error` that refuses it."""

    request_id: str
    content: Params
    error: EngineError | None = None

    @property
    def status(self) -> int:
        return self.error.status if self.error else 200

    def headers(self) -> dict[str, str]:
        error_type = {"x-amzn-ErrorType": self.error.code} if self.error else {}
        return {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": self.request_id, **error_type}

    def body(self) -> bytes:
        if self.error is None:
            return model.write(self.content)
        code, message = self.error.code, self.error.message
        return json.dumps({"__type": code, "Code": code, "Logref": self.request_id, "Message": message}).encode()


def answer(engine: Engine, target: str, body: bytes) -> Response:
    """As `ask`, written."""
    given = ask(engine, target, body)
    try:
        return _written(given)
    except Exception:  # noqa: BLE001 - as there
        return _written(_failed(given.request_id, target))


def fetched(engine: Engine, target: str, body: bytes) -> Engine:
    """`engine` with the images in S3 at hand that a request names."""
    try:
        operation = _operation(target)
        params = model.check(operation, model.read(operation, body))
        given = [params[name] for name in IMAGES if name in params]
        return engine.fetched([image["S3Object"] for image in given if "S3Object" in image and "Bytes" not in image])
    except Exception:  # noqa: BLE001 - whatever it is, the answer to the request meets it again, and says it.
        return engine


def ask(engine: Engine, target: str, body: bytes, beside: Mapping[bytes, bytes] = _NOTHING) -> Answer:
    """The answer to a request whose `X-Amz-Target` is `target`. Raises nothing: what goes wrong inside is logged.

    Images that are `beside` the body have a ticket in it.
    """
    request_id = str(uuid.uuid4())
    try:
        operation = _operation(target)
        return Answer(request_id, engine.call(operation, _whole(model.read(operation, body), beside)))
    except EngineError as error:
        return Answer(request_id, {}, error)
    except sqlite3.OperationalError as error:  # a full disk: no fault of the code, so a line is enough
        _log.error("Request %s (%s) failed: %s", request_id, target, error)
        return Answer(request_id, {}, errors.internal())
    except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer and the log the trace.
        return _failed(request_id, target)


def _whole(params: Params, beside: Mapping[bytes, bytes]) -> Params:
    """The parameters with the images that are beside them."""
    if not beside:
        return params
    tickets = {name: params[name].get("Bytes") for name in IMAGES if isinstance(params.get(name), dict)}
    images = {name: {**params[name], "Bytes": beside[ticket]} for name, ticket in tickets.items() if ticket in beside}
    return {**params, **images}


def refuse(error: EngineError) -> Response:
    """The response that says `error` as AWS does."""
    return _written(Answer(str(uuid.uuid4()), {}, error))


def _written(given: Answer) -> Response:
    return Response(given.status, given.headers(), given.body())


def _failed(request_id: str, target: str) -> Answer:
    _log.exception("Request %s (%s) failed", request_id, target)
    return Answer(request_id, {}, errors.internal())


def _operation(target: str) -> str:
    prefix, _, operation = target.partition(".")
    if prefix != model.target_prefix():
        raise errors.unknown_operation(f"A request's X-Amz-Target is {model.target_prefix()}, a dot and an operation")
    if operation not in OPERATIONS:
        raise errors.unknown_operation(f"This engine has no operation {operation}")
    return operation
