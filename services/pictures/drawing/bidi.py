"""The order in which a line is drawn where some of it is written from right to left, by Unicode's algorithm."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import TypeVar

from bidi import algorithm

_FROM_THE_RIGHT = {"R", "AL", "AN"}
_LEFT_OUT = {"BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # by the algorithm, on its way

_Part = TypeVar("_Part")


def levels(text: str) -> list[int]:
    """Of every character, how deep it is nested; odd ones run from right to left."""
    if not any(unicodedata.bidirectional(c) in _FROM_THE_RIGHT for c in text):
        return [0] * len(text)
    base = algorithm.get_base_level(text)
    storage = algorithm.get_empty_storage() | {"base_level": base, "base_dir": "LR"[base]}
    algorithm.get_embedding_levels(text, storage)
    for step in (
        algorithm.explicit_embed_and_overrides,
        algorithm.resolve_weak_types,
        algorithm.resolve_neutral_types,
        algorithm.resolve_implicit_levels,
    ):
        step(storage, debug=False)
    resolved = iter([each["level"] for each in storage["chars"]])
    found = [base]
    for c in text:
        found.append(found[-1] if unicodedata.bidirectional(c) in _LEFT_OUT else next(resolved))
    return found[1:]


def from_the_left(parts: Sequence[tuple[int, _Part]]) -> list[_Part]:
    """Parts of a line, each with its level, in the order in which they stand from left to right."""
    ordered = list(parts)
    for depth in range(max((level for level, _ in parts), default=0), 0, -1):
        turned: list[tuple[int, _Part]] = []
        for deep, group in groupby(ordered, key=lambda part: part[0] >= depth):
            together = list(group)
            turned += together[::-1] if deep else together
        ordered = turned
    return [part for _, part in ordered]
