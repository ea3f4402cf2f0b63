from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.model import Shape

from engine import Engine, connect, model
from engine.attributes import attributes

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

DEFAULT = {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
NAMES = [name for name in model.service().shape_for("Attribute").enum if name not in ("DEFAULT", "ALL")]


def members(shape: str) -> dict[str, Shape]:
    return dict(model.service().shape_for(shape).members)


@pytest.fixture
def neutral(weights: object, tmp_path: Path) -> Iterator[RekognitionClient]:
    with Engine.open(tmp_path, neutral_attributes=True) as engine:
        yield connect(engine)


def test_every_attribute_of_the_model_has_a_value_when_asked_for(neutral: RekognitionClient, obama: bytes) -> None:
    (face,) = neutral.detect_faces(Image={"Bytes": obama}, Attributes=["ALL"])["FaceDetails"]
    assert set(face) == set(members("FaceDetail"))
    (face,) = neutral.detect_faces(Image={"Bytes": obama}, Attributes=["SUNGLASSES"])["FaceDetails"]
    assert set(face) == DEFAULT | {"Sunglasses"}
    (face,) = neutral.detect_faces(Image={"Bytes": obama})["FaceDetails"]
    assert set(face) == DEFAULT


def test_faces_that_are_indexed_have_them_too(neutral: RekognitionClient, obama: bytes) -> None:
    neutral.create_collection(CollectionId="team")
    options: dict[str, Any] = {"CollectionId": "team", "Image": {"Bytes": obama}, "DetectionAttributes": ["ALL"]}
    (record,) = neutral.index_faces(**options)["FaceRecords"]
    assert set(record["FaceDetail"]) == set(members("FaceDetail"))
    (rejected,) = neutral.index_faces(**options, MaxFaces=1, QualityFilter="NONE")["FaceRecords"]
    assert rejected["FaceDetail"]["Smile"] == {"Value": False, "Confidence": 50.0}


def test_nothing_is_claimed() -> None:
    given = attributes(["ALL"], neutral=True)
    assert given.pop("AgeRange") == {"Low": 0, "High": 120}
    assert given.pop("EyeDirection")["Confidence"] == 0
    emotions = given.pop("Emotions")
    assert emotions[0] == {"Type": "UNKNOWN", "Confidence": 50.0}
    assert {emotion["Type"] for emotion in emotions} == set(model.service().shape_for("EmotionName").enum)
    assert len({emotion["Confidence"] for emotion in emotions[1:]}) == 1
    assert sum(emotion["Confidence"] for emotion in emotions) == 100
    assert {value["Confidence"] for value in given.values()} == {50.0}
    assert {value["Value"] for name, value in given.items() if name != "Gender"} == {False}


@pytest.mark.parametrize("name", NAMES)
def test_each_is_given_alone(name: str) -> None:
    assert len(attributes([name], neutral=True)) == 1
    assert len(attributes([name], neutral=False)) == (name == "AGE_RANGE")


def test_what_one_caller_changes_no_other_sees() -> None:
    given = attributes(["ALL"], neutral=True)
    given["Smile"]["Value"] = True
    given["Emotions"][0]["Type"] = "HAPPY"
    again = attributes(["ALL"], neutral=True)
    assert not again["Smile"]["Value"]
    assert not again["Eyeglasses"]["Value"]
    assert again["Emotions"][0]["Type"] == "UNKNOWN"
