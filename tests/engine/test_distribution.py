"""What `pip install` of the project brings: the engine, everything that it imports, and nothing else."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OWN = {"engine", "artifacts"}


def test_every_package_of_the_engine_is_in_it() -> None:
    packages = {str(file.parent.relative_to(ROOT)).replace("/", ".") for name in OWN for file in _files(name)}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == packages


def test_what_the_engine_imports_is_what_it_requires() -> None:
    providers = packages_distributions()
    imported = {name for package in OWN for file in _files(package) for name in _imported(ast.parse(file.read_text()))}
    foreign = imported - OWN - set(sys.stdlib_module_names)
    # botocore comes with boto3, which pins it.
    needed = {_normal(providers[name][0]) for name in foreign} - {"botocore"}
    assert needed == {_name(requirement) for requirement in PROJECT["project"]["dependencies"]}


@pytest.mark.parametrize(
    "requirement", [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["million"]]
)
def test_the_bot_runs_it_with_the_same(requirement: str) -> None:
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line}
    assert _name(requirement) in pinned


def _files(package: str) -> list[Path]:
    return list((ROOT / package).rglob("*.py"))


def _imported(node: ast.AST) -> set[str]:
    """The top-level modules that a file imports as it runs."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return set()
        case ast.Import(names=names):
            return {alias.name.partition(".")[0] for alias in names}
        case ast.ImportFrom(module=str(module)):
            return {module.partition(".")[0]}
    return set().union(*(_imported(child) for child in ast.iter_child_nodes(node)))


def _name(requirement: str) -> str:
    return _normal(requirement.partition(">")[0])


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")
