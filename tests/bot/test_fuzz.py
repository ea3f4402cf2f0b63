"""Inputs that nobody means well, a few seconds of them; `python -m benchmarks.fuzz` tries 10,000."""

from collections.abc import Iterator, Mapping
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import fuzz
from engine.vision import Weights
from services.errors import Refusal
from services.pictures import images


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Iterator[Mapping[str, fuzz.Fuzz]]:
    with fuzz.targets(tmp_path_factory.mktemp("fuzz")) as kinds:
        yield kinds


@pytest.mark.parametrize("kind", ["pictures", "requests to the engine", "payloads of Slack"])
@settings(max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_nothing_breaks_what_reads_it(targets: Mapping[str, fuzz.Fuzz], kind: str, chance: Random) -> None:
    targets[kind](chance)


def test_what_fails_is_counted() -> None:
    tally = fuzz.tried(lambda chance: _fail(chance.randrange(1000)), inputs=20, seed=7)
    assert tally.inputs == 20
    assert list(tally.failures) == ["ValueError: odd"]
    assert 0 < tally.failures["ValueError: odd"] < 20


def test_what_is_slow_once_is_tried_again_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(fuzz, "MOST", -1.0)
    tally = fuzz.tried(lambda chance: drawn.append(chance.randrange(10**9)), inputs=5, seed=7)
    assert (tally.inputs, len(drawn)) == (5, 10)
    assert drawn[::2] == drawn[1::2]


def _fail(number: int) -> None:
    if number % 2:
        raise ValueError("odd")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda rest: b"\xff\xd8\xff\xe1" + rest)))
def test_bytes_are_a_picture_or_refused_in_words(data: bytes) -> None:
    try:
        photo = images.open(data)
    except Refusal as refusal:
        assert refusal.sentence.endswith((".", "?"))
    else:
        assert photo.width > 0
