"""The command line: ready, busy, stopped; and what a manifest must say."""

from __future__ import annotations

import copy
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from playground_kit import MANIFEST, Member, RawApp
from slack_sdk import WebClient

from playground.state import seed
from playground.state.rules.manifest import ManifestError, load, parse
from playground.web import listen

ROOT = Path(__file__).parents[2]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(MANIFEST))
    return path


def launch(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "playground", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_answer_does_not_wait_for_an_acknowledgement() -> None:
    with (
        listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_says_that_it_is_ready_and_stops_cleanly(manifest: Path, tmp_path: Path, stop: signal.Signals) -> None:
    process = launch("--port", "0", "--manifest", str(manifest), PLAYGROUND_BOT_TOKEN="xoxb-mine", TMPDIR=str(tmp_path))
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Playground ready on http://127.0.0.1:")
    url = line.split()[-1]
    client = WebClient("xoxb-mine", base_url=f"{url}/api/")
    assert client.auth_test()["ok"]
    with pytest.raises(requests.HTTPError):
        requests.get(f"{url}/nothing", timeout=60).raise_for_status()
    assert list(tmp_path.glob("playground-*"))
    app, robin = RawApp(client, "xapp-playground"), Member(url, seed.ADMIN).listen()
    robin.post(seed.GENERAL, "an event under way")
    app.receive()
    began = time.monotonic()
    process.send_signal(stop)
    rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert time.monotonic() - began < 2
    assert not list(tmp_path.glob("playground-*"))
    app.close()
    robin.leave()


def test_a_busy_port_is_one_line(manifest: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = launch("--port", port, "--manifest", str(manifest))
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors.count("\n")) == (1, "", 1)
    assert f"Port {port} on 127.0.0.1 cannot be used" in errors


@pytest.mark.parametrize("content", [None, "", "a: [", "features: []", "display_information: {name: X}\nfeatures: 7"])
def test_a_manifest_that_cannot_be_used_is_one_line(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "manifest.yml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ManifestError, match="manifest"):
        load(path)


def test_it_listens_on_this_machine_only(manifest: Path) -> None:
    process = launch("--host", "0.0.0.0", "--port", "0", "--manifest", str(manifest))
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "--host" in errors


def changed(**sections: Any) -> dict[str, Any]:
    document = copy.deepcopy(MANIFEST)
    for path, value in sections.items():
        *parents, last = path.split("__")
        place = document
        for parent in parents:
            place = place[parent]
        place[last] = value
    return document


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (changed(display_information__name=""), "display_information.name"),
        (changed(oauth_config__scopes__bot=["commands"]), "needs the bot scope"),
        (changed(settings__event_subscriptions__bot_events=["message.moon"]), "message.moon is not known"),
        (changed(features__slash_commands=[{"command": "greet"}]), "must begin with a slash"),
        (changed(features__shortcuts=[{"type": "message"}]), "needs a type"),
        (changed(settings__interactivity__is_enabled=False), "shortcuts need settings.interactivity"),
    ],
)
def test_a_manifest_that_contradicts_itself(document: dict[str, Any], words: str) -> None:
    with pytest.raises(ManifestError, match=words.replace(".", r"\.")):
        parse(document)


def test_commands_need_their_scope() -> None:
    bot = [scope for scope in MANIFEST["oauth_config"]["scopes"]["bot"] if scope != "commands"]
    with pytest.raises(ManifestError, match="need the bot scope commands"):
        parse(changed(oauth_config__scopes__bot=bot))


def test_the_projects_own_manifest_can_be_used() -> None:
    manifest = load(ROOT / "manifest.yml")
    assert manifest.command("/enroll") is not None
    assert manifest.hears("message.channels")
