"""Enrolment photos: kept in a folder, or in an S3 bucket, so that a collection can be rebuilt from them."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from services import texts
from services.collection.rekognition import in_words
from services.errors import Damaged, NotFound, Refusal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UNFINISHED = ".new"  # the folder, beside those of workspaces, of photos that are being written
_WRITTEN_WITHIN = 60.0  # seconds
_CHECKSUM = b"\nfacesearch-sha256:"  # what comes before one
_JPEG = b"\xff\xd8"  # how a photo begins that is not encrypted
_KEY = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")


class PhotoStore(Protocol):
    """Bytes by key. A key is made by us: segments of letters, digits, dot, dash and underscore."""

    @property
    def where(self) -> str:
        """What they are kept in, in words."""

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes; the same key again replaces them, whole."""

    def get(self, key: str) -> bytes:
        """The bytes. Raises `NotFound`."""

    def delete(self, key: str) -> None:
        """Forget the bytes; forgetting what is not there is no error."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key that begins with the prefix, in no order."""


class FolderPhotoStore:
    """Photos in a folder that only the bot's own user may read."""

    where = texts.IN_A_FOLDER

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / UNFINISHED
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._unfinished.mkdir(mode=0o700, exist_ok=True)
        self._tidy()

    def put(self, key: str, data: bytes) -> None:
        self._tidy()
        path = self._path(key)
        descriptor, temporary = tempfile.mkstemp(dir=self._unfinished)  # private: mode 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        for folder in reversed(path.relative_to(self._root).parents):
            (self._root / folder).mkdir(mode=0o700, exist_ok=True)
        Path(temporary).replace(path)

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(texts.PHOTO_NOT_KEPT) from error

    def delete(self, key: str) -> None:
        self._tidy()
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent != self._root and path.parent.exists() and not any(path.parent.iterdir()):
            path.parent.rmdir()

    def keys(self, prefix: str) -> Iterator[str]:
        for path in self._root.rglob("*"):
            key = path.relative_to(self._root).as_posix()
            if path.is_file() and key.startswith(prefix) and path.parent != self._unfinished:
                yield key

    def _tidy(self) -> None:
        """Delete what was being written when a process was killed."""
        for path in self._unfinished.iterdir():
            with suppress(FileNotFoundError):  # it is finished, or another process tidies too
                if time.time() - path.stat().st_mtime > _WRITTEN_WITHIN:
                    path.unlink()

    def _path(self, key: str) -> Path:
        return self._root / _checked(key)


class S3PhotoStore:
    """Photos as private, encrypted objects under a prefix of an S3 bucket. Each method raises as `in_words` does."""

    where = texts.IN_A_BUCKET

    def __init__(self, s3: S3Client, bucket: str, prefix: str = "enrolled/") -> None:
        self._s3 = s3
        self._bucket = bucket
        self._prefix = prefix

    def put(self, key: str, data: bytes) -> None:
        with in_words():
            self._s3.put_object(
                Bucket=self._bucket,
                Key=self._prefix + _checked(key),
                Body=data,
                ContentType="image/jpeg",
                ServerSideEncryption="AES256",
            )

    def get(self, key: str) -> bytes:
        with in_words():
            try:
                return self._s3.get_object(Bucket=self._bucket, Key=self._prefix + _checked(key))["Body"].read()
            except self._s3.exceptions.NoSuchKey as error:
                raise NotFound(texts.PHOTO_NOT_KEPT) from error

    def delete(self, key: str) -> None:
        with in_words():
            self._s3.delete_object(Bucket=self._bucket, Key=self._prefix + _checked(key))

    def keys(self, prefix: str) -> Iterator[str]:
        with in_words():
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            for page in pages:
                for entry in page.get("Contents", []):
                    yield entry["Key"].removeprefix(self._prefix)


class CheckedPhotoStore:
    """Photos with a checksum behind them in another store, so that one is given as it was put or not at all.

    JPEG decoders ignore what stands there, and so the files can be opened as they are.
    """

    def __init__(self, store: PhotoStore) -> None:
        self._store = store

    @property
    def where(self) -> str:
        return self._store.where

    def put(self, key: str, data: bytes) -> None:
        self._store.put(key, data + _CHECKSUM + _sum(data))

    def get(self, key: str) -> bytes:
        """The photo, also one that was kept before there were checksums. Raises `Damaged`."""
        data, is_checked, expected = self._store.get(key).rpartition(_CHECKSUM)
        if not is_checked:
            return expected
        if _sum(data) != expected:
            raise Damaged(texts.PHOTO_DAMAGED.format(key=key))
        return data

    def delete(self, key: str) -> None:
        self._store.delete(key)

    def keys(self, prefix: str) -> Iterator[str]:
        return self._store.keys(prefix)


def _sum(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


class EncryptedPhotoStore:
    """Photos encrypted with the first of some keys before another store keeps them; read with any of the keys."""

    def __init__(self, store: PhotoStore, keys: str) -> None:
        self._store = store
        try:
            self._keys = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except ValueError as error:
            raise Refusal(texts.NO_ENCRYPTION_KEY) from error

    @property
    def where(self) -> str:
        return texts.ENCRYPTED.format(where=self._store.where)

    def put(self, key: str, data: bytes) -> None:
        self._store.put(key, self._keys.encrypt(data))

    def get(self, key: str) -> bytes:
        """The photo, also one that was kept before there were keys. Raises `Refusal` when none of the keys fits."""
        data = self._store.get(key)
        if data.startswith(_JPEG):
            return data
        try:
            return self._keys.decrypt(data)
        except InvalidToken as error:
            raise Refusal(texts.ENCRYPTION_KEY_UNKNOWN) from error

    def delete(self, key: str) -> None:
        self._store.delete(key)

    def keys(self, prefix: str) -> Iterator[str]:
        return self._store.keys(prefix)

    def rotate(self) -> int:
        """Encrypt every photo with the first key; how many there are. Nothing may be enrolled or erased meanwhile."""
        keys = list(self.keys(""))
        for key in keys:
            self.put(key, self.get(key))
        return len(keys)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key) or ".." in key.split("/"):
        raise ValueError(f"not a photo key: {key!r}")
    return key
