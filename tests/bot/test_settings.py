"""Every setting is told where people look for it, and has the default that they are told."""

from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
NAMES = [name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_names_it(name: str) -> None:
    settings = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    assert f"`{name}`" in settings


def test_the_example_sets_nothing_that_is_none_and_changes_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    lines = (ROOT / ".env.example").read_text().splitlines()
    told = {line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")}
    assert told <= set(NAMES)
    as_told = Settings(_env_file=ROOT / ".env.example")  # type: ignore[call-arg]
    assert as_told == Settings(_env_file=None)  # type: ignore[call-arg]
