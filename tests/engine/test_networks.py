"""The networks say what they say in OpenCV, whose samples are their specification; from many threads, and to nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from engine_steps import read

from engine.vision import Weights
from engine.vision.detection.detect import Detector
from engine.vision.detection.yunet import YuNet
from engine.vision.faces.align import Image
from engine.vision.networks import Network
from engine.vision.networks.kept import Kept
from engine.vision.recognition.recognisers import Reidentification, SFace

LEAST = 0.6


@pytest.fixture(scope="module")
def yunet(weights: Weights) -> YuNet:
    return YuNet(weights.detector, 2, LEAST)


@pytest.fixture(scope="module")
def sizes(photos: dict[str, Path]) -> list[Image]:
    """The photos in many sizes, few of which divide into YuNet's cells."""
    pictures = [_scaled(read(path), 1280) for path in photos.values()]
    return pictures + [_scaled(picture, side) for picture in pictures for side in (640, 331, 97)]


@pytest.mark.thorough
def test_yunet_finds_what_opencv_finds(yunet: YuNet, weights: Weights, sizes: list[Image]) -> None:
    assert _compared(yunet, weights, sizes) > 40


def test_it_does_in_faces_of_all_kinds(yunet: YuNet, weights: Weights, shared_data: Path) -> None:
    with tarfile.open(shared_data / "lfw-dev.tar") as archive:
        files = [member for member in archive if member.name.endswith(".jpg")][::40]
        pictures = [_decoded(archive.extractfile(member).read()) for member in files]  # type: ignore[union-attr]
    assert _compared(yunet, weights, pictures) > 140


def test_sface_sees_what_opencv_sees(yunet: YuNet, weights: Weights, sizes: list[Image]) -> None:
    reference = cv2.FaceRecognizerSF.create(str(weights.recognizer), "")
    aligned = [np.asarray(reference.alignCrop(image, row), np.uint8) for image in sizes for row in yunet.faces(image)]
    expected = np.array([reference.feature(face)[0] for face in aligned])
    found = SFace(weights.recognizer, 2).features(aligned)
    cosines = (expected * found).sum(axis=1) / np.linalg.norm(expected, axis=1) / np.linalg.norm(found, axis=1)
    assert cosines.min() > 0.99999


