"""Several processes share one PostgreSQL's jobs, and none is lost or done twice when some of them are killed."""

import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))
import postgres

from services.jobs.roster import Roster
from services.records import Database

_WORKER = """
    import sys, threading, time
    from pathlib import Path
    from services.jobs import Jobs, Line, Setback
    from services.records import Database
    from services.jobs.roster import Roster
    url, root, at_once = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    setback = lambda error: Setback() if isinstance(error, TimeoutError) else None
    jobs = Jobs(url, at_once=at_once, judge=setback, roster=Roster(Database(url), patience=1.5))

    def insist():
        (root / "tried").touch()
        if not (root / "open").exists():
            raise TimeoutError
        (root / f"200-{threading.get_ident()}-{time.time_ns()}").touch()

    def work(payload, step):
        if payload["n"] == "200":
            return step("insist", insist)
        time.sleep(0.1)
        answer = root / f"{payload['n']}-{threading.get_ident()}-{time.time_ns()}"
        said = lambda: any(root.glob(f"{payload['n']}-*")) or None
        step.once("answer", lambda: answer.touch() or True, find=said)
        time.sleep(0.1)

    jobs.register("work", work, workspace="T1")
    jobs.start()
    print("ready", flush=True)
    for line in sys.stdin:
        jobs.submit("work", line.strip(), {"n": line.strip()}, Line("T1", f"C{int(line) % 5}"))
        print("stored", flush=True)
    threading.Event().wait()
"""


@pytest.fixture
def url() -> Iterator[str]:
    """A database of its own: what a killed worker has not noted as done, the next test's would take up."""
    with postgres.running() as started:
        Database(started, migrate=True).close()
        yield started


def _process(url: str, folder: Path, at_once: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_WORKER), url, str(folder), str(at_once)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _store(web: subprocess.Popen[str], *numbers: int) -> None:
    assert web.stdin is not None
    assert web.stdout is not None
    for number in numbers:
        web.stdin.write(f"{number}\n")
        web.stdin.flush()
        assert web.stdout.readline() == "stored\n"


def test_a_killed_workers_jobs_are_taken_up_by_those_that_live(url: str, tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.mkdir()
    web = _process(url, answers, 0)
    first = _process(url, answers, 2)
    _store(web, *range(12))
    while not any(answers.iterdir()):
        time.sleep(0.02)
    first.kill()
    first.wait()
    second = _process(url, answers, 2)
    killed = time.monotonic()
    _store(web, *range(12, 24))
    try:
        while len({path.name.partition("-")[0] for path in answers.iterdir()}) < 24:
            assert time.monotonic() - killed < 30, "not everything was taken up within 30 s"
            time.sleep(0.1)
        times = Counter(path.name.partition("-")[0] for path in answers.iterdir())
        assert set(times.values()) == {1}, times
    finally:
        for process in (web, second):
            process.kill()
            process.wait()


def test_a_worker_that_stood_still_goes_on_and_says_nothing_twice(url: str, tmp_path: Path) -> None:
    """Taken for dead, it finds its jobs stored anew, and it is the only one to do them."""
    answers = tmp_path / "answers"
    answers.mkdir()
    web, worker = _process(url, answers, 0), _process(url, answers, 1)
    try:
        _store(web, *range(100, 112))
        while not any(answers.iterdir()):
            time.sleep(0.02)
        worker.send_signal(signal.SIGSTOP)
        time.sleep(3)  # longer than the others' patience
        worker.send_signal(signal.SIGCONT)
        _wait_for(lambda: len(_answered(answers)) == 12)
        assert set(_answered(answers).values()) == {1}
    finally:
        for process in (web, worker):
            process.kill()
            process.wait()


def test_a_worker_that_stood_still_in_a_step_does_not_try_it_again(url: str, tmp_path: Path) -> None:
    """What a step does again after a setback is done again only while the job is still this process's."""
    answers = tmp_path / "answers"
    answers.mkdir()
    first = _process(url, answers, 1)
    _store(first, 200)
    while not (answers / "tried").exists():
        time.sleep(0.02)
    first.send_signal(signal.SIGSTOP)
    second = _process(url, answers, 1)
    try:
        (answers / "open").touch()
        _wait_for(lambda: bool(_answered(answers)))
        first.send_signal(signal.SIGCONT)
        _store(first, 201)
        _wait_for(lambda: len(_answered(answers)) == 2)
        time.sleep(2)  # longer than the first process's pause between two attempts
        assert _answered(answers) == {"200": 1, "201": 1}
    finally:
        for process in (first, second):
            process.kill()
            process.wait()


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _answered(answers: Path) -> Counter[str]:
    """How often each job answered."""
    return Counter(path.name.partition("-")[0] for path in answers.iterdir() if "-" in path.name)


def test_who_gives_no_sign_of_life_is_dead_and_who_leaves_is_at_once(url: str) -> None:
    database = Database(url)
    one, other = Roster(database), Roster(database)
    one.beat()
    one.beat()
    other.beat()
    assert not {one.me, other.me} & set(one.dead())
    other.leave()
    assert other.me in one.dead()
    one.bury([other.me])
    assert other.me not in one.dead()
    other.beat()
    assert other.me not in one.dead()
    database.close()
