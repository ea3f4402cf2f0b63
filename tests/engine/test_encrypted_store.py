import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import Engine, StoreError
from engine.store import Place
from engine.store.databases import tables
from engine.store.store import looked_at
from engine.vision import Weights

OLD, NEW = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2))


@contextmanager
def opened(place: Place, keys: str | None) -> Iterator[Engine]:
    with Engine.open(place, encryption_key=keys) as engine:
        yield engine


def found(engine: Engine, obama: bytes) -> int:
    answer = engine.call("SearchFacesByImage", {"CollectionId": "team", "Image": {"Bytes": obama}})
    return len(answer["FaceMatches"])


def vectors(place: Place) -> list[bytes]:
    """As they are in the store."""
    with looked_at(place) as database:
        assert database
        return [bytes(vector) for (vector,) in database.all(sa.select(tables.vectors.c.vector))]


def sizes(place: Place) -> set[int]:
    return {len(vector) for vector in vectors(place)}


@pytest.fixture
def plain(place: Place, weights: Weights, obama: bytes) -> Place:
    """A store that is not encrypted, with a face and a user."""
    with opened(place, None) as engine:
        engine.call("CreateCollection", {"CollectionId": "team"})
        indexed = engine.call("IndexFaces", {"CollectionId": "team", "Image": {"Bytes": obama}})
        engine.call("CreateUser", {"CollectionId": "team", "UserId": "obama"})
        face_id = indexed["FaceRecords"][0]["Face"]["FaceId"]
        engine.call("AssociateFaces", {"CollectionId": "team", "UserId": "obama", "FaceIds": [face_id]})
    assert sizes(place) == {520}
    return place


def test_a_store_is_encrypted_from_when_there_is_a_key(plain: Place, obama: bytes) -> None:
    before = vectors(plain)
    with opened(plain, OLD) as engine:
        assert found(engine, obama) == 1
        engine.call("IndexFaces", {"CollectionId": "team", "Image": {"Bytes": obama}, "ExternalImageId": "again"})
        assert found(engine, obama) == 2
    assert sizes(plain) == {548}
    if isinstance(plain, Path):
        bytes_on_disk = b"".join(path.read_bytes() for path in plain.iterdir())
        assert not any(vector in bytes_on_disk for vector in before), "no vector is left as it was"
    with opened(plain, OLD) as engine:
        assert found(engine, obama) == 2


@pytest.mark.parametrize("keys", [None, OLD])
def test_what_is_as_it_should_be_is_not_written_again(
    place: Place, keys: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(place, keys):
        pass
    monkeypatch.setattr("engine.store.store._rewrite", None)
    with opened(place, keys):
        pass


def test_a_store_without_a_face_has_its_key_too(place: Place) -> None:
    with opened(place, OLD):
        pass
    with pytest.raises(StoreError, match="encrypted with another key"), opened(place, NEW):
        pass


def test_a_key_is_replaced_by_putting_another_before_it(plain: Place, obama: bytes) -> None:
    for keys in (OLD, f"{NEW},{OLD}", NEW):
        with opened(plain, keys) as engine:
            assert found(engine, obama) == 1


@pytest.mark.parametrize("keys", [None, NEW])
def test_without_the_key_it_is_said_in_one_sentence(plain: Place, keys: str | None) -> None:
    with opened(plain, OLD):
        pass
    with (
        pytest.raises(
            StoreError, match=r"^The vectors are encrypted with another key\. Add the key that .* to ENCRYPTION_KEY\.$"
        ),
        opened(plain, keys),
    ):
        pass
    with opened(plain, OLD):
        pass


@pytest.mark.parametrize("keys", ["short", "é", f"{OLD},", "a" * 44])
def test_what_is_no_key_is_refused(tmp_path: Path, keys: str) -> None:
    with pytest.raises(StoreError, match="generate_key"), opened(tmp_path, keys):
        pass
