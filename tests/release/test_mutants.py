"""What `make mutants` says of what it found."""

import json
import tomllib
from importlib.util import find_spec
from pathlib import Path

from release import mutants


def test_what_nobody_noticed_counts_unless_it_means_nothing(tmp_path: Path) -> None:
    meta = tmp_path / "roles.py.meta"
    codes = {"noticed": 1, "missed": 0, "uncalled": 33, "untried": None, "meaningless": 0}
    meta.write_text(json.dumps({"exit_code_by_key": codes}))
    tried = mutants.results(meta, {"meaningless"})
    assert tried == {"noticed": 1, "missed": 0, "uncalled": 33}
    assert mutants.score("roles.py", tried) == " 33.3 %  1 of 3  roles.py"


def test_what_means_nothing_is_a_change_of_a_module_that_there_is_and_has_a_reason() -> None:
    listed = tomllib.loads(mutants.MEANINGLESS.read_text(encoding="utf-8"))
    for name, why in listed.items():
        assert find_spec(name.rpartition(".")[0]) is not None, name
        assert why


def test_what_is_changed_and_what_is_to_notice_it_are_there() -> None:
    root = Path(__file__).parents[2]
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    for kind in ("only_mutate", "pytest_add_cli_args_test_selection", "also_copy"):
        assert [each for each in settings[kind] if not list(root.glob(each))] == []
