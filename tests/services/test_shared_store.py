"""The embedded engine's store in PostgreSQL, as the bot opens it: several machines, and what they had before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import postgres
import psycopg
import pytest
from mypy_boto3_rekognition import RekognitionClient

import engine
from engine.vision import Weights
from services.collection import OwnEngine, rekognition


@pytest.fixture
def url(weights: Weights) -> Iterator[str]:
    with postgres.running() as started:
        yield started


def on(machine: Path, url: str | None) -> OwnEngine:
    return OwnEngine(machine / "engine", url, models="sface")


def enrol(client: RekognitionClient, photo: Path, collection: str = "team") -> str:
    image = {"Bytes": photo.read_bytes()}
    client.create_collection(CollectionId=collection)
    return client.index_faces(CollectionId=collection, Image=image)["FaceRecords"][0]["Face"]["FaceId"]


def found(client: RekognitionClient, photo: Path) -> list[str]:
    answer = client.search_faces_by_image(CollectionId="team", Image={"Bytes": photo.read_bytes()})
    return [match["Face"]["FaceId"] for match in answer["FaceMatches"]]


def test_machines_share_what_the_first_of_them_had(tmp_path: Path, url: str, photos: dict[str, Path]) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    obama, again = photos["obama.jpg"], photos["obama2.jpg"]
    with rekognition.embedded(on(one, None)) as before:
        face = enrol(before.client, obama)
    with rekognition.embedded(on(other, None)) as before:
        enrol(before.client, obama, "another")
    with rekognition.embedded(on(one, url)) as here:
        assert found(here.client, again) == [face]
        with pytest.raises(engine.TwoStoresError, match="reindex"), rekognition.embedded(on(other, url)):
            pass
        with rekognition.rebuilding(on(other, url)) as there:
            assert found(there.client, again) == [face]
        with rekognition.embedded(on(other, url)) as there:
            there.client.delete_faces(CollectionId="team", FaceIds=[face])
            assert found(here.client, again) == []
    assert not list(tmp_path.rglob("*.sqlite*"))


def test_a_store_of_another_model_is_replaced(tmp_path: Path, url: str, photos: dict[str, Path]) -> None:
    with rekognition.embedded(on(tmp_path, url)) as faces:
        enrol(faces.client, photos["obama.jpg"])
    _of_another_model(url)
    with pytest.raises(engine.OtherModelError), rekognition.embedded(on(tmp_path, url)):
        pass
    with pytest.raises(ZeroDivisionError), rekognition.rebuilding(on(tmp_path, url)):
        raise ZeroDivisionError
    assert engine.stored_model(str(on(tmp_path, url).present())) == "another"
    with rekognition.rebuilding(on(tmp_path, url)) as faces:
        face = enrol(faces.client, photos["obama.jpg"])
    assert len(engine.postgresql_stores(url)) == 1
    with rekognition.embedded(on(tmp_path, url)) as faces:
        assert found(faces.client, photos["obama2.jpg"]) == [face]


def _of_another_model(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE rekognition.about SET value = 'another' WHERE name = 'model'")
