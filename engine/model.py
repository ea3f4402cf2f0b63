"""Rekognition's service model, which botocore carries: what a request must be like, and how answers are written.

Requests are checked against the shapes themselves, so that every length, range, pattern and enumeration that AWS has
written down holds here without being written down again.
"""

from __future__ import annotations

import binascii
import datetime as dt
import json
import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.loaders
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StringShape, StructureShape

from .errors import image_too_large, invalid_parameter
from .params import Params

_MOST_COMPLAINTS, _MOST_SHOWN = 8, 256
"""How many violations an error names, and how many characters of a value it repeats."""


@cache
def service() -> ServiceModel:
    """Rekognition's model, as the installed botocore has it."""
    return ServiceModel(botocore.loaders.create_loader().load_service_model("rekognition", "service-2"))


def operation(name: str) -> OperationModel:
    """The model of one of OPERATIONS."""
    return service().operation_model(name)


def target_prefix() -> str:
    """What stands before the dot of an `X-Amz-Target`."""
    return str(service().metadata["targetPrefix"])


def read(name: str, body: bytes) -> Params:
    """The parameters in the JSON of a request, blobs decoded, what the operation does not know left out.

    Raises EngineError when the body is not JSON. The parameters still have to be checked.
    """
    try:
        value = json.loads(body or b"{}", parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise invalid_parameter("The request is not JSON") from error
    if not isinstance(value, dict):
        raise invalid_parameter("The request is not a JSON object")
    shape = operation(name).input_shape
    return dict(_decoded(shape, value)) if shape else {}


def write(answer: Params) -> bytes:
    """An answer as the JSON of a response."""
    return json.dumps(answer, default=_encoded, separators=(",", ":"), allow_nan=False).encode()


def check(name: str, params: Params) -> Params:
    """`params` without nulls and without what the operation does not know.

    Raises EngineError naming what violates the operation's input shape.
    """
    shape = operation(name).input_shape
    if shape is None:
        return {}
    known = _pruned(shape, params)
    complaints: list[str] = []
    for complaint in _violations(shape, known, ""):
        complaints.append(complaint)
        if len(complaints) == _MOST_COMPLAINTS:
            break
    if complaints:
        noun = "error" if len(complaints) == 1 else "errors"
        raise invalid_parameter(f"{len(complaints)} validation {noun} detected: {'; '.join(complaints)}")
    return dict(known)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _encoded(value: object) -> float:
    if isinstance(value, dt.datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} cannot be part of an answer")


def _decoded(shape: Shape, value: Any) -> Any:
    """`value` with the base64 of blobs decoded. What is of the wrong type is left for the check."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {name: _decoded(member, value[name]) for name, member in shape.members.items() if name in value}
    if shape.type_name == "blob" and isinstance(value, str):
        try:
            return binascii.a2b_base64(value, strict_mode=True)
        except ValueError as error:
            raise invalid_parameter("A blob in the request is not base64") from error
    return value


def _pruned(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = ((name, member, value.get(name)) for name, member in shape.members.items())
        return {name: _pruned(member, part) for name, member, part in members if part is not None}
    return value


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """What is wrong with `value`, in the words of AWS's own validation."""
    if not _is_of_type(shape, value):
        yield _complaint(value, path, f"Member must be of type {shape.type_name}")
        return
    for constraint in _broken(shape, value):
        yield _complaint(value, path, constraint)
    match shape:
        case StructureShape():
            yield from _structure_violations(shape, value, path)
        case ListShape():
            for number, item in enumerate(value, 1):
                yield from _violations(shape.member, item, f"{path}.{number}.member")
        case MapShape():
            for key, item in value.items():
                yield from _violations(shape.key, key, f"{path}.key")
                yield from _violations(shape.value, item, f"{path}.{key}.member")


def _structure_violations(shape: StructureShape, value: Params, path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        where = f"{path}.{_lower(name)}" if path else _lower(name)
        if name in value:
            yield from _violations(member, value[name], where)
        elif name in shape.required_members:
            yield f"Value null at '{where}' failed to satisfy constraint: Member must not be null"


def _is_of_type(shape: Shape, value: Any) -> bool:
    match shape.type_name:
        case "structure" | "map":
            return isinstance(value, dict)
        case "list":
            return isinstance(value, list | tuple)
        case "string":
            return isinstance(value, str) and _is_unicode(value)
        case "blob":
            return isinstance(value, bytes | bytearray)
        case "integer" | "long":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float" | "double":
            # An integer is finite, and may be too large for `isfinite` to say so.
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return is_number and (isinstance(value, int) or math.isfinite(value))
        case "boolean":
            return isinstance(value, bool)
        case other:
            raise NotImplementedError(f"No operation takes a {other}")


def _broken(shape: Shape, value: Any) -> Iterator[str]:
    """The constraints of the shape itself that `value`, of the right type, does not satisfy."""
    limits = shape.metadata
    if shape.type_name in {"integer", "long", "float", "double"}:
        if "min" in limits and value < limits["min"]:
            yield f"Member must have value greater than or equal to {limits['min']}"
        if "max" in limits and value > limits["max"]:
            yield f"Member must have value less than or equal to {limits['max']}"
    elif shape.type_name in {"string", "list", "map", "blob"}:
        if "max" in limits and len(value) > limits["max"]:
            if shape.type_name == "blob":
                raise image_too_large()
            yield f"Member must have length less than or equal to {limits['max']}"
        if "min" in limits and len(value) < limits["min"]:
            yield f"Member must have length greater than or equal to {limits['min']}"
    if "pattern" in limits and not _pattern(limits["pattern"]).fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {limits['pattern']}"
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"


def _complaint(value: Any, path: str, constraint: str) -> str:
    try:
        shown = f"{len(value)} bytes" if isinstance(value, bytes | bytearray) else str(value)
    except ValueError:  # Python writes no integer of more than 4,300 digits
        shown = "…"
    shown = shown.encode("utf-8", "replace").decode()
    if len(shown) > _MOST_SHOWN:
        shown = f"{shown[:_MOST_SHOWN]}…"
    return f"Value '{shown}' at '{path}' failed to satisfy constraint: {constraint}"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _is_unicode(text: str) -> bool:
    """JSON can spell half of a surrogate pair, which is no character and cannot be stored."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    r"""A pattern of the model, which is written for Java: Python spells letters and numbers `\w`, and lacks `\p{Z}`."""
    spaces = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    return re.compile(pattern.replace(r"\p{L}", r"\w").replace(r"\p{N}", "").replace(r"\p{Z}", spaces))
