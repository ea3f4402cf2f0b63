"""Jobs run in a process of their own here, since DBOS is one a process and one of these processes is killed."""

import multiprocessing
import textwrap
from pathlib import Path

import pytest
from dbos._sys_db_postgres import BACKGROUND_JOB_LOCK_IDLE_TIMEOUT_MS

from services.jobs import pace

_PROLOGUE = """
import os, threading
from services.jobs import Jobs, Line
from services.jobs.retry import Setback
from services.records import sqlite_url
done = threading.Event()
def note(line):
    with (root / "log").open("a") as log:
        log.write(line + "\\n")
def judge(error):
    return Setback() if isinstance(error, TimeoutError) else None
LINE = Line("home", "C1")
jobs = Jobs(str(sqlite_url(root / "jobs.sqlite")), at_once=2, judge=judge)
"""


_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["services.jobs", "services.records"])
"""Their importing takes as long as all else that these processes do, so one imports for all."""


def _run(root: Path, body: str) -> int | None:
    process = _PROCESSES.Process(target=_do, args=(_PROLOGUE + textwrap.dedent(body), root))
    process.start()
    process.join(60)
    try:
        return process.exitcode
    finally:
        process.kill()


def _do(script: str, root: Path) -> None:
    exec(script, {"root": root})


def test_a_job_submitted_twice_runs_once(tmp_path: Path) -> None:
    code = _run(
        tmp_path,
        """
        jobs.register("greet", lambda payload, step: note(payload["name"]), workspace="home")
        jobs.register("end", lambda payload, step: done.set(), workspace="home")
        jobs.start()
        for _ in range(3):
            jobs.submit("greet", "k1", {"name": "alice"}, LINE)
        jobs.submit("greet", "k2", {"name": "bob"}, LINE)
        jobs.submit("end", "k", {}, LINE)
        assert done.wait(60)
        jobs.stop()
        """,
    )
    assert code == 0
    assert sorted((tmp_path / "log").read_text().split()) == ["alice", "bob"]


_BY_ANOTHER_RELEASE = """
        class Result:
            pass
        def work(payload, step):
            if not (root / "killed").exists():
                {before}
                (root / "killed").touch()
                os.kill(os.getpid(), 9)
            for name in ("by a bot", "look", "say"):
                step.once(name, lambda: note(name), find=lambda: name if (root / name).exists() else None)
            done.set()
        jobs.register("work", work, workspace="home")
        jobs.start()
    """


@pytest.mark.parametrize(
    "before",
    ['step("look", lambda: note("old look"))', 'step("by a bot", lambda: Result())'],
    ids=["another order", "a class that has moved"],
)
def test_a_job_that_another_release_began_begins_anew_and_looks_for_its_traces(tmp_path: Path, before: str) -> None:
    left = textwrap.dedent(_BY_ANOTHER_RELEASE).format(before=before)
    # Where a function is pickled by its module, a class in `__main__` is one that the next process does not have.
    begun = f"import sys; sys.modules['old'] = type(sys)('old')\n{left}"
    begun = begun.replace("    pass\n", "    pass\nResult.__module__ = 'old'; sys.modules['old'].Result = Result\n")
    assert _run(tmp_path, begun + '\njobs.submit("work", "k", {}, LINE)\ndone.wait(60)') == -9
    (tmp_path / "look").touch()
    assert _run(tmp_path, left + "\nassert done.wait(60)\njobs.stop()") == 0
    assert [line for line in (tmp_path / "log").read_text().splitlines() if line != "old look"] == ["by a bot", "say"]


