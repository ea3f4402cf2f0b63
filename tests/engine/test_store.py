from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from engine.errors import EngineError, StoreError
from engine.store import (
    FILE_NAME,
    Collection,
    Database,
    Kind,
    Mirror,
    NewFace,
    Place,
    SourceImage,
    Store,
    Versions,
    damaged,
    rows,
    stored_model,
    values,
)
from engine.store.databases import tables
from engine.store.databases.sqlite import FORMAT
from engine.store.store import looked_at
from engine.vision import Cohort
from engine.vision.faces.box import Box
from engine.vision.networks.versions import MODEL_VERSION
from engine.vision.recognition.embed import Vectors, unit
from engine.vision.recognition.similarity import scale_of

VERSIONS = Versions("model/1", "calibration/1")
COHORT = scale_of(MODEL_VERSION).cohort
RANDOM = np.random.default_rng(0)


def opened(place: Place, versions: Versions = VERSIONS) -> Store:
    return Store.open(place, versions, COHORT)


def add(store: Store, owner: Collection, external_image_id: str | None = None) -> rows.StoredFace:
    vector = unit(RANDOM.standard_normal((1, 128)).astype(np.float32))[0]
    image = SourceImage("0" * 8, external_image_id, b"")
    with store.write("team") as database:
        return put(database, owner, image, vector)


def put(database: Database, owner: Collection, image: SourceImage, vector: Vectors) -> rows.StoredFace:
    [face] = rows.add_faces(database, owner, [NewFace(image, Box(0, 0, 1, 1), 99.0)], vector[np.newaxis])
    return face


def remove(store: Store, owner: Collection, face: rows.StoredFace) -> None:
    with store.write("team") as database:
        rows.delete_faces(database, owner, [face.face_id])


def team(store: Store, name: str = "team") -> Collection:
    with store.write("team") as database:
        return rows.create_collection(database, name, 0)


def everyone(store: Store, mirror: Mirror, owner: Collection) -> set[int]:
    with store.read() as database:
        found = rows.find_collection(database, owner.name)
        if found is None:
            return set()
        index = mirror.current(database, found, Kind.FACE)
    query = COHORT.asked(unit(np.ones((1, 128), np.float32)))[0]
    return set(index.search(query, 10_000, -9).keys.tolist())


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opening = opened(place)
    yield opening
    opening.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Store]:
    """A store in SQLite."""
    opening = opened(tmp_path)
    yield opening
    opening.close()


def test_a_store_is_its_owners_alone(file: Store, tmp_path: Path) -> None:
    team(file)
    files = list(tmp_path.iterdir())
    assert len(files) > 1  # with the write-ahead log
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_so_is_the_folder_that_is_made_for_it(tmp_path: Path) -> None:
    opened(tmp_path / "data" / "store").close()
    assert stat.S_IMODE((tmp_path / "data" / "store").stat().st_mode) == 0o700


def test_who_reads_waits_for_nobody_who_writes(store: Store) -> None:
    team(store, "before")
    with store.write("team") as writing:
        rows.create_collection(writing, "after", 0)
        seen: list[bool] = []

        def read() -> None:
            with store.read() as database:
                seen.extend(rows.find_collection(database, name) is not None for name in ("before", "after"))

        thread = threading.Thread(target=read)
        thread.start()
        thread.join(5)
        assert seen == [True, False]
    with store.read() as database:
        assert rows.find_collection(database, "after") is not None


def test_a_change_is_whole_or_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write("team") as database:
        rows.create_collection(database, "half", 0)
        raise ZeroDivisionError
    with store.read() as database:
        assert rows.find_collection(database, "half") is None


def test_vectors_of_two_models_are_not_mixed(store: Store, place: Place) -> None:
    where = str(place).rpartition("schema=")[2]
    with pytest.raises(StoreError, match=rf"{where}.*model/1.*model/2.*reindex"):
        opened(place, Versions("model/2", "calibration/1"))
    assert stored_model(place) == "model/1"


