"""Backups of DATA_DIR in one file, taken while the bot runs: records, jobs, vectors and enrolment photos."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.data_dir.locks import occupied
from services.collection import UNFINISHED
from services.errors import Conflict, NotFound, Refusal, Unavailable

_MANIFEST = "manifest.json"
_RECORDS = "records.sqlite"
_DATABASES = (_RECORDS, "jobs.sqlite", "engine/**/*.sqlite")  # in this order: vectors last
_UNFINISHED = ".facesearch-backup-"  # how the folder begins in which a backup is made
_TRIES = 10
_PAUSE = 1.0  # seconds


def backup(data_dir: Path, file: Path) -> int:
    """Write everything in DATA_DIR to a file; how many files are in it.

    Raises `Conflict` when the file exists, `Refusal` where it would be among what is backed up, `Unavailable` when
    people are enrolled and erased faster than it can be read.
    """
    if not data_dir.is_dir():
        raise Refusal(f"There is no {data_dir} to back up.")
    if file.exists():
        raise Conflict(f"{file} exists already. Choose another name.")
    _require_apart(file, data_dir)
    _tidy(file.parent)
    with (
        tempfile.TemporaryDirectory(dir=file.parent, prefix=_UNFINISHED) as folder,  # private: mode 0700
        occupied(Path(folder)),
    ):
        copy = Path(folder) / "copy"
        _copy(data_dir, copy)
        files = sorted(path for path in copy.rglob("*") if path.is_file())
        about = {
            "made_at": datetime.now(UTC).isoformat(),
            "files": {path.relative_to(copy).as_posix(): _digest(path) for path in files},
        }
        (copy / _MANIFEST).write_text(json.dumps(about, indent=2))
        new = Path(folder) / "backup"
        with os.fdopen(os.open(new, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as out, tarfile.open(None, "w", out) as tar:
            for path in (copy / _MANIFEST, *files):
                tar.add(path, path.relative_to(copy).as_posix(), filter=_private)
        new.replace(file)
    return len(files)


def restore(file: Path, data_dir: Path, *, replace: bool = False) -> int:
    """Make DATA_DIR what it was when the backup was taken; how many files there were. The bot must not be running.

    Raises `Conflict` when DATA_DIR is in use, or there is something in it and it is not to be replaced, `Refusal` when
    the backup is not whole, or is among what is replaced.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    _require_apart(file, data_dir)
    if data_dir.exists() and any(data_dir.iterdir()) and not replace:
        raise Conflict(f"{data_dir} is not empty. With --replace its content is deleted first.")
    # Within DATA_DIR, which may be a volume: it cannot be replaced itself, and nothing is moved at once into it.
    with occupied(data_dir, alone=True), tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as folder:
        new, old = Path(folder) / "new", Path(folder) / "old"
        files = _extracted(file, new)
        old.mkdir()
        for path in data_dir.iterdir():
            if path.name != Path(folder).name and not path.samefile(file):
                path.replace(old / path.name)
        for path in new.iterdir():
            path.replace(data_dir / path.name)
    return files


def _require_apart(file: Path, data_dir: Path) -> None:
    """A backup may be beside what is in DATA_DIR, which may be the one volume there is, and not within it."""
    folder, data = file.parent.resolve(), data_dir.resolve()
    if folder != data and folder.is_relative_to(data):
        raise Refusal(f"{folder} is part of what is backed up. Have the file elsewhere, or in {data_dir} itself.")


def _tidy(folder: Path) -> None:
    """Delete what a backup that was killed had copied so far."""
    for unfinished in folder.glob(f"{_UNFINISHED}*"):
        with suppress(Conflict), occupied(unfinished, alone=True):  # of a backup that goes on, nothing
            shutil.rmtree(unfinished)


def _copy(data_dir: Path, copy: Path) -> None:
    """Copy everything as of one moment."""
    before: set[str] | None = None
    for _ in range(_TRIES):
        if _copied(data_dir, copy):
            nobodys = _nobodys(copy)
            if not nobodys or nobodys == before:
                return
            before = nobodys  # somebody is being enrolled, unless they stay so
        time.sleep(_PAUSE)
    raise Unavailable("People are being enrolled and erased all the time. Try again when it is quieter.")


def _copied(data_dir: Path, copy: Path) -> bool:
    """Copy everything; whether all parts are of one moment: nobody was enrolled or erased meanwhile."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(mode=0o700)
    for pattern in _DATABASES:
        for database in data_dir.glob(pattern):
            _snapshot(database, copy / database.relative_to(data_dir))
    for photo in _photos(data_dir):
        target = copy / photo.relative_to(data_dir)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(photo, target)
        except FileNotFoundError:  # erased just now
            return False
    return _enrolled(copy / _RECORDS) == _enrolled(data_dir / _RECORDS)


def _snapshot(database: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)


def _photos(data_dir: Path) -> Iterator[Path]:
    for path in (data_dir / "photos").rglob("*"):
        if path.is_file() and path.parent.name != UNFINISHED:
            yield path


def _enrolled(records: Path) -> set[tuple[str, ...]]:
    """The faces and portraits in the records, and whose they are; none where the records are elsewhere."""
    if not records.exists():
        return set()
    with closing(sqlite3.connect(records)) as database:
        faces = database.execute("SELECT face_id, user_id, photo FROM faces").fetchall()
        return {*faces, *database.execute("SELECT key, request_id FROM portraits").fetchall()}


def _nobodys(copy: Path) -> set[str]:
    """The faces whose vectors are stored and that are nobody's by the records, where both are here."""
    owned = {face for face, *_ in _enrolled(copy / _RECORDS)}
    stored: set[str] = set()
    for path in (copy / "engine").rglob("*.sqlite"):
        with closing(sqlite3.connect(path)) as database:
            stored.update(face for (face,) in database.execute("SELECT face_id FROM faces"))
    return stored - owned if (copy / _RECORDS).exists() else set()


def _extracted(file: Path, copy: Path) -> int:
    """Unpack and verify a backup."""
    try:
        with tarfile.open(file, "r:") as tar:  # as `backup` writes it; packed, a small file could fill the disk
            tar.extractall(copy, members=_plain_files(tar), filter="data")
        files = _listed(copy / _MANIFEST)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Unavailable("There is no room to unpack the backup. Nothing was restored.") from error
        raise Refusal(f"{file} cannot be unpacked: {error.strerror}. Nothing was restored.") from error
    except (tarfile.TarError, EOFError, ValueError, RecursionError) as error:
        raise Refusal(f"{file} is not a backup: {error}.") from error
    (copy / _MANIFEST).unlink()
    found = {path.relative_to(copy).as_posix(): path for path in copy.rglob("*") if path.is_file()}
    if found.keys() != files.keys() or any(_digest(path) != files[name] for name, path in found.items()):
        raise Refusal(f"{file} is damaged: its files are not those of its manifest. Nothing was restored.")
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return len(files)


def _plain_files(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Each entry, as long as they are what `backup` writes: no links, and no file larger than what is read."""
    for entry in tar:
        if not entry.isreg() or entry.issparse():
            raise tarfile.TarError(f"{entry.name} is no plain file")
        yield entry


def _listed(manifest: Path) -> dict[str, str]:
    """The files that a backup should have, with their digests."""
    match json.loads(manifest.read_text()):
        case {"files": dict() as files}:
            return files
        case _:
            raise ValueError("its manifest lists no files")


def _private(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mode, entry.uid, entry.gid, entry.uname, entry.gname = 0o600, 0, 0, "", ""
    return entry


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
