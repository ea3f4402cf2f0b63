"""The lesson of AWS's notebook, on its own photos: user vectors find whom single faces miss."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from engine import Engine, connect
from engine.vision import Models, Weights
from services.people.grounds.consent import RELEASE

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import BoundingBoxTypeDef


def _run(data_dir: Path, *arguments: str) -> Any:
    command = [sys.executable, "-m", "bot", *arguments, "--json"]
    done = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        env={"DATA_DIR": str(data_dir), "MODELS": "sface", "HOME": str(Path.home()), "PATH": ""},
        cwd=Path(__file__).parents[1],
        timeout=110,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def enrolled(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR that knows Swami and Werner, from the notebook's folders."""
    data_dir = tmp_path_factory.mktemp("notebook")
    answer = _run(data_dir, "import", str(shared_data / "user-vectors"), "--agreed", RELEASE)
    assert {person["name"]: person["added"] for person in answer["people"]} == {"Swami": 2, "Werner": 3}
    return data_dir


@pytest.mark.parametrize(
    ("mode", "threshold", "names"),
    [
        ("faces", "99", [None, "Swami"]),
        ("faces", "90", ["Werner", "Swami"]),
        ("users", "99", ["Werner", "Swami"]),
    ],
)
def test_the_notebooks_lesson(
    enrolled: Path, shared_data: Path, mode: str, threshold: str, names: list[str | None]
) -> None:
    photo = shared_data / "user-vectors" / "photo.jpeg"
    answer = _run(enrolled, "identify", str(photo), "--mode", mode, "--threshold", threshold)
    assert answer["photo"] == {"width": 1280, "height": 800}
    assert (answer["mode"], answer["threshold"]) == (mode, float(threshold))
    assert [face["name"] for face in answer["faces"]] == names
    assert [face["number"] for face in answer["faces"]] == [1, 2]
    # Where AWS found them: Werner's profile at the left, Swami at the right.
    for face, (x, y) in zip(answer["faces"], [(217, 150), (1103, 255)], strict=True):
        left, top, width, height = face["box"]
        assert left < x < left + width
        assert top < y < top + height


@pytest.fixture(scope="module")
def rekognition(
    models: Weights, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RekognitionClient]:
    """A collection `team` that knows Swami and Werner, indexed as the notebook does it."""
    kind: Models = "both" if models.second else "sface"
    with Engine.open(tmp_path_factory.mktemp("store"), models.detector.parent, models=kind) as engine:
        client = connect(engine)
        client.create_collection(CollectionId="team")
        for name in ("Swami", "Werner"):
            client.create_user(CollectionId="team", UserId=name)
            for photo in sorted((shared_data / "user-vectors" / name).iterdir()):
                picture = {"Bytes": photo.read_bytes()}
                indexed = client.index_faces(CollectionId="team", Image=picture, ExternalImageId=name, MaxFaces=1)
                face = indexed["FaceRecords"][0]["Face"]["FaceId"]
                client.associate_faces(CollectionId="team", UserId=name, FaceIds=[face])
        yield client


@cache
def boxes(client: RekognitionClient, photo: Path) -> list[BoundingBoxTypeDef]:
    """Where its faces are, from left to right."""
    faces = client.detect_faces(Image={"Bytes": photo.read_bytes()}, Attributes=["ALL"])["FaceDetails"]
    return sorted((face["BoundingBox"] for face in faces), key=lambda box: box["Left"])


def crops(client: RekognitionClient, photo: Path, across: int = 0, down: int = 0, kind: str = "JPEG") -> list[bytes]:
    """Each face cut out at its box, moved by so many pixels, as the notebook's script does it; from left to right."""
    cut = []
    with Image.open(photo) as image:
        for box in boxes(client, photo):
            left, top = image.width * box["Left"] + across, image.height * box["Top"] + down
            width, height = image.width * box["Width"], image.height * box["Height"]
            crop = io.BytesIO()
            image.crop((left, top, left + width, top + height)).save(crop, format=kind)
            cut.append(crop.getvalue())
    return cut


def by_faces(client: RekognitionClient, crop: bytes, threshold: float) -> set[str]:
    found = client.search_faces_by_image(CollectionId="team", Image={"Bytes": crop}, FaceMatchThreshold=threshold)
    return {match["Face"]["ExternalImageId"] for match in found["FaceMatches"]}


def by_users(client: RekognitionClient, crop: bytes, threshold: float) -> set[str]:
    found = client.search_users_by_image(CollectionId="team", Image={"Bytes": crop}, UserMatchThreshold=threshold)
    return {match["User"]["UserId"] for match in found["UserMatches"]}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_lesson_holds_for_the_notebooks_own_crops(
    rekognition: RekognitionClient, shared_data: Path, kind: str
) -> None:
    werner, swami = crops(rekognition, shared_data / "user-vectors" / "photo.jpeg", kind=kind)
    assert [by_faces(rekognition, crop, 99) for crop in (werner, swami)] == [set(), {"Swami"}]
    assert [by_faces(rekognition, crop, 90) for crop in (werner, swami)] == [{"Werner"}, {"Swami"}]
    assert [by_users(rekognition, crop, 99) for crop in (werner, swami)] == [{"Werner"}, {"Swami"}]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "moved"),
    [("JPEG", [(-2, -2), (-2, 2), (2, -2), (2, 2)]), ("PNG", [(-2, 0), (2, 0), (0, -2), (0, 2)])],
)
def test_a_crop_that_is_a_little_off_finds_him_too(
    rekognition: RekognitionClient, shared_data: Path, kind: str, moved: list[tuple[int, int]]
) -> None:
    for across, down in moved:
        werner, _ = crops(rekognition, shared_data / "user-vectors" / "photo.jpeg", across, down, kind)
        assert by_users(rekognition, werner, 99) == {"Werner"}, (across, down)
        assert by_faces(rekognition, werner, 90) == {"Werner"}, (across, down)
