"""What of a store is in memory: what was asked for last, in so many bytes, and nothing that was deleted."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine.store import Collection, Kind, Mirror, NewFace, SourceImage, Store, Versions, mirror, rows
from engine.store.search import Index
from engine.vision import Cohort
from engine.vision.faces.box import Box
from engine.vision.recognition.embed import unit

COHORT = Cohort(np.eye(4, dtype=np.float32))
RANDOM = np.random.default_rng(5)
EMPTY = Index().nbytes
IMAGE = SourceImage("0" * 8, None, b"")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opening = Store.open(tmp_path, Versions("model/1", "calibration/1"), COHORT)
    yield opening
    opening.close()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock, which a test turns forward."""
    clock = [1000.0]
    monkeypatch.setattr(mirror.time, "monotonic", lambda: clock[0])
    return clock


def _made(store: Store, name: str, faces: int = 3) -> Collection:
    with store.write(name) as database:
        made = rows.create_collection(database, name, 0)
    _add(store, made, faces)
    return made


def _add(store: Store, to: Collection, count: int) -> list[rows.StoredFace]:
    vectors = unit(RANDOM.standard_normal((count, 4)).astype(np.float32))
    with store.write(to.name) as database:
        return rows.add_faces(database, to, [NewFace(IMAGE, Box(0, 0, 1, 1), 99.0)] * count, vectors)


def _asked(store: Store, of: Mirror, collection: Collection, kind: Kind = Kind.FACE) -> Index:
    with store.read() as database:
        found = rows.find_collection(database, collection.name)
        assert found
        return of.current(database, found, kind)


def _keys(index: Index) -> set[int]:
    query = COHORT.asked(np.full((1, 4), 0.5, np.float32))[0]
    return set(index.search(query, 10_000, -9).keys.tolist())


def _are_kept(of: Mirror, *collections: Collection) -> list[bool]:
    """Whether each is still in memory, without asking for it."""
    return [(collection.id, Kind.FACE) in of._held for collection in collections]


def test_what_was_asked_for_longest_ago_makes_room(store: Store) -> None:
    three = [_made(store, name) for name in "abc"]
    one = _asked(store, Mirror(), three[0]).nbytes
    kept = Mirror(2 * one)
    first, second = (_asked(store, kept, each) for each in three[:2])
    assert _asked(store, kept, three[0]) is first, "it fits to the byte"
    third = _asked(store, kept, three[2])
    assert _are_kept(kept, *three) == [True, False, True]
    assert _asked(store, kept, three[2]) is third
    assert _asked(store, kept, three[0]) is first
    assert _keys(_asked(store, kept, three[1])) == _keys(second), "read again"
    assert _are_kept(kept, *three) == [True, True, False]


def test_what_has_grown_makes_the_others_leave(store: Store) -> None:
    growing, *small = (_made(store, name) for name in ("growing", "a", "b", "c"))
    one = _asked(store, Mirror(), growing).nbytes
    kept = Mirror(4 * one)
    for each in (growing, *small):
        _asked(store, kept, each)
    assert _are_kept(kept, growing, *small) == [True] * 4
    _add(store, growing, 40)
    assert one < _asked(store, kept, growing).nbytes <= 2 * one
    assert _are_kept(kept, growing, *small) == [True, False, True, True]


def test_one_that_is_large_stays_beside_the_others_and_a_second_does_not(store: Store) -> None:
    small = [_made(store, name) for name in "abcde"]
    first, second = _made(store, "first", 1_000), _made(store, "second", 1_000)
    one = _asked(store, Mirror(), small[0]).nbytes
    kept = Mirror(4 * one)
    _asked(store, kept, first)
    for each in small[:4]:
        _asked(store, kept, each)
    assert _are_kept(kept, first, *small[:4]) == [True] * 5
    _asked(store, kept, small[4])
    assert _are_kept(kept, first, *small) == [True, False, True, True, True, True], "though asked for long ago"
    _asked(store, kept, first)
    _asked(store, kept, second)
    assert _are_kept(kept, first, second, *small[1:]) == [False, True, True, True, True, True]


