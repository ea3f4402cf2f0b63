import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from engine import Engine, EngineError, StoreError
from engine.store import NewFace, Place, SourceImage, rows
from engine.store.databases import tables
from engine.store.store import looked_at
from engine.vision import Weights
from engine.vision.faces.box import Box

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
    monkeypatch.setattr("engine.store.noted._rewrite", None)
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


def changes(engine: Engine, obama: bytes) -> list[str]:
    """What the sentence of each refusal is, of a search, an answer from the store's rows and a change."""
    image = {"CollectionId": "team", "Image": {"Bytes": obama}}
    asked = (("SearchFacesByImage", image), ("ListFaces", {"CollectionId": "team"}), ("IndexFaces", image))
    said = []
    for operation, parameters in asked:
        with pytest.raises(EngineError) as refused:
            engine.call(operation, parameters)
        said.append(f"{refused.value.code}: {refused.value}")
    return said


@pytest.mark.parametrize(("former", "newer", "last"), [(None, OLD, OLD), (OLD, f"{NEW},{OLD}", NEW)])
def test_a_process_with_the_former_key_neither_reads_nor_writes_any_more(
    plain: Place, obama: bytes, former: str | None, newer: str, last: str
) -> None:
    with opened(plain, former) as before, opened(plain, newer) as engine:
        refusal = (
            "InternalServerError: The vectors have been encrypted with another key: "
            "start this process again, with that ENCRYPTION_KEY."
        )
        assert changes(before, obama) == [refusal] * 3
        assert found(engine, obama) == 1
    with opened(plain, last) as engine:
        assert found(engine, obama) == 1
    assert sizes(plain) == {548}


def test_one_with_the_same_key_goes_on(plain: Place, obama: bytes) -> None:
    with opened(plain, OLD) as one, opened(plain, OLD) as other:
        assert found(one, obama) == found(other, obama) == 1


@contextmanager
def as_ever(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As a process of a release that does not look at what the store notes."""
    with monkeypatch.context() as patch:
        patch.setattr(engine._context.store, "_check", lambda _: None)
        yield


def index_again(engine: Engine, obama: bytes) -> None:
    engine.call("IndexFaces", {"CollectionId": "team", "Image": {"Bytes": obama}, "ExternalImageId": "again"})


def test_what_was_written_in_the_former_way_is_skipped_and_then_written_anew(
    plain: Place, obama: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(plain, None) as before, opened(plain, OLD) as engine:
        with as_ever(before, monkeypatch):
            index_again(before, obama)
        assert found(engine, obama) == 1
        assert "1 vectors in the store are encrypted with another key, and are not searched" in caplog.messages
    assert sizes(plain) == {520, 548}
    with opened(plain, OLD) as engine:
        assert found(engine, obama) == 2
    assert sizes(plain) == {548}
    monkeypatch.setattr("engine.store.noted._rewrite", None)
    with opened(plain, OLD):
        pass


def test_what_another_key_has_sealed_is_waited_for(
    plain: Place, obama: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(plain, OLD) as before, opened(plain, f"{NEW},{OLD}"), as_ever(before, monkeypatch):
        index_again(before, obama)
    for keys, count in ((NEW, 1), (f"{NEW},{OLD}", 2), (NEW, 2)):
        caplog.clear()
        with opened(plain, keys) as engine:
            assert found(engine, obama) == count
        assert ("start again" in caplog.text) == (count == 1)


def test_what_is_being_written_while_the_key_comes_is_sealed_too(plain: Place) -> None:
    with opened(plain, None) as before:
        store = before._context.store
        opening = threading.Thread(target=lambda: Engine.open(plain, encryption_key=OLD).close())
        with store.write("team") as database:
            opening.start()
            opening.join(0.5)
            owner, vector = rows.find_collection(database, "team"), np.eye(1, 128, dtype=np.float32)
            assert owner
            image = SourceImage("0" * 8, None, b"")
            rows.add_faces(database, owner, [NewFace(image, Box(0, 0, 1, 1), 99.0)], vector)
        opening.join(10)
    assert len(vectors(plain)) == 3
    assert sizes(plain) == {548}
