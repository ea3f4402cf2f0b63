"""The rows of a store: what is put into them comes back, of its own collection alone, and leaves with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from engine.errors import EngineError
from engine.store import Collection, Database, Kind, NewFace, SourceImage, Store, Versions, rows, values
from engine.store.databases import tables
from engine.vision import Cohort
from engine.vision.faces.box import Box
from engine.vision.recognition.embed import Vectors

COHORT = Cohort(np.eye(4, dtype=np.float32))
BOX = Box(0.1, 0.2, 0.3, 0.4)
_FORGED = sa.update(tables.vectors).values(checksum=7)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Within one transaction, as a request is."""
    store = Store.open(tmp_path, Versions("model/1", "calibration/1"), COHORT)
    with store.write("team") as open_one:
        yield open_one
    store.close()


@pytest.fixture
def team(database: Database) -> Collection:
    return rows.create_collection(database, "team", 12.5)


@pytest.fixture
def other(database: Database, team: Collection) -> Collection:
    return rows.create_collection(database, "other", 13.5)


def _add(database: Database, to: Collection, count: int = 1, image: SourceImage | None = None) -> list[rows.StoredFace]:
    image = image or SourceImage("image", "name", b"digest")
    return rows.add_faces(database, to, [NewFace(image, BOX, 99.5)] * count, np.eye(4, dtype=np.float32)[:count])


def _user(database: Database, of: Collection, name: str) -> rows.StoredUser:
    rows.create_user(database, of, name)
    return _found(database, of, name)


def _found(database: Database, of: Collection, name: str) -> rows.StoredUser:
    user = rows.find_user(database, of, name)
    assert user
    return user


def _changes(database: Database, of: Collection) -> int:
    found = rows.find_collection(database, of.name)
    assert found
    return found.changes


def _count(database: Database, table: sa.Table) -> int:
    [(count,)] = database.all(sa.select(sa.func.count()).select_from(table))
    return int(count)


def test_collections_are_found_by_name_and_listed_in_order(
    database: Database, team: Collection, other: Collection
) -> None:
    third = rows.create_collection(database, "another", 14.0)
    assert team == Collection(team.id, "team", 12.5, 0)
    assert rows.find_collection(database, "other") == other
    assert rows.find_collection(database, "TEAM") is None
    assert rows.list_collections(database, 0, 2) == [team, other]
    assert rows.list_collections(database, team.id, 9) == [other, third]
    assert team.id < other.id < third.id


def test_a_collection_leaves_with_everything_in_it_and_with_nothing_else(
    database: Database, team: Collection, other: Collection
) -> None:
    for each in (team, other):
        face = _add(database, each)[0]
        ann = _user(database, each, "ann")
        rows.set_user_of_faces(database, [face], ann)
        rows.set_user_vector(database, each, ann, np.eye(4, dtype=np.float32)[0])
        rows.set_tags(database, each, {"of": each.name})
        rows.remember(database, "CreateUser", each.name, each, b"print", {})
        rows.delete_faces(database, each, [_add(database, each)[0].face_id])
    rows.delete_collection(database, team)
    assert rows.find_collection(database, "team") is None
    held = (tables.collections, tables.faces, tables.users, tables.tags, tables.requests, tables.removals)
    assert [_count(database, table) for table in held] == [1] * 6
    assert _count(database, tables.vectors) == 2
    assert rows.count_faces(database, other) == 1
    assert rows.recall(database, "CreateUser", "other")


def test_faces_and_users_are_counted_by_collection(database: Database, team: Collection, other: Collection) -> None:
    _add(database, team, 3)
    _add(database, other)
    for name in ("ann", "bob"):
        _user(database, team, name)
    assert [rows.count_faces(database, each) for each in (team, other)] == [3, 1]
    assert [rows.count_users(database, each) for each in (team, other)] == [2, 0]


