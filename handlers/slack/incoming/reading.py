"""Reads what Slack sends without trusting its shape: whatever is missing, or of another type, is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def text_in(payload: Any, key: str) -> str:
    """The text of that key, or nothing."""
    value = payload.get(key) if isinstance(payload, Mapping) else None
    return value if isinstance(value, str) else ""


def number_in(payload: Any, key: str) -> float:
    """The number of that key, or nought."""
    value = payload.get(key) if isinstance(payload, Mapping) else None
    return value if isinstance(value, int | float) else 0


def object_in(payload: Any, key: str) -> Mapping[str, Any]:
    """The object of that key, or an empty one."""
    value = payload.get(key) if isinstance(payload, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def objects_in(payload: Any, key: str) -> Iterator[Mapping[str, Any]]:
    """The objects in the list of that key; what is none is left out."""
    value = payload.get(key) if isinstance(payload, Mapping) else None
    return (each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else iter(())


def shape_of(payload: Any) -> str:
    """A payload by its keys, and those of nothing in it: what may stand in a log."""
    if not isinstance(payload, Mapping):
        return type(payload).__name__
    return ", ".join(sorted(key for key in payload if isinstance(key, str) and key.isidentifier()))
