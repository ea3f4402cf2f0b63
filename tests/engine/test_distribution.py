"""What `pip install` of the project brings: the engine under a name of its own, all that it imports, nothing else."""

import ast
import filecmp
import json
import shutil
import signal
import site
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from engine import VERSION

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAME = "rekognition_local"


def test_every_package_of_the_engine_is_in_it() -> None:
    folders = {file.parent.relative_to(ROOT / "engine") for file in _files()}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == {".".join((NAME, *folder.parts)) for folder in folders}


def test_the_engine_calls_itself_by_no_name() -> None:
    """Where it is installed the name `engine` is somebody else's, or nobody's."""
    absolute = [str(file) for file in _files() if {"engine", "artifacts"} & _imported(ast.parse(file.read_text()))]
    assert absolute == []


def test_what_the_engine_imports_is_what_it_requires() -> None:
    providers = packages_distributions()
    foreign = set().union(*(_imported(ast.parse(file.read_text())) for file in _files())) - set(sys.stdlib_module_names)
    # botocore comes with boto3, which pins it, and urllib3 with botocore.
    needed = {_normal(providers[name][0]) for name in foreign} - {"botocore", "urllib3"}
    assert needed == {_name(requirement) for requirement in PROJECT["project"]["dependencies"]}


@pytest.mark.parametrize(
    "requirement", [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["million"]]
)
def test_the_bot_runs_it_with_the_same(requirement: str) -> None:
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line}
    assert _name(requirement) in pinned


@dataclass(frozen=True, slots=True)
class Stranger:
    """A project with an `engine` and `artifacts` of its own, and the environment that the engine is installed into."""

    project: Path
    environment: Path

    def run(self, program: str, *arguments: str) -> str:
        command = [str(self.environment / "bin" / program), *arguments]
        return subprocess.run(command, cwd=self.project, check=True, capture_output=True, text=True).stdout

    @property
    def packages(self) -> Path:
        [folder] = self.environment.glob("lib/python*/site-packages")
        return folder


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """The environment is new; what the engine requires pip finds among what the tests run with."""
    folder = tmp_path_factory.mktemp("stranger")
    stranger = Stranger(folder / "project", folder / "environment")
    for package in ("engine", "artifacts"):
        (stranger.project / package).mkdir(parents=True)
        (stranger.project / package / "__init__.py").write_text(f"NAME = 'the {package} of a stranger'\n")
    venv.create(stranger.environment, symlinks=True)
    (stranger.packages / "requirements.pth").write_text("\n".join(site.getsitepackages()))
    clone = folder / "clone"
    shutil.copytree(ROOT, clone, symlinks=True, ignore=shutil.ignore_patterns(".*", "data", "build", "*.egg-info"))
    stranger.run("python", "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", str(clone))
    return stranger


@pytest.mark.thorough
def test_it_brings_one_package_of_that_name(stranger: Stranger) -> None:
    brought = {path.name for path in stranger.packages.iterdir()} - {"requirements.pth", "__pycache__"}
    assert brought == {NAME, f"{NAME}-{VERSION}.dist-info"}
    assert (stranger.packages / NAME / "py.typed").exists()
    copy = stranger.packages / NAME / "artifacts.py"
    assert not copy.is_symlink()
    assert filecmp.cmp(copy, ROOT / "artifacts" / "__init__.py", shallow=False)


@pytest.mark.thorough
def test_its_metadata_say_what_it_is(stranger: Stranger) -> None:
    program = "import importlib.metadata as m, json; print(json.dumps(m.metadata('rekognition-local').json))"
    metadata = json.loads(stranger.run("python", "-c", program))
    assert metadata["version"] == VERSION
    assert metadata["license_expression"] == "MIT"
    assert metadata["license_file"] == "LICENSE"
    assert "Typing :: Typed" in metadata["classifier"]
    assert metadata["description"].strip() == (ROOT / "engine" / "README.md").read_text().strip()


@pytest.mark.thorough
def test_both_engines_can_be_imported(stranger: Stranger) -> None:
    program = "import artifacts, engine, rekognition_local; print(artifacts.NAME, engine.NAME, sep='\\n')"
    said = stranger.run("python", "-c", program).splitlines()
    assert said == ["the artifacts of a stranger", "the engine of a stranger"]


@pytest.mark.thorough
def test_it_tells_its_version(stranger: Stranger) -> None:
    assert stranger.run("rekognition-local", "--version") == f"{VERSION}\n"


@pytest.mark.thorough
@pytest.mark.parametrize("typed", [("rekognition-local",), ("python", "-m", NAME)])
def test_its_usage_says_what_was_typed(stranger: Stranger, typed: tuple[str, ...]) -> None:
    assert stranger.run(*typed, "serve", "--help").startswith(f"usage: {' '.join(typed)} serve ")


def test_its_usage_says_what_was_typed_here() -> None:
    command = [sys.executable, "-m", "engine", "serve", "--help"]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert said.startswith("usage: python -m engine serve ")


@pytest.fixture
def url(stranger: Stranger) -> Iterator[str]:
    """Where the installed command answers."""
    command = [str(stranger.environment / "bin" / "rekognition-local"), "serve", "--port", "0"]
    server = subprocess.Popen(command, cwd=stranger.project, stderr=subprocess.PIPE, text=True)
    assert server.stderr
    with server:
        yield next(line for line in server.stderr if "Listening on " in line).split()[-1]
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)
    assert server.returncode == 0


@pytest.mark.thorough
@pytest.mark.usefixtures("weights")
def test_it_serves_faces(url: str, photos: dict[str, Path]) -> None:
    anybody = Config(signature_version=UNSIGNED)
    rekognition = boto3.client("rekognition", endpoint_url=url, region_name="us-east-1", config=anybody)
    rekognition.create_collection(CollectionId="team")
    for name in ("obama.jpg", "biden.jpg"):
        image = {"Bytes": photos[name].read_bytes()}
        rekognition.index_faces(CollectionId="team", Image=image, ExternalImageId=name.removesuffix(".jpg"))
    found = rekognition.search_faces_by_image(CollectionId="team", Image={"Bytes": photos["obama2.jpg"].read_bytes()})
    assert [match["Face"]["ExternalImageId"] for match in found["FaceMatches"]] == ["obama"]


def _files() -> list[Path]:
    return list((ROOT / "engine").rglob("*.py"))


def _imported(node: ast.AST) -> set[str]:
    """The top-level modules that a file imports as it runs, but for those that it names from where it stands."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return set()
        case ast.Import(names=names):
            return {alias.name.partition(".")[0] for alias in names}
        case ast.ImportFrom(level=0, module=str(module)):
            return {module.partition(".")[0]}
    return set().union(*(_imported(child) for child in ast.iter_child_nodes(node)))


def _name(requirement: str) -> str:
    return _normal(requirement.partition(">")[0])


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")
