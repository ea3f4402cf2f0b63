"""What happens to a decoder stays with the decoder: hunger for time or memory, death, and the end of its parent."""

import io
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from services import cores
from services.pictures import sandbox
from services.pictures.decoding import ImageError
from services.pictures.sandbox import Sandbox

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for its children in Linux's /proc")
_ROOT = Path(__file__).parents[2]


def _encoded(size: tuple[int, int] = (120, 90)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, "WEBP")
    return buffer.getvalue()


def _workers() -> set[int]:
    tasks = Path("/proc/self/task").iterdir()
    children = {int(pid) for task in tasks for pid in _read(task / "children").split()}
    return {pid for pid in children if b"services.pictures.sandbox" in _read(Path(f"/proc/{pid}/cmdline"))}


def _read(path: Path) -> bytes:
    """Nothing of a thread or process that has just ended."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _scans_without_end() -> bytes:
    """A progressive JPEG of 36 megapixels, whose last scan comes a thousand times: a minute of work in 800 kB."""
    buffer = io.BytesIO()
    Image.new("RGB", (6000, 6000), "red").save(buffer, "JPEG", progressive=True, quality=50)
    data = buffer.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * 1000 + data[-2:]


@needs_proc
def test_a_picture_that_hangs_its_decoder_is_refused_and_the_next_one_is_read() -> None:
    sandbox, before = Sandbox(), _workers()
    sandbox.convert(_encoded())
    (worker,) = _workers() - before
    with pytest.raises(ImageError, match="more time or memory"):
        sandbox.convert(_scans_without_end())
    assert worker not in _workers(), "who hangs is stopped"
    assert sandbox.convert(_encoded()).width == 120


@needs_proc
def test_a_profile_that_ends_its_decoder_is_refused_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    box, before = Sandbox(), _workers()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert box.table(srgb) == b""
    (worker,) = _workers() - before
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "_PROFILE", b"what no worker understands")
        with pytest.raises(ImageError):
            box.table(srgb)
    assert worker not in _workers()
    assert box.table(srgb) == b""


def test_refusals_are_told_in_the_decoder_s_words() -> None:
    with pytest.raises(ImageError, match="damaged or cut short"):
        Sandbox().convert(_encoded()[:-20])
    with pytest.raises(ImageError, match="79 × 90 px"):
        Sandbox().convert(_encoded((79, 90)))


def test_every_picture_has_the_same_time_however_many_came_before() -> None:
    script = (
        "import time; from services.pictures.sandbox import _allow\n"
        "def work(seconds):\n"
        "    end = time.process_time() + seconds\n"
        "    while time.process_time() < end: pass\n"
        "for picture in range(5):\n"
        "    _allow(0.5); work(0.2)\n"
        "print('five', flush=True)\n"
        "work(10)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=_ROOT, check=False)
    assert ended.stdout == b"five\n"
    assert ended.returncode == -signal.SIGPROF


@needs_proc
def test_a_worker_killed_while_idle_is_replaced() -> None:
    sandbox, before = Sandbox(), _workers()
    sandbox.convert(_encoded())
    (worker,) = _workers() - before
    os.kill(worker, signal.SIGKILL)
    time.sleep(0.2)
    assert sandbox.convert(_encoded()).width == 120
    assert worker not in _workers()


@needs_proc
def test_a_worker_killed_at_work_is_replaced() -> None:
    sandbox, before = Sandbox(), _workers()
    sandbox.convert(_encoded())
    (worker,) = _workers() - before
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(sandbox.convert, _scans_without_end())
        time.sleep(0.5)
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(ImageError, match="more time or memory"):
            answer.result()
    assert sandbox.convert(_encoded()).width == 120


@needs_proc
def test_a_worker_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    sandbox, before = Sandbox(), _workers()
    sandbox.convert(_encoded())
    (worker,) = _workers() - before
    assert b"xoxb" not in Path(f"/proc/{worker}/environ").read_bytes()


@needs_proc
def test_few_work_at_once_and_everybody_gets_their_own_picture() -> None:
    sandbox, before = Sandbox(), _workers()

    def width(asked: int) -> int:
        return sandbox.convert(_encoded((asked, 90))).width

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(width, range(100, 300))) == list(range(100, 300))
    assert len(_workers() - before) <= max(1, cores.usable() // 2)


@needs_proc
def test_workers_end_with_their_parent_however_it_ends() -> None:
    script = (
        "import os, sys; from services.pictures.sandbox import Sandbox\n"
        "Sandbox().convert(sys.stdin.buffer.read())\n"
        "print(open('/proc/thread-self/children').read(), flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, input=_encoded(), capture_output=True, cwd=_ROOT, check=False)
    (worker,) = ended.stdout.split()
    assert ended.returncode == -signal.SIGKILL
    for _ in range(100):
        status = Path(f"/proc/{int(worker)}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the worker lives on")