def test_what_similarities_mean_is_noted_anew_as_none_is_stored(store: Store, place: Place) -> None:
    for calibration in ("calibration/1", "calibration/2"):
        opened(place, Versions("model/1", calibration)).close()
        assert _noted(place)["calibration"] == calibration.encode()


def _noted(place: Place) -> dict[str, bytes]:
    """What a store says of itself."""
    with looked_at(place) as database:
        assert database
        return {
            name: bytes(value) for name, value in database.all(sa.select(tables.about.c.name, tables.about.c.value))
        }


def test_vectors_are_placed_anew_among_another_cohort(store: Store, place: Place) -> None:
    face = add(store, team(store))
    others = Cohort(COHORT.centroids[:100])
    Store.open(place, VERSIONS, others).close()
    with looked_at(place) as database:
        assert database
        [(stored,)] = database.all(sa.select(tables.vectors.c.vector).where(tables.vectors.c.id == face.vector))
    assert np.frombuffer(stored, np.uint32)[-1] == others.version
    assert _noted(place)["cohort"] == str(others.version).encode()


def test_what_is_neither_a_folder_nor_postgresql_is_refused() -> None:
    with pytest.raises(StoreError, match=r"in PostgreSQL: mysql is neither\.$"):
        opened("mysql://host/database")


def test_a_store_that_lacks_its_secret_is_refused(file: Store, tmp_path: Path) -> None:
    file.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("DELETE FROM about WHERE name = 'secret'")
    with pytest.raises(StoreError, match=r"does not say what its secret is\.$"):
        opened(tmp_path)


def test_a_store_may_be_opened_while_others_read(file: Store, tmp_path: Path) -> None:
    team(file)
    with file.read() as reading:
        assert rows.find_collection(reading, "team")
        opened(tmp_path).close()


def test_a_store_of_a_later_format_is_refused(file: Store, tmp_path: Path) -> None:
    file.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(StoreError, match=f"{tmp_path / FILE_NAME} has format {FORMAT + 1}, .* reads format {FORMAT}:"):
        opened(tmp_path)


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="Cannot open the store"):
        opened(tmp_path)
    with pytest.raises(StoreError, match="Cannot open the store"):
        opened(tmp_path / FILE_NAME)


