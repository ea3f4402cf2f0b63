"""A zip of photos as they were posted, each once, in a file without a name: whatever happens, nothing is left of it."""

from __future__ import annotations

import hashlib
import mimetypes
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import IO

from services.records import Source

MOST = 190_000_000  # bytes of a part
_OVERHEAD = 4_096  # bytes that a photo takes besides its own
_LONGEST_SUFFIX = 5
_CHUNK = 1 << 20
_NO_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))  # what is no part of a file's name somewhere


@dataclass(frozen=True, slots=True)
class Entry:
    """A photo of a zip: where it was posted, what it is called in the zip, and the SHA-256 of the file."""

    source: Source
    stem: str
    number: int
    suffix: str
    digest: str

    @property
    def name(self) -> str:
        return f"{self.stem} {self.number}{self.suffix}"


class Bundled:
    """What the parts of a download have so far, so that no photo is in it twice and no name either."""

    def __init__(self) -> None:
        self._numbers: Counter[str] = Counter()
        self._digests: set[str] = set()
        self._files: set[str] = set()

    def add(self, entry: Entry) -> None:
        self._numbers[entry.stem] = entry.number
        self._digests.add(entry.digest)
        self._files.add(entry.source.file_id)

    def has_file(self, file_id: str) -> bool:
        return file_id in self._files

    def has(self, digest: str) -> bool:
        return digest in self._digests

    def entry(self, source: Source, at: datetime, channel: str, name: str, mimetype: str, digest: str) -> Entry:
        """The next of a day and a channel; `name` and `mimetype` are the file's."""
        stem = f"{at.date().isoformat()} {channel.translate(_NO_NAMES)}"
        return Entry(source, stem, self._numbers[stem] + 1, _suffix(name, mimetype), digest)


class Bundle:
    """One part, as it is written."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # for as long as the bundle
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED)  # photos do not shrink any further
        self._entries: list[Entry] = []
        self._is_whole = True

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    def begins(self, entries: Sequence[Entry]) -> bool:
        """Whether it has these or the first of them, and nothing else."""
        return self._is_whole and self._entries == list(entries[: len(self._entries)])

    def fits(self, size: int) -> bool:
        return self._file.tell() + size + _OVERHEAD * (len(self._entries) + 2) < MOST

    def add(self, entry: Entry, photo: IO[bytes], at: datetime) -> None:
        info = zipfile.ZipInfo(entry.name, date_time=at.timetuple()[:6])
        info.external_attr = 0o644 << 16
        photo.seek(0)
        self._is_whole = False  # a photo that no room was left for is listed in the zip all the same
        with self._zip.open(info, "w") as into:
            shutil.copyfileobj(photo, into)
        self._is_whole = True
        self._entries.append(entry)

    def seal(self) -> int:
        """Nothing is added any more; how many bytes it has."""
        self._zip.close()
        self._file.flush()
        return self._file.seek(0, 2)

    @property
    def file(self) -> IO[bytes]:
        """The zip, once it is sealed."""
        return self._file

    def close(self) -> None:
        """Nothing is left of it, also where the disk has no room for the end of the zip."""
        for each in (self._zip, self._file):
            with suppress(OSError):
                each.close()


def digest_of(photo: IO[bytes]) -> str:
    photo.seek(0)
    digest = hashlib.sha256()
    while some := photo.read(_CHUNK):
        digest.update(some)
    return digest.hexdigest()


def without(entries: Iterable[Entry], gone: Iterable[Source]) -> tuple[Entry, ...]:
    """Those of them that are not gone."""
    lost = set(gone)
    return tuple(entry for entry in entries if entry.source not in lost)


def _suffix(name: str, mimetype: str) -> str:
    """What a file's name ends with, as far as that says what it is."""
    suffix = PurePath(name).suffix.lower()
    if 1 < len(suffix) <= _LONGEST_SUFFIX and suffix[1:].isalnum() and suffix.isascii():
        return suffix
    return mimetypes.guess_extension(mimetype) or ""
