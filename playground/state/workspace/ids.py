"""Identifiers and timestamps in the forms Slack gives them."""

import secrets
import string
import time

_ALPHABET = string.ascii_uppercase + string.digits
_BLOCK_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """A fresh id such as `F08K2M4Q7ZX`: the prefix, a zero and nine capitals or digits."""
    return f"{prefix}0{''.join(secrets.choice(_ALPHABET) for _ in range(9))}"


def new_block_id() -> str:
    """The short id Slack gives to a block or an action that has none."""
    return "".join(secrets.choice(_BLOCK_ALPHABET) for _ in range(5))


def new_hash() -> str:
    """A view's state hash: seconds, a dot, eight characters."""
    return f"{int(time.time())}.{''.join(secrets.choice(_BLOCK_ALPHABET) for _ in range(8))}"


class Clock:
    """Gives message timestamps: `seconds.microseconds`, each later than the one before, so that they are unique."""

    def __init__(self) -> None:
        self._last = 0

    def next_ts(self) -> str:
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
