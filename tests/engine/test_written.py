"""What is written of a vector, and how it is read again."""

import numpy as np
import pytest

from engine.errors import StoreError
from engine.store.cipher import Plain, Sealed
from engine.store.written import Writing
from engine.vision import Cohort
from engine.vision.recognition.embed import Vectors, unit

RANDOM = np.random.default_rng(3)
HERE, ELSEWHERE = (Cohort(unit(RANDOM.standard_normal((60, 8)).astype(np.float32))) for _ in range(2))


def _vectors(count: int = 5) -> Vectors:
    return unit(RANDOM.standard_normal((count, 8)).astype(np.float32))


def test_a_vector_is_kept_as_it_is_with_its_place_behind_it() -> None:
    vectors, writing = _vectors(), Writing(HERE)
    stored = writing.write(vectors)
    assert {len(each) for each in stored} == {4 * (8 + 2)}
    numbers = np.frombuffer(b"".join(stored), np.float32).reshape(5, 10)
    assert np.array_equal(numbers[:, :8], vectors)
    assert np.array_equal(numbers[:, 8], HERE.offsets(vectors))
    assert set(numbers[:, 9].copy().view(np.uint32).tolist()) == {HERE.version}
    assert np.array_equal(writing.vectors(stored), vectors)
    assert writing.dimensions == 8


def test_what_is_searched_is_placed_by_the_cohort_that_asks() -> None:
    vectors, writing = _vectors(), Writing(HERE)
    assert np.array_equal(writing.searched(writing.write(vectors)), HERE.kept(vectors))
    mixed = [
        *Writing(ELSEWHERE).write(vectors[:2]),
        *writing.write(vectors[2:4]),
        *Writing(ELSEWHERE).write(vectors[4:]),
    ]
    assert not np.allclose(ELSEWHERE.kept(vectors), HERE.kept(vectors))
    assert writing.searched(mixed) == pytest.approx(HERE.kept(vectors), abs=1e-6)


def test_what_was_placed_well_is_not_placed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding a place takes fifty times as long as reading it."""
    vectors, writing = _vectors(), Writing(HERE)
    mixed = [*writing.write(vectors[:3]), *Writing(ELSEWHERE).write(vectors[3:])]
    asked: list[int] = []
    offsets = Cohort.offsets
    monkeypatch.setattr(Cohort, "offsets", lambda self, some: asked.append(len(some)) or offsets(self, some))
    writing.searched(mixed)
    writing.searched(mixed[:3])
    assert asked == [2]


def test_what_was_written_in_another_way_is_recovered() -> None:
    vectors, sealed = _vectors(), Writing(HERE, Sealed([b"2" * 32, b"1" * 32]))
    bare = [vector.tobytes() for vector in vectors]  # as the first format had them
    for stored in (Writing(ELSEWHERE).write(vectors), Writing(HERE, Sealed([b"1" * 32])).write(vectors), bare):
        assert np.array_equal([sealed.recovered(each) for each in stored], vectors)
    [of_another_key] = Writing(HERE, Sealed([b"3" * 32])).write(vectors[:1])
    assert sealed.recovered(of_another_key) is None
    assert Writing(HERE).recovered(of_another_key) is None
    assert Writing(HERE).recovered(b"short") is None


def test_what_cannot_be_read_is_told() -> None:
    [plain], [sealed] = (Writing(HERE, cipher).write(_vectors(1)) for cipher in (Plain(), Sealed([b"1" * 32])))
    assert [Writing(HERE).is_readable(each) for each in (plain, sealed)] == [True, False]
    assert [Writing(HERE, Sealed([b"1" * 32])).is_readable(each) for each in (plain, sealed)] == [False, True]
    with pytest.raises(StoreError, match="another key"):
        Writing(HERE).vectors([plain, sealed])
