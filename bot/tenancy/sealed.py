"""A column of a database whose text is encrypted with ENCRYPTION_KEY, where there is one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cryptography.fernet import InvalidToken

from services import texts
from services.collection import parse_keys
from services.errors import Refusal

_FERNET = "gAAAA"  # how what Fernet makes begins, for as long as its times have 32 bits


class Sealed(sa.types.TypeDecorator[str]):
    """Text encrypted with the first of some keys, read with any of them; plain without keys.

    What was kept before there were keys is read as it is. Reading raises `Refusal` when none of the keys fits.
    """

    impl = sa.Text
    cache_ok = False

    def __init__(self, keys: str | None) -> None:
        super().__init__()
        self._keys = parse_keys(keys) if keys else None

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> Any:
        if value is None or self._keys is None:
            return value
        return self._keys.encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if value is None or not is_sealed(value):
            return value
        if self._keys is None:
            raise Refusal(texts.ENCRYPTION_KEY_UNKNOWN)
        try:
            return self._keys.decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise Refusal(texts.ENCRYPTION_KEY_UNKNOWN) from error


def is_sealed(value: str) -> bool:
    """Whether that is how encrypted text looks; no token of Slack's does."""
    return value.startswith(_FERNET)
