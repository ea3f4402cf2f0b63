"""What stands in deploy/ is what the bot is: its commands, settings, ports, metrics, permissions."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import iam
from bot.__main__ import _parser
from bot.settings import Settings
from bot.watching import Metrics

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NAMES = {name.upper() for name in Settings.model_fields}
UNITS = sorted((DEPLOY / "systemd").iterdir())
SUBSTITUTES = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": "123456789012",
    "Bucket": "photos",
    "Collection": "faces",
}


class _Template(yaml.SafeLoader):
    """CloudFormation's short forms, with the parameters put in."""


_Template.add_constructor(
    "!Sub", lambda loader, node: re.sub(r"\$\{([^}]+)\}", lambda name: SUBSTITUTES[name[1]], str(node.value))
)
for form in ("!Ref", "!Equals"):
    _Template.add_constructor(form, lambda loader, node: None)


def test_the_template_allows_what_the_command_prints() -> None:
    resources = yaml.load((DEPLOY / "aws" / "facesearch.yaml").read_text(), _Template)["Resources"]
    parts = [resources[name]["Properties"]["PolicyDocument"] for name in ("RekognitionPolicy", "PhotosPolicy")]
    printed = iam.policy("faces", bucket="photos", region="eu-central-1", account="123456789012")
    assert [statement for part in parts for statement in part["Statement"]] == printed["Statement"]


def _manifests() -> Iterator[dict[str, Any]]:
    for name in yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["resources"]:
        yield from yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text())


MANIFESTS = list(_manifests())
PODS = {
    each["metadata"]["name"]: each["spec"]["template"]["spec"]
    for each in MANIFESTS
    if each["kind"] in ("Deployment", "Job")
}


@pytest.mark.parametrize("name", PODS)
def test_pods_run_commands_that_there_are_and_may_do_nothing_else(name: str) -> None:
    pod = PODS[name]
    (container,) = pod["containers"]
    (command,) = container["args"]
    assert _parser().parse_args([command]).run
    assert pod["securityContext"]["runAsUser"] == 10001, "the image's"
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}
    assert {each["name"] for each in container.get("env", ())} <= NAMES


def test_the_web_stores_jobs_and_the_workers_do_them() -> None:
    workers = {
        name: pod["containers"][0]["env"][0]["value"] for name, pod in PODS.items() if "env" in pod["containers"][0]
    }
    assert workers == {"facesearch-web": "0", "facesearch-worker": "1"}


def test_settings_of_the_cluster_are_settings() -> None:
    (config,) = [each["data"] for each in MANIFESTS if each["kind"] == "ConfigMap"]
    assert set(config) <= NAMES
    Settings(_env_file=None, **{name.lower(): value for name, value in config.items()})  # type: ignore[arg-type]


def test_the_data_are_in_a_folder_within_the_volume_which_is_not_the_bots_own() -> None:
    (config,) = [each["data"] for each in MANIFESTS if each["kind"] == "ConfigMap"]
    assert Path(config["DATA_DIR"]).parent == Path("/data")


def _measured() -> set[str]:
    return {sample.name for metric in Metrics().registry.collect() for sample in metric.samples} | {
        f"{metric.name}{end}" for metric in Metrics().registry.collect() for end in _ends(metric.type)
    }


def _ends(kind: str) -> tuple[str, ...]:
    return {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(kind, ("",))


def test_the_autoscaler_and_the_dashboard_ask_for_metrics_that_there_are() -> None:
    (scaler,) = [each for each in MANIFESTS if each["kind"] == "HorizontalPodAutoscaler"]
    assert scaler["spec"]["metrics"][0]["external"]["metric"]["name"] in _measured()
    board = json.loads((DEPLOY / "grafana" / "facesearch.json").read_text())
    asked = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"facesearch_\w+", target["expr"])
    }
    assert asked <= _measured()
    assert {re.sub(r"_(total|bucket)$", "", each) for each in asked} == {
        metric.name for metric in Metrics().registry.collect()
    }, "every metric is shown"


def _started(unit: Path) -> tuple[dict[str, str], str]:
    """What a unit sets whatever the operator's file says, and the command that it runs."""
    text = unit.read_text().replace("\\\n", " ")
    started = re.search(r"^ExecStart=/usr/bin/env ((?:\w+=\S+ +)+)\S+ -m bot (\w+)$", text, re.MULTILINE)
    assert started is not None
    return dict(pair.split("=", 1) for pair in started[1].split()), started[2]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_start_commands_that_there_are_with_settings_that_there_are(unit: Path) -> None:
    fixed, command = _started(unit)
    assert _parser().parse_args([command]).run
    assert fixed.keys() <= NAMES | {"XDG_CACHE_HOME"}
    assert fixed["DATA_DIR"] == "/var/lib/facesearch"
    assert fixed.get("WORKERS") == ("0" if unit.name == "facesearch-web.service" else None)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_what_a_unit_sets_the_operators_file_cannot_set_otherwise(unit: Path) -> None:
    assert "\nEnvironmentFile=" in unit.read_text()
    assert "\nEnvironment=" not in unit.read_text(), "the file, which is copied from .env, goes before it"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_started_until_it_succeeds(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert ("Restart=on-failure" if "Type=oneshot" in lines else "Restart=always") in lines
    assert "StartLimitIntervalSec=0" in lines, "a database may be away for longer than five starts"
    assert not [line for line in lines if line.startswith(("Requires=", "BindsTo="))]


def test_the_command_beside_the_units_has_their_settings_and_data() -> None:
    command = (DEPLOY / "command" / "facesearch").read_text()
    for unit in UNITS:
        fixed, _ = _started(unit)
        given = {name: value for name, value in fixed.items() if name != "WORKERS"}
        (file,) = re.findall(r"^EnvironmentFile=(.*)$", unit.read_text(), re.MULTILINE)
        assert given | {"FACESEARCH_ENV": file} == dict(re.findall(r"([A-Z_]+)=(\S+)", command))
        assert f"runuser -u {re.findall(r'^User=(.*)$', unit.read_text(), re.MULTILINE)[0]} " in command


def test_the_example_leaves_open_what_differs_by_where_the_bot_runs() -> None:
    told = {line.partition("=")[0] for line in (ROOT / ".env.example").read_text().splitlines()}
    assert not told & {"DATA_DIR", "WORKERS"}
