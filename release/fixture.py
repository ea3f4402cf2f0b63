"""Makes a small DATA_DIR as this release leaves it, which later ones are tested to take over.

    python -m release.fixture

Its people are patches of colour, so it holds no photo and no vector of anybody: Ada, whom Robin has enrolled, and Bo,
who did so themselves, by two pictures each; Cleo, who is asked; a threshold, a channel that is left alone, and what of
all that the audit log says. Once with everything in SQLite, and once with a PostgreSQL, whose dump lies beside what is
left in the folder then.
"""

from __future__ import annotations

import io
import runpy
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.servers import postgres
from bot import app
from bot.settings import Settings
from engine import VERSION
from services.people import Actor, GivenPhoto, Request
from services.workspace import Workspace

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "release" / "fixtures"
DUMP = "database.sql"
ROBIN, BO, CLEO = "U0ROBIN", "U0BO", "U0CLEO"
ADA_IS, BO_IS, CLEO_IS = 1, 4, 8  # colours
_painted = runpy.run_path(str(ROOT / "tests" / "services" / "painted.py"))


def main() -> None:
    if (FIXTURES / f"{VERSION}.tar.gz").exists():
        sys.exit(f"What {VERSION} has left is kept already: bring engine/version.py up first.")
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), None)
        print(_packed(Path(folder), FIXTURES / f"{VERSION}.tar.gz"))
    with tempfile.TemporaryDirectory() as folder, postgres.running() as url:
        make(Path(folder), url)
        dump = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", f"--dbname={url}", f"--file={folder}/{DUMP}"]
        subprocess.run(dump, check=True)  # noqa: S603  # our own words
        print(_packed(Path(folder), FIXTURES / f"{VERSION}-postgresql.tar.gz"))


def make(folder: Path, database_url: str | None) -> None:
    """Have this release leave something in an empty folder, and in an empty database."""
    settings = Settings(_env_file=None, data_dir=folder, database_url=database_url, models="sface")  # type: ignore[call-arg]
    app.migrate(settings)
    with with_painted_eyes(), app.open_workspaces(settings) as workspaces:
        _fill(workspaces.open())


@contextmanager
def with_painted_eyes() -> Iterator[None]:
    """Have embedded engines that are opened meanwhile see patches of colour, and no faces."""

    def eyes(*_: object, **__: object) -> Any:
        return _painted["Painted"]()

    with mock.patch("engine.api.Vision", eyes):
        yield


def picture(*people: int, side: int = 200) -> bytes:
    """A PNG of people side by side, by their colours."""
    painted: bytes = _painted["picture"](*people, side=side)
    return painted


def _fill(workspace: Workspace) -> None:
    robin, bo = Actor(ROBIN), Actor(BO)
    workspace.enrolment.enroll(Request("Ada", robin), [_given(ADA_IS, 200), _given(ADA_IS, 201)])
    workspace.enrolment.enroll(Request("Bo", bo, BO), [_given(BO_IS, 200), _given(BO_IS, 201)])
    workspace.enrolment.enroll(Request("Cleo", robin, CLEO), [_given(CLEO_IS, 200)])
    workspace.preferences.set_threshold("97", channel="", actor=ROBIN)
    workspace.preferences.set_auto("off", channel="C0RANDOM", actor=ROBIN)


def _given(who: int, side: int) -> GivenPhoto:
    return GivenPhoto(f"{who}-{side}.png", lambda: picture(who, side=side))


def _packed(folder: Path, archive: Path) -> str:
    """What it has come to. Owners and times of files are nobody's business."""
    with tarfile.open(archive, "w:gz", compresslevel=9) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"):
            data, entry = path.read_bytes(), tarfile.TarInfo(path.relative_to(folder).as_posix())
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))
    return f"{archive.relative_to(ROOT)}: {archive.stat().st_size // 1000} kB"


if __name__ == "__main__":
    main()
