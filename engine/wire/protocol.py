"""AWS JSON 1.1: the bytes of a request in, the bytes of a response out; both doors of the engine speak it here."""

from __future__ import annotations

import json
import logging
import sqlite3
import uuid
from dataclasses import dataclass

from .. import errors, model
from ..api import Engine
from ..errors import EngineError
from ..operations import OPERATIONS

CONTENT_TYPE = "application/x-amz-json-1.1"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes


def answer(engine: Engine, target: str, body: bytes) -> Response:
    """The response to a request whose `X-Amz-Target` is `target`. Raises nothing: what goes wrong inside is logged."""
    request_id = str(uuid.uuid4())
    try:
        operation = _operation(target)
        answered = model.write(engine.call(operation, model.read(operation, body)))
    except EngineError as error:
        return refuse(error, request_id)
    except sqlite3.OperationalError as error:  # a full disk: no fault of the code, so a line is enough
        _log.error("Request %s (%s) failed: %s", request_id, target, error)
        return refuse(errors.internal(), request_id)
    except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer and the log the trace.
        _log.exception("Request %s (%s) failed", request_id, target)
        return refuse(errors.internal(), request_id)
    return Response(200, _headers(request_id), answered)


def refuse(error: EngineError, request_id: str | None = None) -> Response:
    """The response that says `error` as AWS does."""
    body = {"__type": error.code, "Code": error.code, "Message": error.message}
    headers = _headers(request_id or str(uuid.uuid4())) | {"x-amzn-ErrorType": error.code}
    return Response(error.status, headers, json.dumps(body).encode())


def _operation(target: str) -> str:
    prefix, _, operation = target.partition(".")
    if prefix != model.target_prefix():
        raise errors.unknown_operation(f"A request's X-Amz-Target is {model.target_prefix()}, a dot and an operation")
    if operation not in OPERATIONS:
        raise errors.unknown_operation(f"This engine has no operation {operation}")
    return operation


def _headers(request_id: str) -> dict[str, str]:
    return {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request_id}
