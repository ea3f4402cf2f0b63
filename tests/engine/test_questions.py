"""Faces that are only asked with: who finds them, and that nothing of them stays."""

from collections.abc import Iterator

import numpy as np
import pytest

from engine.store import Collection, Questions, questions
from engine.vision.faces.box import Box

TEAM, OTHER = Collection(1, "team", 0.0, 0), Collection(2, "other", 0.0, 0)
BOX = (Box(0.1, 0.2, 0.3, 0.4), 99.0)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The clock, which a test turns forward."""
    clock = [1000.0]
    monkeypatch.setattr(questions.time, "monotonic", lambda: clock[0])
    return clock  # type: ignore[return-value]


def _add(kept: Questions, name: str = "query:1", count: int = 1, of: Collection = TEAM) -> list[str]:
    vectors = np.eye(128, dtype=np.float32)[:count]
    return [face.face_id for face in kept.add(of, name, [BOX] * count, vectors)]


def test_one_is_found_by_its_id_in_its_own_collection_and_given_as_a_copy() -> None:
    kept = Questions()
    first, second = _add(kept, count=2)
    found = kept.find(TEAM, second)
    assert found is not None
    assert np.argmax(found) == 1
    found.fill(7)
    assert np.max(kept.find(TEAM, second)) == 1  # type: ignore[arg-type]
    assert kept.find(OTHER, first) is None
    assert kept.find(TEAM, "nobody") is None


def test_its_face_has_what_was_seen() -> None:
    kept = Questions()
    one, other = kept.add(TEAM, "query:1", [BOX, BOX], np.eye(128, dtype=np.float32)[:2])
    (later,) = kept.add(TEAM, "query:1", [BOX], np.eye(128, dtype=np.float32)[:1])
    assert (one.box, one.confidence) == BOX
    assert (one.external_image_id, one.image_id) == ("query:1", other.image_id)
    assert one.face_id != other.face_id
    assert later.image_id not in (None, one.image_id)
    assert one.vector == 0, "none of the store's"


def test_those_of_one_name_find_one_another_where_it_says_so() -> None:
    kept = Questions()
    first, second = _add(kept, "query:1:together", 2)
    (third,) = _add(kept, "query:1:together")
    _add(kept, "query:2:together")
    _add(kept, "query:1:together", of=OTHER)
    assert {face.face_id for face, _ in kept.found_by(TEAM, first)} == {second, third}
    assert [int(np.argmax(vector)) for _, vector in kept.found_by(TEAM, third)] == [0, 1]
    assert kept.found_by(OTHER, first) == []
    assert kept.found_by(TEAM, "nobody") == []
    alone, _ = _add(kept, "query:3", 2)
    assert kept.found_by(TEAM, alone) == []


def test_what_is_removed_is_gone_from_the_memory_too() -> None:
    kept = Questions()
    first, second = _add(kept, count=2)
    vector = kept._kept[first].vector
    assert kept.remove(OTHER, [first]) == set()
    assert kept.remove(TEAM, [first, "nobody"]) == {first}
    assert not vector.any()
    assert kept.find(TEAM, first) is None
    assert kept.find(TEAM, second) is not None


def test_what_nobody_removes_is_gone_after_an_hour(now: list[float]) -> None:
    kept = Questions()
    (early,) = _add(kept)
    now[0] += 3599
    (late,) = _add(kept)
    assert kept.find(TEAM, early) is not None
    now[0] += 2
    _add(kept)
    assert kept.find(TEAM, early) is None
    assert kept.find(TEAM, late) is not None


def test_beyond_twenty_thousand_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "_MOST", 3)
    kept = Questions()
    old = _add(kept, count=5)
    (new,) = _add(kept)
    assert [face_id for face_id in (*old, new) if kept.find(TEAM, face_id) is not None] == [*old[2:], new]


@pytest.mark.parametrize(("name", "asks"), [("query:1", True), ("alice", False), ("a query:1", False), (None, False)])
def test_by_its_name_one_is_told(name: str | None, *, asks: bool) -> None:
    assert questions.is_question(name) is asks
