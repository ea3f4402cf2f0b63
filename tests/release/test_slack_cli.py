"""Slack's command line starts the bot by the hooks in `.slack/hooks.json`, with the tokens that it has made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
HOOKS = json.loads((ROOT / ".slack" / "hooks.json").read_text())


def _run(hook: str, folder: Path, **environment: str) -> str:
    """As the command line runs it: cut at blanks, put together again, and given to a shell."""
    script = " ".join(HOOKS["hooks"][hook].split())
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    done = subprocess.run(
        ["sh", "-c", script], cwd=folder, env=kept | environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def _stand_in(folder: Path) -> Path:
    """A bot that says what it was started with."""
    script = folder / "facesearch"
    script.write_text('#!/bin/sh\necho "$@" "$SLACK_MODE" "$SLACK_BOT_TOKEN" "$SLACK_APP_TOKEN"\n')
    script.chmod(0o755)
    return folder


def test_the_tokens_of_the_command_line_are_used_unless_there_are_others(tmp_path: Path) -> None:
    made = {"SLACK_CLI_XOXB": "xoxb-made", "SLACK_CLI_XAPP": "xapp-made"}
    folder = _stand_in(tmp_path)
    assert _run("start", folder, **made).split() == ["start", "socket", "xoxb-made", "xapp-made"]
    ours = {"SLACK_BOT_TOKEN": "xoxb-ours", "SLACK_APP_TOKEN": "xapp-ours"}
    assert _run("start", folder, **made, **ours).split() == ["start", "socket", "xoxb-ours", "xapp-ours"]


def test_the_manifest_is_the_projects(tmp_path: Path) -> None:
    (tmp_path / "facesearch").write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} -m bot "$@"\n')
    (tmp_path / "facesearch").chmod(0o755)
    assert json.loads(_run("get-manifest", tmp_path)) == yaml.safe_load((ROOT / "manifest.yml").read_text())


def test_the_bot_keeps_the_connection_itself() -> None:
    assert HOOKS["config"]["sdk-managed-connection-enabled"] is True
