"""A start loads what it needs, and no more: what takes long to load is loaded by whoever needs it first."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BOT = (
    "boto3",
    "botocore.session",
    "httpx",
    "uvicorn",
    "starlette",
    "alembic",
    "rich",
    "openvino",
    "pillow_heif",
    "bot.transports.web",
)
PLAYGROUND = ("PIL.Image", "pillow_heif", "httpx")


@pytest.mark.parametrize(("module", "late"), [("bot.__main__", BOT), ("playground.__main__", PLAYGROUND)])
def test_a_start_does_without(module: str, late: tuple[str, ...]) -> None:
    script = f"import sys, {module}; print(*(name for name in {late!r} if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_who_opens_the_engine_and_asks_it_nothing_loads_no_boto3(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from bot import app
from bot.settings import Settings
from engine import WeightsError
try:
    with app.open_workspaces(Settings(_env_file=None, data_dir=Path(sys.argv[1]))) as workspaces:
        workspaces.open()
        before = "boto3" in sys.modules
        workspaces.warm()
        print(before, "boto3" in sys.modules)
except WeightsError as error:
    print(error)
"""
    said = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    if "could not be downloaded" in said:
        pytest.skip(said)
    assert said == "False True"
