"""The script `facesearch`: the bot's command line from any folder, also by a link to it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import VERSION
from engine.vision import Weights

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "services", "engine", "artifacts", "playground")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The project in a folder of its own, as it is before `make`."""
    clone = tmp_path / "a clone"
    clone.mkdir()
    shutil.copy(ROOT / "facesearch", clone)
    for name in (*PACKAGES, "manifest.yml"):
        (clone / name).symlink_to(ROOT / name)
    return clone


@pytest.fixture
def made(clone: Path) -> Path:
    """The same after `make`."""
    (clone / ".venv").symlink_to(sys.prefix)
    return clone


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def _run(script: Path | str, *arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATA_DIR"} | more
    command = [str(script), *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=100, check=False)


def test_without_its_python_it_says_what_to_do(clone: Path, elsewhere: Path) -> None:
    done = _run(clone / "facesearch", "start", cwd=elsewhere)
    assert done.returncode == 1
    assert "`make start`" in done.stderr
    assert str(clone) in done.stderr


def test_it_tells_its_version(made: Path) -> None:
    assert _run("./facesearch", "--version", cwd=made).stdout == f"Facesearch {VERSION}\n"


def test_the_usage_says_what_was_typed(made: Path, elsewhere: Path) -> None:
    (elsewhere / "faces").symlink_to("link")
    (elsewhere / "link").symlink_to(made / "facesearch")
    assert _run("./faces", "--help", cwd=elsewhere).stdout.startswith("usage: ./faces ")


def test_without_the_script_the_usage_says_so_too() -> None:
    done = _run(sys.executable, "-m", "bot", "people", "--help", cwd=ROOT)
    assert done.stdout.startswith("usage: python -m bot people ")


def test_data_are_in_its_folder_and_files_where_they_are_named(made: Path, elsewhere: Path, weights: Weights) -> None:
    assert _run(made / "facesearch", "people", cwd=elsewhere).stdout.strip().endswith("0 people enrolled.")
    backed_up = _run(made / "facesearch", "backup", "copy.tar", cwd=elsewhere)
    assert backed_up.returncode == 0, backed_up.stderr
    assert [path.name for path in elsewhere.iterdir()] == ["copy.tar"]
    assert (made / "data").is_dir()
    refused = _run("./facesearch", "identify", "missing.jpg", cwd=made)
    assert "missing.jpg" in refused.stderr
    assert str(made) not in refused.stderr


def test_the_settings_are_those_of_the_file_that_is_named(made: Path, elsewhere: Path, weights: Weights) -> None:
    (made / ".env").write_text("COLLECTION=wrong/name\n")
    (elsewhere / "env").write_text(f"DATA_DIR={elsewhere / 'kept'}\n")
    assert _run(made / "facesearch", "people", cwd=elsewhere).returncode == 1
    done = _run(made / "facesearch", "people", cwd=elsewhere, FACESEARCH_ENV="env")
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "kept" / "records.sqlite").exists()
    assert not (made / "data").exists()
    missing = _run(made / "facesearch", "people", cwd=elsewhere, FACESEARCH_ENV="missing")
    assert missing.returncode == 1
    assert f"There is no {elsewhere / 'missing'}" in missing.stderr
