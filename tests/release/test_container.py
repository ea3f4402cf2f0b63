"""The image and the composition of containers name what there is: settings, commands, ports, files."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.__main__ import _parser
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "facesearch"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NAMES = {name.upper() for name in Settings.model_fields}
IN_IMAGE = dict(re.findall(r"([A-Z_]+)=(\S+)", re.search(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)[1]))  # type: ignore[index]
FIXED = {"HOST", "PORT", "PLAYGROUND_PORT", "METRICS_HOST", "SLACK_API_URL"}  # the container's own


@pytest.mark.parametrize("name", OURS)
def test_every_setting_can_be_given_to_every_service_and_nothing_else(name: str) -> None:
    given = set(OURS[name]["environment"])
    ours = {each for each in given if not each.startswith("AWS_") or each in NAMES}
    assert ours <= NAMES
    assert NAMES - ours - set(IN_IMAGE) - FIXED == (set() if name == "bot" else {"WORKERS"})


def test_the_image_sets_settings_and_pythons_own() -> None:
    assert {each for each in IN_IMAGE if not each.startswith(("PYTHON", "PATH", "XDG"))} <= NAMES


@pytest.mark.parametrize("name", OURS)
def test_its_command_is_one(name: str) -> None:
    (command,) = OURS[name]["command"]
    assert _parser().parse_args([command]).run


def test_what_is_published_is_published_to_this_machine_alone() -> None:
    exposed = {int(port) for port in re.search(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE)[1].split()}  # type: ignore[index]
    for service in COMPOSE["services"].values():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:")
            assert int(port.rpartition(":")[2]) in exposed


def test_workers_and_s3_are_asked_for_and_the_rest_runs_by_itself() -> None:
    by_itself = {name for name, service in COMPOSE["services"].items() if "profiles" not in service}
    assert by_itself == {"postgres", "migrate", "bot"}
    assert COMPOSE["services"]["worker"]["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", OURS)
def test_nothing_can_be_written_but_data_and_tmp_and_nothing_is_allowed(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert (service["volumes"], service["tmpfs"]) == (["data:/data"], ["/tmp"])
    assert service["cap_drop"] == ["ALL"]


def test_the_image_takes_what_the_bot_imports_and_no_more() -> None:
    taken = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert all((ROOT / each).exists() for each in taken)
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks", "release"}
    assert {each for each in taken if (ROOT / each).is_dir()} == packages
    assert "USER 10001:10001" in DOCKERFILE
