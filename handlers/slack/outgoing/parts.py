"""Messages that are too large for Slack in one piece: their blocks in parts, and their text cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]

# Slack documents no size of all blocks together: messages of 11,000 to 13,000 characters are known to be refused.
_MOST_TEXT = 9_000  # characters that are read
_MOST_JSON = 12_000  # characters that travel
_MOST_BLOCKS = 50
_LONGEST_TEXT = 4_000  # bytes of the text beside the blocks


def parts(blocks: list[Block], share: float = 1.0) -> list[list[Block]]:
    """The blocks as those of one message, or of several; each has at most this share of what one may have."""
    found: list[list[Block]] = [[]]
    for piece in (piece for block in blocks for piece in _pieces(block, share)):
        if found[-1] and load([*found[-1], piece]) > share:
            found.append([])
        found[-1].append(piece)
    return found


def fits(blocks: list[Block]) -> bool:
    """Whether one message has room for the blocks."""
    return load(blocks) <= 1


def load(blocks: list[Block]) -> float:
    """How much of what one message may have these blocks are; more than 1 is too much."""
    read, travels = sum(map(len, _texts(blocks))), len(json.dumps(blocks, ensure_ascii=False))
    return max(read / _MOST_TEXT, travels / _MOST_JSON, len(blocks) / _MOST_BLOCKS)


def cut(text: str) -> str:
    """As much of the text as may stand beside blocks, in whole lines where it has some."""
    if len(text.encode()) <= _LONGEST_TEXT:
        return text
    kept = text.encode()[: _LONGEST_TEXT - 4].decode(errors="ignore")
    return (kept.rpartition("\n")[0] or kept) + "\n…"


def text_of(blocks: list[Block]) -> str:
    """What is read in blocks."""
    return "".join(_texts(blocks))


def _pieces(block: Block, share: float) -> Iterator[Block]:
    """A block, or where it is too large rich text, its lines and the items of its lists apart."""
    if block.get("type") != "rich_text" or load([block]) <= share:
        yield block
        return
    for group in parts([line for element in block["elements"] for line in _lines(element)], share):
        yield {"type": "rich_text", "elements": group}


def _lines(element: Block) -> Iterator[Block]:
    if element["type"] != "rich_text_list":
        yield element
        return
    for item in element["elements"]:
        yield {**element, "elements": [item]}


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(node, list):
        for each in node:
            yield from _texts(each)
