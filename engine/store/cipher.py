"""How vectors are written to a store: as they are, or encrypted (AES-256-GCM) with a key that is not in it."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..errors import StoreError

_NONCE = 12  # bytes, before what is encrypted


class Packed(list[memoryview]):
    """What is stored of vectors, all as long, one behind the other in `whole`."""

    def __init__(self, whole: bytes, length: int) -> None:
        view = memoryview(whole)
        super().__init__(view[start : start + length] for start in range(0, len(whole), length))
        self.whole = whole


class Cipher(Protocol):
    """Writes and reads the bytes of vectors."""

    def seal(self, vector: bytes) -> bytes:
        """As it is to be stored."""

    def join(self, stored: Iterable[bytes | memoryview]) -> bytes:
        """Vectors as they were given, one behind the other. Raises StoreError when one cannot be read."""

    def is_newest(self, stored: bytes | memoryview) -> bool:
        """Whether it is stored as this one stores what it is given now."""


class Plain:
    """Writes vectors as they are."""

    def seal(self, vector: bytes) -> bytes:
        return vector

    def join(self, stored: Iterable[bytes | memoryview]) -> bytes:
        return stored.whole if isinstance(stored, Packed) else b"".join(stored)

    def is_newest(self, stored: bytes | memoryview) -> bool:
        return True


class Sealed:
    """Encrypts with the first of some keys, and reads what any of them has encrypted."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = [AESGCM(HKDF(SHA256(), 32, None, b"facesearch vectors").derive(key)) for key in keys]

    def seal(self, vector: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._keys[0].encrypt(nonce, vector, None)

    def join(self, stored: Iterable[bytes | memoryview]) -> bytes:
        return b"".join(map(self.open, stored))

    def open(self, stored: bytes | memoryview) -> bytes:
        """What was sealed. Raises StoreError when none of the keys fits."""
        for key in self._keys:
            try:
                return key.decrypt(stored[:_NONCE], stored[_NONCE:], None)
            except InvalidTag:
                continue
        raise wrong_key()

    def is_newest(self, stored: bytes | memoryview) -> bool:
        """Whether the first key has sealed it."""
        try:
            self._keys[0].decrypt(stored[:_NONCE], stored[_NONCE:], None)
        except InvalidTag:
            return False
        return True


def parse_keys(keys: str) -> list[bytes]:
    """Keys of 32 bytes in URL-safe base64, with commas between them. Raises StoreError for anything else."""
    try:
        parsed = [base64.urlsafe_b64decode(key.strip()) for key in keys.split(",")]
    except (binascii.Error, ValueError):
        parsed = [b""]
    if any(len(key) != 32 for key in parsed):
        raise StoreError(
            "ENCRYPTION_KEY is not a key. Make one with: python -c 'from cryptography.fernet import Fernet;"
            " print(Fernet.generate_key().decode())'"
        )
    return parsed


def wrong_key() -> StoreError:
    """The store is encrypted, and not with a key that is given."""
    return StoreError(
        "The vectors are encrypted with another key. Add the key that they were encrypted with to ENCRYPTION_KEY."
    )
