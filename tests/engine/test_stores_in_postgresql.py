"""Which stores there are in a database, how they are named and dropped, and what moves there from a folder."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import postgres
import pytest

from engine.errors import EngineError, StoreError, TwoStoresError
from engine.store import (
    FILE_NAME,
    Place,
    Store,
    Versions,
    drop,
    migrate,
    move,
    next_store,
    postgresql_stores,
    rows,
    stored_model,
)
from engine.store.databases import postgresql as backends
from engine.store.written import UNREAD
from engine.vision import Cohort

COHORT = Cohort(np.eye(4, dtype=np.float32))
ANYWHERE = "postgresql://ann:secret@example.com/faces"


def opened(place: Place) -> Store:
    return Store.open(place, Versions("model/1", "calibration/1"), COHORT)


def made(place: Place, *collections: str) -> Place:
    """A store with these collections."""
    store = opened(place)
    for name in collections:
        with store.write(name) as database:
            rows.create_collection(database, name, 0)
    store.close()
    return place


def collections_in(place: Place) -> list[str]:
    store = opened(place)
    with store.read() as database:
        found = [each.name for each in rows.list_collections(database, 0, 99)]
    store.close()
    return found


@pytest.fixture
def url(postgresql: str) -> str:
    """Of a store that is not there yet."""
    return f"{postgresql}?schema=s_{uuid.uuid4().hex}"


def test_the_stores_of_a_database_are_listed_in_the_order_in_which_they_took_over() -> None:
    with postgres.running() as database:
        assert postgresql_stores(database) == ()
        for schema in ("rekognition_10", "rekognition_2", "rekognitions", "other"):
            opened(f"{database}?schema={schema}").close()
        opened(database).close()
        migrate(f"{database}?schema=rekognition_3")  # tables alone are no store
        names = ("rekognition", "rekognition_2", "rekognition_10")
        assert postgresql_stores(database) == tuple(f"{database}?schema={name}" for name in names)
        assert postgresql_stores(f"{database}?schema=other") == postgresql_stores(database)


@pytest.mark.parametrize(
    ("present", "following"),
    [
        (ANYWHERE, "rekognition_2"),
        (f"{ANYWHERE}?schema=rekognition_2", "rekognition_3"),
        (f"{ANYWHERE}?schema=rekognition_9", "rekognition_10"),
        (f"{ANYWHERE}?schema=our_faces", "our_faces_2"),
        (f"{ANYWHERE}?schema=our_faces_2", "our_faces_3"),
    ],
)
def test_the_store_that_takes_over_is_beside_the_one_before(present: str, following: str) -> None:
    assert next_store(present) == f"{ANYWHERE}?schema={following}"


@pytest.mark.parametrize("kind", ["postgres", "postgresql+psycopg"])
def test_the_url_of_another_program_will_do(postgresql: str, kind: str) -> None:
    place = f"{kind}{postgresql.removeprefix('postgresql')}?schema=s_{uuid.uuid4().hex}"
    made(place, "team")
    assert collections_in(place) == ["team"]


def test_a_store_is_named_without_its_password_and_reached_with_it() -> None:
    named = backends.Postgresql(ANYWHERE)
    assert named.name == "example.com/faces (rekognition)"
    assert "secret" in named._address
    assert backends.Postgresql("postgresql:///faces?schema=ours").name == "PostgreSQL/faces (ours)"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://127.0.0.1:9/nobody", r"^Cannot open the store 127\.0\.0\.1/nobody \(rekognition\): .*refused"),
        (
            "postgresql://host:port/name",
            r"^That is not the URL of a database: it is like postgresql://user@host/name\.$",
        ),
        (
            f"{ANYWHERE}?schema=No-Name",
            r"^No-Name cannot be the name of a schema: it takes small letters, digits and _",
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_said(address: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        opened(address)


def test_without_its_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"needs psycopg: pip install 'rekognition-local\[postgresql\]'\.$"):
        opened(ANYWHERE)


def test_a_store_is_dropped_with_all_that_is_in_it(url: str) -> None:
    made(url, "team")
    assert stored_model(url) == "model/1"
    drop(url)
    assert stored_model(url) is None
    assert collections_in(url) == []


def test_a_store_takes_three_connections_and_who_waits_for_a_fourth_is_told_so(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "_PATIENCE", 0.1)
    store = opened(made(url, "team"))
    with ExitStack() as held:
        for _ in range(3):
            held.enter_context(store.read())
        with pytest.raises(EngineError) as refused:
            held.enter_context(store.read())
    assert refused.value.code == "ThrottlingException"
    store.close()


def test_a_read_is_of_one_moment(url: str) -> None:
    store = opened(made(url, "team"))
    with store.read() as database:
        assert rows.find_collection(database, "other") is None
        with store.write("other") as writing:
            rows.create_collection(writing, "other", 0)
        assert rows.find_collection(database, "other") is None
    store.close()


def test_nothing_is_prepared_for_a_connection_that_a_pooler_may_give_to_others(url: str) -> None:
    store = opened(made(url, "team"))
    with store.read() as database:
        for _ in range(10):
            rows.find_collection(database, "team")
        assert database.connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
    store.close()


def test_who_makes_the_tables_waits_for_who_opens_the_store(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.databases.database.PATIENCE", "50ms")
    backend = backends.Postgresql(url)
    with backend.opening(UNREAD), ThreadPoolExecutor(1) as pool, pytest.raises(StoreError, match="lock timeout"):
        pool.submit(migrate, url).result(20)
    backend.close()


def test_a_move_that_was_cut_short_is_finished(tmp_path: Path, url: str) -> None:
    folder, copy = tmp_path / "store", tmp_path / "copy"
    made(folder, "team", "other")
    shutil.copytree(folder, copy)
    assert move(folder, url)
    assert list(folder.iterdir()) == []
    assert move(copy, url), "as if it had stopped before the folder was emptied"
    assert list(copy.iterdir()) == []
    assert collections_in(url) == ["team", "other"]


def test_what_was_written_as_text_moves_too(tmp_path: Path, url: str) -> None:
    made(tmp_path, "team")
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("UPDATE about SET value = CAST(value AS TEXT) WHERE name = 'model'")
    assert move(tmp_path, url)
    assert stored_model(url) == "model/1"


def test_two_stores_with_faces_stay_as_they_are(tmp_path: Path, url: str) -> None:
    made(tmp_path, "here")
    made(url, "there")
    with pytest.raises(TwoStoresError, match=rf"There are faces in {tmp_path} and in PostgreSQL.*delete {tmp_path}\.$"):
        move(tmp_path, url)
    assert collections_in(tmp_path) == ["here"]
    assert collections_in(url) == ["there"]


def test_an_empty_store_makes_way_for_another(tmp_path: Path, url: str) -> None:
    made(tmp_path)
    made(url, "there")
    assert move(tmp_path, url)
    assert collections_in(url) == ["there"]


def test_ids_follow_those_that_have_moved(tmp_path: Path, url: str) -> None:
    made(tmp_path, "first", "second")
    move(tmp_path, url)
    made(url, "third")
    assert collections_in(url) == ["first", "second", "third"]
