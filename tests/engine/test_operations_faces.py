from __future__ import annotations

import io
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from engine_steps import add_faces, encode, index
from PIL import Image

from engine import Engine, connect

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


def test_faces_are_detected(rekognition: RekognitionClient, six_people: bytes) -> None:
    faces = rekognition.detect_faces(Image={"Bytes": six_people})["FaceDetails"]
    assert len(faces) == 6
    areas = [face["BoundingBox"]["Width"] * face["BoundingBox"]["Height"] for face in faces]
    assert areas == sorted(areas, reverse=True)
    for face in faces:
        box = face["BoundingBox"]
        assert {mark["Type"] for mark in face["Landmarks"]} == {
            "eyeLeft",
            "eyeRight",
            "mouthLeft",
            "mouthRight",
            "nose",
        }
        for mark in face["Landmarks"]:
            assert box["Left"] < mark["X"] < box["Left"] + box["Width"]
            assert box["Top"] < mark["Y"] < box["Top"] + box["Height"]
        assert face["Confidence"] > 60
        assert set(face) == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}


def test_all_attributes_guess_nothing(rekognition: RekognitionClient, obama: bytes) -> None:
    [face] = rekognition.detect_faces(Image={"Bytes": obama}, Attributes=["ALL"])["FaceDetails"]
    assert face["AgeRange"] == {"Low": 0, "High": 120}
    assert not {"Gender", "Emotions", "Smile", "Beard", "Eyeglasses"} & set(face)


def test_nobody_is_detected_in_a_picture_without_faces(rekognition: RekognitionClient, nobody: bytes) -> None:
    assert rekognition.detect_faces(Image={"Bytes": nobody})["FaceDetails"] == []


def test_a_box_may_leave_the_picture(rekognition: RekognitionClient, obama: bytes) -> None:
    image = cv2.imdecode(np.frombuffer(obama, np.uint8), cv2.IMREAD_COLOR)
    [whole] = rekognition.detect_faces(Image={"Bytes": obama})["FaceDetails"]
    cut = round((whole["BoundingBox"]["Left"] + 0.15 * whole["BoundingBox"]["Width"]) * image.shape[1])
    [face] = rekognition.detect_faces(Image={"Bytes": encode(image[:, cut:])})["FaceDetails"]
    assert face["BoundingBox"]["Left"] < 0


