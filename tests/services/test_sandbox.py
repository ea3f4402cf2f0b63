"""What happens to a decoder stays with the decoder: hunger for time or memory, death, and the end of its parent."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from services import cores
from services.pictures import sandbox, walls
from services.pictures.decoding import ImageError
from services.pictures.sandbox import _ENVIRONMENT, Sandbox

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


def _many_scans() -> bytes:
    """A progressive JPEG of 36 megapixels, whose last scan comes forty times: some seconds of work."""
    buffer = io.BytesIO()
    Image.new("RGB", (6000, 6000), "red").save(buffer, "JPEG", progressive=True, quality=50)
    data = buffer.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * 40 + data[-2:]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers have half a second for a picture."""
    main = "import services.pictures.sandbox as s; s._SECONDS, s._JPEG_PIXELS_A_SECOND = 0.5, 10**9; s._main()"
    popen = subprocess.Popen

    def start(command: list[str], **options: Any) -> Any:
        return popen([command[0], "-c", main, command[-1]], **options)

    monkeypatch.setattr(subprocess, "Popen", start)


@needs_proc
@pytest.mark.usefixtures("hasty")
def test_a_picture_that_hangs_its_decoder_is_refused_and_the_next_one_is_read() -> None:
    sandbox, before = Sandbox(), _workers()
    sandbox.convert(_encoded())
    (worker,) = _workers() - before
    with pytest.raises(ImageError, match="more time or memory"):
        sandbox.convert(_many_scans())
    assert worker not in _workers(), "who hangs is stopped"
    assert sandbox.convert(_encoded()).width == 120


@needs_proc
def test_a_profile_that_ends_its_decoder_is_refused_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    box, before = Sandbox(), _workers()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert box.table(srgb) == b""
    (worker,) = _workers() - before
    with monkeypatch.context() as patch:
        patch.setattr(sandbox._Wanted, "encode", lambda _: b"what no worker understands", raising=False)
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
        answer = pool.submit(sandbox.convert, _many_scans())
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


def _has_walls() -> bool:
    """Whether this system lets a process shut itself off, tried by one that does nothing else."""
    script = (
        "import ctypes; system = ctypes.CDLL(None)\n"
        "print(system.unshare(0x58000000) == 0 and system.syscall(444, None, 0, 1) > 0)"
    )
    tried = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    return tried.stdout.strip() == b"True"


def test_a_worker_reaches_neither_files_nor_the_network() -> None:
    if not _has_walls():
        pytest.skip("this system has no such walls")
    script = (
        "import json, socket; from services.pictures import walls\n"
        "shut, reached = walls.shut(), []\n"
        "with socket.socket() as s:\n"
        "    reached += [s.connect_ex(('127.0.0.1', PORT)) == 0]\n"
        "for path in ('/etc/passwd', '/proc/self/environ', '/tmp/of-a-decoder'):\n"
        "    try: open(path, 'a' if 'tmp' in path else 'r').close()\n"
        "    except OSError: continue\n"
        "    reached += [path]\n"
        "print(json.dumps([shut.files, shut.network, reached]))"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        script = script.replace("PORT", str(server.getsockname()[1]))
        command = [sys.executable, "-c", script]
        ended = subprocess.run(command, capture_output=True, cwd=_ROOT, check=True, env=_ENVIRONMENT)
    assert json.loads(ended.stdout) == [True, True, [False]]
    assert Sandbox().walls() == walls.Walls(files=True, network=True)


@pytest.mark.parametrize("name", ["iphone48mp.heic", "iphone_panorama_62MP.heic"])
def test_large_photos_of_phones_open_whatever_few_bytes_they_have(shared_data: Path, name: str) -> None:
    read = Sandbox().convert((shared_data / "pictures" / name).read_bytes(), closely=True)
    assert read.width * read.height > 48_000_000
    assert len(read.parts) > 8


@pytest.mark.thorough
@needs_proc
def test_two_hundred_megapixels_are_read_within_a_gigabyte_and_a_half() -> None:
    buffer = io.BytesIO()
    Image.effect_noise((1632, 1224), 60).resize((16_320, 12_240)).convert("RGB").save(buffer, "JPEG", quality=80)
    sandbox, before = Sandbox(), _workers()
    read = sandbox.convert(buffer.getvalue(), closely=True)
    (worker,) = _workers() - before
    peak = next(line for line in Path(f"/proc/{worker}/status").read_text().splitlines() if line.startswith("VmPeak"))
    assert int(peak.split()[1]) * 1024 < 1_500_000_000
    assert (read.width, read.height) == (16_320, 12_240)
    assert sum(part.width * part.height for part in read.parts) > 200_000_000


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
