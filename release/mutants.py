"""Prints what `make mutants` found: how much of each module the tests hold, and each change that none has noticed.

What `mutants.toml` says means nothing is left out of both.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Container, Mapping
from pathlib import Path

CHANGED = Path("mutants")
MEANINGLESS = Path(__file__).with_name("mutants.toml")
_UNNOTICED = {0: "not noticed", 5: "no test calls it", 33: "no test calls it"}  # by how mutmut says its tests ended


def main() -> int:
    """1 where a change goes unnoticed."""
    meaningless = tomllib.loads(MEANINGLESS.read_text(encoding="utf-8")).keys()
    found = {meta: results(meta, meaningless) for meta in sorted(CHANGED.rglob("*.py.meta"))}
    for meta, tried in found.items():
        if tried:
            print(score(meta.relative_to(CHANGED).as_posix().removesuffix(".meta"), tried))
    left = [
        f"{mutant}: {_UNNOTICED[code]}" for tried in found.values() for mutant, code in tried.items() if _left(code)
    ]
    print("\n".join(["", *left, "", "`.venv/bin/mutmut show` and such a name print the change."] if left else []))
    return 1 if left else 0


def results(meta: Path, meaningless: Container[str]) -> dict[str, int]:
    """The changes to one module that were tried and mean something, each with how its tests ended."""
    codes: Mapping[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return {mutant: code for mutant, code in codes.items() if code is not None and mutant not in meaningless}


def score(module: str, tried: Mapping[str, int]) -> str:
    """A line about a module of which something was tried."""
    noticed = sum(not _left(code) for code in tried.values())
    return f"{100 * noticed / len(tried):5.1f} %  {noticed} of {len(tried)}  {module}"


def _left(code: int) -> bool:
    return code in _UNNOTICED


if __name__ == "__main__":
    sys.exit(main())
