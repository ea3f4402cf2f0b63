"""The command line, as an organiser types it."""

import io
import json
import logging
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from PIL import Image
from slack_sdk.oauth.installation_store import Installation

from bot import app
from bot.__main__ import main
from bot.commands import importing
from bot.settings import Settings
from engine.vision import Weights
from services.errors import Refusal
from services.people.grounds.consent import ATTESTATION_VERSION, RELEASE, RELEASE_VERSION, STATEMENTS, Policy

sys.path.append(str(Path(__file__).parents[1] / "playground"))
from playground_kit import start_playground

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command has said, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


class Shell:
    """Runs commands with a DATA_DIR of their own, in this process, which has long imported what they need."""

    def __init__(self, data_dir: Path, said: pytest.CaptureFixture[str], logged: pytest.LogCaptureFixture) -> None:
        self.data_dir, self._said, self._logged = data_dir, said, logged

    def __call__(self, *arguments: str, **environment: str) -> Done:
        self._logged.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(ROOT)
            for name, value in {"DATA_DIR": str(self.data_dir), "COLUMNS": "160", **environment}.items():
                patch.setenv(name, value)
            code = main(arguments)
        said = self._said.readouterr()
        # What nobody handles, Python prints.
        warned = (record.getMessage() for record in self._logged.records if record.levelno >= logging.WARNING)
        return Done(code, said.out, "\n".join([said.err, *warned]))

    def json(self, *arguments: str) -> Any:
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