def test_a_face_comes_back_as_it_was_put(database: Database, team: Collection, other: Collection) -> None:
    first, second = _add(database, team, 2)
    assert (first.box, first.confidence, first.user_id) == (BOX, 99.5, None)
    assert (first.image_id, first.external_image_id) == ("image", "name")
    assert len({first.face_id, second.face_id}) == 2
    assert rows.find_face(database, team, second.face_id) == second
    assert rows.find_face(database, other, second.face_id) is None
    assert rows.find_faces(database, team, [second.face_id, "nobody", first.face_id]) == [first, second]
    assert rows.faces_by_vector(database, [second.vector, 99]) == {second.vector: second}
    assert rows.add_faces(database, team, [], np.empty((0, 4), np.float32)) == []


def test_every_face_needs_its_vector(database: Database, team: Collection) -> None:
    new = [NewFace(SourceImage("image", None, b""), BOX, 99.5)]
    for count in (0, 2):
        with pytest.raises(ValueError, match="zip"):
            rows.add_faces(database, team, new, np.eye(4, dtype=np.float32)[:count])


def test_faces_of_an_image_are_those_of_its_bytes_under_its_name(
    database: Database, team: Collection, other: Collection
) -> None:
    named = _add(database, team, 2)
    (unnamed,) = _add(database, team, 1, SourceImage("image", None, b"digest"))
    _add(database, team, 1, SourceImage("image", "name", b"another"))
    _add(database, other)
    assert rows.faces_of_image(database, team, b"digest", "name") == named
    assert rows.faces_of_image(database, team, b"digest", None) == [unnamed]
    assert rows.faces_of_image(database, team, b"digest", "other name") == []


def test_faces_are_listed_in_order_and_of_one_user_if_asked(
    database: Database, team: Collection, other: Collection
) -> None:
    faces = _add(database, team, 4)
    _add(database, other)
    ann = _user(database, team, "ann")
    rows.set_user_of_faces(database, [faces[3], faces[1]], ann)
    hers = [faces[1]._replace(user_id="ann"), faces[3]._replace(user_id="ann")]
    assert rows.list_faces(database, team, 0, 9) == [faces[0], hers[0], faces[2], hers[1]]
    assert rows.list_faces(database, team, faces[0].vector, 2) == [hers[0], faces[2]]
    assert rows.list_faces(database, team, 0, 9, ann) == hers
    assert rows.list_faces(database, team, 0, 1, ann) == hers[:1]
    assert rows.list_faces(database, team, faces[1].vector, 9, ann) == hers[1:]


def test_only_faces_of_nobody_are_deleted(database: Database, team: Collection, other: Collection) -> None:
    hers, free, elsewhere = *_add(database, team, 2), *_add(database, other)
    rows.set_user_of_faces(database, [hers], _user(database, team, "ann"))
    asked = [hers.face_id, free.face_id, elsewhere.face_id, "nobody"]
    assert rows.delete_faces(database, team, asked) == {free.face_id}
    assert rows.delete_faces(database, team, asked) == set()
    assert _count(database, tables.vectors) == 2
    rows.set_user_of_faces(database, [hers], None)
    assert rows.delete_faces(database, team, asked) == {hers.face_id}


