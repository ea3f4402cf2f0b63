"""The photos that tests and samples use: real people, published by other projects, labelled with who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from artifacts import Archive, Artifact, Progress, cache_dir, fetch

_FACE_RECOGNITION = Archive(
    "face_recognition==1.3.0",
    sha256="5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
    size=3_182_249,
    options=("--no-binary=face_recognition",),  # its wheel has no photos
)
_INSIGHTFACE = Archive(
    "insightface==2.1",
    sha256="dcd58ee79d99d689572477315f3149353afd65a36dc575f597cbb217a7bde399",
    size=1_169_452,
)
_SCIKIT_IMAGE = Archive(
    "scikit-image==0.26.0",
    sha256="74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    size=13_711_217,
    # One wheel, and so one hash, whatever machine asks: only a photo is taken out of it.
    options=(
        "--only-binary=:all:",
        "--platform=manylinux_2_28_x86_64",
        "--python-version=3.11",
        "--implementation=cp",
        "--abi=cp311",
    ),
)

OBAMA, BIDEN, COLLINS = "Barack Obama", "Joe Biden", "Eileen Collins"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo, how many faces it shows, and whose they are (`people` is empty where nobody is named)."""

    artifact: Artifact
    people: tuple[str, ...]
    faces: int = 1

    @property
    def name(self) -> str:
        """The file's name."""
        return self.artifact.name


def _portrait(name: str, sha256: str, person: str) -> Photo:
    member = f"face_recognition-1.3.0/tests/test_images/{name}"
    source = "github.com/ageitgey/face_recognition, tests/test_images"
    return Photo(Artifact(name, _FACE_RECOGNITION, member, sha256, "MIT", source), (person,))


CATALOGUE: tuple[Photo, ...] = (
    _portrait("obama.jpg", "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6", OBAMA),
    _portrait("obama2.jpg", "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6", OBAMA),
    _portrait("obama3.jpg", "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3", OBAMA),
    _portrait("obama_partial_face.jpg", "c2d1f09e7ef3042352b41e41286e6eb0522f64f88308be13886991b95db52117", OBAMA),
    _portrait("obama_partial_face2.jpg", "9a812347f97633542b8cd9992de22def11b74f79d82056bc3ee830f13878e028", OBAMA),
    _portrait("biden.jpg", "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c", BIDEN),
    # obama2.jpg again, with an alpha channel.
    _portrait("32bit.png", "44dca895a7d635a4aedddd91a4f37af9a8a5b44e66154282a24645a757b5f627", OBAMA),
    Photo(
        Artifact(
            "t1.jpg",
            _INSIGHTFACE,
            "insightface/data/images/t1.jpg",
            "47f682e945b659f93a9e490b9c9c4a2a864abe64dace9e1a2893845ddfd69489",
            "MIT",
            "github.com/deepinsight/insightface, python-package",
        ),
        people=(),
        faces=6,
    ),
    Photo(
        Artifact(
            "astronaut.png",
            _SCIKIT_IMAGE,
            "skimage/data/astronaut.png",
            "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
            "public domain",
            "NASA, by way of github.com/scikit-image/scikit-image",
        ),
        people=(COLLINS,),
    ),
)


def default_dir() -> Path:
    """Where the photos are kept unless told otherwise."""
    return cache_dir() / "photos"


def fetch_photos(
    photos: Iterable[Photo] = CATALOGUE, directory: Path | None = None, progress: Progress | None = None
) -> dict[str, Path]:
    """Make sure that the photos are on disk, verified, and return their paths by name; raises ArtifactError."""
    return fetch((photo.artifact for photo in photos), directory or default_dir(), progress)
