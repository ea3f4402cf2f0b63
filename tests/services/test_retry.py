"""Trying again, by a clock that only the pauses move."""

import pytest

from services.jobs import retry
from services.jobs.retry import Setback, insist


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        monkeypatch.setattr(retry.time, "monotonic", lambda: self.now)

    def pause(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def judge(error: Exception) -> Setback | None:
    if isinstance(error, TimeoutError):
        return Setback()
    return Setback(wait=7.0, perhaps_done=False) if isinstance(error, BlockingIOError) else None


def failing(*errors: Exception) -> tuple[list[bool], object]:
    told: list[bool] = []
    left = list(errors)

    def run(perhaps_done: bool) -> str:
        told.append(perhaps_done)
        if left:
            raise left.pop(0)
        return "done"

    return told, run


def test_pauses_grow_and_are_never_the_same(clock: Clock) -> None:
    told, run = failing(*(TimeoutError() for _ in range(5)))
    assert insist(run, judge, patience=100, pause=clock.pause) == "done"
    assert all(least <= pause <= least * 1.25 for least, pause in zip((0.5, 1, 2, 4, 8), clock.pauses, strict=True))
    assert len({pause / least for least, pause in zip((0.5, 1, 2, 4, 8), clock.pauses, strict=True)}) == 5
    assert told == [False, True, True, True, True, True]


def test_a_wait_that_is_asked_for_is_kept_and_means_that_nothing_was_done(clock: Clock) -> None:
    told, run = failing(BlockingIOError())
    insist(run, judge, patience=100, pause=clock.pause)
    assert 7.0 <= clock.pauses[0] <= 8.75
    assert told == [False, False]


def test_it_gives_up_with_the_last_error(clock: Clock) -> None:
    _, run = failing(*(TimeoutError(n) for n in range(100)))
    with pytest.raises(TimeoutError):
        insist(run, judge, patience=60, pause=clock.pause)
    assert clock.now <= 60
    assert max(clock.pauses) <= 37.5


def test_an_error_that_will_not_pass_is_raised_at_once(clock: Clock) -> None:
    _, run = failing(KeyError("x"))
    with pytest.raises(KeyError):
        insist(run, judge, patience=60, pause=clock.pause)
    assert clock.pauses == []
