from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.store import search
from engine.store.coarse import Coarse, encode
from engine.store.search import Index
from engine.vision.recognition.embed import Vectors, unit

EVERYTHING = -2.0


def vectors(count: int, seed: int = 0) -> Vectors:
    return unit(np.random.default_rng(seed).standard_normal((count, 128)).astype(np.float32))


def filled(rows: Vectors, batch: int = 1000) -> Index:
    index = Index()
    for start in range(0, len(rows), batch):
        index.add(np.arange(start, min(start + batch, len(rows))) + 1, rows[start : start + batch])
    index.refine()
    index.settle()
    return index


def test_nothing_is_found_among_nothing() -> None:
    assert len(Index().search(vectors(1)[0], 10, EVERYTHING).keys) == 0


@pytest.mark.parametrize("count", [1, 63, 64, 65, 1000, 70_000])
@pytest.mark.parametrize("batch", [1, 997, 100_000])
def test_the_nearest_are_found_in_order(count: int, batch: int) -> None:
    if count > 1000 and batch == 1:
        pytest.skip("one by one, the smaller counts say it all")
    rows, query = vectors(count), vectors(1, seed=7)[0]
    found = filled(rows, batch).search(query, 5, EVERYTHING)
    wanted = np.argsort(-(rows @ query), kind="stable")[:5]
    assert (found.keys == wanted + 1).all()
    assert found.scores == pytest.approx((rows @ query)[wanted], abs=1e-6)


def test_what_is_not_near_enough_is_not_found() -> None:
    rows = vectors(500)
    found = filled(rows).search(rows[3], 500, 0.2)
    assert set(found.keys) == set(np.flatnonzero(rows @ rows[3] >= 0.2) + 1)
    assert found.keys[0] == 4


def test_of_equals_the_smaller_key_comes_first() -> None:
    rows = np.repeat(vectors(1), 9, axis=0)
    assert list(filled(rows).search(rows[0], 4, EVERYTHING).keys) == [1, 2, 3, 4]


@settings(max_examples=50)
@given(
    steps=st.lists(
        st.one_of(st.tuples(st.just("add"), st.integers(1, 200)), st.tuples(st.just("remove"), st.integers(0, 10**6))),
        max_size=30,
    )
)
def test_adding_and_removing_leave_exactly_the_rest(steps: list[tuple[str, int]]) -> None:
    rows, index, living, last = vectors(6000), Index(), set[int](), 0
    for step, number in steps:
        if step == "add":
            keys = np.arange(last, last + number)
            index.add(keys, rows[keys])
            living |= set(keys.tolist())
            last += number
        elif living:
            victim = sorted(living)[number % len(living)]
            index.remove([victim, victim])
            index.remove([victim])  # once more changes nothing
            living.discard(victim)
    assert len(index) == len(living)
    found = index.search(rows[0], 10_000, EVERYTHING)
    assert set(found.keys.tolist()) == living
    assert found.scores == pytest.approx(rows[found.keys] @ rows[0], abs=1e-6)


def test_memory_is_given_back() -> None:
    index = filled(vectors(70_000), batch=70_000)
    index.remove(range(1, 69_000))
    assert sum(block.capacity for block in index._state.blocks) < 10_000
    assert len(index) == 1001


def test_the_dead_are_let_go_of_once_they_are_the_greater_part() -> None:
    index = Index()
    index.add(np.arange(1000), np.zeros((1000, 6), np.float32))
    whole = index.nbytes
    index.remove(range(500))
    assert (len(index), index.nbytes) == (500, whole)
    index.remove([500])
    assert len(index) == 499
    assert index.nbytes < 0.6 * whole


def test_codes_are_the_nearest_levels() -> None:
    row = np.zeros((1, 128), np.float32)
    row[0, :4] = np.array([-2, -0.5, 0.5, 2])
    assert encode(row)[0, 0] == 0b11_10_01_00


@pytest.mark.thorough
def test_an_estimate_is_nearly_never_lower_than_the_lowest_to_be_expected() -> None:
    if not importlib.util.find_spec("faiss"):
        pytest.skip("needs faiss-cpu")
    rows, queries = crowded(20_000), crowded(50, seed=3)
    coarse = Coarse(rows.shape[1])
    coarse.add(rows)
    coarse.settle()
    below = 0
    for query in queries:
        places, estimates = coarse.nearest(query, len(rows))
        least = [coarse.least(product, query) for product in (rows[places] @ query).tolist()]
        below += int(np.sum(estimates < least))
    assert below / (len(rows) * len(queries)) < 1 / 10_000


