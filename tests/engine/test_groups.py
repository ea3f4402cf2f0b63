"""People alike are told apart, small children are not promised to be, and the benchmark that counts it can count."""

from __future__ import annotations

import dataclasses
import itertools
import uuid
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from engine_steps import index

from benchmarks.recognition.groups import Group, by_group, measure, one_person
from benchmarks.recognition.people import read
from engine.vision import Image, Scale, Sighting, Vectors

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

    from engine import Engine

FEW = 60
"""Photos of a group: in 3,540 comparisons of strangers alike a third of one may pass 99."""


@cache
def photos_of(data: Path, name: str, photos: int) -> dict[str, bytes]:
    """Some photos of a group, read once for both ways to tell faces apart."""
    entries = (entry for entry in read(data / "groups-dev.tar") if f"{name}/" in entry[0])
    (group,) = by_group(sorted(itertools.islice(entries, photos))).values()
    return dict(group)


def counted(client: RekognitionClient, data: Path, name: str, photos: int) -> Group:
    same = one_person((data / "groups-same.txt").read_text().splitlines())
    return measure(client, uuid.uuid4().hex, photos_of(data, name, photos), same)


@pytest.mark.thorough
@pytest.mark.parametrize("group", ["black-f-20-39", "indian-m-40-59"])
def test_strangers_alike_are_told_apart(rekognition: RekognitionClient, shared_data: Path, group: str) -> None:
    found = counted(rekognition, shared_data, group, FEW)
    assert found.indexed >= 0.98 * found.photos
    assert found.passed[-1] <= 2  # both ways
    assert found.passed[0] <= 3 * 0.002 * found.comparisons


def test_infants_are_refused(rekognition: RekognitionClient, shared_data: Path) -> None:
    found = counted(rekognition, shared_data, "east-asian-f-0-3", 30)
    assert found.refused >= 0.9 * found.photos


def test_one_person_counts_as_a_stranger_only_when_nobody_says_so(
    rekognition: RekognitionClient, obama: bytes, obama2: bytes, biden: bytes
) -> None:
    photos = {"group/a": obama, "group/b": obama2, "group/c": biden}
    unlisted = measure(rekognition, uuid.uuid4().hex, photos, frozenset())
    assert (unlisted.indexed, unlisted.comparisons, unlisted.passed) == (3, 6, (2, 2, 2))
    assert unlisted.multiples == pytest.approx((2 / 6 / 0.002, 2 / 6 / 0.001, 2 / 6 / 0.0001))
    listed = measure(rekognition, uuid.uuid4().hex, photos, one_person(["group a b"]))
    assert (listed.comparisons, listed.passed) == (4, (0, 0, 0))


def test_who_is_one_person_follows_from_others() -> None:
    pairs = one_person(["white-f-60_ a b", "white-f-60_ c b", "other d e"])
    assert frozenset(("white-f-60+/a", "white-f-60+/c")) in pairs
    assert len(pairs) == 4


def test_a_face_with_too_many_alike_is_refused_unless_all_are_wanted(
    engine: Engine, collection: str, obama: bytes, rekognition: RekognitionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = engine._context
    nobody_apart = dataclasses.replace(context, scale=dataclasses.replace(context.scale, crowded=-1.0))
    monkeypatch.setattr(engine, "_context", nobody_apart)
    refused = rekognition.index_faces(CollectionId=collection, Image={"Bytes": obama})
    assert refused["FaceRecords"] == []
    assert [face["Reasons"] for face in refused["UnindexedFaces"]] == [["LOW_FACE_QUALITY"]]
    search = rekognition.search_users_by_image(CollectionId=collection, Image={"Bytes": obama}, QualityFilter="AUTO")
    assert [face["Reasons"] for face in search["UnsearchedFaces"]] == [["LOW_FACE_QUALITY"]]
    with pytest.raises(rekognition.exceptions.InvalidParameterException):
        rekognition.search_faces_by_image(CollectionId=collection, Image={"Bytes": obama}, QualityFilter="AUTO")
    assert index(rekognition, collection, obama, QualityFilter="NONE")


@pytest.fixture
def embedded(engine: Engine, six_people: bytes, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many faces were embedded at once each time, in a world where the two largest of six have too many alike."""
    vision, counts = engine._context.vision, list[int]()
    scene = vision.see(six_people)
    crowded = vision.embed(scene.image, scene.sightings[:2])
    embed = vision.embed

    def counting(image: Image, sightings: Sequence[Sighting], *, enrol: bool = False) -> Vectors:
        counts.append(len(sightings))
        return embed(image, sightings, enrol=enrol)

    monkeypatch.setattr(vision, "embed", counting)
    monkeypatch.setattr(Scale, "is_crowded", lambda _, vectors: (vectors @ crowded.T > 0.8).any(axis=1))
    return counts


def test_those_with_too_many_alike_take_nobodys_place(
    rekognition: RekognitionClient, collection: str, six_people: bytes, embedded: list[int]
) -> None:
    boxes = [face["BoundingBox"] for face in rekognition.detect_faces(Image={"Bytes": six_people})["FaceDetails"]]
    image = {"CollectionId": collection, "Image": {"Bytes": six_people}, "QualityFilter": "LOW"}

    answer = rekognition.index_faces(**image, MaxFaces=2)
    assert [record["FaceDetail"]["BoundingBox"] for record in answer["FaceRecords"]] == boxes[2:4]
    unindexed = [(face["Reasons"], face["FaceDetail"]["BoundingBox"]) for face in answer["UnindexedFaces"]]
    low, exceeding = ["LOW_FACE_QUALITY"], ["EXCEEDS_MAX_FACES"]
    assert sorted(unindexed, key=lambda pair: boxes.index(pair[1])) == [
        *((low, box) for box in boxes[:2]),
        *((exceeding, box) for box in boxes[4:]),
    ]
    assert embedded == [2, 2]

    rekognition.create_user(CollectionId=collection, UserId="third")
    [third, _] = [record["Face"]["FaceId"] for record in answer["FaceRecords"]]
    rekognition.associate_faces(CollectionId=collection, UserId="third", FaceIds=[third])
    assert rekognition.search_faces_by_image(**image)["SearchedFaceBoundingBox"] == boxes[2]
    found = rekognition.search_users_by_image(**image)
    assert [match["User"]["UserId"] for match in found["UserMatches"]] == ["third"]
    assert found["SearchedFace"]["FaceDetail"]["BoundingBox"] == boxes[2]
    reasons = sorted(face["Reasons"] for face in found["UnsearchedFaces"])
    assert reasons == [["FACE_NOT_LARGEST"]] * 3 + [low] * 2


def test_no_more_faces_are_looked_at_than_are_asked_for(
    rekognition: RekognitionClient, collection: str, six_people: bytes, embedded: list[int]
) -> None:
    for level, looked_at in (("NONE", [3]), ("LOW", [3, 2])):
        embedded.clear()
        answer = rekognition.index_faces(
            CollectionId=collection, Image={"Bytes": six_people}, MaxFaces=3, QualityFilter=level
        )
        assert len(answer["FaceRecords"]) == 3
        assert embedded == looked_at
    embedded.clear()
    rekognition.index_faces(CollectionId=collection, Image={"Bytes": six_people}, QualityFilter="LOW")
    assert embedded == [6]