class Process:
    """Runs `python -m bot`, where it matters what becomes of the process, with a DATA_DIR of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def __call__(
        self, *arguments: str, preexec_fn: Callable[[], None] | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            capture_output=True,
            text=True,
            env=os.environ | {"DATA_DIR": str(self.data_dir), "COLUMNS": "160"} | environment,
            cwd=ROOT,
            timeout=100,
            check=False,
            preexec_fn=preexec_fn,
        )


@pytest.fixture
def shell(
    tmp_path: Path, weights: Weights, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Shell:
    return Shell(tmp_path / "data", capsys, caplog)


@pytest.fixture
def process(tmp_path: Path, weights: Weights) -> Process:
    return Process(tmp_path / "data")


@pytest.fixture
def folders(tmp_path: Path, photos: dict[str, Path]) -> Path:
    for name, files in {"Barack Obama": ["obama.jpg", "obama2.jpg"], "Joe": ["biden.jpg"]}.items():
        folder = tmp_path / "images" / name
        folder.mkdir(parents=True)
        for file in files:
            (folder / file).write_bytes(photos[file].read_bytes())
    (tmp_path / "images" / "Joe" / "notes.txt").write_text("not a photo")
    return tmp_path / "images"


def test_the_audit_log_is_exported_line_by_line(shell: Shell, folders: Path, photos: dict[str, Path]) -> None:
    shell.json("import", str(folders), "--agreed", RELEASE)
    shell.json("identify", str(photos["obama3.jpg"]))
    shell.json("forget", "joe")
    exported = [json.loads(line) for line in shell("audit", "--json").stdout.splitlines()]
    assert [entry["action"] for entry in exported] == ["enroll", "enroll", "identify", "forget"]
    assert {entry["actor"] for entry in exported} == {"command line"}
    assert len(exported[2]["details"]["recognised"]) == 1
    assert "Joe" not in str(exported)
    assert "forget" in shell("audit").stdout


def test_import_identify_list_and_forget(shell: Shell, folders: Path, photos: dict[str, Path], tmp_path: Path) -> None:
    imported = shell.json("import", str(folders), "--agreed", RELEASE)
    assert {person["name"]: person["added"] for person in imported["people"]} == {"Barack Obama": 2, "Joe": 1}
    fates = {photo["file"]: photo["fate"] for person in imported["people"] for photo in person["photos"]}
    assert fates["notes.txt"] == "not_an_image"

    again = shell.json("import", str(folders), "--agreed", RELEASE)
    assert [person["added"] for person in again["people"]] == [0, 0]

    out = tmp_path / "annotated.jpeg"
    arguments = [str(photos["obama3.jpg"]), "--threshold", "99", "--mode", "users", "--out", str(out)]
    found = shell.json("identify", *arguments)
    assert found["mode"] == "users"
    assert found["threshold"] == 99
    with Image.open(photos["obama3.jpg"]) as original, Image.open(out) as annotated:
        assert found["photo"] == {"width": original.width, "height": original.height}
        assert annotated.format == "JPEG"
    (face,) = [face for face in found["faces"] if face["name"]]
    assert face["name"] == "Barack Obama"
    assert 99 <= face["similarity"] <= 100
    itself = shell("identify", str(photos["obama.jpg"])).stdout
    assert "99.9 %" in itself
    assert "100.0" not in itself, "which would claim certainty, as the picture does not"
    assert all(isinstance(value, int) for value in face["box"])

    listed = shell.json("people")
    assert [(person["name"], person["photos"]) for person in listed["people"]] == [("Barack Obama", 2), ("Joe", 1)]
    assert shell.json("forget", "barack obama") == {"name": "Barack Obama", "erased": {"faces": 2, "photos": 2}}
    assert [person["name"] for person in shell.json("people")["people"]] == ["Joe"]
    assert "1 person enrolled" in shell("people").stdout
    assert shell("forget", "joe", "--yes").stdout == "Joe is erased: 1 face and 1 photo.\n"


def test_of_members_who_are_not_asked_it_is_stated_apart() -> None:
    members = STATEMENTS[ATTESTATION_VERSION]
    assert importing.stated([RELEASE], Policy.ATTEST, ask=False) == {RELEASE_VERSION}
    assert importing.stated([RELEASE, members], Policy.ATTEST, ask=False) == {RELEASE_VERSION, ATTESTATION_VERSION}
    assert importing.stated(None, Policy.ATTEST, ask=False) == frozenset()
    with pytest.raises(Refusal, match="To state that they agreed") as refused:
        importing.stated([members], Policy.MEMBER, ask=False)
    assert members not in str(refused.value), "they are asked"


def test_nobody_is_imported_without_a_release_that_is_stated(shell: Shell, folders: Path) -> None:
    silent = shell("import", str(folders))
    assert silent.returncode == 1
    assert "Left out, as nobody has stated that they agreed: Barack Obama, Joe." in " ".join(silent.stderr.split())
    other = shell("import", str(folders), "--agreed", "they would not mind")
    assert other.returncode == 1
    assert RELEASE in " ".join(other.stderr.split())
    assert shell.json("people")["people"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["identify", "missing.jpg"], "There is no file missing.jpg"),
        (["identify", "README.md"], "not a picture"),
        (["identify", "README.md", "--out", "missing/out.jpg"], "There is no folder missing"),
        (["identify", "README.md", "--threshold", "high"], "A threshold is a number"),
        (["import", "missing"], "There is no folder missing"),
        (["import", "docs"], "no folders with photos"),
        (["forget", "nobody"], "I know nobody called “nobody”"),
        (["manifest", "foo"], "which foo is not"),
        (["manifest", "http://bot.example.com"], "which http://bot.example.com is not"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(shell: Shell, arguments: list[str], said: str) -> None:
    done = shell(*arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout.strip() == ""


def test_where_many_have_installed_it_a_workspace_is_named(shell: Shell, folders: Path) -> None:
    for team in ("T1", "E1-T2"):
        assert shell("import", str(folders), "--agreed", RELEASE, "--workspace", team).returncode == 0
    assert len(shell.json("people", "--workspace", "E1-T2")["people"]) == 2
    several = shell("people", SLACK_MODE="http")
    assert several.returncode == 1
    assert "Say which workspace, by --workspace: " in several.stderr
    assert {"T1", "E1-T2"} <= set(re.findall(r"[\w-]+", several.stderr))
    assert "no id of a Slack workspace" in shell("people", "--workspace", "../T1").stderr


def test_one_that_has_installed_it_counts_before_anybody_is_enrolled_there(shell: Shell, folders: Path) -> None:
    http = {"SLACK_MODE": "http", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    assert shell("import", str(folders), "--agreed", RELEASE, "--workspace", "T1").returncode == 0
    settings = Settings(_env_file=None, data_dir=shell.data_dir, slack_client_id="1.2", slack_client_secret="s")
    with app.open_database(settings) as database:
        store = app.open_installations(settings, database).store
        store.save(Installation(app_id="A1", user_id="U1", team_id="T2", bot_token="xoxb-2", bot_id="B1"))
    done = shell("people", **http)
    assert done.returncode == 1
    assert "by --workspace: T1, T2." in done.stderr


def test_nobody_is_enrolled_where_nobody_would_find_them(shell: Shell, folders: Path) -> None:
    http = {"SLACK_MODE": "http", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    command = "import", str(folders), "--agreed", RELEASE, "--workspace", "T1"
    done = shell(*command, **http)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "T1 has not installed the bot, and nothing is known of it."
    assert shell(*command).returncode == 0
    assert shell(*command, **http).returncode == 0  # it is known now


def test_who_was_enrolled_in_the_one_workspace_of_before_is_still_reached(shell: Shell, folders: Path) -> None:
    http = {"SLACK_MODE": "http", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    assert shell("import", str(folders), "--agreed", RELEASE).returncode == 0
    assert shell("import", str(folders), "--agreed", RELEASE, "--workspace", "T1").returncode == 0
    assert "2 people" in shell("people", "--workspace", "home", **http).stdout
    refused = shell("import", str(folders), "--agreed", RELEASE, "--workspace", "home", **http)
    assert "nobody is added to it" in refused.stderr
    assert shell("forget", "Joe", "--yes", "--workspace", "home", **http).returncode == 0
    assert "1 person" in shell("people", "--workspace", "home", **http).stdout


def test_a_wrong_setting_is_named(shell: Shell) -> None:
    done = shell("people", THRESHOLD="lots")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("value", ["lots", "40"])
def test_a_wrong_setting_is_named_once_and_as_it_is_set(shell: Shell, value: str) -> None:
    done = shell("people", THRESHOLD=value, RETENTION_DAYS="1")
    said = [line.partition(":")[0] for line in done.stderr.splitlines()]
    assert said == ["Setting THRESHOLD", "Setting RETENTION_DAYS"]


def test_who_is_not_there_to_say_so_erases_nobody(shell: Shell, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell("import", str(folders), "--agreed", RELEASE).returncode == 0
    monkeypatch.setattr("sys.stdin", io.StringIO())
    done = shell("forget", "Joe")
    assert done.returncode == 1
    assert done.stdout.endswith("Joe stays.\n")
    assert len(shell.json("people")["people"]) == 2


def test_a_worker_without_a_token_is_told_so() -> None:
    with pytest.raises(Refusal, match="SLACK_BOT_TOKEN is not set"):
        app.build(Settings(_env_file=None), MagicMock())


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "soon"])
def test_a_wait_is_a_number_of_seconds(capsys: pytest.CaptureFixture[str], seconds: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["reindex", "--wait", seconds])
    assert f"argument --wait: {seconds} is no number of seconds" in capsys.readouterr().err


def test_a_full_disk_is_told_without_a_trace(process: Process, shell: Shell, folders: Path) -> None:
    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    assert shell("people").returncode == 0
    done = process("import", str(folders), "--agreed", RELEASE, preexec_fn=fill)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("bot", "app", "said"),
    [("xoxb-old", "xapp-playground", "Slack says invalid_auth. Copy it anew"), ("xoxb-1", "", "Only one of")],
)
def test_a_bot_that_could_not_answer_does_not_start(process: Process, bot: str, app: str, said: str) -> None:
    slack = start_playground()
    try:
        done = process("start", SLACK_BOT_TOKEN=bot, SLACK_APP_TOKEN=app, SLACK_API_URL=f"{slack.url}/api/")
    finally:
        slack.close()
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_bot_that_waits_for_slack_as_it_starts_ends_when_it_is_told_to(
    tmp_path: Path, signum: signal.Signals, weights: Weights
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/api/"
        tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": url}
        bot = subprocess.Popen(
            [sys.executable, "-m", "bot", "start"], cwd=ROOT, env=os.environ | tokens | {"DATA_DIR": str(tmp_path)}
        )
        try:
            with silent.accept()[0]:
                bot.send_signal(signum)
                assert bot.wait(10) == 0
        finally:
            bot.kill()
            bot.wait()


def test_a_busy_port_is_told_in_one_line(process: Process) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        done = process("start", PLAYGROUND_PORT=port, SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="")
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
