"""Every operation against botocore's model: whatever is sent, the answer has its shape or is an error it declares."""

from __future__ import annotations

import base64
import json
import os
import re
import string
from typing import TYPE_CHECKING, Any

import botocore.session
import numpy as np
import pytest
from botocore.model import OperationModel, Shape
from botocore.parsers import create_parser
from engine_steps import add_faces, encode, index
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.operations import OPERATIONS
from engine.wire.protocol import answer

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

    from engine import Engine

SERVICE = botocore.session.get_session().get_service_model("rekognition")
COLLECTION = "modelled"
CLASSES = {r"\p{L}\p{Z}\p{N}": f"{string.ascii_letters}{string.digits} äßд漢"}

quickly = settings(
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "15")),
    suppress_health_check=list(HealthCheck),
)


class Known(dict[str, list[Any]]):
    """Values that requests may name, by the name of their shape."""

    def __repr__(self) -> str:
        return "known"  # the images would fill the screen


@pytest.fixture(scope="module")
def known(engine: Engine, rekognition: RekognitionClient, obama: bytes) -> Known:
    rekognition.create_collection(CollectionId=COLLECTION)
    faces = [*add_faces(engine, COLLECTION, 12), *index(rekognition, COLLECTION, obama)]
    for user in ("ann", "bob"):
        rekognition.create_user(CollectionId=COLLECTION, UserId=user)
    rekognition.associate_faces(CollectionId=COLLECTION, UserId="ann", FaceIds=faces[:1])
    token = rekognition.list_faces(CollectionId=COLLECTION, MaxResults=2)["NextToken"]
    arn = f"arn:aws:rekognition:us-east-1:000000000000:collection/{COLLECTION}"
    grey = np.full((100, 100, 3), 90, np.uint8)
    images = [obama, encode(grey), encode(grey, ".png"), encode(grey[:40]), obama[:5000], b"GIF89a", b"\xff\xd8\xff"]
    return Known(
        {
            "CollectionId": [COLLECTION],
            "FaceId": faces,
            "UserId": ["ann", "bob"],
            "PaginationToken": [token],
            "ResourceArn": [arn],
            "ImageBlob": images,
            "ClientRequestToken": ["one", "two"],
        }
    )


def requests(shape: Shape, known: Known) -> st.SearchStrategy[Any]:
    """Values that are valid by the model, many of them naming what is there."""
    made = _values(shape, known)
    return st.sampled_from(known[shape.name]) | made if shape.name in known else made


def _values(shape: Shape, known: Known) -> st.SearchStrategy[Any]:
    limits = shape.metadata
    low, high = limits.get("min", 0), limits.get("max")
    match shape.type_name:
        case "structure":
            members = {name: requests(member, known) for name, member in shape.members.items()}
            required = {name: members.pop(name) for name in shape.required_members}
            return st.fixed_dictionaries(required, optional=members)
        case "list":
            return st.lists(requests(shape.member, known), min_size=low, max_size=min(high or 6, 6))
        case "map":
            return st.dictionaries(requests(shape.key, known), requests(shape.value, known), max_size=5)
        case "string" if shape.enum:
            return st.sampled_from(shape.enum)
        case "string" if "pattern" in limits:
            texts = st.from_regex(re.compile(_python(limits["pattern"]), re.ASCII), fullmatch=True)
            return texts.filter(lambda text: low <= len(text) <= (high or 100))
        case "string":
            return st.text(min_size=low, max_size=min(high or 30, 30), alphabet=st.characters(codec="utf-8"))
        case "blob":
            return st.binary(min_size=low, max_size=50)
        case "integer":
            return st.integers(low, min(high or 50, 5000))
        case "float":
            return st.floats(low, high)
        case other:
            raise NotImplementedError(other)


def _python(pattern: str) -> str:
    for name, characters in CLASSES.items():
        pattern = pattern.replace(name, characters)
    return pattern


