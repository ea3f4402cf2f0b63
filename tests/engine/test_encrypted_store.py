import base64
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from engine import Engine, StoreError
from engine.store import FILE_NAME
from engine.vision.weights import Weights

OLD, NEW = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2))


@contextmanager
def opened(folder: Path, keys: str | None) -> Iterator[Engine]:
    with Engine.open(folder, encryption_key=keys) as engine:
        yield engine


def found(engine: Engine, obama: bytes) -> int:
    answer = engine.call("SearchFacesByImage", {"CollectionId": "team", "Image": {"Bytes": obama}})
    return len(answer["FaceMatches"])


def sizes(folder: Path) -> set[int]:
    with closing(sqlite3.connect(folder / FILE_NAME)) as database:
        return {size for (size,) in database.execute("SELECT length(vector) FROM vectors")}


@pytest.fixture
def plain(tmp_path: Path, weights: Weights, obama: bytes) -> Path:
    """A store that is not encrypted, with a face and a user."""
    with opened(tmp_path, None) as engine:
        engine.call("CreateCollection", {"CollectionId": "team"})
        indexed = engine.call("IndexFaces", {"CollectionId": "team", "Image": {"Bytes": obama}})
        engine.call("CreateUser", {"CollectionId": "team", "UserId": "obama"})
        face_id = indexed["FaceRecords"][0]["Face"]["FaceId"]
        engine.call("AssociateFaces", {"CollectionId": "team", "UserId": "obama", "FaceIds": [face_id]})
    assert sizes(tmp_path) == {524}
    return tmp_path


def test_a_store_is_encrypted_from_when_there_is_a_key(plain: Path, obama: bytes) -> None:
    with closing(sqlite3.connect(plain / FILE_NAME)) as database:
        vectors = [vector for (vector,) in database.execute("SELECT vector FROM vectors")]
    with opened(plain, OLD) as engine:
        assert found(engine, obama) == 1
        engine.call("IndexFaces", {"CollectionId": "team", "Image": {"Bytes": obama}, "ExternalImageId": "again"})
        assert found(engine, obama) == 2
    assert sizes(plain) == {552}
    bytes_on_disk = b"".join(path.read_bytes() for path in plain.iterdir())
    assert not any(vector in bytes_on_disk for vector in vectors), "no vector is left as it was"
    with opened(plain, OLD) as engine:
        assert found(engine, obama) == 2


def test_a_key_is_replaced_by_putting_another_before_it(plain: Path, obama: bytes) -> None:
    for keys in (OLD, f"{NEW},{OLD}", NEW):
        with opened(plain, keys) as engine:
            assert found(engine, obama) == 1


@pytest.mark.parametrize("keys", [None, NEW])
def test_without_the_key_it_is_said_in_one_sentence(plain: Path, keys: str | None) -> None:
    with opened(plain, OLD):
        pass
    with pytest.raises(StoreError, match="encrypted with another key"), opened(plain, keys):
        pass
    with opened(plain, OLD):
        pass


@pytest.mark.parametrize("keys", ["short", "é", f"{OLD},", "a" * 44])
def test_what_is_no_key_is_refused(tmp_path: Path, keys: str) -> None:
    with pytest.raises(StoreError, match="generate_key"), opened(tmp_path, keys):
        pass