def test_what_all_have_in_common_makes_no_estimate_worse() -> None:
    """As faces have much in common, and a query of any length is estimated as well."""
    if not importlib.util.find_spec("faiss"):
        pytest.skip("needs faiss-cpu")
    rows, query = alike(20_000), 3 * alike(1, seed=3)[0]
    coarse = Coarse(rows.shape[1])
    coarse.add(rows)
    coarse.settle()
    places, estimates = coarse.nearest(query, len(rows))
    products = rows[places] @ query
    assert len(places) == len(estimates) == len(rows)
    assert abs(np.mean(estimates - products)) < 0.2 * products.std()
    least = np.array([coarse.least(product, query) for product in products.tolist()])
    assert np.mean(estimates < least) < 1 / 5_000
    assert np.mean(estimates - least) < 6 * products.std(), "a lower bound would rule out nothing"


def alike(count: int, seed: int = 0) -> Vectors:
    """Vectors that share a large part."""
    return unit(np.full(128, 0.1, np.float32) + 0.7 * vectors(count, seed=seed))


def crowded(count: int, seed: int = 0) -> Vectors:
    """Vectors of people alike: some near to one another, all in few neighbourhoods."""
    homes = vectors(5, seed=100)
    return unit(0.6 * homes[np.arange(count) % 5] + 0.8 * vectors(count, seed=seed))


class TestManyVectors:
    """With the rough copy, which needs faiss; the size from which on it is used is lowered."""

    @pytest.fixture(autouse=True)
    def many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        if not importlib.util.find_spec("faiss"):
            pytest.skip("needs faiss-cpu")
        monkeypatch.setattr(search, "EXACT_UP_TO", 1000)
        monkeypatch.setattr(search, "_LARGEST", 4096)

    @pytest.mark.parametrize("batch", [100, 1024, 30_000])
    def test_the_nearest_is_found(self, batch: int) -> None:
        rows = vectors(30_000)
        index = filled(rows, batch)
        assert len(index._state.coarse or ()) == 29 * 1024
        # People who are there, and strangers.
        queries = np.concatenate([unit(0.6 * rows[:100] + 0.8 * vectors(100, seed=8)), vectors(100, seed=9)])
        for query in queries:
            found = index.search(query, 3, EVERYTHING)
            assert list(found.keys) == list(np.argsort(-(rows @ query))[:3] + 1)

    @pytest.mark.parametrize("scattered", [vectors, crowded])
    @pytest.mark.parametrize(("limit", "floor"), [(1, EVERYTHING), (6, 0.2), (40, 0.3), (200, EVERYTHING), (4097, 0.2)])
    def test_nothing_is_missed(self, scattered: Callable[..., Vectors], limit: int, floor: float) -> None:
        rows, exact = scattered(30_000), Index()
        index = filled(rows, 30_000)
        exact.add(np.arange(30_000) + 1, rows)
        for query in np.concatenate([scattered(20, seed=8), unit(0.6 * rows[:20] + 0.8 * vectors(20, seed=9))]):
            found, wanted = index.search(query, limit, floor), exact.search(query, limit, floor)
            assert found.keys.tolist() == wanted.keys.tolist()

    def test_few_are_compared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The rough copy rules out nearly all, so that searching is worth its while."""
        rows = vectors(30_000)
        index, compared = filled(rows, 30_000), []
        compare = search._Block.compare

        def counting(block: search._Block, query: Vectors, floor: float, places: Any) -> search.Matches:
            compared.append(len(block.keys[places]))
            return compare(block, query, floor, places)

        monkeypatch.setattr(search._Block, "compare", counting)
        index.search(unit(0.6 * rows[0] + 0.8 * vectors(1, seed=9)[0]), 1, EVERYTHING)
        assert sum(compared) < 200 + 1024
        index.search(vectors(1, seed=8)[0], 1, EVERYTHING)
        assert sum(compared) < 30_000 / 8

    def test_the_newest_are_found_too(self) -> None:
        rows = vectors(9_999)
        index = filled(rows)
        for place in (0, 8_191, 8_192, 9_215, 9_216, 9_998):
            assert index.search(rows[place], 1, 0.9).keys.tolist() == [place + 1]

    def test_the_dead_are_not_found(self) -> None:
        rows = vectors(9_999)
        index = filled(rows)
        index.remove(range(1, 9_999, 2))
        assert not any(index.search(rows[place], 1, 0.9).keys.size for place in range(0, 9_998, 200))
        assert all(index.search(rows[place], 1, 0.9).keys.size for place in range(1, 9_998, 200))

    def test_an_index_that_has_become_small_is_exact_again(self) -> None:
        index = filled(vectors(9_999))
        index.remove(range(1, 9_500))
        assert index._state.coarse is None
        assert len(index.search(vectors(1)[0], 1000, EVERYTHING).keys) == 500