@pytest.mark.parametrize(
    "error",
    ['AttributeError("a mistake of its own")', 'SlackApiError("refused", {"error": "fatal_error"})'],
    ids=["as another release's would", "of a class that pickle cannot make again"],
)
def test_what_a_step_has_failed_with_is_no_other_releases(tmp_path: Path, error: str) -> None:
    work = f"""
        from slack_sdk.errors import SlackApiError
        def fail():
            note("failed")
            raise {error}
        def work(payload, step):
            try:
                step("fails", fail)
            except Exception as error:
                note(repr(str(error)))
            if not (root / "killed").exists():
                (root / "killed").touch()
                os.kill(os.getpid(), 9)
            done.set()
        jobs.register("work", work, workspace="home")
        jobs.start()
    """
    assert _run(tmp_path, work + '\n        jobs.submit("work", "k", {}, LINE)\n        done.wait(60)') == -9
    assert _run(tmp_path, work + "\n        assert done.wait(60)\n        jobs.stop()") == 0
    assert (tmp_path / "log").read_text().count("failed") == 1
    first, again = [line for line in (tmp_path / "log").read_text().splitlines() if line != "failed"]
    assert first == again, "what comes after it is done by what it was told the first time"


def test_whether_a_job_waits_is_looked_up_in_an_index(tmp_path: Path) -> None:
    code = _run(
        tmp_path,
        """
        import sqlalchemy as sa
        asked = []
        def note_it(connection, cursor, statement, parameters, context, many):
            if "queue_name" in statement and "LIMIT" in statement and "ORDER" not in statement:
                asked.append((statement, parameters))
        sa.event.listen(sa.Engine, "before_cursor_execute", note_it)
        jobs.start()
        while not asked:
            done.wait(0.1)
        jobs.stop()
        import sqlite3
        with sqlite3.connect(root / "jobs.sqlite") as database:
            for row in database.execute("EXPLAIN QUERY PLAN " + asked[0][0], asked[0][1]):
                note(row[3])
        """,
    )
    assert code == 0
    assert "USING" in (tmp_path / "log").read_text()
    assert "SCAN" not in (tmp_path / "log").read_text()


def test_where_nothing_is_stored_nothing_is_looked_for(tmp_path: Path) -> None:
    code = _run(
        tmp_path,
        """
        import time
        import sqlalchemy as sa
        asked = []
        def note_it(connection, cursor, statement, parameters, context, many):
            asked.append(statement)
        jobs.start()
        time.sleep(1)
        sa.event.listen(sa.Engine, "before_cursor_execute", note_it)
        time.sleep(4)
        note(str(len(asked)))
        jobs.stop()
        """,
    )
    assert code == 0
    assert int((tmp_path / "log").read_text()) <= 8, "two looks for what was left, and hardly more"


def test_a_delayed_job_is_done_once_its_time_has_come_whatever_else_waits_longer(tmp_path: Path) -> None:
    code = _run(
        tmp_path,
        """
        from datetime import timedelta
        jobs.register("note", lambda payload, step: note(payload["name"]), workspace="home")
        jobs.register("end", lambda payload, step: done.set(), workspace="home")
        jobs.start()
        jobs.submit("note", "k", {"name": "late"}, LINE, after=timedelta(hours=1))
        threading.Event().wait(3)
        jobs.submit("note", "l", {"name": "soon"}, LINE, after=timedelta(seconds=0.5))
        jobs.submit("end", "k", {}, LINE, after=timedelta(seconds=1))
        assert done.wait(30)
        jobs.stop()
        """,
    )
    assert code == 0
    assert (tmp_path / "log").read_text().split() == ["soon"]


def test_the_lock_over_what_is_delayed_is_let_go_long_before_postgresql_takes_it() -> None:
    assert pace._DELAYED * 1000 <= BACKGROUND_JOB_LOCK_IDLE_TIMEOUT_MS / 2


def test_a_killed_job_goes_on_after_its_last_finished_step(tmp_path: Path) -> None:
    work = """
        def work(payload, step):
            first = step("first", lambda: note("first") or "kept")
            if not (root / "killed").exists():
                (root / "killed").touch()
                os.kill(os.getpid(), 9)
            step("second", lambda: note(f"second {first}"))
            done.set()
        jobs.register("work", work, workspace="home")
        jobs.start()
    """
    assert _run(tmp_path, work + '\n        jobs.submit("work", "k", {}, LINE)\n        done.wait(60)') == -9
    assert _run(tmp_path, work + "\n        assert done.wait(60)\n        jobs.stop()") == 0
    assert (tmp_path / "log").read_text().splitlines() == ["first", "second kept"]


