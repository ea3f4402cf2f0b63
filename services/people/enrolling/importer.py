"""Enrolling many people at once from folders, one a person, on disk or in an S3 bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from services import names, texts
from services.errors import NotFound, Refusal
from services.people.photos import GivenPhoto
from services.pictures import MAX_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Folder:
    """One person's folder: its name is theirs."""

    name: str
    photos: tuple[GivenPhoto, ...]


def from_disk(root: Path) -> tuple[Folder, ...]:
    """One `Folder` for each folder in `root` that has files, by name.

    Raises `NotFound` when there is none, `Refusal` for one whose name nobody can have.
    """
    if not root.is_dir():
        raise NotFound(texts.NO_FOLDER.format(path=root))
    folders = tuple(
        Folder(folder.name, photos)
        for folder in sorted(root.iterdir())
        if folder.is_dir() and not folder.name.startswith(".") and (photos := tuple(_files(folder)))
    )
    return _some(folders, str(root))


def from_s3(s3: S3Client, url: str) -> tuple[Folder, ...]:
    """The same from `s3://bucket/prefix/`. Raises `Refusal` when S3 refuses or there is no folder under it."""
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    prefix = prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
    by_name: dict[str, list[GivenPhoto]] = {}
    for key, size in _objects(s3, bucket, prefix):
        parts = PurePosixPath(key.removeprefix(prefix)).parts
        if len(parts) == 2 and not key.endswith("/"):
            read = partial(_read_object, s3, bucket, key, size)
            by_name.setdefault(parts[0], []).append(GivenPhoto(_printable(parts[1]), read))
    return _some(tuple(Folder(name, tuple(photos)) for name, photos in sorted(by_name.items())), url)


def _files(folder: Path) -> Iterator[GivenPhoto]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            yield GivenPhoto(_printable(path.name), partial(read_file, path))


def read_file(path: Path) -> bytes:
    """A file's bytes. Raises `Refusal` when there is none to read or it is too large."""
    try:
        _check_size(path.stat().st_size)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(texts.NO_FILE.format(path=path)) from error
    except OSError as error:
        raise Refusal(texts.FILE_NOT_READ.format(reason=error.strerror)) from error


def _objects(s3: S3Client, bucket: str, prefix: str) -> Iterator[tuple[str, int]]:
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                yield entry["Key"], entry["Size"]
    except (BotoCoreError, ClientError) as error:
        raise Refusal(texts.BUCKET_NOT_READ.format(bucket=bucket, prefix=prefix, reason=_reason(error))) from error


def _read_object(s3: S3Client, bucket: str, key: str, size: int) -> bytes:
    _check_size(size)
    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise Refusal(texts.FILE_NOT_READ.format(reason=_reason(error))) from error


def _reason(error: BotoCoreError | ClientError) -> str:
    said = error.response.get("Error", {}) if isinstance(error, ClientError) else {}
    return f"{said.get('Message', error)}".strip().rstrip(".")


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        megabytes, most = f"{size / 1e6:.0f}", MAX_BYTES // 2**20
        raise Refusal(texts.FILE_TO_IMPORT_TOO_LARGE.format(megabytes=megabytes, most=most))


def _some(folders: tuple[Folder, ...], where: str) -> tuple[Folder, ...]:
    if not folders:
        raise NotFound(texts.NO_FOLDERS_WITH_PHOTOS.format(where=where))
    for folder in folders:
        try:
            names.clean(folder.name)
        except Refusal as refusal:  # before anybody is enrolled
            raise Refusal(texts.FOLDER_OF_NOBODY.format(folder=_printable(folder.name), reason=refusal)) from refusal
    return folders


def _printable(name: str) -> str:
    """A file's name without what would break a line, steer a terminal, or is no text at all."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
