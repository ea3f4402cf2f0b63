"""What stands in two places of the project says the same in both."""

import re
from importlib.util import find_spec
from pathlib import Path

import yaml

from engine import VERSION

ROOT = Path(__file__).parents[1]


def test_the_changelog_ends_at_this_version() -> None:
    released = re.findall(r"^## \[(\d[^]]*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released[0] == VERSION


def test_the_hooks_before_a_commit_are_those_of_make_lint() -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\nlint:")[2].partition("\n\n")[0]
    made = re.findall(r"^\t@\$\(BIN\)/(.+)$", recipe, re.MULTILINE)
    [local] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [hook["entry"].removeprefix(".venv/bin/") for hook in local["hooks"]] == made


def test_every_command_that_a_document_names_is_there() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    text = " ".join(" ".join(path.read_text().split()) for path in documents)
    named = set(re.findall(r"python -m (benchmarks\.[a-z_]+)", text))
    assert len(named) > 10
    assert {name for name in named if find_spec(name) is None} == set()
    names = [path.name for path in (ROOT / "benchmarks").glob("*/*.py") if path.name != "__init__.py"]
    assert len(names) == len(set(names))  # a command is called without its suite, which must not make it another
