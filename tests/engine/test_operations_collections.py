from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from engine import Engine, connect

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


def test_a_collection_is_created_described_and_deleted(rekognition: RekognitionClient) -> None:
    created = rekognition.create_collection(CollectionId="described")
    assert created["StatusCode"] == 200
    assert created["CollectionArn"].endswith(":collection/described")
    described = rekognition.describe_collection(CollectionId="described")
    assert (described["FaceCount"], described["UserCount"]) == (0, 0)
    assert described["FaceModelVersion"] == created["FaceModelVersion"]
    assert abs(dt.datetime.now(dt.UTC) - described["CreationTimestamp"]) < dt.timedelta(minutes=1)
    assert rekognition.delete_collection(CollectionId="described")["StatusCode"] == 200
    with pytest.raises(rekognition.exceptions.ResourceNotFoundException, match="The collection id: described does not"):
        rekognition.describe_collection(CollectionId="described")


def test_a_collection_is_created_once(rekognition: RekognitionClient, collection: str) -> None:
    with pytest.raises(rekognition.exceptions.ResourceAlreadyExistsException) as caught:
        rekognition.create_collection(CollectionId=collection)
    assert caught.value.response["Error"]["Message"] == f"The collection id: {collection} already exists."
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_collection_that_is_created_again_is_empty(rekognition: RekognitionClient, obama: bytes) -> None:
    rekognition.create_collection(CollectionId="again")
    face = rekognition.index_faces(CollectionId="again", Image={"Bytes": obama})["FaceRecords"][0]["Face"]
    rekognition.search_faces(CollectionId="again", FaceId=face["FaceId"])
    rekognition.delete_collection(CollectionId="again")
    rekognition.create_collection(CollectionId="again")
    assert rekognition.list_faces(CollectionId="again")["Faces"] == []
    matches = rekognition.search_faces_by_image(CollectionId="again", Image={"Bytes": obama}, FaceMatchThreshold=0)
    assert matches["FaceMatches"] == []
    rekognition.delete_collection(CollectionId="again")


def test_collections_are_listed_page_by_page(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    with Engine.open(tmp_path_factory.mktemp("pages")) as other:
        client = connect(other)
        names = [f"page-{number:02}" for number in range(7)]
        for name in names:
            client.create_collection(CollectionId=name)
        pages = list(client.get_paginator("list_collections").paginate(PaginationConfig={"PageSize": 3}))
    assert [page["CollectionIds"] for page in pages] == [names[:3], names[3:6], names[6:]]
    assert [len(page["FaceModelVersions"]) for page in pages] == [3, 3, 1]
    assert "NextToken" not in pages[-1]


@pytest.mark.parametrize("prefix", ["", "arn:"])
def test_tags_are_set_listed_and_removed(rekognition: RekognitionClient, prefix: str) -> None:
    arn = rekognition.create_collection(CollectionId="tagged", Tags={"team": "blue"})["CollectionArn"]
    arn = f"{prefix}{arn.removeprefix('arn:')}"
    try:
        rekognition.tag_resource(ResourceArn=arn, Tags={"team": "grün 7", "stage": ""})
        assert rekognition.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"team": "grün 7", "stage": ""}
        rekognition.untag_resource(ResourceArn=arn, TagKeys=["team", "unknown"])
        assert rekognition.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stage": ""}
        with pytest.raises(rekognition.exceptions.ServiceQuotaExceededException):
            rekognition.tag_resource(ResourceArn=arn, Tags={str(number): "" for number in range(50)})
        assert rekognition.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stage": ""}
    finally:
        rekognition.delete_collection(CollectionId="tagged")
    with pytest.raises(rekognition.exceptions.ResourceNotFoundException):
        rekognition.list_tags_for_resource(ResourceArn=arn)


def test_tags_belong_to_collections_only(rekognition: RekognitionClient) -> None:
    with pytest.raises(rekognition.exceptions.InvalidParameterException, match="not the ARN of a collection"):
        rekognition.list_tags_for_resource(ResourceArn="arn:aws:s3:::bucket-of-somebody")
    with pytest.raises(rekognition.exceptions.InvalidParameterException, match="regular expression"):
        rekognition.create_collection(CollectionId="untaggable", Tags={"aws:reserved": "1"})
