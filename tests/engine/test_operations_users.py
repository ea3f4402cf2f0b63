from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine_steps import add_faces, index

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

    from engine import Engine


def test_a_user_is_created_once(rekognition: RekognitionClient, collection: str) -> None:
    rekognition.create_user(CollectionId=collection, UserId="ann")
    with pytest.raises(rekognition.exceptions.ConflictException, match="The user id: ann already exists"):
        rekognition.create_user(CollectionId=collection, UserId="ann")
    assert rekognition.list_users(CollectionId=collection)["Users"] == [{"UserId": "ann", "UserStatus": "CREATED"}]
    assert rekognition.describe_collection(CollectionId=collection)["UserCount"] == 1


def test_users_are_listed_page_by_page(rekognition: RekognitionClient, collection: str) -> None:
    names = ["zoe", "ann", "bob"]
    for name in names:
        rekognition.create_user(CollectionId=collection, UserId=name)
    pages = rekognition.get_paginator("list_users").paginate(CollectionId=collection, PaginationConfig={"PageSize": 2})
    assert [[user["UserId"] for user in page["Users"]] for page in pages] == [["zoe", "ann"], ["bob"]]


def test_a_user_is_found_by_face_image_and_user(
    rekognition: RekognitionClient,
    collection: str,
    photos: dict[str, object],
    obama: bytes,
    obama2: bytes,
    biden: bytes,
) -> None:
    for name, image in (("obama", obama), ("biden", biden)):
        rekognition.create_user(CollectionId=collection, UserId=name)
        faces = index(rekognition, collection, image)
        joined = rekognition.associate_faces(CollectionId=collection, UserId=name, FaceIds=faces)
        assert [face["FaceId"] for face in joined["AssociatedFaces"]] == faces
        assert joined["UserStatus"] == "ACTIVE"
    [other] = index(rekognition, collection, obama2, ExternalImageId="query:other")
    by_face = rekognition.search_users(CollectionId=collection, FaceId=other)
    assert [match["User"]["UserId"] for match in by_face["UserMatches"]] == ["obama"]
    assert by_face["SearchedFace"] == {"FaceId": other}
    by_image = rekognition.search_users_by_image(CollectionId=collection, Image={"Bytes": obama2})
    assert [match["User"] for match in by_image["UserMatches"]] == [{"UserId": "obama", "UserStatus": "ACTIVE"}]
    assert by_image["UserMatches"][0]["Similarity"] == pytest.approx(by_face["UserMatches"][0]["Similarity"], abs=0.01)
    by_user = rekognition.search_users(CollectionId=collection, UserId="obama", UserMatchThreshold=0)
    assert [match["User"]["UserId"] for match in by_user["UserMatches"]] == ["biden"]
    assert by_user["SearchedUser"] == {"UserId": "obama"}


def test_a_user_without_faces_is_never_found(rekognition: RekognitionClient, collection: str, obama: bytes) -> None:
    rekognition.create_user(CollectionId=collection, UserId="nobody")
    assert rekognition.search_users(CollectionId=collection, UserId="nobody")["UserMatches"] == []
    [face] = index(rekognition, collection, obama)
    assert not rekognition.search_users(CollectionId=collection, FaceId=face, UserMatchThreshold=0)["UserMatches"]


def test_only_the_largest_face_is_searched_for(
    rekognition: RekognitionClient, collection: str, six_people: bytes, nobody: bytes
) -> None:
    answer = rekognition.search_users_by_image(CollectionId=collection, Image={"Bytes": six_people})
    searched = answer["SearchedFace"]["FaceDetail"]["BoundingBox"]["Width"]
    others = [face["FaceDetails"]["BoundingBox"]["Width"] for face in answer["UnsearchedFaces"]]
    assert len(others) == 5
    assert searched > max(others) * 0.9
    assert {tuple(face["Reasons"]) for face in answer["UnsearchedFaces"]} == {("FACE_NOT_LARGEST",)}
    empty = rekognition.search_users_by_image(CollectionId=collection, Image={"Bytes": nobody})
    assert empty["UserMatches"] == []
    assert "SearchedFace" not in empty


def test_faces_that_cannot_join_are_named_with_reasons(
    rekognition: RekognitionClient, collection: str, obama: bytes, obama2: bytes, biden: bytes
) -> None:
    [first], [second], [stranger] = (index(rekognition, collection, image) for image in (obama, obama2, biden))
    for name in ("obama", "biden"):
        rekognition.create_user(CollectionId=collection, UserId=name)
    rekognition.associate_faces(CollectionId=collection, UserId="obama", FaceIds=[first])
    missing = "00000000-0000-4000-8000-000000000000"
    joined = rekognition.associate_faces(
        CollectionId=collection, UserId="obama", FaceIds=[first, second, stranger, missing]
    )
    assert [face["FaceId"] for face in joined["AssociatedFaces"]] == [second]  # the first had joined before
    reasons = {failure["FaceId"]: failure["Reasons"] for failure in joined["UnsuccessfulFaceAssociations"]}
    assert reasons == {stranger: ["LOW_MATCH_CONFIDENCE"], missing: ["FACE_NOT_FOUND"]}
    assert all(failure.get("Confidence", 0) < 75 for failure in joined["UnsuccessfulFaceAssociations"])
    taken = rekognition.associate_faces(CollectionId=collection, UserId="biden", FaceIds=[first])
    [failure] = taken["UnsuccessfulFaceAssociations"]
    assert (failure["UserId"], failure["Reasons"]) == ("obama", ["ASSOCIATED_TO_A_DIFFERENT_USER"])
    assert taken["UserStatus"] == "CREATED"
    forced = rekognition.associate_faces(
        CollectionId=collection, UserId="obama", FaceIds=[stranger], UserMatchThreshold=0
    )
    assert [face["FaceId"] for face in forced["AssociatedFaces"]] == [stranger]


