"""What stands in two places of the project says the same in both."""

import re
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
