"""How vectors are encrypted: as HKDF and AES-GCM say, so that a store of today is read by any later release."""

import base64
import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import StoreError
from engine.store.cipher import Packed, Plain, Sealed, parse_keys

OLD, NEW = (bytes([number]) * 32 for number in (1, 2))


def _derived(key: bytes) -> bytes:
    """RFC 5869 by hand, without salt, in its one step of 32 bytes."""
    extracted = hmac.digest(b"\0" * 32, key, hashlib.sha256)
    return hmac.digest(extracted, b"facesearch vectors\x01", hashlib.sha256)


def test_what_is_sealed_is_aes_gcm_with_a_key_of_its_own_behind_twelve_bytes() -> None:
    sealed = Sealed([OLD]).seal(b"a vector")
    assert AESGCM(_derived(OLD)).decrypt(sealed[:12], sealed[12:], None) == b"a vector"
    assert len(sealed) == 12 + len(b"a vector") + 16


def test_nothing_is_sealed_twice_alike() -> None:
    cipher = Sealed([OLD])
    assert len({cipher.seal(b"a vector") for _ in range(20)}) == 20


def test_any_of_the_keys_opens_and_the_first_one_seals() -> None:
    old, both = Sealed([OLD]), Sealed([NEW, OLD])
    by_old, by_both = old.seal(b"one"), both.seal(b"two")
    assert both.join([by_old, memoryview(by_both)]) == b"onetwo"
    assert Sealed([NEW]).open(by_both) == b"two"
    with pytest.raises(StoreError, match="encrypted with another key"):
        old.open(by_both)
    assert [both.is_newest(by_old), both.is_newest(by_both)] == [False, True]


def test_what_was_changed_is_not_opened() -> None:
    sealed = bytearray(Sealed([OLD]).seal(b"a vector"))
    for place in (0, 12, -1):
        changed = bytes([*sealed[:place], sealed[place] ^ 1, *sealed[len(sealed[:place]) + 1 :]])
        with pytest.raises(StoreError):
            Sealed([OLD]).open(changed)


def test_what_is_plain_is_joined_as_it_is() -> None:
    assert Plain().seal(b"a vector") == b"a vector"
    assert Plain().join([b"one", memoryview(b"two")]) == b"onetwo"
    packed = Packed(b"onetwosix", 3)
    assert [bytes(part) for part in packed] == [b"one", b"two", b"six"]
    assert Plain().join(packed) == b"onetwosix"


def test_keys_are_read_with_commas_and_spaces_between_them() -> None:
    old, new = (base64.urlsafe_b64encode(key).decode() for key in (OLD, b"\xff\xfe" * 16))
    assert "-" in new or "_" in new
    assert parse_keys(f" {new} , {old}\n") == [b"\xff\xfe" * 16, OLD]


def test_what_is_no_key_is_told_with_how_to_make_one() -> None:
    sentence = (
        "ENCRYPTION_KEY is not a key. Make one with: python -c 'from cryptography.fernet import Fernet;"
        " print(Fernet.generate_key().decode())'"
    )
    for keys in ("", "short", "é" * 44, "a" * 43, base64.urlsafe_b64encode(b"1" * 31).decode()):
        with pytest.raises(StoreError) as refused:
            parse_keys(keys)
        assert str(refused.value) == sentence
