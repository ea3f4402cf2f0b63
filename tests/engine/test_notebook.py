"""A script in the style of AWS's user-vectors notebook, plain boto3, against a served engine and an S3."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from engine import Engine, EngineError
from engine.objects import MAX_BYTES

REPOSITORY = Path(__file__).parents[2]

SCRIPT = """
import io
import sys

import boto3
from PIL import Image

bucket, collection_id = sys.argv[1:3]
rekognition, s3 = boto3.client("rekognition"), boto3.client("s3")


def create_user(user_id):
    rekognition.create_user(CollectionId=collection_id, UserId=user_id)


def add_faces_to_collection(photo):
    response = rekognition.index_faces(
        CollectionId=collection_id,
        Image={"S3Object": {"Bucket": bucket, "Name": photo}},
        ExternalImageId=photo.replace("/", "_"),
        MaxFaces=1,
        QualityFilter="AUTO",
        DetectionAttributes=["ALL"],
    )
    return response["FaceRecords"][0]["Face"]["FaceId"]


def associate_faces(user_id, face_ids):
    response = rekognition.associate_faces(CollectionId=collection_id, UserId=user_id, FaceIds=face_ids)
    assert len(response["AssociatedFaces"]) == len(face_ids), response


def get_subdirs(prefix):
    response = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/")
    return [entry["Prefix"][len(prefix):-1] for entry in response["CommonPrefixes"]]


def get_files(prefix):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]


def crops(photo):
    data = s3.get_object(Bucket=bucket, Key=photo)["Body"].read()
    image = Image.open(io.BytesIO(data))
    found = rekognition.detect_faces(Image={"S3Object": {"Bucket": bucket, "Name": photo}}, Attributes=["DEFAULT"])
    for face in found["FaceDetails"]:
        box = face["BoundingBox"]
        left, top = box["Left"] * image.width, box["Top"] * image.height
        width, height = box["Width"] * image.width, box["Height"] * image.height
        margin = 0.5
        area = (left - margin * width, top - margin * height, left + (1 + margin) * width, top + (1 + margin) * height)
        crop = io.BytesIO()
        image.crop(tuple(map(int, area))).resize((400, 400)).save(crop, "JPEG")
        yield crop.getvalue()


rekognition.create_collection(CollectionId=collection_id)
for user_id in get_subdirs("images/"):
    create_user(user_id)
    associate_faces(user_id, [add_faces_to_collection(photo) for photo in get_files(f"images/{user_id}/")])
for crop in crops("images/photo.jpeg"):
    faces = rekognition.search_faces_by_image(
        CollectionId=collection_id, Image={"Bytes": crop}, FaceMatchThreshold=99, MaxFaces=1
    )
    users = rekognition.search_users_by_image(
        CollectionId=collection_id, Image={"Bytes": crop}, UserMatchThreshold=99, MaxUsers=1
    )
    print(
        "".join(match["Face"]["UserId"] for match in faces["FaceMatches"]) or "Unknown",
        "".join(match["User"]["UserId"] for match in users["UserMatches"]) or "Unknown",
    )
print(rekognition.delete_collection(CollectionId=collection_id)["StatusCode"])
"""


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def aws(s3_url: str) -> dict[str, str]:
    """The environment of whoever has pointed boto3 at these servers."""
    return {
        "AWS_ENDPOINT_URL_S3": s3_url,
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


@pytest.fixture(scope="module")
def bucket(s3_url: str) -> boto3.resources.base.ServiceResource:
    s3 = boto3.resource(
        "s3", endpoint_url=s3_url, region_name="us-east-1", aws_access_key_id="any", aws_secret_access_key="any"
    )
    return s3.create_bucket(Bucket="photos")


def test_the_notebook_runs_unmodified(
    aws: dict[str, str],
    bucket: boto3.resources.base.ServiceResource,
    photos: dict[str, Path],
    tmp_path: Path,
) -> None:
    uploads = {"obama/1.jpg": "obama.jpg", "obama/2.jpg": "obama2.jpg", "biden/1.jpg": "biden.jpg"}
    for key, name in uploads.items():
        bucket.upload_file(str(photos[name]), f"images/{key}")
    bucket.upload_file(str(photos["obama3.jpg"]), "images/photo.jpeg")
    environment = os.environ | aws
    serve = [sys.executable, "-m", "engine", "serve", "--port", "0", "--data-dir", str(tmp_path)]
    with subprocess.Popen(serve, cwd=REPOSITORY, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            url = next(line for line in server.stderr if "Listening" in line).split()[-1]
            finished = subprocess.run(
                [sys.executable, "-c", SCRIPT, "photos", "faces-collection"],
                env=environment | {"AWS_ENDPOINT_URL_REKOGNITION": url},
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            server.terminate()
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines() == ["obama obama", "200"]


@pytest.fixture
def with_s3(aws: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    with Engine.open(tmp_path) as engine:
        yield engine


def detect(engine: Engine, name: str, bucket: str = "photos", **version: str) -> int:
    image = {"S3Object": {"Bucket": bucket, "Name": name, **version}}
    return len(engine.call("DetectFaces", {"Image": image})["FaceDetails"])


def test_an_object_may_have_15_megabytes(
    with_s3: Engine, bucket: boto3.resources.base.ServiceResource, obama: bytes
) -> None:
    padding = MAX_BYTES - len(obama)
    bucket.upload_fileobj(io.BytesIO(obama + bytes(padding)), "largest.jpg")  # what follows a JPEG's end is ignored
    assert detect(with_s3, "largest.jpg") == 1
    bucket.upload_fileobj(io.BytesIO(obama + bytes(padding + 1)), "larger.jpg")
    with pytest.raises(EngineError) as caught:
        detect(with_s3, "larger.jpg")
    assert caught.value.code == "ImageTooLargeException"


def test_a_version_of_an_object_can_be_named(
    with_s3: Engine, bucket: boto3.resources.base.ServiceResource, obama: bytes, nobody: bytes
) -> None:
    bucket.Versioning().enable()
    versions = [bucket.put_object(Key="changing.jpg", Body=data).version_id for data in (obama, nobody)]
    assert [detect(with_s3, "changing.jpg", Version=version) for version in versions] == [1, 0]
    assert detect(with_s3, "changing.jpg") == 0


def test_an_object_that_cannot_be_had_is_refused(
    with_s3: Engine, bucket: boto3.resources.base.ServiceResource, caplog: pytest.LogCaptureFixture
) -> None:
    for name, container, reason in (
        ("missing.jpg", "photos", "NoSuchKey"),
        ("missing.jpg", "no-such-bucket", "NoSuchBucket"),
    ):
        with pytest.raises(EngineError, match="Unable to get object metadata from S3") as caught:
            detect(with_s3, name, container)
        assert caught.value.code == "InvalidS3ObjectException"
        assert reason in caplog.text
    with pytest.raises(EngineError, match="Request has invalid S3 object"):
        with_s3.call("DetectFaces", {"Image": {"S3Object": {"Bucket": "photos"}}})
