"""What `python -m bot doctor` finds, with the playground as Slack."""

import errno
import io
import json
import re
import sqlite3
import sys
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from cryptography.fernet import Fernet
from pydantic import SecretStr
from rich.console import Console
from slack_sdk.oauth.installation_store import Installation

from bot import app, doctor
from bot.__main__ import main
from bot.commands import printing
from bot.doctor import Finding, examine
from bot.doctor.patient import Patient, Unwell
from bot.doctor.slack import clock
from bot.settings import Settings
from bot.tenancy import Tenant
from engine import STORE, VERSION, Engine
from engine.vision import Weights
from services.collection import Reindex
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import RELEASE, RELEASE_VERSION
from services.people.photos.portraits import GivenPhoto
from services.people.roles import OPERATOR, Actor
from services.pictures import images
from services.pictures.images import Walls

sys.path.append(str(Path(__file__).parents[1] / "playground"))
sys.path.append(str(Path(__file__).parents[1] / "services"))
from cloud import in_the_cloud
from cloud import settings as in_aws
from playground_kit import Running, start_playground

RELEASED = frozenset({RELEASE_VERSION})

MANIFEST = yaml.safe_load(app.MANIFEST.read_text())


@pytest.fixture(scope="module")
def slack() -> Iterator[Running]:
    running = start_playground(manifest=MANIFEST)
    yield running
    running.close()


def _settings(folder: Path, slack: Running, **more: Any) -> Settings:
    options = {
        "slack_bot_token": SecretStr(slack.options.bot_token),
        "slack_app_token": SecretStr(slack.options.app_token),
        "slack_api_url": f"{slack.url}/api/",
    }
    return Settings(_env_file=None, data_dir=folder / "data", **{**options, **more})


def _found(settings: Settings) -> dict[str, Finding]:
    return {finding.check: finding for finding in examine(settings)}


