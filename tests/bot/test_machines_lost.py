"""A short run of the benchmark: of three machines one is killed and one stands still, and PostgreSQL crashes."""

import pytest

from benchmarks.mishaps import machines
from benchmarks.mishaps.faults import PATIENT
from benchmarks.mishaps.machines import Plan
from benchmarks.servers import postgres
from engine.vision import Weights

pytestmark = pytest.mark.thorough

# One process a machine, and as few photos as will do: each start and each photo takes seconds of CPU.
PLAN = Plan(photos=12, enrolments=3, crashes=1, away=(1, 3), still=(16, 17), processes=1, most_open=5)


@pytest.mark.timeout(300)  # a machine that stands still is waited for, and so is whoever takes up its jobs
@pytest.mark.usefixtures("photos")
def test_everybody_is_found_on_every_machine_though_machines_are_lost(weights: Weights) -> None:
    try:
        tally = machines.run(PLAN, seed=5, options=PATIENT, rates={})
    except postgres.Missing as missing:
        pytest.skip(str(missing))
    assert (tally.kills, tally.pauses, tally.database_crashes) == (1, 1, 1)
    assert tally.photos >= PLAN.photos
    assert tally.enrolments == PLAN.enrolments
    assert tally.wrong == 0, tally
