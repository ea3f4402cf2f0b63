"""How the bot and Slack reach each other: Socket Mode, to Slack itself or to the playground beside us."""

from __future__ import annotations

import logging
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin.client import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.settings import Settings
from services.errors import Refusal

_logger = logging.getLogger(__name__)

_PATIENCE = 5  # seconds that the playground has to go
_ANSWERED = 3.0  # seconds after which Slack waits for no answer any more


@contextmanager
def socket_mode(app: App, settings: Settings, awaken: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Connected to Slack while the context lasts; closing waits for what is being answered.

    After Slack has said the first thing, and that is answered, `awaken` is called: what it loads would slow the answer.
    """
    if settings.slack_app_token is None:
        raise ValueError("SLACK_APP_TOKEN is not set")
    handler = SocketModeHandler(app, settings.slack_app_token.get_secret_value(), web_client=app.client)
    handler.client.socket_mode_request_listeners.insert(0, _note_retry)
    handler.client.socket_mode_request_listeners.insert(0, _at_first(awaken))
    handler.connect()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        close(handler.client)


def close(client: SocketModeClient) -> None:
    """Hang up, once what is being answered is answered."""
    closing = threading.Thread(target=client.close, daemon=True)
    closing.start()
    while closing.is_alive():
        # A session that was just about to begin forgets that it was told to end, and would be waited for forever.
        client.current_session_state.terminated = True
        closing.join(0.1)


def _at_first(do: Callable[[], object]) -> Callable[[object, SocketModeRequest], None]:
    done = threading.Event()

    def listen(_client: object, _request: SocketModeRequest) -> None:
        if not done.is_set():
            done.set()
            awakening = threading.Timer(_ANSWERED, do)
            awakening.daemon = True
            awakening.start()

    return listen


def _note_retry(_client: object, request: SocketModeRequest) -> None:
    if request.retry_attempt:
        _logger.info("Slack delivers again", extra={"retry": request.retry_attempt})


@contextmanager
def playground(settings: Settings, manifest: Path) -> Iterator[Settings]:
    """A playground for the manifest's app, in a process of its own while the context lasts; yields settings for it.

    Raises `Refusal` when it does not come up, with what it said.
    """
    bot_token, app_token = f"xoxb-{secrets.token_hex(12)}", f"xapp-{secrets.token_hex(12)}"
    command = [sys.executable, "-m", "playground", "--port", str(settings.playground_port), "--manifest", str(manifest)]
    command += ["--container"] if settings.playground_in_container else []
    environment = os.environ | {"PLAYGROUND_BOT_TOKEN": bot_token, "PLAYGROUND_APP_TOKEN": app_token}
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
        command,
        cwd=manifest.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is ours to pass on, once the bot has stopped talking to it
    )
    try:
        url = _ready(process)
        threading.Thread(target=_relay, args=(process,), daemon=True).start()
        yield settings.model_copy(
            update={
                "slack_bot_token": SecretStr(bot_token),
                "slack_app_token": SecretStr(app_token),
                "slack_api_url": f"{url}/api/",
            }
        )
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(process: subprocess.Popen[str]) -> str:
    """The playground's address, from the line that says it is ready."""
    said: list[str] = []
    for line in process.stdout or ():
        if line.startswith("Playground ready on "):
            return line.removeprefix("Playground ready on ").strip()
        said.append(line.strip())
    raise Refusal(said[-1] if said else "The playground did not start.")


def _relay(process: subprocess.Popen[str]) -> None:
    """Pass on what the playground says, lest its pipe fills up and it waits for us."""
    for line in process.stdout or ():
        sys.stderr.write(line)