class _SomebodyElse(BaseHTTPRequestHandler):
    """Answers as a proxy does that has no way to Slack."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Please log in</html>")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_what_answers_in_the_place_of_slack_is_told_apart(tmp_path: Path, slack: Running, weights: Weights) -> None:
    with HTTPServer(("127.0.0.1", 0), _SomebodyElse) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = _found(_settings(tmp_path, slack, slack_api_url=f"http://127.0.0.1:{server.server_port}/"))
        server.shutdown()
    for check in ("bot token", "app token", "scopes", "events", "clock"):
        assert found[check].detail == "What answers is not Slack."
        assert "SLACK_API_URL" in found[check].fix


def test_a_driver_that_is_not_installed_is_named(tmp_path: Path, slack: Running, weights: Weights) -> None:
    found = _found(_settings(tmp_path, slack, database_url="mysql://localhost/faces"))
    assert "MySQLdb" in found["database"].detail
    assert not found["collection"].well


def test_all_is_well(tmp_path: Path, slack: Running, weights: Weights) -> None:
    found = _found(_settings(tmp_path, slack))
    assert {name: finding.detail for name, finding in found.items() if not finding.well} == {}
    assert list(found) == [
        *("disk", "database", "models", "collection", "vectors", "look-alikes", "photos", "pictures"),
        *("bot token", "app token", "scopes", "events", "clock"),
    ]
    assert found["scopes"].detail == f"All {len(MANIFEST['oauth_config']['scopes']['bot'])} are granted."
    assert not list((tmp_path / "data" / "photos").rglob("*.jpg")), "the probe is gone"


@pytest.mark.parametrize(
    ("shut", "said"),
    [
        (Walls(files=True, network=True), "neither files nor the network"),
        (Walls(files=False, network=True), "could read files: a Linux from 5.13"),
        (Walls(files=True, network=False), "could reach the network: .*namespaces"),
    ],
)
def test_what_decoders_could_reach_is_said(
    tmp_path: Path, slack: Running, monkeypatch: pytest.MonkeyPatch, shut: Walls, said: str
) -> None:
    monkeypatch.setattr(images, "walls", lambda: shut)
    found = _found(_settings(tmp_path, slack))["pictures"]
    assert found.well
    assert re.search(said, found.detail)


def test_what_a_second_model_would_bring_is_said_once_it_is_not_there(
    tmp_path: Path, slack: Running, both: Weights
) -> None:
    folder, stored = both.detector.parent, tmp_path / "data" / "engine"
    with Engine.open(stored, folder, models="sface"):
        pass
    lacking = _found(_settings(tmp_path, slack, face_models_dir=folder, models="auto"))["models"]
    assert lacking.well
    assert "fetch --all" in lacking.detail
    assert "reindex" in lacking.detail
    chosen = _found(_settings(tmp_path, slack, face_models_dir=folder, models="sface"))["models"]
    assert "fetch" not in chosen.detail
    other = _found(_settings(tmp_path, slack, face_models_dir=folder, models="both"))
    assert "Intel" in other["models"].detail
    assert "reindex" in other["collection"].detail, "the store is SFace's"


@pytest.mark.parametrize(
    ("wrong", "sick", "said", "fix"),
    [
        ({"slack_bot_token": SecretStr("xoxb-old")}, "bot token", "invalid_auth", "Copy it anew"),
        ({"slack_app_token": SecretStr("xapp-old")}, "app token", "invalid_auth", "Copy it anew"),
        ({"slack_app_token": None}, "Slack", "Only one", "Set both"),
        ({"database_url": "sqlite:////nowhere/records.sqlite"}, "database", "unable to open", "mend DATABASE_URL"),
        ({"face_models_dir": Path("/dev/null/models")}, "models", "models", "sentence"),
        ({"slack_mode": "http"}, "app credentials", "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET", "Basic Information"),
    ],
)
def test_what_is_wrong_is_named_with_its_fix(
    tmp_path: Path, slack: Running, wrong: dict[str, Any], sick: str, said: str, fix: str
) -> None:
    finding = _found(_settings(tmp_path, slack, **wrong))[sick]
    assert not finding.well
    assert said in finding.detail
    assert fix in finding.fix


def test_swapped_tokens_are_recognised(tmp_path: Path, slack: Running) -> None:
    token = SecretStr(slack.options.bot_token)
    finding = _found(_settings(tmp_path, slack, slack_app_token=token))["app token"]
    assert not finding.well
    assert "swapped" in finding.fix


def test_missing_scopes_and_what_they_make_it_deaf_to(tmp_path: Path) -> None:
    less = json.loads(json.dumps(MANIFEST))
    less["oauth_config"]["scopes"]["bot"].remove("files:write")
    less["oauth_config"]["scopes"]["bot"].remove("im:history")
    less["settings"]["event_subscriptions"]["bot_events"].remove("message.im")
    slack = start_playground(manifest=less)
    try:
        found = _found(_settings(tmp_path, slack))
    finally:
        slack.close()
    assert found["scopes"].detail == "Not granted: files:write, im:history."
    assert found["events"].detail == "Slack will not deliver message.im."


def test_a_clock_that_is_wrong(tmp_path: Path, slack: Running) -> None:
    patient = Patient(_settings(tmp_path, slack))
    patient.identity.headers["date"] = formatdate(1, usegmt=True)
    with pytest.raises(Unwell, match="away from Slack's"):
        clock(patient)


def test_faces_that_are_missing_call_for_a_reindex(tmp_path: Path, slack: Running, photos: dict[str, Path]) -> None:
    settings, folder = _settings(tmp_path, slack), tmp_path / "images" / "Joe"
    folder.mkdir(parents=True)
    (folder / "biden.jpg").write_bytes(photos["biden.jpg"].read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATA_DIR", str(settings.data_dir))
        assert main(["import", str(folder.parent), "--json", "--agreed", RELEASE]) == 0
    for file in (settings.data_dir / "engine").iterdir():
        file.unlink()
    finding = _found(settings)["collection"]
    assert finding == Finding("collection", False, "facesearch has 0 faces; 1 are enrolled.", finding.fix)
    assert "reindex" in finding.fix


def test_every_workspace_is_examined_where_many_have_installed_it(
    tmp_path: Path, slack: Running, photos: dict[str, Path], weights: Weights
) -> None:
    http = {"slack_mode": "http", "slack_client_id": "1.2", "slack_client_secret": SecretStr("s")}
    settings = _settings(tmp_path, slack, slack_signing_secret=SecretStr("s"), **http)
    assert _found(settings)["installations"].detail == "Nobody has installed it yet."
    with app.open_workspaces(settings) as workspaces:
        given = [GivenPhoto("biden.jpg", photos["biden.jpg"].read_bytes)]
        for team in ("T1", "T2"):
            workspaces.open(team).enrolment.enroll(Request("Joe", Actor("U1"), stated=RELEASED), given)
        installations = app.open_installations(settings, workspaces.database)
        about = {"app_id": "A1", "user_id": "U1", "bot_id": "B1", "bot_user_id": "U2"}
        installations.store.save(Installation(**about, team_id="T1", bot_token=slack.options.bot_token))
        installations.store.save(Installation(**about, team_id="T2", bot_token="xoxb-old"))
    found = _found(settings)
    assert found["collection"].detail == "2 collections have 2 faces; none lacks any."
    assert not found["installations"].well
    assert "of T2 (" in found["installations"].detail
    installations.remove(Tenant("T2"))
    assert _found(settings)["installations"].detail == "1 installed it, and all tokens work."

    for file in (settings.data_dir / "engine").iterdir():
        file.unlink()
    lost = _found(settings)["collection"]
    assert "facesearch-T1 has 0 faces; 1 are enrolled. facesearch-T2 has 0" in lost.detail


def test_a_database_of_a_later_release_is_told(tmp_path: Path, slack: Running, weights: Weights) -> None:
    settings = _settings(tmp_path, slack)
    with app.open_database(settings) as database, database.begin() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    found = _found(settings)
    assert "of a later release" in found["database"].detail
    assert found["models"].well, "the rest is examined all the same"


def test_a_key_that_does_not_open_the_photos_is_told(tmp_path: Path, slack: Running, weights: Weights) -> None:
    old, new = (SecretStr(Fernet.generate_key().decode()) for _ in range(2))
    app.open_photos(_settings(tmp_path, slack, encryption_key=old)).put("home/u-1/f-1.jpg", b"a photo")
    assert _found(_settings(tmp_path, slack, encryption_key=old))["photos"].well
    assert "with a key that" in _found(_settings(tmp_path, slack, encryption_key=new))["photos"].detail


@pytest.mark.parametrize(
    ("error", "fix"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "Make room"),
        (sqlite3.OperationalError("database or disk is full"), "Make room"),
        (OSError(errno.EROFS, "Read-only file system", "data"), "Let the user that runs the bot write there"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "write into DATA_DIR"),
        (sqlite3.DatabaseError("file is not a database"), "Restore a backup"),
    ],
)
def test_what_a_disk_says_is_told_with_what_to_do(error: Exception, fix: str) -> None:
    assert isinstance(error, doctor.OUTSIDE)
    assert fix in doctor.explained(error)[1]


def test_aws_is_examined_and_left_as_it_was(tmp_path: Path, weights: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    with in_the_cloud(tmp_path):
        found = _found(in_aws(tmp_path / "data"))
        assert {name: finding.detail for name, finding in found.items() if not finding.well} == {}
        assert "permissions" in found
        assert "models" not in found
        missing = _found(in_aws(tmp_path / "data").model_copy(update={"photos_bucket": "no-such-bucket"}))["photos"]
        assert not missing.well
        assert "PHOTOS_BUCKET" in missing.fix
        assert missing.detail == "AWS refuses PutObject: The specified bucket does not exist (NoSuchBucket)."
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")  # where nobody listens
        assert "the way to AWS" in _found(in_aws(tmp_path / "data"))["photos"].fix
        monkeypatch.delenv("AWS_DEFAULT_REGION")
        assert "Set AWS_REGION" in _found(in_aws(tmp_path / "data"))["collection"].fix
        monkeypatch.undo()
        with app.open_rekognition(in_aws(tmp_path / "data")) as rekognition:
            assert rekognition.client.list_collections()["CollectionIds"] == []


def test_the_command_prints_a_table_or_json_and_fails_when_something_is_wrong(
    tmp_path: Path, weights: Weights, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert all(check["well"] for check in printed["checks"])
    assert printed["version"] == VERSION
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    shown = io.StringIO()
    monkeypatch.setattr(printing, "out", Console(file=shown))
    assert main(["doctor"]) == 1
    assert f"Facesearch {VERSION}" in shown.getvalue()
    assert "✗" in shown.getvalue()
    assert "✓" in shown.getvalue()


def test_what_is_damaged_or_missing_is_named(
    tmp_path: Path, slack: Running, weights: Weights, photos: dict[str, Path]
) -> None:
    settings = _settings(tmp_path, slack)
    with app.open_workspaces(settings) as workspaces:
        workspace = workspaces.open()
        given = [GivenPhoto(name, photos[name].read_bytes) for name in ("obama.jpg", "obama2.jpg")]
        workspace.enrolment.enroll(Request("Barack", OPERATOR, stated=RELEASED), given)
        [face, other] = workspace.records.faces(workspace.people.get("Barack").user_id)
    flipped = settings.data_dir / "photos" / face.photo
    content = bytearray(flipped.read_bytes())
    content[len(content) // 2] ^= 1
    flipped.write_bytes(content)
    (settings.data_dir / "photos" / other.photo).unlink()
    with sqlite3.connect(app.own_engine(settings).folder / STORE) as store:
        [vector] = store.execute("SELECT vector FROM faces WHERE face_id = ?", (face.face_id,)).fetchone()
        [blob] = store.execute("SELECT vector FROM vectors WHERE id = ?", (vector,)).fetchone()
        store.execute("UPDATE vectors SET vector = ? WHERE id = ?", (bytes([blob[0] ^ 1]) + blob[1:], vector))
    found = {finding.check: finding for finding in doctor.examine(settings)}
    assert found["vectors"].detail == f"Damaged, and so not searched: face {face.face_id} of facesearch."
    assert found["photos"].detail == f"Photos are damaged: {face.photo}; missing: {other.photo}."
    with app.open_workspaces(settings) as workspaces:
        rebuilt = Reindex(workspaces.open().collection, wait=lambda: None, accept_loss=2).run()
        assert rebuilt.lost == tuple(sorted([face.photo, other.photo]))
