"""Inputs that nobody means well, a few seconds of them; `python -m benchmarks.fuzz` tries 10,000."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import fuzz
from engine.weights import Weights
from services import images
from services.errors import Refusal


def test_nothing_breaks_what_reads_it(tmp_path: Path, weights: Weights) -> None:
    tallies = fuzz.run(tmp_path, inputs=240, seed=7)
    assert {kind: tally.failures for kind, tally in tallies.items() if tally.failures} == {}
    assert [tally.inputs for tally in tallies.values()] == [80, 80, 80]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda rest: b"\xff\xd8\xff\xe1" + rest)))
def test_bytes_are_a_picture_or_refused_in_words(data: bytes) -> None:
    try:
        photo = images.open(data)
    except Refusal as refusal:
        assert refusal.sentence.endswith((".", "?"))
    else:
        assert photo.width > 0