def test_what_may_have_been_done_before_a_crash_is_looked_for_and_nothing_else(tmp_path: Path) -> None:
    work = """
        said = root / "said"
        def say():
            said.touch()
            if not (root / "killed").exists():
                (root / "killed").touch()
                os.kill(os.getpid(), 9)
            return "said again"
        def work(payload, step):
            step.once("before", lambda: note("before"), find=lambda: note("looked for before"))
            found = step.once("say", say, find=lambda: note("looked for it") or (said.exists() and "found") or None)
            step.once("after", lambda: note(f"after {found}"), find=lambda: note("looked for after"))
            done.set()
        jobs.register("work", work, workspace="home")
        jobs.start()
    """
    assert _run(tmp_path, work + '\n        jobs.submit("work", "k", {}, LINE)\n        done.wait(60)') == -9
    assert _run(tmp_path, work + "\n        assert done.wait(60)\n        jobs.stop()") == 0
    assert (tmp_path / "log").read_text().splitlines() == ["before", "looked for it", "after found"]


def test_a_lost_answer_is_looked_for_and_an_error_that_stays_is_raised(tmp_path: Path) -> None:
    work = """
        def say():
            note("say")
            raise TimeoutError("the answer was lost")
        def stay():
            note("stay")
            raise KeyError("wrong for ever")
        def work(payload, step):
            assert step.once("say", say, find=lambda: "found") == "found"
            try:
                step("stay", stay)
            except KeyError as error:
                note(f"told {error}")
            done.set()
        jobs.register("work", work, workspace="home")
        jobs.start()
        jobs.submit("work", "k", {}, LINE)
        assert done.wait(60)
        jobs.stop()
    """
    assert _run(tmp_path, work) == 0
    assert (tmp_path / "log").read_text().splitlines() == ["say", "stay", "told 'wrong for ever'"]


def test_a_database_that_is_away_between_two_steps_interrupts_a_job_and_no_more(tmp_path: Path) -> None:
    """Nobody is told of it, and what is done is not done again."""
    work = """
        import sqlalchemy as sa
        away = [True, True]
        def look_up():
            if away:
                away.pop()
                raise sa.exc.OperationalError("SELECT", {}, OSError("connection refused"))
            return "looked up"
        def work(payload, step):
            step("first", lambda: note("first"))
            try:
                found = look_up()
                step("second", lambda: note(found))
            except Exception:
                step("conclude", lambda: note("concluded"))
                raise
            found = step.once("third", lambda: note("third") or "done", find=lambda: None)
            note(found)
            done.set()
        def told(payload, step):
            try:
                work(payload, step)
            except Exception as error:
                step("refuse", lambda: note(f"told {error}"))
        jobs.register("work", told, workspace="home")
        jobs.start()
        jobs.submit("work", "k", {}, LINE)
        assert done.wait(40)
        jobs.stop()
    """
    assert _run(tmp_path, work) == 0
    assert (tmp_path / "log").read_text().splitlines() == ["first", "looked up", "third", "done"]


def test_a_job_that_has_been_at_work_for_long_is_interrupted_as_well(tmp_path: Path) -> None:
    """The patience is with a database that is away, and begins anew with each step that is done."""
    work = """
        import time
        import sqlalchemy as sa
        from services.jobs import jobs as module
        module._PATIENCE = 5.0
        away = [True]
        def work(payload, step):
            step("first", lambda: note("first"))
            step("long", lambda: time.sleep(6))
            if away:
                away.pop()
                raise sa.exc.OperationalError("SELECT", {}, OSError("connection refused"))
            step("second", lambda: note("second"))
            done.set()
        jobs.register("work", work, workspace="home")
        jobs.start()
        jobs.submit("work", "k", {}, LINE)
        assert done.wait(40)
        jobs.stop()
    """
    assert _run(tmp_path, work) == 0
    assert (tmp_path / "log").read_text().splitlines() == ["first", "second"]