def test_a_face_of_a_user_must_leave_before_it_is_deleted(
    rekognition: RekognitionClient, collection: str, obama: bytes, obama2: bytes
) -> None:
    [first], [second] = (index(rekognition, collection, image) for image in (obama, obama2))
    for name in ("obama", "other"):
        rekognition.create_user(CollectionId=collection, UserId=name)
    rekognition.associate_faces(CollectionId=collection, UserId="obama", FaceIds=[first])
    [failure] = rekognition.delete_faces(CollectionId=collection, FaceIds=[first])["UnsuccessfulFaceDeletions"]
    assert (failure["UserId"], failure["Reasons"]) == ("obama", ["ASSOCIATED_TO_AN_EXISTING_USER"])
    wrong = rekognition.disassociate_faces(CollectionId=collection, UserId="other", FaceIds=[first, second])
    assert wrong["DisassociatedFaces"] == []
    [failure2] = wrong["UnsuccessfulFaceDisassociations"]  # the second belongs to nobody: nothing to say about it
    assert (failure2["UserId"], failure2["Reasons"]) == ("obama", ["ASSOCIATED_TO_A_DIFFERENT_USER"])
    left = rekognition.disassociate_faces(CollectionId=collection, UserId="obama", FaceIds=[first])
    assert left["DisassociatedFaces"] == [{"FaceId": first}]
    assert left["UserStatus"] == "CREATED"
    assert not rekognition.search_users(CollectionId=collection, FaceId=second, UserMatchThreshold=0)["UserMatches"]
    assert rekognition.delete_faces(CollectionId=collection, FaceIds=[first])["DeletedFaces"] == [first]


def test_deleting_a_user_sets_the_faces_free(rekognition: RekognitionClient, collection: str, obama: bytes) -> None:
    faces = index(rekognition, collection, obama)
    rekognition.create_user(CollectionId=collection, UserId="obama")
    rekognition.associate_faces(CollectionId=collection, UserId="obama", FaceIds=faces)
    [listed] = rekognition.list_faces(CollectionId=collection, UserId="obama")["Faces"]
    assert listed["UserId"] == "obama"
    rekognition.delete_user(CollectionId=collection, UserId="obama")
    assert not rekognition.search_users(CollectionId=collection, FaceId=faces[0], UserMatchThreshold=0)["UserMatches"]
    [listed] = rekognition.list_faces(CollectionId=collection)["Faces"]
    assert "UserId" not in listed
    with pytest.raises(rekognition.exceptions.ResourceNotFoundException):
        rekognition.delete_user(CollectionId=collection, UserId="obama")
    with pytest.raises(rekognition.exceptions.ResourceNotFoundException):
        rekognition.list_faces(CollectionId=collection, UserId="obama")


def test_a_user_has_at_most_a_hundred_faces(engine: Engine, rekognition: RekognitionClient, collection: str) -> None:
    faces = add_faces(engine, collection, 120)
    rekognition.create_user(CollectionId=collection, UserId="many")
    everyone = {"CollectionId": collection, "UserId": "many", "UserMatchThreshold": 0.0}
    rekognition.associate_faces(**everyone, FaceIds=faces[:90])
    answer = rekognition.associate_faces(**everyone, FaceIds=faces[90:110])
    assert [face["FaceId"] for face in answer["AssociatedFaces"]] == faces[90:100]
    assert [face["FaceId"] for face in answer["UnsuccessfulFaceAssociations"]] == faces[100:110]
    with pytest.raises(rekognition.exceptions.ServiceQuotaExceededException):
        rekognition.associate_faces(**everyone, FaceIds=faces[110:])
    assert len(rekognition.list_faces(CollectionId=collection, UserId="many")["Faces"]) == 100


def test_a_repeated_request_is_answered_as_before(
    rekognition: RekognitionClient, collection: str, obama: bytes, obama2: bytes
) -> None:
    request = {"CollectionId": collection, "UserId": "obama", "ClientRequestToken": "token-1"}
    assert rekognition.create_user(**request)["ResponseMetadata"]["HTTPStatusCode"] == 200
    rekognition.create_user(**request)
    mismatch = rekognition.exceptions.IdempotentParameterMismatchException
    with pytest.raises(mismatch, match="token-1"):
        rekognition.create_user(**{**request, "UserId": "somebody"})
    [first], [second] = (index(rekognition, collection, image) for image in (obama, obama2))
    join = {"CollectionId": collection, "UserId": "obama", "ClientRequestToken": "token-1"}
    once = rekognition.associate_faces(**join, FaceIds=[first])
    again = rekognition.associate_faces(**join, FaceIds=[first])
    assert again["AssociatedFaces"] == once["AssociatedFaces"] == [{"FaceId": first}]
    with pytest.raises(mismatch):
        rekognition.associate_faces(**join, FaceIds=[second])
    rekognition.delete_user(**request)
    rekognition.delete_user(**request)


def test_what_to_search_with_must_be_clear(rekognition: RekognitionClient, collection: str) -> None:
    invalid = rekognition.exceptions.InvalidParameterException
    with pytest.raises(invalid):
        rekognition.search_users(CollectionId=collection)
    with pytest.raises(invalid):
        rekognition.search_users(CollectionId=collection, UserId="a", FaceId="00000000-0000-4000-8000-000000000000")
    with pytest.raises(rekognition.exceptions.ResourceNotFoundException, match="The user id: a does not exist"):
        rekognition.search_users(CollectionId=collection, UserId="a")
