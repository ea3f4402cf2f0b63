"""Each is made once, however many ask at once, and slow ones hold up nobody else."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from services.opened import Opened


def test_each_is_made_once_and_holds_up_nobody_else() -> None:
    asked: list[str] = []
    slow = Event()

    def make(key: str) -> str:
        asked.append(key)
        if key == "slow":
            slow.wait(10)
        return key.upper()

    opened = Opened(make)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(opened.get, "slow") for _ in range(3)]
        assert pool.submit(opened.get, "quick").result(5) == "QUICK"
        slow.set()
        assert [each.result(5) for each in waiting] == ["SLOW"] * 3
    assert sorted(asked) == ["quick", "slow"]


def test_what_could_not_be_made_or_was_dropped_is_made_anew() -> None:
    made = iter([ValueError("not now"), 1, 2])

    def make(_key: str) -> int:
        value = next(made)
        if isinstance(value, ValueError):
            raise value
        return value

    opened = Opened(make)
    with pytest.raises(ValueError, match="not now"):
        opened.get("a")
    assert opened.get("a") == opened.get("a") == 1
    opened.drop("a")
    assert opened.get("a") == 2