def test_what_a_step_has_failed_with_is_told_whatever_it_is(tmp_path: Path) -> None:
    work = """
        import sqlalchemy as sa
        def fail():
            raise sa.exc.OperationalError("SELECT", {}, OSError("connection refused"))
        def work(payload, step):
            try:
                step("fail", fail)
            except Exception as error:
                step("refuse", lambda: note("told"))
            done.set()
        jobs.register("work", work, workspace="home")
        jobs.start()
        jobs.submit("work", "k", {}, LINE)
        assert done.wait(20)
        jobs.stop()
    """
    assert _run(tmp_path, work) == 0
    assert (tmp_path / "log").read_text().splitlines() == ["told"]


def test_a_flood_in_one_channel_leaves_room_for_another(tmp_path: Path) -> None:
    work = """
        go = threading.Event()
        jobs.register("flood", lambda payload, step: go.wait(20), workspace="home")
        jobs.register("other", lambda payload, step: done.set(), workspace="home")
        jobs.start()
        for n in range(50):
            jobs.submit("flood", str(n), {}, LINE)
        jobs.submit("other", "k", {}, Line("home", "C2"))
        assert done.wait(60), "the flood let nobody through"
        go.set()
        jobs.stop()
    """
    assert _run(tmp_path, work) == 0


def test_what_waits_in_line_is_done_after_a_restart(tmp_path: Path) -> None:
    first = """
        jobs.register("work", lambda payload, step: threading.Event().wait(), workspace="home")
        jobs.start()
        for n in range(12):
            jobs.submit("work", str(n), {}, LINE)
        os.kill(os.getpid(), 9)
    """
    second = """
        left = threading.Semaphore(0)
        def work(payload, step):
            note(step.key)
            left.release()
        jobs.register("work", work, workspace="home")
        jobs.start()
        for _ in range(12):
            assert left.acquire(timeout=60)
        jobs.stop()
    """
    assert _run(tmp_path, first) == -9
    assert _run(tmp_path, second) == 0
    assert sorted((tmp_path / "log").read_text().split()) == sorted(f"work:{n}" for n in range(12))


def test_ended_jobs_are_forgotten_once_they_are_old(tmp_path: Path) -> None:
    code = _run(
        tmp_path,
        """
        from datetime import UTC, datetime, timedelta
        import time
        jobs.register("greet", lambda payload, step: done.set(), workspace="home")
        jobs.start()
        jobs.submit("greet", "k1", {"name": "alice-in-the-journal"}, LINE)
        assert done.wait(60)
        assert jobs.forget(datetime.now(UTC) - timedelta(days=1)) == 0
        deadline = time.monotonic() + 20
        while jobs.forget(datetime.now(UTC) + timedelta(days=1)) == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        done.clear()
        jobs.submit("greet", "k1", {"name": "bob"}, LINE)
        assert done.wait(60), "the key is free again"
        jobs.stop()
        """,
    )
    assert code == 0


def test_a_job_that_is_long_ends_between_two_steps_and_goes_on_at_the_next_start(tmp_path: Path) -> None:
    work = """
        import time
        from services.jobs import jobs as module
        module._LAST_STEP = 0.2
        begun = threading.Event()
        def look(number):
            note(f"begun {number}")
            begun.set()
            time.sleep(0.1)
            note(f"ended {number}")
        def work(payload, step):
            for number in range(16):
                step(f"{number}", lambda: look(number))
            done.set()
        jobs.register("work", work, workspace="home")
        jobs.start()
    """
    submit = "\n        jobs.submit('work', 'k1', {}, LINE)\n        assert begun.wait(60)\n        jobs.stop()"
    assert _run(tmp_path, work + submit) == 0
    cut = (tmp_path / "log").read_text().splitlines()
    assert cut[-1].startswith("ended")
    assert len(cut) < 32
    assert _run(tmp_path, work + "\n        assert done.wait(60)\n        jobs.stop()") == 0
    log = (tmp_path / "log").read_text().splitlines()
    assert log == [f"{what} {number}" for number in range(16) for what in ("begun", "ended")]


