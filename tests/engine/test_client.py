from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from botocore.config import Config
from botocore.exceptions import ParamValidationError

from engine import Engine, EngineError, connect

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


def test_an_image_is_given_in_one_way(engine: Engine, obama: bytes) -> None:
    for image in ({}, {"Bytes": obama, "S3Object": {"Bucket": "bucket", "Name": "name"}}):
        with pytest.raises(EngineError) as caught:
            engine.call("DetectFaces", {"Image": image})
        assert caught.value.code == "InvalidParameterException"


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
