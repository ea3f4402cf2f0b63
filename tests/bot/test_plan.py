"""The plan for many workspaces adds up: what costs more takes more, and what is in memory is not read again."""

from dataclasses import replace

from benchmarks.growth.simulate import Costs, Plan, simulate, workers_for

PLAN = Plan(workspaces=500, faces=1_000_000, photos=20, minutes=2)


def test_workers_follow_from_what_a_photo_costs() -> None:
    cheap, dear = (workers_for(PLAN, Costs(photo=cost)) for cost in (0.3, 0.9))
    assert 2 < dear / cheap < 3.2
    found = simulate(PLAN, Costs(photo=0.9), dear)
    assert 0.5 < found.busy < 0.8
    assert found.cpu >= found.floor >= 0.9


def test_with_more_memory_fewer_searches_read_vectors_first() -> None:
    small, large, all_of_it = (
        simulate(replace(PLAN, memory=memory), Costs(), 20) for memory in (1_000_000, 50_000_000, 10**9)
    )
    assert small.cold > large.cold > all_of_it.cold
    assert small.cpu > large.cpu > all_of_it.cpu
    assert simulate(PLAN, Costs(), 20) == simulate(PLAN, Costs(), 20)


def test_too_few_workers_are_never_done() -> None:
    costs = Costs()
    enough = workers_for(PLAN, costs)
    assert simulate(PLAN, costs, enough).most < 5
    assert simulate(PLAN, costs, enough // 3).median > 10
