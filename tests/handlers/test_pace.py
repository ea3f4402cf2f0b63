"""The pace of messages in a channel, by times that are given."""

from handlers.slack import Pace


def test_a_few_go_at_once_then_one_a_second() -> None:
    pace = Pace(1.0)
    assert [max(0.0, pace._reserve("C1", 100.0)) for _ in range(7)] == [0, 0, 0, 0, 1, 2, 3]


def test_channels_do_not_wait_for_each_other() -> None:
    pace = Pace(1.0)
    for _ in range(50):
        pace._reserve("C1", 100.0)
    assert pace._reserve("C2", 100.0) <= 0


def test_after_silence_a_few_go_at_once_again() -> None:
    pace = Pace(2.0)
    for _ in range(8):
        pace._reserve("C1", 100.0)
    assert pace._reserve("C1", 104.0) <= 0
