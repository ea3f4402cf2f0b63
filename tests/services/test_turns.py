"""Turns on the cores."""

import threading

from services.jobs.turns import Turns


def test_workspaces_take_turns_however_many_of_one_wait() -> None:
    turns, order, waiting = Turns(1), [], []
    first = turns.of("busy")
    first.__enter__()

    def work(workspace: str) -> None:
        with turns.of(workspace):
            order.append(workspace)

    for number, workspace in enumerate(["busy"] * 5 + ["calm"], start=1):
        waiting.append(threading.Thread(target=work, args=(workspace,)))
        waiting[-1].start()
        while sum(map(len, turns._waiting.values())) < number:
            pass
    first.__exit__(None, None, None)
    for thread in waiting:
        thread.join(5)
    assert order.index("calm") <= 1
    assert sorted(order) == ["busy"] * 5 + ["calm"]


def test_no_more_than_so_many_are_in_at_once() -> None:
    turns, lock, inside, most = Turns(2), threading.Lock(), 0, 0
    both = threading.Barrier(2, timeout=5)

    def work() -> None:
        nonlocal inside, most
        with turns.of("a"):
            with lock:
                inside += 1
                most = max(most, inside)
            both.wait()
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert most == 2
