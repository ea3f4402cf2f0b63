"""What is done once a day is done soon, again, whatever goes wrong, and no longer once the bot stops."""

import threading
from datetime import UTC, datetime

from bot.lasting import recurring


def test_it_goes_on_after_an_error_and_ends_with_the_context() -> None:
    times: list[datetime] = []
    thrice = threading.Event()

    def work(now: datetime) -> None:
        times.append(now)
        if len(times) == 1:
            raise OSError("no network")
        if len(times) == 3:
            thrice.set()

    with recurring(work, every=0.01):
        assert thrice.wait(60)
    done = len(times)
    assert not [thread for thread in threading.enumerate() if thread.name == "recurring"]
    assert len(times) == done
    assert all(time.tzinfo is UTC for time in times)


def test_a_day_is_long() -> None:
    ran = threading.Event()
    with recurring(lambda _: ran.set()):
        assert ran.wait(60)
