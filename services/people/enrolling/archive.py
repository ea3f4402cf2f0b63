"""A zip of many people's photos: a folder a person, or a sheet `people.csv`; read within bounds, never unpacked."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import PurePosixPath
from typing import IO

from services import texts
from services.errors import Refusal
from services.people.photos import GivenPhoto
from services.pictures import MAX_BYTES

MOST_ENTRIES = 2_000
MOST_PEOPLE = 400
MOST_ROWS = 10_000  # of a sheet
MOST_TOTAL = 2 * 1024**3  # bytes, unpacked
SHEET = "people.csv"

_MOST_RATIO = 100  # times as large unpacked: photos hardly shrink
_FREE = 1024**2  # bytes that may shrink as they like
_MOST_DIRECTORY = 1024**2  # bytes of the list of entries, which is read at once
_MOST_SHEET = 1024**2  # bytes
_END, _END_LENGTH, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_LOCATOR, _LOCATOR_LENGTH = b"PK\x06\x07", 20  # of zip64, whose own list of entries may be as long as it likes
_WHO = ("name", "e-mail", "email", "mail", "person", "who")
_FILE = ("file", "photo", "picture", "path", "filename")
_DELIMITERS = ",;\t"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whom a folder or a sheet names, by name or e-mail, and their photos; a photo's name is its path in the zip."""

    who: str
    photos: tuple[GivenPhoto, ...]


def is_address(who: str) -> bool:
    """Whether somebody is named by e-mail; «@sasha» is a name."""
    return "@" in who.strip("@")


class Archive:
    """A zip that is open. Raises `Refusal` for one that is none, or that has more than anybody's team."""

    def __init__(self, file: IO[bytes]) -> None:
        _require_small_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise Refusal(texts.NO_ZIP) from error
        self._entries = {path: info for info in self._zip.infolist() if (path := _path(info)) is not None}
        self._check()

    def people(self) -> tuple[Somebody, ...]:
        """Everyone in it, by name. Raises `Refusal` where nobody is."""
        sheet = next((info for path, info in self._entries.items() if path.name.lower() == SHEET), None)
        found = self._by_sheet(sheet) if sheet else self._by_folder()
        if not found:
            raise Refusal(texts.NOBODY_IN_ZIP)
        if len(found) > MOST_PEOPLE:
            raise Refusal(texts.TOO_MANY_IN_ZIP.format(n=len(found), most=MOST_PEOPLE))
        return tuple(Somebody(who, tuple(map(self.photo, found[who]))) for who in sorted(found))

    def photo(self, path: str) -> GivenPhoto:
        """A photo by its path."""
        return GivenPhoto(path, partial(self._read, path))

    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self._entries):
            if len(path.parts) >= 2:
                found.setdefault(path.parts[-2], []).append(str(path))
        return found

    def _by_sheet(self, sheet: zipfile.ZipInfo) -> dict[str, list[str]]:
        """As the rows say: files by their path, from where the sheet is or from the top, or by a name of their own."""
        text = self._bytes(sheet, _MOST_SHEET).decode("utf-8-sig", errors="replace")
        rows = list(_rows(text))
        if len(rows) > MOST_ENTRIES:
            raise _too_long()
        found: dict[str, list[str]] = {}
        for who, file in rows:
            path = self._named(file)
            if path is None:
                raise Refusal(texts.NOT_IN_ZIP.format(file=_printable(file)))
            found.setdefault(who, []).append(path)
        return found

    def _named(self, file: str) -> str | None:
        wanted = PurePosixPath(file.replace("\\", "/")).parts
        ends = [str(path) for path in self._entries if wanted and path.parts[-len(wanted) :] == wanted]
        return ends[0] if len(ends) == 1 else None

    def _read(self, path: str) -> bytes:
        info = self._entries.get(PurePosixPath(path))
        if info is None:
            raise Refusal(texts.NOT_IN_ZIP.format(file=_printable(path)))
        return self._bytes(info, MAX_BYTES)

    def _bytes(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """What an entry holds. That it says how large it is, is believed by nobody."""
        try:
            with self._zip.open(info) as entry:
                data = entry.read(most + 1)
        except _BROKEN as error:
            raise Refusal(texts.ZIP_DAMAGED.format(file=_printable(info.filename))) from error
        if len(data) > most:
            raise Refusal(texts.FILE_TO_IMPORT_TOO_LARGE.format(megabytes=f"{len(data) / 1e6:.0f}", most=most // 2**20))
        return data

    def _check(self) -> None:
        entries = self._entries.values()
        if len(self._zip.infolist()) > MOST_ENTRIES:
            raise Refusal(texts.ZIP_OF_TOO_MANY.format(n=f"{len(self._zip.infolist()):,}", most=f"{MOST_ENTRIES:,}"))
        if sum(info.file_size for info in entries) > MOST_TOTAL or any(map(_is_bomb, entries)):
            raise Refusal(texts.ZIP_TOO_LARGE)
        if any(info.flag_bits & 1 for info in entries):
            raise Refusal(texts.ZIP_ENCRYPTED)


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    return info.file_size > _FREE and info.file_size > _MOST_RATIO * max(info.compress_size, 1)


def _require_small_directory(file: IO[bytes]) -> None:
    """The list of entries is read whole, so how long it is, is looked at before. Raises `Refusal`."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_LENGTH - _LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_LENGTH:
        raise Refusal(texts.NO_ZIP)
    if tail[max(0, at - _LOCATOR_LENGTH) : at].startswith(_LOCATOR):
        raise Refusal(texts.ZIP_TOO_LARGE)
    if int.from_bytes(tail[at + 12 : at + 16], "little") > _MOST_DIRECTORY:
        n = int.from_bytes(tail[at + 10 : at + 12], "little")
        raise Refusal(texts.ZIP_OF_TOO_MANY.format(n=f"{n:,}", most=f"{MOST_ENTRIES:,}"))


def _path(info: zipfile.ZipInfo) -> PurePosixPath | None:
    """Where an entry is within the zip; None for folders, and for what systems put beside the files."""
    path = PurePosixPath(info.filename.replace("\\", "/"))
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return None if info.is_dir() or hidden or path.is_absolute() else path


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """Who and which file, of each row of a sheet, whatever its columns are called or separated by."""
    who, file, body = _columns([row for row in _cells(text) if any(row)])
    for row in body:
        if len(row) > max(who, file) and row[who] and row[file]:
            yield row[who], row[file]


def _cells(text: str) -> list[list[str]]:
    """Raises `Refusal` where it is no sheet, or one without end."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(_DELIMITERS, key=first.count))
    try:
        rows = list(islice(reader, MOST_ROWS + 1))
    except csv.Error as error:
        raise Refusal(texts.ZIP_DAMAGED.format(file=SHEET)) from error
    if len(rows) > MOST_ROWS:
        raise _too_long()
    return [[cell.strip() for cell in row] for row in rows]


def _too_long() -> Refusal:
    return Refusal(texts.LIST_IN_ZIP_TOO_LONG.format(rows=f"{MOST_ROWS:,}", photos=f"{MOST_ENTRIES:,}"))


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, int, Sequence[Sequence[str]]]:
    """Which column says who, which says the file, and the rows below the heads, if there are any."""
    heads = [cell.lower() for cell in rows[0]] if rows else []
    who, file = _first(heads, _WHO), _first(heads, _FILE)
    if who is None or file is None:
        return 0, 1, rows
    return who, file, rows[1:]


def _first(heads: Sequence[str], known: Iterable[str]) -> int | None:
    return next((heads.index(word) for word in known if word in heads), None)


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)[:100]