def test_the_second_tells_people_apart(both: Weights, detector: Detector, photos: dict[str, Path]) -> None:
    assert both.second
    second = Reidentification(both.second, 2)
    pictures = [read(photos[name]) for name in ("obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg")]
    features = second.features([second.align(picture, detector.detect(picture)[0]) for picture in pictures])
    vectors = features / np.linalg.norm(features, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    assert cosines[:3, :3].min() > cosines[3, :3].max() + 0.1


def test_threads_hear_what_one_hears(yunet: YuNet, sizes: list[Image]) -> None:
    alone = [yunet.faces(picture) for picture in sizes]
    with ThreadPoolExecutor(8) as threads:
        for together, expected in zip(threads.map(yunet.faces, sizes), alone, strict=True):
            assert together == pytest.approx(expected, abs=1e-3)


def test_several_faces_at_once_are_each_seen_for_themselves(weights: Weights) -> None:
    network = Network(weights.recognizer, 2, rgb=True)
    faces = list(np.random.default_rng(0).integers(0, 256, (7, 112, 112, 3), np.uint8))
    for (together,), face in zip(network.each(faces), faces, strict=True):
        assert together == pytest.approx(network(face)[0], abs=1e-5)
    assert network.each([]) == []


def test_small_squares_have_networks_of_their_own_which_say_the_same(
    yunet: YuNet, weights: Weights, photos: dict[str, Path]
) -> None:
    picture = cv2.resize(read(photos["obama2.jpg"]), (160, 160), interpolation=cv2.INTER_AREA)
    own, squares = YuNet(weights.detector, 1, LEAST, [160]), [np.asarray(picture, np.uint8)] * 3
    expected = yunet.faces(squares[0])
    assert len(expected) == 1
    assert own.faces_of_each(squares) == [pytest.approx(expected, abs=1e-3)] * 3
    assert list(own._network._loaded) == [(160, 160)]


def test_small_pictures_have_a_network_of_their_own_which_says_the_same(
    yunet: YuNet, weights: Weights, photos: dict[str, Path]
) -> None:
    whole = read(photos["obama2.jpg"])
    small, large = _scaled(whole, 320), _scaled(whole, 640)
    own = YuNet(weights.detector, 1, LEAST, small=320)
    seen = own.faces_of_each(iter([small, large, small]))
    assert seen == [pytest.approx(yunet.faces(each), abs=1e-3) for each in (small, large, small)]
    assert [len(faces) for faces in seen] == [1, 1, 1]
    assert len(own._network._loaded) == 2


def test_pictures_that_nobody_else_holds_are_there_until_they_are_seen(weights: Weights) -> None:
    network = Network(weights.recognizer, 1, rgb=True)
    faces = np.random.default_rng(0).integers(0, 256, (7, 112, 112, 3), np.uint8)
    seen = network.each(face.copy() for face in faces)
    assert [each for (each,) in seen] == [pytest.approx(network(face)[0], abs=1e-5) for face in faces]


def test_what_was_compiled_before_says_the_same(
    weights: Weights, photos: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    picture = _scaled(read(photos["t1.jpg"]), 640)
    compiled = YuNet(weights.detector, 1, LEAST).faces(picture)
    (kept,) = (tmp_path / "facesearch" / "compiled").iterdir()
    assert (YuNet(weights.detector, 1, LEAST).faces(picture) == compiled).all()
    kept.write_bytes(kept.read_bytes()[:-1])
    assert (YuNet(weights.detector, 1, LEAST).faces(picture) == compiled).all()
    assert len(kept.read_bytes()) > 100_000, "it is kept again"


def test_only_what_is_whole_and_fits_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = Kept("network", ("version", 1))
    assert kept.read() is None
    kept.write(b"compiled")
    assert Kept("network", ("version", 1)).read() == b"compiled"
    assert Kept("network", ("version", 2)).read() is None
    Kept("network", ("version", 2)).write(b"anew")
    assert kept.read() is None, "what nothing fits any more is not left behind"
    (file,) = (tmp_path / "facesearch" / "compiled").iterdir()
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert Kept("network", ("version", 2)).read() is None


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    kept = Kept("network", ())
    kept.write(b"compiled")
    assert kept.read() is None


_WATCHED = """
import json, sys
from pathlib import Path
opened, wires = [], {"socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"}
sys.addaudithook(lambda event, arguments: opened.append(event) if event in wires else None)
import numpy as np
from engine import Engine
with Engine.open(Path(sys.argv[1]), models="sface") as engine:
    engine._context.vision.look(np.zeros((96, 96, 3), np.uint8))
import openvino
print(json.dumps({"opened": opened, "told": [name for name in sys.modules if "telemetry" in name]}))
"""


def test_the_runtime_tells_nobody_that_it_runs(weights: Weights, tmp_path: Path) -> None:
    """To import openvino leaves an identifier in the home folder and tells Google Analytics, unless it is prevented."""
    folders = {"HOME": str(tmp_path), "XDG_CACHE_HOME": "", "FACE_MODELS_DIR": str(weights.detector.parent)}
    command = [sys.executable, "-c", _WATCHED, str(tmp_path / "store")]
    said = subprocess.run(command, env={**os.environ, **folders}, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == {"opened": [], "told": []}
    assert {path.name for path in tmp_path.iterdir()} == {"store", ".cache"}


def _compared(yunet: YuNet, weights: Weights, pictures: list[Image]) -> int:
    """How many faces both find, each as the other."""
    reference = cv2.FaceDetectorYN.create(str(weights.detector), "", (320, 320), LEAST, 0.3, 5000)
    count = 0
    for picture in pictures:
        reference.setInputSize(picture.shape[1::-1])
        expected = reference.detect(picture)[1]
        found = yunet.faces(picture)
        assert len(found) == (0 if expected is None else len(expected))
        if expected is not None:
            assert found[:, :14] == pytest.approx(expected[:, :14], abs=1e-3)
            assert found[:, 14] == pytest.approx(expected[:, 14], abs=1e-4)
        count += len(found)
    return count


def _scaled(picture: Image, longest: int) -> Image:
    scale = min(1.0, longest / max(picture.shape[:2]))
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _decoded(data: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)


FIRST = """
import sys, threading
import numpy as np
from pathlib import Path
from engine.vision.networks import Network

sys.setswitchinterval(1e-6)
networks = [Network(Path(path), 1, any_size=True) for path in sys.argv[1:]]
together = threading.Barrier(4)

def look():
    together.wait()
    for network in networks:
        network(np.zeros((320, 320, 3), np.uint8))

networks[0]._compiled(np.zeros((320, 320, 3), np.uint8))
threads = [threading.Thread(target=look) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


@pytest.mark.parametrize("time", range(3))
def test_threads_may_be_the_first_together(weights: Weights, time: int) -> None:
    """OpenVINO makes tables as they are first needed, where two threads would wait for each other for good."""
    subprocess.run([sys.executable, "-c", FIRST, str(weights.detector)], timeout=60, check=True)
