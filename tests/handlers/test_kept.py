"""What Slack has said is kept for a while: asked for once by however many threads, and not past a change."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from handlers.slack import visitors
from handlers.slack.visitors import Kept


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock, which a test turns forward."""
    clock = [100.0]
    monkeypatch.setattr(visitors.time, "monotonic", lambda: clock[0])
    return clock


def test_what_many_ask_for_at_once_is_asked_for_once() -> None:
    kept: Kept[str, int] = Kept(60)
    together, asked = threading.Barrier(8), []

    def make() -> int:
        asked.append(1)
        time.sleep(0.05)
        return len(asked)

    def get(_: int) -> int:
        together.wait(5)
        return kept.get("roll", make)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(get, range(8))) == [1] * 8


def test_nobody_waits_for_another_key() -> None:
    kept: Kept[str, str] = Kept(60)
    with ThreadPoolExecutor(1) as pool:
        assert kept.get("a", lambda: pool.submit(kept.get, "b", lambda: "made meanwhile").result(5)) == "made meanwhile"


def test_where_it_could_not_be_made_all_try_at_once() -> None:
    """Or the last of many would fail after all the others' time."""
    kept: Kept[str, str] = Kept(60)
    first_fails, all_try = threading.Event(), threading.Barrier(4)

    def fail() -> str:
        first_fails.wait(5)
        raise TimeoutError

    def fail_together() -> str:
        all_try.wait(5)
        raise TimeoutError

    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(kept.get, "roll", fail)
        while "roll" not in kept._asked:
            time.sleep(0.001)
        others = [pool.submit(kept.get, "roll", fail_together) for _ in range(4)]
        time.sleep(0.05)  # they wait for the first by then, most often; else they ask for themselves
        first_fails.set()
        for each in (first, *others):
            with pytest.raises(TimeoutError):
                each.result(10)
    assert kept.get("roll", lambda: "here again") == "here again"


def test_it_is_asked_for_again_when_it_is_too_old_or_could_not_be_said(now: list[float]) -> None:
    kept: Kept[str, str] = Kept(60)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: str(1 / 0))
    assert kept.get("a", lambda: "first") == "first"
    now[0] += 59.9
    assert kept.get("a", lambda: "second") == "first"
    now[0] += 0.1
    assert kept.get("a", lambda: "second") == "second"


def test_what_changes_while_it_is_asked_for_is_asked_for_again() -> None:
    kept: Kept[str, str] = Kept(60)

    def before_the_change() -> str:
        kept.drop("guest")
        assert kept.get("guest", lambda: "guest") == "guest", "and nobody waits for what is out of date"
        return "member"

    assert kept.get("guest", before_the_change) == "member"
    assert kept.get("guest", lambda: "asked again") == "guest"


def test_the_change_of_another_does_not_matter() -> None:
    kept: Kept[str, str] = Kept(60)
    assert kept.get("one", lambda: kept.drop("other") or "first") == "first"
    assert kept.get("one", lambda: "second") == "first"


def test_there_is_an_end_to_how_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "_MOST_KEPT", 2)
    kept: Kept[int, int] = Kept(60)
    for number in range(3):
        kept.get(number, lambda: 1)
    assert [kept.get(number, lambda: 2) for number in (2, 0)] == [1, 2]