def test_what_grows_is_counted_once(store: Store) -> None:
    growing, other = _made(store, "growing"), _made(store, "other")
    kept = Mirror(10 * EMPTY)
    _asked(store, kept, other)
    for _ in range(4):
        _add(store, growing, 40)
        index = _asked(store, kept, growing)
    left = 10 * EMPTY - index.nbytes - _asked(store, kept, other).nbytes
    assert 2 * index.nbytes < 10 * EMPTY
    thirds = [_made(store, f"third {number}") for number in range(left // _asked(store, kept, other).nbytes)]
    for each in thirds:
        _asked(store, kept, each)
    assert _are_kept(kept, growing, other, *thirds) == [True] * (2 + len(thirds))


def test_what_is_deleted_while_it_is_read_takes_no_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, kept = _made(store, "first"), _made(store, "second"), Mirror()
    add = Index.add

    def deleted_meanwhile(self: Index, keys: object, vectors: object) -> None:
        add(self, keys, vectors)  # type: ignore[arg-type]
        kept.forget(first)

    monkeypatch.setattr(Index, "add", deleted_meanwhile)
    assert len(_asked(store, kept, first)) == 3
    monkeypatch.undo()
    _asked(store, kept, second)
    assert kept._bytes == _asked(store, kept, second).nbytes
    assert _are_kept(kept, first, second) == [False, True]


def test_one_that_takes_half_of_the_room_is_not_large(store: Store) -> None:
    first, second, third = (_made(store, name) for name in "abc")
    kept = Mirror(2 * _asked(store, Mirror(), first).nbytes)
    for each in (first, second, third):
        _asked(store, kept, each)
    assert _are_kept(kept, first, second, third) == [False, True, True]


def test_what_was_forgotten_takes_no_room(store: Store) -> None:
    three = [_made(store, name) for name in "abc"]
    one = _asked(store, Mirror(), three[0])
    users = _asked(store, Mirror(), three[0], Kind.USER)
    kept = Mirror(2 * one.nbytes + users.nbytes)
    held = [weakref.ref(_asked(store, kept, three[0], kind)) for kind in Kind]
    _asked(store, kept, three[1])
    kept.forget(three[0])
    assert [index() for index in held] == [None, None]
    kept.forget(three[0])  # again
    _asked(store, kept, three[2])
    assert _are_kept(kept, *three) == [False, True, True]
    _asked(store, kept, three[0])
    assert _are_kept(kept, *three) == [True, False, True]


def test_faces_and_users_are_apart(store: Store) -> None:
    team, kept = _made(store, "team"), Mirror()
    with store.write("team") as database:
        rows.create_user(database, team, "ann")
        ann = rows.find_user(database, team, "ann")
        assert ann
        rows.set_user_vector(database, team, ann, np.eye(4, dtype=np.float32)[0])
    faces, users = (_asked(store, kept, team, kind) for kind in Kind)
    assert (len(faces), len(users)) == (3, 1)
    assert not _keys(faces) & _keys(users)


def test_an_older_moment_takes_nothing_away(store: Store) -> None:
    team, kept = _made(store, "team"), Mirror()
    with store.read() as database:
        before = rows.find_collection(database, "team")
        assert before
        face = _add(store, team, 1)[0]
        index = _asked_with_another_reader(store, kept, team)
        assert kept.current(database, before, Kind.FACE) is index
    assert face.vector in _keys(index)
    assert len(index) == 4


def _asked_with_another_reader(store: Store, of: Mirror, collection: Collection) -> Index:
    found: list[Index] = []
    with store.write(collection.name) as database:
        current = rows.find_collection(database, collection.name)
        assert current
        found.append(of.current(database, current, Kind.FACE))
    return found[0]


def test_who_has_missed_too_many_removals_reads_all_of_it_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.values.REMOVALS_KEPT", 2)
    team, kept = _made(store, "team", 6), Mirror()
    _asked(store, kept, team)
    with store.write("team") as database:
        first, *others = rows.list_faces(database, team, 0, 9)
        for face in others[:4]:
            rows.delete_faces(database, team, [face.face_id])
    assert first.vector == 1
    assert _keys(_asked(store, kept, team)) == {first.vector, others[4].vector}


def test_where_nothing_has_changed_nothing_is_asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _made(store, "team")
    kept = Mirror()
    with store.read() as database:
        found = rows.find_collection(database, "team")
        assert found
        index = kept.current(database, found, Kind.FACE)
        monkeypatch.setattr("engine.store.mirror.Database.all", None)
        assert kept.current(database, found, Kind.FACE) is index


def test_a_removal_is_taken_in_and_nothing_is_read_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    team, kept = _made(store, "team", 5), Mirror()
    monkeypatch.setattr("engine.store.mirror.Database.batch", 2)
    index = _asked(store, kept, team)
    assert len(index) == 5
    with store.write("team") as database:
        gone = rows.list_faces(database, team, 0, 2)
        rows.delete_faces(database, team, [face.face_id for face in gone])
    (new,) = _add(store, team, 1)
    added: list[int] = []
    add = Index.add
    monkeypatch.setattr(
        Index, "add", lambda self, keys, vectors: added.extend(keys.tolist()) or add(self, keys, vectors)
    )
    assert _asked(store, kept, team) is index
    assert added == [new.vector]
    assert _keys(index) == {*range(gone[-1].vector + 1, new.vector + 1)}


def test_nobody_waits_for_a_search_that_another_collection_prepares(store: Store) -> None:
    first, second, kept = _made(store, "first"), _made(store, "second"), Mirror()
    _asked(store, kept, first)
    with kept._held[first.id, Kind.FACE].turn, ThreadPoolExecutor(1) as pool:
        assert len(pool.submit(_asked, store, kept, second).result(5)) == 3


def test_what_is_prepared_in_the_background_can_be_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Mirror()
    indexes = [_asked(store, kept, _made(store, name)) for name in "ab"]
    settled: list[Index] = []
    monkeypatch.setattr(Index, "settle", lambda self: settled.append(self))
    kept.settle()
    assert settled == indexes


def test_what_was_deleted_leaves_the_memory_though_nobody_asks_for_it(store: Store, now: list[float]) -> None:
    gone, here, kept = _made(store, "gone"), _made(store, "here"), Mirror()
    index = _asked(store, kept, here)
    held = weakref.ref(_asked(store, kept, gone))
    with store.write("gone") as database:
        rows.delete_collection(database, gone)
        leaving = rows.list_faces(database, here, 0, 1)
        rows.delete_faces(database, here, [leaving[0].face_id])
    now[0] += 59.9
    other = _made(store, "other")
    _asked(store, kept, other)
    assert held() is not None
    assert len(index) == 3
    now[0] += 0.1
    _asked(store, kept, other)
    assert held() is None
    assert len(index) == 2, "a face that left one which is still there has left the memory too"
    assert _are_kept(kept, here, other) == [True, True]


def test_it_is_looked_after_once_a_minute(store: Store, now: list[float]) -> None:
    here, other, kept = _made(store, "here"), _made(store, "other"), Mirror()
    index = _asked(store, kept, here)
    now[0] += 60
    _asked(store, kept, other)
    _add(store, here, 1)
    now[0] += 59
    _asked(store, kept, other)
    assert len(index) == 3
    now[0] += 1
    _asked(store, kept, other)
    assert len(index) == 4


def test_what_nobody_asks_for_within_an_hour_leaves_the_memory(store: Store, now: list[float]) -> None:
    unused, used, kept = _made(store, "unused"), _made(store, "used"), Mirror()
    _asked(store, kept, unused)
    now[0] += 30
    _asked(store, kept, used)
    now[0] += 3570
    _asked(store, kept, used)
    assert _are_kept(kept, unused, used) == [True, True]
    now[0] += 60
    _asked(store, kept, used)
    assert _are_kept(kept, unused, used) == [False, True]
