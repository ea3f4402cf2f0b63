from __future__ import annotations

import base64
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ParamValidationError
from botocore.parsers import create_parser
from engine_steps import add_faces
from moto import mock_aws

from engine import Engine, EngineError, connect, model
from engine.wire.protocol import answer

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


def test_nothing_leaves_the_process(
    engine: Engine, obama: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was made")

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path_factory.mktemp("aws") / "none"))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    client = connect(engine)
    assert len(client.detect_faces(Image={"Bytes": obama})["FaceDetails"]) == 1


def test_clients_options_are_kept(engine: Engine) -> None:
    client = connect(engine, region_name="eu-west-1", config=Config(user_agent_extra="facesearch/1"))
    assert client.meta.region_name == "eu-west-1"
    assert "facesearch/1" in client._client_config.user_agent
    client.list_collections()


def test_parameters_are_validated_by_botocore(rekognition: RekognitionClient) -> None:
    with pytest.raises(ParamValidationError):
        rekognition.create_collection(CollectionId="a", Unknown=1)


def test_other_operations_are_refused(rekognition: RekognitionClient) -> None:
    with pytest.raises(rekognition.exceptions.ClientError, match="UnknownOperationException"):
        rekognition.detect_labels(Image={"Bytes": b"x"})


def test_the_engine_can_be_called_directly(engine: Engine, obama: bytes) -> None:
    assert len(engine.call("DetectFaces", {"Image": {"Bytes": obama}})["FaceDetails"]) == 1
    with pytest.raises(EngineError) as caught:
        engine.call("DetectFaces", {"Image": {"Bytes": obama * 200}})
    assert (caught.value.code, caught.value.status) == ("ImageTooLargeException", 400)


def test_an_image_is_given_in_one_way(engine: Engine, rekognition: RekognitionClient, obama: bytes) -> None:
    for image in ({}, {"Bytes": obama, "S3Object": {"Bucket": "bucket", "Name": "name"}}):
        with pytest.raises(EngineError) as caught:
            engine.call("DetectFaces", {"Image": image})
        assert caught.value.code == "InvalidParameterException"
        with pytest.raises(rekognition.exceptions.InvalidParameterException):
            rekognition.detect_faces(Image=image)


@pytest.mark.thorough
def test_threads_share_an_engine(rekognition: RekognitionClient, collection: str, obama: bytes, biden: bytes) -> None:
    """Faces are indexed, found and deleted by several threads at once; each finds its own."""

    def work(number: int) -> None:
        image = {"Bytes": obama if number % 2 else biden}
        for turn in range(3):
            answer = rekognition.index_faces(
                CollectionId=collection, Image=image, ExternalImageId=f"photo-{number}-{turn}"
            )
            face = answer["FaceRecords"][0]["Face"]["FaceId"]
            found = rekognition.search_faces_by_image(CollectionId=collection, Image=image)
            assert face in {match["Face"]["FaceId"] for match in found["FaceMatches"]}
            assert rekognition.delete_faces(CollectionId=collection, FaceIds=[face])["DeletedFaces"] == [face]

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    assert rekognition.describe_collection(CollectionId=collection)["FaceCount"] == 0


def test_what_is_said_is_what_would_be_parsed(
    engine: Engine, rekognition: RekognitionClient, collection: str, obama: bytes, six_people: bytes
) -> None:
    """An answer does not go through JSON within the process; nobody can tell."""
    add_faces(engine, collection, 3)
    group, face = {"Bytes": six_people}, {"Bytes": obama}
    asked = {
        "DetectFaces": {"Image": group, "Attributes": ["ALL"]},
        "CompareFaces": {"SourceImage": face, "TargetImage": group, "SimilarityThreshold": 0.0},
        "DescribeCollection": {"CollectionId": collection},
        "ListFaces": {"CollectionId": collection},
        "SearchFacesByImage": {"CollectionId": collection, "Image": face, "FaceMatchThreshold": 0.0},
        "SearchUsersByImage": {"CollectionId": collection, "Image": group},
    }
    for operation, params in asked.items():
        written = answer(engine, f"RekognitionService.{operation}", model.write(_in_base64(params)))
        parser = create_parser("json")
        response = {"status_code": written.status, "headers": written.headers, "body": written.body}
        parsed = parser.parse(response, model.operation(operation).output_shape)
        said = rekognition._make_api_call(operation, params)
        assert said["ResponseMetadata"]["RequestId"]
        assert _typed({**said, "ResponseMetadata": None}) == _typed({**parsed, "ResponseMetadata": None}), operation


def _in_base64(params: dict[str, Any]) -> dict[str, Any]:
    images = {
        name: {"Bytes": base64.b64encode(image["Bytes"]).decode()} for name, image in params.items() if "Image" in name
    }
    return params | images


def _typed(value: Any) -> Any:
    """`value` with the types of all that is in it."""
    if isinstance(value, dict):
        return {name: _typed(item) for name, item in value.items()}
    return [_typed(item) for item in value] if isinstance(value, list) else (type(value), value)


def test_an_error_says_its_request_and_where_to_look_it_up(rekognition: RekognitionClient) -> None:
    with pytest.raises(rekognition.exceptions.ResourceNotFoundException) as caught:
        rekognition.describe_collection(CollectionId="missing")
    metadata = caught.value.response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 400
    assert metadata["RequestId"]
    assert caught.value.response["Error"]["Message"] == "The collection id: missing does not exist"


class TestBesideMoto:
    """moto's `mock_aws` knows Rekognition by name and answers none of the face operations."""

    def test_a_client_made_before_or_within_it_is_the_engines(self, engine: Engine, collection: str) -> None:
        before = connect(engine)
        with mock_aws():
            for client in (before, connect(engine)):
                assert collection in client.list_collections()["CollectionIds"]
        assert collection in before.list_collections()["CollectionIds"]

    def test_refusals_are_the_engines_too(self, engine: Engine) -> None:
        with mock_aws():
            client = connect(engine)
            with pytest.raises(client.exceptions.ResourceNotFoundException):
                client.describe_collection(CollectionId="missing")

    def test_an_address_of_aws_changes_nothing(self, engine: Engine, collection: str) -> None:
        with mock_aws():
            client = connect(engine, endpoint_url="https://rekognition.eu-west-1.amazonaws.com")
            assert collection in client.list_collections()["CollectionIds"]


@pytest.mark.parametrize("place", ["boto3.client", "boto3.Session.client", "boto3.session.Session.client"])
def test_connect_may_stand_in_the_place_of_boto3s_own(
    engine: Engine, collection: str, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(place, lambda *_, **options: connect(engine, **options))
    make = boto3.client if place == "boto3.client" else boto3.Session().client
    assert collection in make("rekognition", region_name="eu-west-1").list_collections()["CollectionIds"]


def test_the_engine_reads_s3_also_where_connect_stands_in_the_place_of_boto3s_client(
    tmp_path: Path, obama: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_aws(), Engine.open(tmp_path) as engine:
        bucket = boto3.client("s3", region_name="us-east-1")
        bucket.create_bucket(Bucket="photos")
        bucket.put_object(Bucket="photos", Key="obama.jpg", Body=obama)
        monkeypatch.setattr(boto3, "client", lambda *_, **options: connect(engine, **options))
        image = {"S3Object": {"Bucket": "photos", "Name": "obama.jpg"}}
        assert len(boto3.client("rekognition").detect_faces(Image=image)["FaceDetails"]) == 1
