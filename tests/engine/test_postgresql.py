"""A store in PostgreSQL: several machines write at once, connections break, tables come from revisions."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from engine_steps import index

from engine import Engine, EngineError, StoreError, TwoStoresError, connect
from engine.store import Collection, Kind, Mirror, NewFace, SourceImage, Store, Versions, migrate, move, moving, rows
from engine.store.databases import Database, migrations, postgresql
from engine.store.databases.tables import metadata
from engine.vision.faces.box import Box
from engine.vision.networks.versions import MODEL_VERSION
from engine.vision.recognition.embed import unit
from engine.vision.recognition.similarity import scale_of

COHORT = scale_of(MODEL_VERSION).cohort
RANDOM = np.random.default_rng(1)


def opened(url: str) -> Store:
    return Store.open(url, Versions("model/1", "calibration/1"), COHORT)


@pytest.fixture
def url(postgresql: str) -> str:
    """Of a store that is not there yet."""
    return f"{postgresql}?schema=s_{uuid.uuid4().hex}"


@pytest.fixture
def machines(url: str) -> Iterator[tuple[Store, Store, Store]]:
    stores = opened(url), opened(url), opened(url)
    for name in ("team", "other"):
        with stores[0].write(name) as database:
            rows.create_collection(database, name, 0)
    yield stores
    for store in stores:
        store.close()


def add(database: Database, name: str) -> int:
    image, vector = SourceImage("0" * 8, None, b""), unit(RANDOM.standard_normal((1, 128)).astype(np.float32))
    [face] = rows.add_faces(database, there(database, name), [NewFace(image, Box(0, 0, 1, 1), 99.0)], vector)
    return face.vector


def there(database: Database, name: str) -> Collection:
    found = rows.find_collection(database, name)
    assert found
    return found


def seen(store: Store, mirror: Mirror, name: str) -> set[int]:
    with store.read() as database:
        found = mirror.current(database, there(database, name), Kind.FACE)
    return set(found.search(COHORT.asked(unit(np.ones((1, 128), np.float32)))[0], 1000, -9).keys.tolist())


def test_who_begins_later_and_commits_first_hides_nothing(machines: tuple[Store, Store, Store]) -> None:
    """Ids of PostgreSQL do not commit in their order; those within a collection must, or a mirror misses the lower."""
    one, other, reader = machines
    mirror, ids = Mirror(), {}
    seen(reader, mirror, "team")

    def later(name: str) -> None:
        with other.write(name) as database:
            ids[name] = add(database, name)

    threads = {name: threading.Thread(target=later, args=(name,)) for name in ("team", "other")}
    with one.write("team") as database:
        first = add(database, "team")
        for thread in threads.values():
            thread.start()
        threads["other"].join(10)  # nobody waits for another collection
        assert ids["other"] > first
        assert seen(reader, mirror, "team") == set()
        assert "team" not in ids
    threads["team"].join(10)
    assert ids["team"] > ids["other"] > first
    assert seen(reader, mirror, "team") == {first, ids["team"]}


def test_who_waits_too_long_for_others_is_told_so(
    machines: tuple[Store, Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, _ = machines
    monkeypatch.setattr("engine.store.databases.database.PATIENCE", "50ms")
    with one.write("team"), pytest.raises(EngineError) as caught, other.write("team"):
        pass
    assert caught.value.code == "ThrottlingException"
    with other.write("team") as database:
        add(database, "team")


def test_who_reads_waits_for_none_of_those_who_write(machines: tuple[Store, Store, Store]) -> None:
    """Of one process, however many of its threads wait for what another one is writing."""
    one, other, _ = machines
    waiting = [threading.Thread(target=write, args=(other, name)) for name in ("team", "team", "other")]
    with one.write("team"):
        for thread in waiting:
            thread.start()
        waiting[0].join(0.3)
        began = time.monotonic()
        with other.read() as database:
            assert rows.count_faces(database, there(database, "team")) == 0
        assert time.monotonic() - began < 5
        assert waiting[0].is_alive()
    for thread in waiting:
        thread.join(10)
    with other.read() as database:
        assert [rows.count_faces(database, there(database, name)) for name in ("team", "other")] == [2, 1]


def write(store: Store, name: str) -> None:
    with store.write(name) as database:
        add(database, name)


def test_who_waits_too_long_for_its_turn_in_the_process_is_told_so(
    machines: tuple[Store, Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, *_ = machines
    monkeypatch.setattr(postgresql, "_PATIENCE", 0.05)
    with one.write("team"), ThreadPoolExecutor(1) as pool:
        refused = pool.submit(write, one, "other").exception(10)
    assert isinstance(refused, EngineError)
    assert refused.code == "ThrottlingException"
    write(one, "other")


def test_one_token_is_one_request_in_whichever_collection(machines: tuple[Store, Store, Store]) -> None:
    one, other, _ = machines
    answers = []

    def ask(store: Store, name: str) -> None:
        with store.write(name) as database:
            found = rows.recall(database, "CreateUser", "token")
            if found is None:
                rows.remember(database, "CreateUser", "token", there(database, name), b"print", {"of": name})
        answers.append(found.answer if found else None)

    with one.write("team") as database:
        rows.recall(database, "CreateUser", "token")
        waiting = threading.Thread(target=ask, args=(other, "other"))
        waiting.start()
        rows.remember(database, "CreateUser", "token", there(database, "team"), b"print", {"of": "team"})
    waiting.join(10)
    assert answers == [{"of": "team"}]


def test_a_broken_connection_is_replaced(machines: tuple[Store, Store, Store], postgresql: str) -> None:
    store, *_ = machines
    with store.read() as database:
        there(database, "team")
    _break_all(postgresql)
    with store.write("team") as database:
        add(database, "team")
    with pytest.raises(EngineError) as caught, store.read() as database:
        _break_all(postgresql)
        there(database, "team")
    assert caught.value.code == "InternalServerError"
    with store.read() as database:
        assert rows.count_faces(database, there(database, "team")) == 1


def _break_all(url: str) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query <> ''"
        connection.execute(sa.text(others))


@pytest.mark.parametrize("make", [lambda url: opened(url).close(), migrate], ids=["who opens it", "beforehand"])
def test_the_revisions_make_the_tables(url: str, postgresql: str, make: Callable[[str], None]) -> None:
    make(url)
    schema = url.rpartition("=")[2]
    engine = sa.create_engine(postgresql.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    with engine.connect().execution_options(schema_translate_map={None: schema}) as connection:
        connection.exec_driver_sql(f"SET search_path TO {schema}")
        context = MigrationContext.configure(connection, opts={"version_table": "revision"})
        assert context.get_current_revision() == migrations.NEWEST
        assert compare_metadata(context, metadata) == []


def test_a_store_of_a_later_release_is_refused(url: str) -> None:
    opened(url).close()
    backend = postgresql.Postgresql(url)
    with backend._transaction("BEGIN") as connection:
        connection.execute(f"UPDATE {backend.schema}.revision SET version_num = '9999'")
    backend.close()
    with pytest.raises(StoreError, match="later release"):
        opened(url)


@pytest.mark.parametrize(
    "address", ["postgresql://127.0.0.1:9/nobody", "mysql://127.0.0.1/x", "postgresql://[", "data"]
)
def test_what_is_no_store_is_refused_in_a_sentence(address: str) -> None:
    with pytest.raises(StoreError, match=r"[.]$"):
        opened(address)


def test_a_store_in_a_folder_moves_to_postgresql(
    tmp_path: Path, url: str, obama: bytes, obama2: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_BATCH", 1)  # so that there are several
    with Engine.open(tmp_path) as engine:
        client = connect(engine)
        client.create_collection(CollectionId="team", Tags={"a": "b"})
        faces = index(client, "team", obama)
        client.create_user(CollectionId="team", UserId="obama", ClientRequestToken="once")
        client.associate_faces(CollectionId="team", UserId="obama", FaceIds=faces)
        client.create_collection(CollectionId="another")
        index(client, "another", obama2)
        token = client.list_collections(MaxResults=1)["NextToken"]
    assert move(tmp_path, url)
    assert not move(tmp_path, url)
    assert list(tmp_path.iterdir()) == []
    with Engine.open(url) as engine:
        client = connect(engine)
        assert client.list_faces(CollectionId="team")["Faces"][0]["FaceId"] == faces[0]
        assert client.list_collections(NextToken=token)["CollectionIds"] == ["another"]
        assert client.describe_collection(CollectionId="another")["FaceCount"] == 1
        client.create_user(CollectionId="team", UserId="obama", ClientRequestToken="once")
        found = client.search_users_by_image(CollectionId="team", Image={"Bytes": obama2})
        assert [match["User"]["UserId"] for match in found["UserMatches"]] == ["obama"]
        client.create_collection(CollectionId="more")
        assert len(index(client, "more", obama2)) == 1
    with Engine.open(tmp_path) as engine:
        connect(engine).create_collection(CollectionId="team")
    with pytest.raises(TwoStoresError, match="reindex"):
        move(tmp_path, url)