def test_every_vector_that_comes_and_goes_is_counted_and_the_gone_are_listed(
    database: Database, team: Collection, other: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    faces = _add(database, team, 4)
    assert _changes(database, team) == 4
    rows.delete_faces(database, team, [faces[2].face_id, faces[0].face_id])
    assert [_changes(database, each) for each in (team, other)] == [6, 0]
    listed = sa.select(tables.removals).order_by(tables.removals.c.number)
    columns = [column.name for column in tables.removals.columns]
    gone = [dict(zip(columns, row, strict=True)) for row in database.all(listed)]
    of = {"collection": team.id, "kind": int(Kind.FACE)}
    assert gone == [of | {"number": 5, "vector": faces[0].vector}, of | {"number": 6, "vector": faces[2].vector}]
    monkeypatch.setattr(values, "REMOVALS_KEPT", 2)
    rows.delete_faces(database, team, [faces[1].face_id])
    assert [row[columns.index("number")] for row in database.all(listed)] == [6, 7]
    rows.delete_faces(database, team, ["nobody"])
    assert _changes(database, team) == 7


def test_vectors_come_back_as_they_were_put(database: Database, team: Collection) -> None:
    faces = _add(database, team, 4)
    ann = _user(database, team, "ann")
    rows.set_user_of_faces(database, [faces[3], faces[0]], ann)
    assert rows.vector_of(database, faces[2].vector).tolist() == [0, 0, 1, 0]
    assert rows.vectors_of_user(database, ann).tolist() == [[1, 0, 0, 0], [0, 0, 0, 1]]
    assert rows.vectors_of_user(database, _user(database, team, "bob")).shape == (0, 4)


def test_a_vector_that_is_not_what_was_written_is_not_given(database: Database, team: Collection) -> None:
    first, second = _add(database, team, 2)
    ann = _user(database, team, "ann")
    rows.set_user_of_faces(database, [first, second], ann)
    database.run(_FORGED.where(tables.vectors.c.id == second.vector))
    assert rows.vector_of(database, first.vector).tolist() == [1, 0, 0, 0]
    for ask in (lambda: rows.vector_of(database, second.vector), lambda: rows.vectors_of_user(database, ann)):
        with pytest.raises(EngineError, match="damaged"):
            ask()


def test_users_are_found_by_id_and_listed_in_order(database: Database, team: Collection, other: Collection) -> None:
    ann, bob = _user(database, team, "ann"), _user(database, team, "bob")
    elsewhere = _user(database, other, "ann")
    faces = _add(database, team, 3)
    rows.set_user_of_faces(database, faces[:2], bob)
    assert (ann.user_id, ann.vector, ann.faces) == ("ann", None, 0)
    assert _found(database, team, "bob").faces == 2
    assert rows.find_user(database, team, "nobody") is None
    assert _found(database, other, "ann") == elsewhere != ann
    assert [user.user_id for user in rows.list_users(database, team, 0, 9)] == ["ann", "bob"]
    assert rows.list_users(database, team, 0, 1) == [ann]
    assert [user.user_id for user in rows.list_users(database, team, ann.id, 9)] == ["bob"]


def _with_vector(database: Database, of: Collection, name: str, vector: Vectors | None) -> rows.StoredUser:
    rows.set_user_vector(database, of, _found(database, of, name), vector)
    return _found(database, of, name)


def test_a_user_has_one_vector_and_the_last_one_is_gone(database: Database, team: Collection) -> None:
    _user(database, team, "ann")
    _user(database, team, "bob")
    first, second = np.eye(4, dtype=np.float32)[:2]
    before = _with_vector(database, team, "ann", first)
    after = _with_vector(database, team, "ann", second)
    bob = _with_vector(database, team, "bob", first)
    assert before.vector is not None
    assert after.vector is not None
    assert rows.vector_of(database, after.vector).tolist() == second.tolist()
    assert rows.users_by_vector(database, [before.vector, after.vector, 99]) == {after.vector: after}
    assert _count(database, tables.vectors) == 2
    assert _changes(database, team) == 4
    [kind] = {row[0] for row in database.all(sa.select(tables.vectors.c.kind))}
    assert kind == Kind.USER
    [gone] = database.all(sa.select(tables.removals.c.kind, tables.removals.c.vector))
    assert gone == (Kind.USER, before.vector)
    assert _with_vector(database, team, "ann", None).vector is None
    assert _found(database, team, "bob") == bob
    assert _count(database, tables.vectors) == 1


def test_a_user_that_is_deleted_leaves_the_faces_and_takes_the_vector(database: Database, team: Collection) -> None:
    (face,) = _add(database, team)
    ann = _user(database, team, "ann")
    rows.set_user_of_faces(database, [face], ann)
    ann = _with_vector(database, team, "ann", np.eye(4, dtype=np.float32)[0])
    bob = _user(database, team, "bob")
    rows.delete_user(database, team, ann)
    assert rows.find_user(database, team, "ann") is None
    assert rows.list_faces(database, team, 0, 9) == [face]
    assert [row[0] for row in database.all(sa.select(tables.vectors.c.id))] == [face.vector]
    [gone] = database.all(sa.select(tables.removals.c.kind, tables.removals.c.vector))
    assert gone == (Kind.USER, ann.vector)
    rows.delete_user(database, team, bob)  # who has none
    assert rows.count_users(database, team) == 0


def test_tags_are_set_and_removed_by_their_keys(database: Database, team: Collection, other: Collection) -> None:
    rows.set_tags(database, other, {"a": "elsewhere"})
    rows.set_tags(database, team, {"b": "2", "a": "1"})
    rows.set_tags(database, team, {"b": "3", "c": "4"})
    assert list(rows.tags_of(database, team).items()) == [("a", "1"), ("b", "3"), ("c", "4")]
    rows.remove_tags(database, team, ["a", "c", "no such"])
    assert rows.tags_of(database, team) == {"b": "3"}
    assert rows.tags_of(database, other) == {"a": "elsewhere"}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock, which a test turns forward."""
    clock = [1_000_000.0]
    monkeypatch.setattr(rows.time, "time", lambda: clock[0])
    return clock


def test_a_request_is_remembered_for_eight_hours(database: Database, team: Collection, now: list[float]) -> None:
    rows.remember(database, "CreateUser", "token", team, b"print", {"Answer": [1]})
    now[0] += 8 * 3600 - 1
    assert rows.recall(database, "CreateUser", "token") == rows.Remembered(b"print", {"Answer": [1]})
    assert rows.recall(database, "DeleteUser", "token") is None
    assert rows.recall(database, "CreateUser", "another") is None
    now[0] += 1
    assert rows.recall(database, "CreateUser", "token") is None


def test_what_bears_the_same_token_takes_its_place(database: Database, team: Collection, other: Collection) -> None:
    rows.remember(database, "CreateUser", "token", team, b"first", {})
    rows.remember(database, "CreateUser", "token", other, b"second", {"Answer": 2})
    rows.remember(database, "CreateUser", "another", other, b"third", {})
    rows.remember(database, "DeleteUser", "token", other, b"fourth", {})
    assert rows.recall(database, "CreateUser", "token") == rows.Remembered(b"second", {"Answer": 2})
    assert _count(database, tables.requests) == 3


def test_old_requests_of_the_same_collection_are_cleared_up(
    database: Database, team: Collection, other: Collection, now: list[float]
) -> None:
    for of in (team, other):
        rows.remember(database, "CreateUser", f"early {of.name}", of, b"print", {})
    now[0] += 1
    rows.remember(database, "CreateUser", "later", team, b"print", {})
    now[0] += 8 * 3600 - 1
    rows.remember(database, "CreateUser", "now", team, b"print", {})
    kept = {row[0] for row in database.all(sa.select(tables.requests.c.token))}
    assert kept == {"early other", "later", "now"}


def test_damage_is_told_by_whom_it_is_of(
    database: Database, team: Collection, other: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "batch", 2)
    faces = [*_add(database, team, 3), *_add(database, other)]
    _user(database, team, "ann")
    ann = _with_vector(database, team, "ann", np.eye(4, dtype=np.float32)[0])
    assert rows.damaged(database) == ()
    for vector in (faces[0].vector, faces[3].vector, ann.vector):
        database.run(_FORGED.where(tables.vectors.c.id == vector))
    assert rows.damaged(database) == (
        f"face {faces[0].face_id} of team",
        f"face {faces[3].face_id} of other",
        "user ann of team",
    )