def test_a_turned_photo_is_looked_at_upright(rekognition: RekognitionClient, obama: bytes) -> None:
    [upright] = rekognition.detect_faces(Image={"Bytes": obama})["FaceDetails"]
    picture = Image.open(io.BytesIO(obama)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    turned = io.BytesIO()
    picture.save(turned, "JPEG", exif=exif, quality=95)
    [face] = rekognition.detect_faces(Image={"Bytes": turned.getvalue()})["FaceDetails"]
    assert abs(face["Pose"]["Roll"]) < 20
    for side, value in upright["BoundingBox"].items():
        assert face["BoundingBox"][side] == pytest.approx(value, abs=0.02)


def test_indexed_faces_are_listed_searched_and_deleted(
    rekognition: RekognitionClient, collection: str, obama: bytes, obama2: bytes, biden: bytes
) -> None:
    [first] = index(rekognition, collection, obama, ExternalImageId="first")
    [second] = index(rekognition, collection, obama2, ExternalImageId="second")
    [other] = index(rekognition, collection, biden)
    listed = rekognition.list_faces(CollectionId=collection)["Faces"]
    assert [(face["FaceId"], face.get("ExternalImageId")) for face in listed] == [
        (first, "first"),
        (second, "second"),
        (other, None),
    ]
    found = rekognition.search_faces(CollectionId=collection, FaceId=first, FaceMatchThreshold=99)
    assert [match["Face"]["FaceId"] for match in found["FaceMatches"]] == [second]
    found = rekognition.search_faces(CollectionId=collection, FaceId=first, FaceMatchThreshold=0)
    assert [match["Face"]["FaceId"] for match in found["FaceMatches"]] == [second, other]
    similarities = [match["Similarity"] for match in found["FaceMatches"]]
    assert similarities == sorted(similarities, reverse=True)
    deleted = rekognition.delete_faces(CollectionId=collection, FaceIds=[second, second, "0" * 8 + second[8:]])
    assert deleted["DeletedFaces"] == [second]
    assert [failure["Reasons"] for failure in deleted["UnsuccessfulFaceDeletions"]] == [["FACE_NOT_FOUND"]]
    assert not rekognition.search_faces(CollectionId=collection, FaceId=first, FaceMatchThreshold=99)["FaceMatches"]


def test_searching_by_image_finds_the_largest_face(
    rekognition: RekognitionClient, collection: str, obama: bytes, obama2: bytes
) -> None:
    [face] = index(rekognition, collection, obama)
    found = rekognition.search_faces_by_image(CollectionId=collection, Image={"Bytes": obama2}, MaxFaces=1)
    assert [match["Face"]["FaceId"] for match in found["FaceMatches"]] == [face]
    assert found["SearchedFaceBoundingBox"]["Width"] > 0.1


def test_an_image_without_faces_cannot_be_searched_with(
    rekognition: RekognitionClient, collection: str, nobody: bytes
) -> None:
    with pytest.raises(rekognition.exceptions.InvalidParameterException, match="There are no faces in the image"):
        rekognition.search_faces_by_image(CollectionId=collection, Image={"Bytes": nobody})
    assert index(rekognition, collection, nobody) == []


def test_a_face_that_is_not_there_cannot_be_searched_with(rekognition: RekognitionClient, collection: str) -> None:
    with pytest.raises(rekognition.exceptions.InvalidParameterException, match="faceId was not found"):
        rekognition.search_faces(CollectionId=collection, FaceId="00000000-0000-4000-8000-000000000000")


def test_the_largest_faces_are_kept_and_the_others_named(
    rekognition: RekognitionClient, collection: str, six_people: bytes
) -> None:
    answer = rekognition.index_faces(
        CollectionId=collection, Image={"Bytes": six_people}, MaxFaces=2, QualityFilter="NONE"
    )
    kept = [record["Face"]["BoundingBox"]["Width"] for record in answer["FaceRecords"]]
    left_out = [face["FaceDetail"]["BoundingBox"]["Width"] for face in answer["UnindexedFaces"]]
    assert (len(kept), len(left_out)) == (2, 4)
    assert min(kept) > max(left_out) * 0.9
    assert {tuple(face["Reasons"]) for face in answer["UnindexedFaces"]} == {("EXCEEDS_MAX_FACES",)}


def test_poor_faces_are_not_indexed(rekognition: RekognitionClient, collection: str, obama: bytes) -> None:
    image = cv2.imdecode(np.frombuffer(obama, np.uint8), cv2.IMREAD_COLOR)
    blurred = encode(cv2.GaussianBlur(image, (0, 0), 12))
    answer = rekognition.index_faces(CollectionId=collection, Image={"Bytes": blurred}, QualityFilter="HIGH")
    assert answer["FaceRecords"] == []
    [face] = answer["UnindexedFaces"]
    assert "LOW_SHARPNESS" in face["Reasons"]
    assert len(index(rekognition, collection, blurred, QualityFilter="NONE")) == 1


def test_the_same_image_is_stored_once_under_one_external_id(
    rekognition: RekognitionClient, collection: str, six_people: bytes
) -> None:
    first = index(rekognition, collection, six_people, ExternalImageId="party", QualityFilter="NONE")
    assert index(rekognition, collection, six_people, ExternalImageId="party", QualityFilter="NONE") == first
    other = index(rekognition, collection, six_people, ExternalImageId="wedding", QualityFilter="NONE")
    assert not set(first) & set(other)
    # Whoever of it was deleted comes back, beside the others.
    rekognition.delete_faces(CollectionId=collection, FaceIds=first[:1])
    again = index(rekognition, collection, six_people, ExternalImageId="party", QualityFilter="NONE")
    assert again[1:] == first[1:]
    assert again[0] != first[0]
    listed = rekognition.list_faces(CollectionId=collection)["Faces"]
    assert len({face["ImageId"] for face in listed if face["ExternalImageId"] == "party"}) == 1


def test_a_face_whose_box_has_moved_a_little_since_is_still_the_same(tmp_path: Path, six_people: bytes) -> None:
    with Engine.open(tmp_path) as engine:
        client = connect(engine)
        client.create_collection(CollectionId="c")
        first = index(client, "c", six_people, ExternalImageId="party", QualityFilter="NONE")
        with sqlite3.connect(tmp_path / "rekognition.sqlite") as database:  # as an earlier version's eyes saw it
            database.execute("update faces set box_left = box_left + box_width * 0.15, box_height = box_height * 1.1")
        database.close()
        assert index(client, "c", six_people, ExternalImageId="party", QualityFilter="NONE") == first


def test_a_face_to_ask_with_is_never_an_answer(
    rekognition: RekognitionClient, collection: str, obama: bytes, obama2: bytes
) -> None:
    [known] = index(rekognition, collection, obama)
    [asking] = index(rekognition, collection, obama2, ExternalImageId="query:1")
    found = rekognition.search_faces(CollectionId=collection, FaceId=asking)["FaceMatches"]
    assert [match["Face"]["FaceId"] for match in found] == [known]
    assert rekognition.search_faces(CollectionId=collection, FaceId=known)["FaceMatches"] == []
    rekognition.create_user(CollectionId=collection, UserId="obama")
    joined = rekognition.associate_faces(CollectionId=collection, UserId="obama", FaceIds=[asking])
    assert [failure["Reasons"] for failure in joined["UnsuccessfulFaceAssociations"]] == [["FACE_NOT_FOUND"]]
    listed = rekognition.list_faces(CollectionId=collection)["Faces"]
    assert [face["FaceId"] for face in listed] == [known]
    assert rekognition.delete_faces(CollectionId=collection, FaceIds=[asking])["DeletedFaces"] == [asking]
    with pytest.raises(rekognition.exceptions.InvalidParameterException):
        rekognition.search_faces(CollectionId=collection, FaceId=asking)
    again = rekognition.delete_faces(CollectionId=collection, FaceIds=[asking])["UnsuccessfulFaceDeletions"]
    assert again == [{"FaceId": asking, "Reasons": ["FACE_NOT_FOUND"]}]


def test_a_face_to_ask_with_is_asked_with_in_its_collection_alone(
    rekognition: RekognitionClient, collection: str, obama2: bytes
) -> None:
    [asking] = index(rekognition, collection, obama2, ExternalImageId="query:1")
    rekognition.create_collection(CollectionId="others")
    with pytest.raises(rekognition.exceptions.InvalidParameterException):
        rekognition.search_faces(CollectionId="others", FaceId=asking)
    assert rekognition.delete_faces(CollectionId="others", FaceIds=[asking])["DeletedFaces"] == []
    rekognition.delete_collection(CollectionId="others")
    assert rekognition.search_faces(CollectionId=collection, FaceId=asking)["FaceMatches"] == []


def test_faces_to_ask_with_find_one_another_where_they_are_to(
    rekognition: RekognitionClient, collection: str, obama: bytes, obama2: bytes, biden: bytes
) -> None:
    images = (obama, obama2, biden)
    together = [index(rekognition, collection, each, ExternalImageId="query:1:together")[0] for each in images]
    index(rekognition, collection, obama2, ExternalImageId="query:2:together")
    found = rekognition.search_faces(CollectionId=collection, FaceId=together[0])["FaceMatches"]
    assert [match["Face"]["FaceId"] for match in found] == [together[1]]
    [known] = index(rekognition, collection, obama2)
    found = rekognition.search_faces(CollectionId=collection, FaceId=together[0])["FaceMatches"]
    assert {match["Face"]["FaceId"] for match in found} == {together[1], known}
    assert [match["Similarity"] for match in found] == sorted((match["Similarity"] for match in found), reverse=True)
    rekognition.delete_faces(CollectionId=collection, FaceIds=[together[1]])
    found = rekognition.search_faces(CollectionId=collection, FaceId=together[0], MaxFaces=1)["FaceMatches"]
    assert [match["Face"]["FaceId"] for match in found] == [known]


def test_of_faces_to_ask_with_nothing_is_written(tmp_path: Path, obama2: bytes) -> None:
    with Engine.open(tmp_path, models="sface") as engine:
        client = connect(engine)
        client.create_collection(CollectionId="team")
        before = _written(tmp_path)
        [asking] = index(client, "team", obama2, ExternalImageId="query:1")
        client.search_faces(CollectionId="team", FaceId=asking)
        client.delete_faces(CollectionId="team", FaceIds=[asking])
        assert _written(tmp_path) == before


def test_faces_are_compared(rekognition: RekognitionClient, obama: bytes, obama2: bytes, biden: bytes) -> None:
    same = rekognition.compare_faces(SourceImage={"Bytes": obama}, TargetImage={"Bytes": obama2})
    assert same["FaceMatches"][0]["Similarity"] > 99
    assert same["UnmatchedFaces"] == []
    other = rekognition.compare_faces(SourceImage={"Bytes": obama}, TargetImage={"Bytes": biden})
    assert other["FaceMatches"] == []
    assert len(other["UnmatchedFaces"]) == 1


def test_comparing_needs_a_face_on_both_sides(rekognition: RekognitionClient, obama: bytes, nobody: bytes) -> None:
    for source, target in ((obama, nobody), (nobody, obama)):
        with pytest.raises(rekognition.exceptions.InvalidParameterException, match="invalid parameters"):
            rekognition.compare_faces(SourceImage={"Bytes": source}, TargetImage={"Bytes": target})


def test_faces_are_listed_page_by_page(engine: Engine, rekognition: RekognitionClient, collection: str) -> None:
    ids = add_faces(engine, collection, 25)
    pages = rekognition.get_paginator("list_faces").paginate(CollectionId=collection, PaginationConfig={"PageSize": 10})
    assert [[face["FaceId"] for face in page["Faces"]] for page in pages] == [ids[:10], ids[10:20], ids[20:]]
    some = rekognition.list_faces(CollectionId=collection, FaceIds=[ids[20], ids[3]], MaxResults=10)["Faces"]
    assert [face["FaceId"] for face in some] == [ids[3], ids[20]]


def test_some_faces_of_a_user_are_listed(engine: Engine, rekognition: RekognitionClient, collection: str) -> None:
    ids = add_faces(engine, collection, 6)
    rekognition.create_user(CollectionId=collection, UserId="ann")
    rekognition.associate_faces(CollectionId=collection, UserId="ann", FaceIds=ids[:4])
    asked = {"CollectionId": collection, "UserId": "ann", "FaceIds": ids[2:]}
    first = rekognition.list_faces(**asked, MaxResults=1)
    rest = rekognition.list_faces(**asked, NextToken=first["NextToken"])
    assert [face["FaceId"] for face in first["Faces"] + rest["Faces"]] == ids[2:4]


def test_a_page_token_serves_its_own_listing_only(
    engine: Engine, rekognition: RekognitionClient, collection: str
) -> None:
    ids = add_faces(engine, collection, 3)
    token = rekognition.list_faces(CollectionId=collection, MaxResults=1)["NextToken"]
    invalid = rekognition.exceptions.InvalidPaginationTokenException
    tampered = ("B" if token[0] == "A" else "A") + token[1:]
    for wrong in (tampered, token[:-4], token + "AAAA", "", "é", "not a token"):
        with pytest.raises(invalid):
            rekognition.list_faces(CollectionId=collection, MaxResults=1, NextToken=wrong)
    with pytest.raises(invalid):
        rekognition.list_faces(CollectionId=collection, MaxResults=1, NextToken=token, FaceIds=ids)
    with pytest.raises(invalid):
        rekognition.list_users(CollectionId=collection, MaxResults=1, NextToken=token)
    with pytest.raises(invalid):
        rekognition.list_collections(NextToken=token)
    assert rekognition.list_faces(CollectionId=collection, NextToken=token)["Faces"][0]["FaceId"] == ids[1]


def test_faces_are_listed_in_full_while_others_are_deleted(
    engine: Engine, rekognition: RekognitionClient, collection: str
) -> None:
    ids = add_faces(engine, collection, 10)
    first = rekognition.list_faces(CollectionId=collection, MaxResults=4)
    rekognition.delete_faces(CollectionId=collection, FaceIds=ids[:5])
    rest = rekognition.list_faces(CollectionId=collection, NextToken=first["NextToken"])
    assert [face["FaceId"] for face in rest["Faces"]] == ids[5:]


def _written(folder: Path) -> list[bytes]:
    """The store and its write-ahead log; not the index of that, which also says who reads."""
    return [path.read_bytes() for path in sorted(folder.iterdir()) if not path.name.endswith("-shm")]
