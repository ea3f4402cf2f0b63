"""The bot as a newcomer starts it: `python -m bot start`, and the playground's page in a real browser."""

import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from engine.vision import Weights

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def running_bot(tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Iterator[str]:
    """The address of the page. At the end Ctrl-C must stop everything, with exit code 0."""
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    environment |= {"DATA_DIR": str(tmp_path_factory.mktemp("data")), "PLAYGROUND_PORT": str(port)}
    environment |= {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "start"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C stops" in line:
            break
    else:
        pytest.fail("the bot did not start:\n" + "".join(said))
    assert f"http://127.0.0.1:{port}" in "".join(said)
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGINT)
    try:
        rest, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 0, rest
    assert "Traceback" not in rest, rest
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


@pytest.fixture
def page(browser: Browser, running_bot: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC")
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page.goto(running_bot)
    expect(page.locator(".topbar-status")).to_have_text("Facesearch connected")
    yield page
    page.close()


@pytest.fixture(scope="session")
def group(photos: dict[str, Path]) -> bytes:
    """Obama, Collins and Biden side by side, left to right, as a JPEG of 1280 px."""
    canvas = Image.new("RGB", (1280, 480), "gray")
    for index, name in enumerate(("obama2.jpg", "astronaut.png", "biden.jpg")):
        with Image.open(photos[name]) as photo:
            picture = photo.convert("RGB")
        picture.thumbnail((420, 470))
        canvas.paste(picture, (index * 428, 5))
    buffer = io.BytesIO()
    canvas.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
