"""The engine in a project that is not ours: installed, and used in its tests as docs/engine.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
EXAMPLES = re.compile(r"```python\n# (?P<name>\w+\.py)\n(?P<code>.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `pip install` of the project brings."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    shutil.copytree(ROOT / "engine", source / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):  # a copy, as building leaves files behind
        shutil.copy(ROOT / name, source)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(source)], check=True, capture_output=True)
    return target


@pytest.fixture
def project(tmp_path: Path, photos: dict[str, Path]) -> Path:
    """The files that docs/engine.md names, and Alice's photo."""
    examples = {found["name"]: found["code"] for found in EXAMPLES.finditer((ROOT / "docs/engine.md").read_text())}
    assert set(examples) == {"program.py", "conftest.py", "test_program.py"}
    for name, code in examples.items():
        (tmp_path / name).write_text(code)
    shutil.copy(photos["obama.jpg"], tmp_path / "alice.jpg")
    return tmp_path


def run_tests(project: Path, installed: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Its tests, with no settings of AWS's but these, and nothing of ours in reach but what is installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    environment |= {
        "PYTHONPATH": str(installed),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    } | settings
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(project)]
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def test_the_example_of_the_documentation_works(weights: object, project: Path, installed: Path) -> None:
    finished = run_tests(project, installed)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "1 passed" in finished.stdout


def test_it_is_the_installed_engine_that_answers(weights: object, project: Path, installed: Path) -> None:
    check = "import rekognition_local\n\n\ndef test_where(aws):\n"
    check += f"    assert rekognition_local.__file__.startswith({str(installed)!r})\n"
    (project / "test_where.py").write_text(check)
    finished = run_tests(project, installed)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "2 passed" in finished.stdout


def test_without_the_engine_the_program_could_not_be_tested(weights: object, project: Path, installed: Path) -> None:
    """What the example is there for: moto knows Rekognition, and not its face operations."""
    conftest = project / "conftest.py"
    conftest.write_text(conftest.read_text().replace('monkeypatch.setattr(boto3, "client", client)', "pass"))
    finished = run_tests(project, installed, AWS_DEFAULT_REGION="us-east-1")
    assert finished.returncode == 1
    assert "NotImplementedError" in finished.stdout
