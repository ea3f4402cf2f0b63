"""Names as somebody types them after a subcommand."""

from __future__ import annotations

import re
from collections.abc import Iterator

_QUOTED = re.compile(r"[\"“”„](?P<quoted>[^\"“”„]+)[\"“”„]|(?P<bare>\S+)")
_ARROW = re.compile(r"→|->|=>")
_BETWEEN = re.compile(r"\s*(?:→|->|=>)\s*|\s+(?:to|and)\s+", re.IGNORECASE)


def name(text: str) -> str:
    """One name, with or without quotation marks."""
    return text.strip().strip('"“”„').strip()


def two_names(text: str) -> Iterator[tuple[str, str]]:
    """The ways to read two names in a text, the likeliest first.

    «alice → alicia», «alice to alicia» and «"Alice Martin" Alicia» have one; «alice martin alicia» has two, and which
    one is meant depends on who is known.
    """
    words = [match["quoted"] or match["bare"] for match in _QUOTED.finditer(text)]
    if len(words) == 2:
        yield words[0], words[1]
        return
    for between in _BETWEEN.finditer(text):
        first, second = name(text[: between.start()]), name(text[between.end() :])
        if first and second:
            yield first, second
    if _ARROW.search(text):
        return
    for cut in range(len(words) - 1, 0, -1):
        yield " ".join(words[:cut]), " ".join(words[cut:])