def to_json(value: Any) -> Any:
    """As boto3 writes it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, list) else value


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=300)
    | st.just("\ud800")
    | st.just("é" * 300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=6,
)


@st.composite
def spoiled(draw: st.DrawFn, valid: st.SearchStrategy[Any]) -> Any:
    """A valid request in which one value, somewhere, has become something else, or is gone."""
    request = to_json(draw(valid))
    places = list(_places(request))
    if not places:
        return draw(anything)
    holder, key = draw(st.sampled_from(places))
    if isinstance(holder, dict) and draw(st.booleans()):
        del holder[key]
    else:
        holder[key] = draw(anything)
    return request


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items):
        yield value, key
        yield from _places(item)


def check(engine: Engine, operation: OperationModel, body: bytes) -> None:
    """Send `body`, and judge what comes back by the model."""
    response = answer(engine, f"RekognitionService.{operation.name}", body)
    parsed = create_parser("json").parse(
        {"status_code": response.status, "headers": response.headers, "body": response.body}, operation.output_shape
    )
    if response.status == 200:
        assert set(json.loads(response.body)) <= set(operation.output_shape.members)
        parsed.pop("ResponseMetadata")
        conforms(operation.output_shape, parsed)
        return
    assert response.status == 400, response.body
    assert parsed["Error"]["Code"] in {shape.name for shape in operation.error_shapes}
    assert parsed["Error"]["Message"]
    assert "Traceback" not in response.body.decode()


def conforms(shape: Shape, value: Any) -> None:
    """Assert that `value` is of the shape, within its limits, down to the last member."""
    limits = shape.metadata
    types = {"structure": dict, "map": dict, "list": list, "string": str, "integer": int, "long": int, "float": float}
    if shape.type_name in types:
        allowed = (float, int) if shape.type_name == "float" else types[shape.type_name]
        assert isinstance(value, allowed), (shape.name, value)
    if shape.name == "FaceIdList" and not value:
        return  # The model wants one face id of a request; an answer in which none was deleted has an empty list.
    size = value if isinstance(value, int | float) else len(value) if hasattr(value, "__len__") else 0
    assert size >= limits.get("min", size), (shape.name, value)
    assert size <= limits.get("max", size), (shape.name, value)
    if "pattern" in limits:
        assert re.fullmatch(_python(limits["pattern"]), value), (shape.name, value)
    if getattr(shape, "enum", None):
        assert value in shape.enum, (shape.name, value)
    match shape.type_name:
        case "structure":
            for name, item in value.items():
                conforms(shape.members[name], item)
        case "list":
            for item in value:
                conforms(shape.member, item)


def test_every_face_operation_is_there() -> None:
    others = re.compile(
        "Project|Dataset|Stream|Celebrit|Label|Text|Moderation|Protective|Segment|Tracking|Liveness|Media|Policy"
        "|(Start|Get)Face|Policies"
    )
    assert set(OPERATIONS) == {name for name in SERVICE.operation_names if not others.search(name)}


@pytest.mark.parametrize("name", OPERATIONS)
@quickly
@given(data=st.data())
def test_a_valid_request_is_answered_in_shape(engine: Engine, known: Known, name: str, data: st.DataObject) -> None:
    operation = SERVICE.operation_model(name)
    request = data.draw(requests(operation.input_shape, known))
    if name == "DeleteCollection" and request["CollectionId"] == COLLECTION:
        return  # the others still need it
    check(engine, operation, json.dumps(to_json(request)).encode())


@pytest.mark.parametrize("name", OPERATIONS)
@quickly
@given(data=st.data())
def test_an_invalid_request_is_refused_as_declared(
    engine: Engine, known: Known, name: str, data: st.DataObject
) -> None:
    operation = SERVICE.operation_model(name)
    request = data.draw(spoiled(requests(operation.input_shape, known)))
    if name == "DeleteCollection" and isinstance(request, dict) and request.get("CollectionId") == COLLECTION:
        return
    check(engine, operation, json.dumps(request).encode())


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"CollectionId": 1e999}', b"9" * 5000]
)
def test_what_is_no_request_is_refused(engine: Engine, name: str, body: bytes) -> None:
    check(engine, SERVICE.operation_model(name), body)


def test_a_violation_is_described_as_aws_does(rekognition: RekognitionClient) -> None:
    with pytest.raises(rekognition.exceptions.InvalidParameterException) as caught:
        rekognition.create_collection(CollectionId="two words")
    assert caught.value.response["Error"]["Message"] == (
        "1 validation error detected: Value 'two words' at 'collectionId' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [a-zA-Z0-9_.\-]+"
    )


@pytest.mark.parametrize("digits", [300, 400, 4000])
def test_a_number_may_have_any_number_of_digits_and_is_refused(engine: Engine, digits: int) -> None:
    asked = {"CollectionId": "team", "FaceId": "0" * 8 + "-0000" * 3 + "-" + "0" * 12}
    most = "'faceMatchThreshold' failed to satisfy constraint: Member must have value less than or equal to 100"
    body = json.dumps({**asked, "FaceMatchThreshold": 10**digits}).encode()
    said = json.loads(answer(engine, "RekognitionService.SearchFaces", body).body)
    assert said["Code"] == "InvalidParameterException"
    assert said["Message"].endswith(most)


@pytest.mark.parametrize("number", [10**5000, float("inf"), float("nan")], ids=["long", "inf", "nan"])
def test_numbers_that_json_has_not_are_refused_too(engine: Engine, number: float) -> None:
    asked = {"CollectionId": "team", "FaceId": "0" * 8 + "-0000" * 3 + "-" + "0" * 12}
    with pytest.raises(EngineError) as refused:
        engine.call("SearchFaces", {**asked, "FaceMatchThreshold": number})
    assert refused.value.code == "InvalidParameterException"


def test_an_unknown_operation_is_refused(engine: Engine) -> None:
    for target in ("RekognitionService.DetectLabels", "RekognitionService.", "DynamoDB.ListFaces", "", "a.b.c"):
        response = answer(engine, target, b"{}")
        assert (response.status, json.loads(response.body)["__type"]) == (400, "UnknownOperationException")