def test_what_dbos_logs_goes_the_way_of_all_logs(tmp_path: Path) -> None:
    code = _run(
        tmp_path,
        """
        import logging
        class Listener(logging.Handler):
            def emit(self, record):
                note(record.getMessage())
        logging.getLogger().addHandler(Listener())
        logging.getLogger("dbos").warning("heard")
        assert not logging.getLogger("dbos").handlers
        """,
    )
    assert code == 0
    assert (tmp_path / "log").read_text() == "heard\n"


def test_a_job_that_hangs_does_not_keep_the_process_from_ending(tmp_path: Path) -> None:
    """Its thread cannot be ended; `_run` waits 60 seconds, and the job is stored for the next start."""
    work = """
        from bot.__main__ import leave
        def work(payload, step):
            note("begun")
            step("hang", lambda: threading.Event().wait(3600 if not (root / "left").exists() else 0))
            note("done")
            done.set()
        jobs.register("work", work, workspace="home")
        jobs.start()
    """
    hang = """
        jobs.submit("work", "k", {}, LINE)
        while not (root / "log").exists():
            done.wait(0.1)
        jobs.stop()
        (root / "left").touch()
        leave(0)
    """
    assert _run(tmp_path, work + hang) == 0
    assert _run(tmp_path, work + "\n        assert done.wait(60)\n        jobs.stop()\n        leave(0)") == 0
    assert (tmp_path / "log").read_text().split() == ["begun", "begun", "done"]


def test_jobs_that_wait_while_none_ends_are_noticed(tmp_path: Path) -> None:
    work = """
        import time
        from datetime import timedelta
        soon, go = timedelta(seconds=1), threading.Event()
        jobs.register("work", lambda payload, step: go.wait(30), workspace="home")
        jobs.start()
        for n in range(12):
            jobs.submit("work", str(n), {}, LINE)
        assert not jobs.stalled(), "they have waited for a moment only"
        time.sleep(2)
        assert jobs.stalled(soon)
        go.set()
        while jobs.waiting():
            time.sleep(0.1)
        assert not jobs.stalled(soon)
        jobs.stop()
    """
    assert _run(tmp_path, work) == 0


def test_of_a_job_that_has_ended_only_that_it_has_stays(tmp_path: Path) -> None:
    work = """
        import base64, time
        def work(payload, step):
            step("say", lambda: note(payload["name"]) or payload["name"])
            done.set()
            if payload["name"].startswith("bob"): raise RuntimeError("bob is no more")
        jobs.register("work", work, workspace="home")
        jobs.start()
        def is_kept(name):  # also within base64, at each of the three places where it may begin
            forms = [base64.b64encode(bytes(n) + name)[4 if n else 0 : -4] for n in range(3)]
            kept = b"".join(path.read_bytes() for path in root.glob("jobs.sqlite*"))
            return any(form in kept for form in (name, *forms))
        for name in ("alice", "bob"):
            done.clear()
            full = f"{name}-who-is-known"
            jobs.submit("work", f"of-{full}", {"name": full}, Line("home", f"D-{full}"))
            assert done.wait(60)
        while jobs.waiting():
            done.wait(0.1)
        assert is_kept(b"alice-who-is-known")
        assert jobs.strip() == 2
        assert jobs.strip() == 0
        assert not is_kept(b"alice-who-is-known") and not is_kept(b"bob-who-is-known")
        for name in ("alice", "bob"):  # delivered again
            jobs.submit("work", f"of-{name}-who-is-known", {"name": name}, LINE)
        time.sleep(1)
        assert jobs.waiting() == 0
        jobs.stop()
    """
    assert _run(tmp_path, work) == 0
    assert (tmp_path / "log").read_text().split() == ["alice-who-is-known", "bob-who-is-known"]