def test_many_may_open_a_new_store_at_once(place: Place) -> None:
    secrets: list[bytes] = []
    threads = [threading.Thread(target=lambda: secrets.append(opened(place).secret)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(secrets) == 8
    assert len(set(secrets)) == 1
    assert len(secrets[0]) >= 32


def test_who_waits_too_long_is_told_so(file: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    file._backend.writer.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(EngineError) as caught, file.write("team"):
        pass
    assert caught.value.code == "ThrottlingException"
    other.execute("ROLLBACK")
    team(file)


def test_a_mirror_sees_what_another_store_object_commits(store: Store, place: Place) -> None:
    owner = team(store)
    other, mirror = opened(place), Mirror()
    faces = [add(other, owner) for _ in range(5)]
    assert everyone(store, mirror, owner) == {face.vector for face in faces}
    remove(other, owner, faces[0])
    faces.append(add(other, owner))
    assert everyone(store, mirror, owner) == {face.vector for face in faces[1:]}
    with other.write("team") as database:
        rows.delete_collection(database, owner)
    assert everyone(store, mirror, owner) == set()


def test_a_mirror_that_has_missed_removals_starts_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "REMOVALS_KEPT", 3)
    owner, mirror = team(store), Mirror()
    faces = [add(store, owner) for _ in range(12)]
    everyone(store, mirror, owner)
    for face in faces[:8]:
        remove(store, owner, face)
    assert everyone(store, mirror, owner) == {face.vector for face in faces[8:]}


def _flip(store: Store, vector: int) -> None:
    """As a disk does that forgets a bit."""
    kept = tables.vectors.c
    with store.write("team") as database:
        (stored,) = database.one(sa.select(kept.vector).where(kept.id == vector)) or (b"",)
        flipped = bytes([stored[0] ^ 1]) + bytes(stored[1:])
        database.run(sa.update(tables.vectors).where(kept.id == vector).values(vector=flipped))


def test_vectors_that_are_not_what_was_written_are_named_and_not_searched(
    store: Store, place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Database, "batch", 3)
    owner = team(store)
    faces = [add(store, owner) for _ in range(5)]
    with store.write("team") as database:
        rows.create_user(database, owner, "ann")
        ann = rows.find_user(database, owner, "ann")
        assert ann is not None
        rows.set_user_vector(database, owner, ann, unit(np.ones((1, 128), np.float32))[0])
        of_ann = rows.find_user(database, owner, "ann")
    assert of_ann is not None
    assert of_ann.vector is not None
    assert damaged(place) == ()
    for vector in (faces[0].vector, faces[4].vector, of_ann.vector):
        _flip(store, vector)
    assert damaged(place) == (*(f"face {faces[number].face_id} of team" for number in (0, 4)), "user ann of team")
    assert everyone(store, Mirror(), owner) == {faces[number].vector for number in (1, 2, 3)}
    assert caplog.messages == ["1 vectors in the store are damaged, and are not searched"] * 2


def test_where_there_is_no_store_nothing_is_damaged(tmp_path: Path) -> None:
    assert damaged(tmp_path) == ()


def test_the_forgotten_leave_no_trace(file: Store, tmp_path: Path) -> None:
    """Neither in the file nor in its write-ahead log, while the store is open."""
    owner = team(file)
    face = add(file, owner)
    with file.read() as database:
        vector = rows.vector_of(database, face.vector).tobytes()
    assert vector in _bytes_of(tmp_path)
    with file.write("team", erasing=True) as database:
        rows.delete_faces(database, owner, [face.face_id])
    assert vector not in _bytes_of(tmp_path)


@pytest.fixture
def owing(
    file: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[tuple[Store, Collection, Callable[[], int]]]:
    """A store in which a face was deleted while another program read on, and how much is in its write-ahead log."""
    owner, log = team(file), tmp_path / f"{FILE_NAME}-wal"
    face = add(file, owner)
    file._backend.writer.execute("PRAGMA busy_timeout = 50")
    other = opened(tmp_path)
    with other.read() as reading:
        rows.count_faces(reading, owner)
        with file.write("team", erasing=True) as database:
            assert rows.delete_faces(database, owner, [face.face_id]) == {face.face_id}
        assert f"still in {log}" in caplog.text
        add(file, owner)
        assert file._backend.writer.execute("PRAGMA busy_timeout").fetchone() == (50,)
    yield file, owner, lambda: log.stat().st_size
    other.close()


def test_where_others_read_on_what_is_deleted_is_gone_from_the_log_with_the_next_change(
    owing: tuple[Store, Collection, Callable[[], int]], caplog: pytest.LogCaptureFixture
) -> None:
    store, owner, logged = owing
    assert logged() > 0
    add(store, owner)
    assert logged() == 0
    assert "gone from" in caplog.text
    add(store, owner)
    assert logged() > 0, "the log is for what is written, once nothing is owed"


def test_or_with_the_next_deletion(owing: tuple[Store, Collection, Callable[[], int]]) -> None:
    store, owner, logged = owing
    with store.write("team", erasing=True) as database:
        assert rows.delete_faces(database, owner, ["nobody"]) == set()
    assert logged() == 0


def test_or_at_the_end(owing: tuple[Store, Collection, Callable[[], int]]) -> None:
    store, _, logged = owing
    store.close()
    assert logged() == 0


_BACK_TO_FORMAT_1 = (
    "ALTER TABLE vectors DROP COLUMN checksum",
    "DROP INDEX vectors_in_order",
    "DROP INDEX requests_of_collection_by_age",
    "CREATE INDEX requests_by_age ON requests (at)",
    "CREATE INDEX requests_of_collection ON requests (collection)",
    "ALTER TABLE collections DROP COLUMN changes",
    "DROP TABLE removals",
    "CREATE TABLE removals (id INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER, kind INTEGER, vector INTEGER)",
    "UPDATE vectors SET vector = substr(vector, 1, 512)",
    "UPDATE about SET value = CAST(value AS TEXT) WHERE name = 'model'",
    "DELETE FROM about WHERE name = 'cohort'",
    "PRAGMA user_version = 1",
)


def test_the_questions_of_an_older_store_are_forgotten(
    file: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.databases.sqlite._AT_ONCE", 1)
    monkeypatch.setattr("engine.store.noted._AT_ONCE", 1)
    owner = team(file)
    known, asked, last = (add(file, owner, name) for name in ("querying", "query:1-2", "query;"))
    with file.write("team") as database:
        vectors = [rows.vector_of(database, face.vector).tobytes() for face in (asked, known, last)]
        for statement in _BACK_TO_FORMAT_1:
            database.connection.execute(statement)
    file.close()
    again = opened(tmp_path)
    assert [vector in _bytes_of(tmp_path) for vector in vectors] == [False, True, True]
    with again.read() as database:
        assert [face.face_id for face in rows.list_faces(database, owner, 0, 9)] == [known.face_id, last.face_id]
    assert everyone(again, Mirror(), owner) == {known.vector, last.vector}
    assert damaged(tmp_path) == ()


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_removals_do_not_pile_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "REMOVALS_KEPT", 10)
    owner = team(store)
    for _ in range(30):
        remove(store, owner, add(store, owner))
    with store.read() as database:
        [(kept,)] = database.all(sa.select(sa.func.count()).select_from(tables.removals))
    assert 0 < kept <= 10


def test_no_request_takes_longer_in_a_larger_collection(file: Store) -> None:
    """Counted in the steps of SQLite's machine, with 200 and with 2,000 others in the collection."""
    owner, mirror = team(file), Mirror()

    def steps(work: Callable[[], object]) -> int:
        counted = [0]

        def count() -> None:
            counted[0] += 1

        for connection in (file._backend.reader, file._backend.writer):
            connection.set_progress_handler(count, 1)
        work()
        for connection in (file._backend.reader, file._backend.writer):
            connection.set_progress_handler(None, 0)
        return counted[0]

    def found(database: Database) -> Collection:
        there = rows.find_collection(database, owner.name)
        assert there
        return there

    def everything() -> None:
        """What the operations on single faces and users do, one after the other."""
        face = add(file, owner, "photo")
        with file.write("team") as database:
            rows.create_user(database, owner, "ann")
            ann = rows.find_user(database, owner, "ann")
            assert ann
            assert rows.find_faces(database, owner, [face.face_id, "another"]) == [face]
            rows.set_user_of_faces(database, [face], ann)
            rows.set_user_vector(database, owner, ann, rows.vectors_of_user(database, ann)[0])
            rows.faces_of_image(database, owner, b"other", None)
            rows.faces_by_vector(database, [face.vector])
            rows.list_faces(database, owner, 0, 10)
            rows.list_faces(database, owner, 0, 10, ann)
            rows.list_users(database, owner, 0, 10)
            mirror.current(database, found(database), Kind.FACE)
            ann = rows.find_user(database, owner, "ann")
            assert ann
            rows.delete_user(database, owner, ann)
            rows.delete_faces(database, owner, [face.face_id])
            rows.remember(database, "CreateUser", face.face_id, owner, b"", {})
            rows.recall(database, "CreateUser", face.face_id)

    def grow(count: int) -> None:
        vectors = unit(RANDOM.standard_normal((2 * count, 128)).astype(np.float32))
        with file.write("team") as database:
            for staying, leaving in zip(vectors[::2], vectors[1::2], strict=True):
                image = SourceImage("0" * 8, None, b"")
                face = put(database, owner, image, staying)
                rows.delete_faces(database, owner, [put(database, owner, image, leaving).face_id])
                rows.create_user(database, owner, face.face_id)
                rows.remember(database, "AssociateFaces", face.face_id, owner, b"", {})
        with file.read() as database:
            mirror.current(database, found(database), Kind.FACE)

    grow(200)
    few = steps(everything)
    grow(1800)
    many = steps(everything)
    assert few > 100
    assert many < few * 1.05
