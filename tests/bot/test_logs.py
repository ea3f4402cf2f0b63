"""What the bot says about itself: logs without secrets, each line with its job, and numbers."""

import io
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from slack_sdk import WebClient

import handlers
from bot import app
from bot.settings import Settings
from bot.watching import Metrics, logs
from engine.vision import Weights
from services.jobs.reference import working_on

sys.path.append(str(Path(__file__).parents[1] / "playground"))
from playground_kit import eventually, start_playground

ROOT = Path(__file__).parents[2]
SECRETS = [
    "xoxb-1234-abcDEF",
    "xapp-1-A0-99-abc",
    "xoxe.xoxp-1-token",
    "bot:hunter2",
    "T1/2/abcdef",
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back as it was afterwards."""
    logger = logging.getLogger()
    before = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:], level = before[0], before[1]
    logger.setLevel(level)


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_no_secret_is_logged_however_it_comes(root: logging.Logger, stream: type[io.StringIO]) -> None:
    out = stream()
    logs.set_up("INFO", stream=out)
    logger = logging.getLogger("elsewhere")
    logger.info("token %s", SECRETS[0], extra={"other": {"token": SECRETS[1]}})
    logger.info("%s", {"refresh": SECRETS[2]})
    try:
        raise ValueError(f"postgresql://{SECRETS[3]}@host/db, https://hooks.slack.com/commands/{SECRETS[4]}")
    except ValueError:
        logger.exception("failed")
    assert "host/db" in out.getvalue()
    assert [secret for secret in SECRETS if secret in out.getvalue()] == []


def test_a_machine_gets_json_with_the_job_and_a_person_a_line(root: logging.Logger) -> None:
    machine, person = io.StringIO(), Terminal()
    for out in (machine, person):
        logs.set_up("INFO", stream=out)
        with working_on("photo:Ev1"):
            logging.getLogger("services.test").info("done with %d", 3, extra={"faces": 3})
        logging.getLogger("services.test").debug("not shown")
    entry = json.loads(machine.getvalue())
    at = entry.pop("at")
    assert at.endswith("+00:00")
    assert entry == {
        "level": "INFO",
        "logger": "services.test",
        "message": "done with 3",
        "job": "photo:Ev1",
        "faces": 3,
    }
    assert person.getvalue().endswith("INFO services.test: done with 3  [photo:Ev1]\n")


def test_what_is_logged_is_counted(root: logging.Logger) -> None:
    metrics = Metrics()
    logs.set_up("ERROR", metrics, stream=io.StringIO())
    logger = logging.getLogger("services.test")
    logger.info("searched", extra={"faces": 3, "recognised": 2})
    logger.debug("step", extra={"step": "photo 12", "seconds": 0.2, "cpu": 0.1})
    logger.error("job failed", extra={"kind": "photo", "outcome": "failed"})
    logger.info("again", extra={"retry": 1})
    metrics.watch(lambda: 7, lambda: True)
    numbers = metrics.text().decode().splitlines()
    for line in (
        "facesearch_photos_total 1.0",
        'facesearch_faces_total{recognised="yes"} 2.0',
        'facesearch_faces_total{recognised="no"} 1.0',
        'facesearch_step_seconds_count{step="photo"} 1.0',
        'facesearch_jobs_total{kind="photo",outcome="failed"} 1.0',
        'facesearch_errors_total{logger="services.test"} 1.0',
        "facesearch_slack_retries_total 1.0",
        "facesearch_jobs_waiting 7.0",
        "facesearch_jobs_stalled 1.0",
        'facesearch_step_cpu_seconds_total{step="photo"} 0.1',
    ):
        assert line in numbers


def test_that_the_environment_has_a_token_is_nothing_to_warn_of(
    root: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    logs.set_up("INFO", stream=stream)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    handlers.new_app(WebClient("xoxb-1"))
    assert stream.getvalue() == ""


def test_settings_hide_their_secrets() -> None:
    settings = Settings(
        _env_file=None,
        slack_bot_token="xoxb-secret",
        slack_app_token="xapp-secret",
        slack_signing_secret="sign-secret",
        slack_client_secret="client-secret",
        encryption_key="encryption-secret",
        database_url="postgresql://bot:pass-secret@host/db",
    )
    assert "secret" not in repr(settings).replace("_secret", "")
    assert "secret" not in str(settings).replace("_secret", "")


def test_a_bot_at_work_tells_numbers_and_no_secret(tmp_path: Path, weights: Weights, photos: dict[str, Path]) -> None:
    slack = start_playground(manifest=yaml.safe_load(app.MANIFEST.read_text()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secrets = {
        "SLACK_BOT_TOKEN": slack.options.bot_token,
        "SLACK_APP_TOKEN": slack.options.app_token,
        "ENCRYPTION_KEY": "7Zk1uJfo0tT0tqYb6YzmSxBHGTHvRkvCMkoUwmAqzKw=",
    }
    more = {"DATA_DIR": str(tmp_path), "SLACK_API_URL": f"{slack.url}/api/", "METRICS_PORT": str(port)}
    environment = os.environ | secrets | more | {"LOG_LEVEL": "DEBUG"}
    command = [sys.executable, "-m", "bot", "start"]
    log = tmp_path / "log"  # a pipe that nobody reads meanwhile would fill up, and the bot stand still
    with log.open("w") as said_there:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said_there, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"

    def get(path: str) -> str | None:
        try:
            return httpx.get(f"{address}{path}").text
        except httpx.TransportError:
            return None

    try:
        eventually(lambda: get("/readyz") == "ok", "a bot that is ready", within=60)
        assert get("/healthz") == "ok"
        member = slack.member()
        file = member.upload("obama.jpg", photos["obama.jpg"].read_bytes())
        member.post("C0PHOTOS01", "who?", files=[file["id"]])
        done = 'facesearch_jobs_total{kind="identify",outcome="done"} 1.0'
        numbers = eventually(lambda: text if done in (text := get("/metrics") or "") else None, "an answer", within=60)
        assert "facesearch_photos_total 1.0" in numbers
        assert 'facesearch_faces_total{recognised="no"} 1.0' in numbers
        assert "facesearch_jobs_waiting 0.0" in numbers
    finally:
        process.terminate()
        process.wait(30)
        slack.close()
    said = log.read_text()
    entries = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert any(entry.get("job", "").startswith("identify:") for entry in entries), said
    assert [name for name, secret in secrets.items() if secret in said] == []
