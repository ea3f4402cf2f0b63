"""What the docs assume of Slack is held by tests that are there, and every scope has its reason."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "slack.md").read_text()
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())


def _rows(section: str) -> list[list[str]]:
    """The rows of the first table of a section."""
    after = TEXT.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in after.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_each_assumption_has_a_source_and_a_test_that_exists() -> None:
    tests = {path.name for path in (ROOT / "tests").rglob("*.py")}
    tables = re.findall(r"^\| assumption \|.*\n\|.*\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    rows = [row.strip("|").split("|") for table in tables for row in table.splitlines()]
    assert len(rows) > 10
    for row in rows:
        assumption, source, test = (cell.strip() for cell in row)
        assert source.startswith(("documented", "reported", "seen", "inferred", "nobody")), assumption
        named = set(re.findall(r"test_\w+\.py", test))
        assert named, assumption
        assert named <= tests, assumption


def test_each_scope_has_a_reason_and_no_other_is_given_one() -> None:
    reasons = {row[0].strip("`"): row[1] for row in _rows("Scopes")}
    assert reasons.keys() == set(MANIFEST["oauth_config"]["scopes"]["bot"])
    assert all(len(reason) > 20 for reason in reasons.values())


def test_the_docs_say_how_to_leave_out_a_command_that_another_app_has() -> None:
    after = TEXT.partition("\n## Commands that another app has too\n")[2].partition("\n## ")[0]
    for command in MANIFEST["features"]["slash_commands"]:
        assert f"`{command['command']}" in after, command
    assert "features.slash_commands" in after


def test_shortcuts_begin_with_a_verb_and_fit() -> None:
    for shortcut in MANIFEST["features"]["shortcuts"]:
        assert shortcut["name"].split()[0] in {"See", "Enroll"}
        assert len(shortcut["name"]) <= 24
