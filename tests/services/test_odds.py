"""What a threshold means among so many people, and the one that follows their number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import odds

PEOPLE = st.integers(1, 100_000)


@pytest.mark.parametrize(
    ("threshold", "people", "strangers"),
    [(99, 1, 10_000), (99, 30, 330), (99.9, 30, 3300), (80, 30, 17), (50, 1000, 1), (99.99, 10_000, 100)],
)
def test_of_so_many_strangers_one_gets_a_name(threshold: float, people: int, strangers: int) -> None:
    assert odds.one_in(threshold, people) == strangers


def test_among_nobody_a_stranger_is_taken_for_nobody() -> None:
    assert odds.one_in(99, 0) is None
    assert odds.automatic(0) == odds.LEAST


@given(threshold=st.floats(50, 99.99), people=PEOPLE)
def test_a_search_is_as_many_comparisons_as_people(threshold: float, people: int) -> None:
    missed_by_all = (1 - (100 - threshold) / 10_000) ** people
    assert odds.chance(threshold, people) == pytest.approx(1 - missed_by_all, rel=1e-6)


@pytest.mark.parametrize(
    ("people", "threshold"),
    [(1, 99), (100, 99), (101, 99.5), (200, 99.5), (400, 99.8), (1000, 99.9), (3000, 99.98), (10_000, 99.99)],
)
def test_the_threshold_follows_the_number_of_people(people: int, threshold: float) -> None:
    assert odds.automatic(people) == threshold


@given(people=PEOPLE)
def test_it_keeps_its_word_as_far_as_can_be_measured_and_asks_for_no_more(people: int) -> None:
    threshold = odds.automatic(people)
    assert odds.LEAST <= threshold <= odds.MOST
    assert odds.is_enough(threshold, people) == (people <= 10_050)  # the last whom 99.99 suffices for
    assert odds.automatic(people + 1) >= threshold


def test_nothing_is_promised_that_nobody_has_measured() -> None:
    assert odds.chance(99.9999, 40) == odds.chance(odds.MOST, 40)
    assert not odds.is_measured(99.9999)
    assert odds.is_measured(odds.MOST)
