"""Jobs run in a process of their own here, since DBOS is one a process and one of these processes is killed."""

import subprocess
import sys
import textwrap
from pathlib import Path

_PROLOGUE = """
import os, sys, threading
from services.jobs import Jobs
from services.records import sqlite_url
from pathlib import Path
root = Path(sys.argv[1])
done = threading.Event()
def note(line):
    with (root / "log").open("a") as log:
        log.write(line + "\\n")
jobs = Jobs(str(sqlite_url(root / "jobs.sqlite")), at_once=2)
"""


def _run(root: Path, body: str) -> int:
    script = _PROLOGUE + textwrap.dedent(body)
    return subprocess.run([sys.executable, "-c", script, str(root)], timeout=60, check=False).returncode


def test_a_job_submitted_twice_runs_once(tmp_path: Path) -> None:
    code = _run(
        tmp_path,
        """
        jobs.register("greet", lambda payload, step: note(payload["name"]))
        jobs.register("end", lambda payload, step: done.set())
        jobs.start()
        for _ in range(3):
            jobs.submit("greet", "k1", {"name": "alice"})
        jobs.submit("greet", "k2", {"name": "bob"})
        jobs.submit("end", "k", {})
        assert done.wait(20)
        jobs.stop()
        """,
    )
    assert code == 0
    assert sorted((tmp_path / "log").read_text().split()) == ["alice", "bob"]


def test_a_killed_job_goes_on_after_its_last_finished_step(tmp_path: Path) -> None:
    work = """
        def work(payload, step):
            first = step("first", lambda: note("first") or "kept")
            if not (root / "killed").exists():
                (root / "killed").touch()
                os.kill(os.getpid(), 9)
            step("second", lambda: note(f"second {first}"))
            done.set()
        jobs.register("work", work)
        jobs.start()
    """
    assert _run(tmp_path, work + '\n        jobs.submit("work", "k", {})\n        done.wait(20)') == -9
    assert _run(tmp_path, work + "\n        assert done.wait(20)\n        jobs.stop()") == 0
    assert (tmp_path / "log").read_text().splitlines() == ["first", "second kept"]
